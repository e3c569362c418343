"""Weekly steps: a section may wait for its day, counted from the day on which its workbook opens.

::

    week 2      seven days after the workbook opens, on the same day of the week
    day 10      nine days after

Days begin at midnight where the programme is. Where nobody knows which day a workbook opened on, as outside
our server, nothing waits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from actionlearn.answers.prompts import Value, is_empty

_SHAPE = re.compile(r"(week|day) ([1-9][0-9]{0,2})")

#: Unit -> its days, and the last there is: a year is longer than any workbook.
UNITS: Mapping[str, tuple[int, int]] = {"week": (7, 53), "day": (1, 366)}


@dataclass(frozen=True)
class OpeningDay:
    """The day a section waits for; the first week, and the first day, begin as the workbook opens."""

    unit: str
    number: int

    @classmethod
    def parse(cls, text: str) -> OpeningDay:
        """Read ``week 2`` or ``day 10``.

        Raises
        ------
        ValueError
            Where the text is neither, or too far away.
        """
        match = _SHAPE.fullmatch(" ".join(text.split()))
        if not match or int(match[2]) > UNITS[match[1]][1]:
            raise ValueError(text)
        return cls(match[1], int(match[2]))

    def __str__(self) -> str:
        return f"{self.unit} {self.number}"

    @property
    def after(self) -> int:
        """How many days after the first."""
        return (self.number - 1) * UNITS[self.unit][0]


@dataclass(frozen=True)
class WorkbookDays:
    """The days of one workbook: the one it opens on, and today, as they are counted in a time zone."""

    first: date
    today: date
    zone: tzinfo = UTC

    def on(self, opens: OpeningDay) -> date:
        """Return the day on which a section opens; the last day there is where that would be later."""
        return date.fromordinal(min(self.first.toordinal() + opens.after, date.max.toordinal()))

    def come(self, opens: OpeningDay) -> bool:
        """Tell whether that day has come."""
        return self.on(opens) <= self.today

    def begins(self, opens: OpeningDay) -> datetime:
        """Return the instant at which that day begins: at midnight, or where clocks leave that out, right after."""
        # In a gap this is the offset from before, by which midnight is the very instant that clocks are put forward.
        return datetime.combine(self.on(opens), time.min, self.zone).astimezone(UTC)

    @property
    def week(self) -> int:
        """Return which week it is; 0 before the first."""
        return max(0, (self.today - self.first).days // 7 + 1)


@dataclass(frozen=True)
class ScheduledSection:
    """A section that waits for its day.

    Parameters
    ----------
    id
        Of the section.
    title
        Its heading, parameters already put in.
    opens
        The day it waits for.
    prompts
        The ids of the prompts in it.
    """

    id: str
    title: str
    opens: OpeningDay
    prompts: tuple[str, ...] = ()


def not_yet_open(
    parts: Sequence[ScheduledSection], days: WorkbookDays | None, answers: Mapping[str, Value]
) -> tuple[ScheduledSection, ...]:
    """Return the parts whose day has not come. Where something was written already it stays, whatever dates are moved.

    Parameters
    ----------
    parts
        Of one workbook.
    days
        Its days; None where nothing waits.
    said
        The answers in it, by prompt.
    """
    if days is None:
        return ()
    return tuple(
        each
        for each in parts
        if not days.come(each.opens) and all(is_empty(answers.get(prompt)) for prompt in each.prompts)
    )


def weeks(parts: Sequence[ScheduledSection]) -> int:
    """Return how many weeks a workbook takes; 0 where it does not go by weeks."""
    return max((each.opens.number for each in parts if each.opens.unit == "week"), default=0)
