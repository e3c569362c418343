"""A learner's own figures: points in the order of time, from a table, pasted lines or a CSV file. Pure.

Figures come as people keep them: a comma for a point, a word for a number, a week twice, a week
not at all. What can be read is read; what cannot is named, and never guessed.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from actionlearn.errors import BadInput, Fault, TooLarge
from actionlearn.text.encoding import decode

#: The largest file we read, in bytes, and the most points.
MAX_BYTES = 2_000_000
MAX_POINTS = 5_000

_NUMBER = re.compile(r"[+-]?(\d{1,30}([.,]\d{1,30})?|[.,]\d{1,30})")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?=$|[T ])")
_WEEK = re.compile(r"(\d{4})[- ]?W(\d{1,2})", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")


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
    """

    points: tuple[Point, ...] = ()
    faults: tuple[Fault, ...] = ()
    gaps: int = 0
    name: str = ""

    @property
    def values(self) -> tuple[Fraction, ...]:
        """The values alone."""
        return tuple(point.value for point in self.points)

    def before(self, day: date) -> tuple[Fraction, ...]:
        """Return the values from before a day."""
        return tuple(point.value for point in self.points if point.day and point.day < day)


def number(raw: Any) -> Fraction | None:
    """Return a number exactly as written, with a point or a comma, also with a percent sign; None for anything else."""
    if isinstance(raw, Fraction):
        return raw
    text = str(raw).strip().replace("\N{MINUS SIGN}", "-").removesuffix("%").strip()
    if isinstance(raw, bool) or not _NUMBER.fullmatch(text):
        return None
    return Fraction(Decimal(text.replace(",", ".")))


def moment(text: str) -> date | None:
    """Return the first day of a time: ``2026-10-05``, ``2026-W21``, ``2026-10``; None where it is none of these."""
    text = text.strip()
    try:
        if match := _DAY.match(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _WEEK.fullmatch(text):
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
        if match := _MONTH.fullmatch(text):
            return date(int(match[1]), int(match[2]), 1)
    except ValueError:
        return None
    return None


def series(rows: Iterable[tuple[Any, Any]], *, first: int = 1, name: str = "") -> Series:
    """Return figures in the order of time.

    Parameters
    ----------
    rows
        Pairs of a time and a value, as somebody wrote them. Pairs of nothing are left out.
    first
        Number of the first row, for what is said about it.
    name
        What was counted.
    """
    faults: list[Fault] = []
    found: dict[date | str, Point] = {}
    for row, (when, raw) in enumerate(rows, first):
        text = str(when or "").strip()
        shown = str(raw if raw is not None else "").strip()
        if not text and not shown:
            continue
        value = number(shown)
        if value is None:
            faults.append(Fault("figures.no_number", {"when": text, "said": shown[:40]}, line=row))
            continue
        if not text:
            faults.append(Fault("figures.no_time", {"said": shown[:40]}, line=row))
            continue
        day = moment(text)
        key = day or text
        if key in found:
            faults.append(Fault("figures.twice", {"when": text, "value": shown[:40]}, line=row))
        found[key] = Point(text, day, value)
        if len(found) > MAX_POINTS:
            raise TooLarge("figures.too_many", limit=MAX_POINTS)
    points = list(found.values())
    if all(point.day for point in points):
        points.sort(key=lambda point: point.day or date.min)
    return Series(points=tuple(points), faults=tuple(faults), gaps=_gaps(points), name=name)


def read(*values: Any) -> Series:
    """Return the figures of answers, put together: tables, pasted lines, files. What cannot be read is among the faults.

    Parameters
    ----------
    *values
        The value of a table or of attached files, whose CSV files are read; text, or bytes. What is none of these
        has no figures. Of two for one time the later one counts.
    """
    faults: list[Fault] = []
    found: list[Series] = []
    for each in _each(values):
        try:
            if isinstance(each, list):
                found.append(from_table(each))
            elif isinstance(each, str):
                found.append(from_text(each))
            elif isinstance(each, bytes):
                found.append(from_bytes(each))
        except (BadInput, TooLarge) as error:
            faults.append(Fault(error.code, error.values))
    points = [(point.when, point.value) for one in found for point in one.points]
    put = series(points) if sum(bool(one.points) for one in found) > 1 else None
    name = next((one.name for one in found if one.name), "")
    faults = [*(fault for one in found for fault in one.faults), *faults, *(put.faults if put else ())]
    made = put or next((one for one in found if one.points), Series())
    return Series(points=made.points, faults=tuple(faults), gaps=made.gaps, name=name)


def _each(values: Iterable[Any]) -> Iterable[Any]:
    """Yield what may hold figures: of attached things the text of each CSV file, everything else as it is."""
    for value in values:
        attached = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
        if any("file" in each or "link" in each for each in attached):
            yield from (str(each["text"]) for each in attached if each.get("type") == "text/csv" and "text" in each)
        else:
            yield value


def from_table(value: Any, labels: Sequence[str] = ()) -> Series:
    """Return the figures of a table's answer: its first column that holds times, its first other one that holds numbers.

    Parameters
    ----------
    value
        The answer as stored; anything that is no table has no figures.
    labels
        Ids of the columns in their order; as they come in the rows where none are given.
    """
    rows = [row["cells"] for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    columns = list(labels) or list(dict.fromkeys(id for row in rows for id in row))
    times = Counter(id for row in rows for id in columns if moment(str(row.get(id) or "")))
    when = max(columns, key=times.__getitem__, default="")
    numbers = Counter(id for row in rows for id in columns if id != when and number(row.get(id)) is not None)
    count = max((id for id in columns if id != when), key=numbers.__getitem__, default="")
    return series((row.get(when), row.get(count)) for row in rows)


def from_text(text: str) -> Series:
    """Return the figures of lines that were pasted from a file or a sheet: a time and a value on each.

    Raises
    ------
    BadInput, TooLarge
        There is nothing to read in it, or too much.
    """
    if len(text) > MAX_BYTES:
        raise TooLarge("figures.too_large", limit=MAX_BYTES // 1_000_000)
    if text.startswith("PK\x03\x04") or "\x00" in text:
        raise BadInput("figures.no_text")
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    if not lines:
        return Series()
    spaced = [line.split() for line in lines]
    parted = next((sign for sign in ("\t", ";", ",") if sign in lines[0]), "")
    if all(len(each) == 2 and number(each[1]) is not None for each in spaced):
        parted = ""  # a time, a space, a number: a comma in it is a point
    try:
        cells = list(csv.reader(lines, delimiter=parted)) if parted else [line.split(maxsplit=1) for line in lines]
    except csv.Error:
        raise BadInput("figures.no_text") from None
    head = cells[0] if not any(number(cell) is not None for cell in cells[0][1:]) else None
    rows = cells[1:] if head else cells
    # A comma between time and value, and a comma in the value: the two halves belong together.
    place = _place(rows, head)
    if place is None:
        raise BadInput("figures.no_figures")
    name = head[place].strip() if head and place < len(head) else ""
    pairs = (
        (row[0], ".".join(row[place : place + 2]) if _split(row, parted) else row[place] if place < len(row) else "")
        for row in rows
    )
    return series(pairs, first=2 if head else 1, name=name)


def _split(row: Sequence[str], parted: str | None) -> bool:
    """Tell whether a row is a time and a decimal number that its own comma cut in two."""
    return parted == "," and len(row) == 3 and all(cell.strip().isdigit() for cell in row[1:])


def _place(rows: Sequence[Sequence[str]], head: Sequence[str] | None) -> int | None:
    """Return which column holds the values: the first with a number in it; None where there is none."""
    width = max((len(row) for row in [*rows, head or ()]), default=0)
    return next(
        (
            place
            for place in range(1, width)
            if any(place < len(row) and number(row[place]) is not None for row in rows)
        ),
        None,
    )


def from_bytes(data: bytes) -> Series:
    """Return the figures of a file as a sheet saves it.

    Raises
    ------
    BadInput, TooLarge
        It is no text (a zip or a workbook under another name, say), holds no figures, or is too large.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("figures.too_large", limit=MAX_BYTES // 1_000_000)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadInput("figures.no_text")
    return from_text(decode(data)[0])


def _gaps(points: Sequence[Point]) -> int:
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
