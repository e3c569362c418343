"""Figures in the order of time: one for each day, week or month. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from actionlearn.errors import Fault, TooLarge

#: The most points.
MAX_POINTS = 5_000


@dataclass(frozen=True)
class Point:
    """One figure: what people call its time, the first day of it where that is a date, and its value."""

    when: str
    day: date | None
    value: Fraction


@dataclass(frozen=True)
class Series:
    """Figures in the order of time.

    Parameters
    ----------
    points
        One for each time.
    faults
        What could not be read, or stands there twice (then the later line counts).
    gaps
        How many times are missing between the first and the last, where they follow a rhythm.
    name
        What was counted, where the file says it.
    notes
        How what could be read was read: which columns, which marks, in which order.
    """

    points: tuple[Point, ...] = ()
    faults: tuple[Fault, ...] = ()
    gaps: int = 0
    name: str = ""
    notes: tuple[Fault, ...] = ()

    @property
    def values(self) -> tuple[Fraction, ...]:
        """The values alone."""
        return tuple(point.value for point in self.points)

    def before(self, day: date) -> tuple[Fraction, ...]:
        """Return the values from before a day."""
        return tuple(point.value for point in self.points if point.day and point.day < day)


def plain_value(value: Fraction) -> str:
    """Return a value as digits, with a point where it has decimals."""
    return f"{float(value):.15g}"


def in_order(points: Sequence[Point], lines: Sequence[tuple[int, str]] = ()) -> tuple[list[Point], list[Fault]]:
    """Return one point for each time, in the order of time, and what stands there twice (the later line counts).

    Where none has a day and the labels count down (week 41, week 40), the newest stood first.

    Parameters
    ----------
    points
        As they stand.
    lines
        The number of each one's row and its value as it was written, where they are of one file.
    """
    lines = lines or [(0, plain_value(point.value)) for point in points]
    found: dict[date | str, Point] = {}
    faults: list[Fault] = []
    for point, (line, written) in zip(points, lines, strict=True):
        key = point.day or point.when
        if key in found:
            about = {"when": point.when, "value": written}
            faults.append(Fault("figures.twice", about, line=line or None))
        found[key] = point
        if len(found) > MAX_POINTS:
            raise TooLarge("figures.too_many", limit=MAX_POINTS)
    ordered = list(found.values())
    undated = [point for point in ordered if not point.day]
    if undated and len(undated) < len(ordered):
        faults += [Fault("figures.no_day", {"when": p.when, "said": plain_value(p.value)}) for p in undated]
        ordered = [point for point in ordered if point.day]
    if all(point.day for point in ordered):
        ordered.sort(key=lambda point: point.day or date.min)
    elif _count_down([point.when for point in ordered]):
        ordered.reverse()
    return ordered, faults


def _count_down(labels: Sequence[str]) -> bool:
    """Tell whether labels are one word with a number that only gets smaller."""
    parts = [re.fullmatch(r"(\D*)(\d{1,6})(\D*)", label) for label in labels]
    if len(labels) < 2 or not all(parts) or len({(part[1], part[3]) for part in parts if part}) > 1:
        return False
    counts = [int(part[2]) for part in parts if part]
    return all(later < earlier for earlier, later in pairwise(counts))


def count_gaps(points: Sequence[Point]) -> int:
    """Return how many times are missing, going by the rhythm of most of them: days, weeks or months."""
    days = [point.day for point in points if point.day]
    if len(days) < len(points) or len(days) < 3:
        return 0
    steps = [later - earlier for earlier, later in pairwise(days)]
    rhythm = Counter(steps).most_common(1)[0][0]
    if timedelta(28) <= rhythm <= timedelta(31):
        months = [(day.year * 12 + day.month) for day in days]
        return months[-1] - months[0] + 1 - len(days) if len(set(months)) == len(months) else 0
    return sum(round(step / rhythm) - 1 for step in steps) if rhythm else 0
