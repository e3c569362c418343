"""Conditions: a part of a workbook opens by what was answered.

::

    kind                    answered, and not with "not yet"
    kind = complex, chaos   the answer is one of these options, or holds one of them
    kind != clear           answered, with none of these

What nobody answered yet opens nothing: neither ``=`` nor ``!=``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actionlearn.answers.items import Item, Reference, Value
from actionlearn.answers.prompts import NOT_YET, is_empty
from actionlearn.answers.schedule import ScheduledSection, WorkbookDays, not_yet_open

_SHAPE = re.compile(r"(?P<of>[^=!,\s]+)(?:\s*(?P<sign>!?=)\s*(?P<ids>.*))?")
_OPTION = re.compile(r"[a-z][a-z0-9_]{0,39}|-?\d{1,4}")


@dataclass(frozen=True)
class Condition:
    """When something opens.

    Parameters
    ----------
    of
        The reference whose answer decides.
    options
        Ids of options, or steps of a scale; none where any answer will do.
    without
        The answer must hold none of `options`, instead of one of them.
    """

    of: str
    options: tuple[str, ...] = ()
    without: bool = False

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read a condition.

        Raises
        ------
        ValueError
            Where the text is none.
        """
        match = _SHAPE.fullmatch(" ".join(text.split()))
        if not match:
            raise ValueError(text)
        of = str(Reference.parse(match["of"]))
        if match["sign"] is None:
            return cls(of)
        options = tuple(each.strip() for each in match["ids"].split(","))
        if not all(_OPTION.fullmatch(each) for each in options):
            raise ValueError(text)
        return cls(of, options, match["sign"] == "!=")

    def __str__(self) -> str:
        sign = "!=" if self.without else "="
        return f"{self.of} {sign} {', '.join(self.options)}" if self.options else self.of

    def holds(self, items: Iterable[Item]) -> bool:
        """Tell whether answers open it: of several, such as ``experiment*.decision``, one is enough."""
        return any(self._opens(item.value) for item in items)

    def _opens(self, value: Value) -> bool:
        if is_empty(value) or value == NOT_YET:
            return False
        if not self.options:
            return True
        chosen = {str(each) for each in value} if isinstance(value, list) else {str(value)}
        return chosen.isdisjoint(self.options) == self.without

    @property
    def here(self) -> bool:
        """Whether its answer is one of the same workbook."""
        return not Reference.parse(self.of).template

    @property
    def as_json(self) -> dict[str, Any]:
        """The condition as a page's script reads it."""
        named = {"not" if self.without else "in": list(self.options)} if self.options else {}
        return {"of": self.of, "answered": True, **named}


@dataclass(frozen=True)
class Progress:
    """How far a workbook is: the questions that are asked as things stand, and those of them with an answer.

    Parameters
    ----------
    later
        Whether more is asked on a day to come.
    """

    asked: tuple[str, ...]
    answered: tuple[str, ...]
    later: bool = False


@dataclass(frozen=True)
class Questions:
    """The questions that an owner answers in a workbook, each with what has to hold for it to be asked.

    Parameters
    ----------
    whens
        By id of the prompt, in order.
    parts
        The sections that wait for their day.
    """

    whens: Mapping[str, Sequence[Condition]]
    parts: tuple[ScheduledSection, ...] = ()

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """References into other workbooks on which it depends what is asked here."""
        return tuple(dict.fromkeys(when.of for each in self.whens.values() for when in each if not when.here))

    def progress(
        self, answers: Mapping[str, Value], elsewhere: Mapping[str, Sequence[Item]], days: WorkbookDays | None = None
    ) -> Progress:
        """Return how far it is.

        Parameters
        ----------
        said
            The answers in it, by prompt.
        elsewhere
            What the references of `elsewhere` lead to.
        days
            The days of the workbook; without them no section waits.
        """
        later = {id for part in not_yet_open(self.parts, days, answers) for id in part.prompts}

        def holds(when: Condition) -> bool:
            return when.holds([Item(when.of, answers.get(when.of))] if when.here else elsewhere.get(when.of, ()))

        asked = tuple(id for id, whens in self.whens.items() if id not in later and all(map(holds, whens)))
        return Progress(asked, tuple(id for id in asked if not is_empty(answers.get(id))), bool(later))
