"""A learner's own figures: points in the order of time, from a table, pasted lines or a CSV file. Pure.

Figures come as people keep them: a comma for a point, a word for a number, a week twice, a week
not at all. What can be read is read; what cannot is named, and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from actionlearn.errors import BadInput, Fault, TooLarge
from actionlearn.stats.days import is_whole_day, moment, read_days
from actionlearn.stats.figure_columns import NO_CHOICES, Choices, ColumnChoice, choose_columns, is_total
from actionlearn.stats.lines import parse_lines
from actionlearn.stats.numbers import decimal_mark, number, read_numbers
from actionlearn.stats.points import MAX_POINTS, Point, Series, count_gaps, in_order, plain_value
from actionlearn.text.encoding import decode

__all__ = [
    "MAX_BYTES",
    "MAX_POINTS",
    "Point",
    "Series",
    "from_bytes",
    "from_table",
    "from_text",
    "moment",
    "number",
    "read",
    "series",
]

#: The largest file we read, in bytes.
MAX_BYTES = 2_000_000


def series(rows: Iterable[tuple[Any, Any]], *, first: int = 1, name: str = "", locale: str = "en") -> Series:
    """Return figures in the order of time.

    Parameters
    ----------
    rows
        Pairs of a time and a value, as somebody wrote them. Pairs of nothing are left out.
    first
        Number of the first row, for what is said about it.
    name
        What was counted.
    locale
        The reader's language.
    """
    table = [(_text(when), _text(value)) for when, value in rows]
    return _of_columns(("", name), table, ColumnChoice(time=0, year=-1, count=1), first, locale, "", Choices())


def read(*values: Any, locale: str = "en", choices: Iterable[Any] = ()) -> Series:
    """Return the figures of answers, put together: tables, pasted lines, files. What cannot be read is among the faults.

    Parameters
    ----------
    *values
        The value of a table or of attached files, whose CSV files are read; text, or bytes. What is none of these
        has no figures. Of two for one time the later one counts.
    locale
        The reader's language: it writes days and numbers its own way.
    choices
        What the reader says of how they are to be read, as `Choices.of` takes it.
    """
    faults: list[Fault] = []
    found: list[Series] = []
    asked = Choices.of(choices)
    for each in _each(values):
        try:
            if isinstance(each, list):
                found.append(from_table(each, locale=locale, choices=asked))
            elif isinstance(each, str):
                found.append(from_text(each, locale=locale, choices=asked))
            elif isinstance(each, bytes):
                found.append(from_bytes(each, locale=locale, choices=asked))
        except (BadInput, TooLarge) as error:
            faults.append(Fault(error.code, error.values))
    faults = [*(fault for one in found for fault in one.faults), *faults]
    notes = tuple(note for one in found for note in one.notes)
    with_points = [one for one in found if one.points]
    points = [point for one in with_points for point in one.points]
    if len(with_points) > 1:
        points, more = in_order(points)
        faults += more
    name = next((one.name for one in found if one.name), "")
    return Series(points=tuple(points), faults=tuple(faults), gaps=count_gaps(points), name=name, notes=notes)


def _each(values: Iterable[Any]) -> Iterable[Any]:
    """Yield what may hold figures: of attached things the text of each CSV file, everything else as it is."""
    for value in values:
        attached = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
        if any("file" in each or "link" in each for each in attached):
            yield from (str(each["text"]) for each in attached if each.get("type") == "text/csv" and "text" in each)
        else:
            yield value


def from_table(
    value: Any,
    labels: Sequence[str] = (),
    *,
    locale: str = "en",
    choices: Choices = NO_CHOICES,
) -> Series:
    """Return the figures of a table's answer: its column of times, and the first other one of numbers that is no target.

    Parameters
    ----------
    value
        The answer as stored; anything that is no table has no figures.
    labels
        Ids of the columns in their order; as they come in the rows where none are given.
    locale, choices
        As in `read`.
    """
    cells = [row["cells"] for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    columns = list(labels) or list(dict.fromkeys(id for row in cells for id in row))
    if not columns:
        return Series()
    rows = [[_text(row.get(id)) for id in columns] for row in cells]
    chosen = choose_columns(columns, rows, choices)
    if chosen.count < 0:
        return Series()
    # Numbers in a table are stored with a point, whatever language they were typed in.
    return _of_columns(["" for _ in columns], rows, chosen, 1, locale, ".", choices)


def from_text(text: str, *, locale: str = "en", choices: Choices = NO_CHOICES) -> Series:
    """Return the figures of lines that were pasted from a file or a sheet: a time and a value on each.

    Parameters
    ----------
    text
        The lines.
    locale, choices
        As in `read`.

    Raises
    ------
    BadInput, TooLarge
        There is nothing to read in it, or too much.
    """
    if len(text) > MAX_BYTES:
        raise TooLarge("figures.too_large", limit=MAX_BYTES // 1_000_000)
    if text.startswith("PK\x03\x04") or "\x00" in text:
        raise BadInput("figures.no_text")
    sheet = parse_lines(text)
    if not sheet.rows and not any(sheet.heads):
        return Series()
    chosen = choose_columns(sheet.heads, sheet.rows, choices)
    if chosen.count < 0:
        raise BadInput("figures.no_figures")
    # A semicolon between cells is written where the comma stands before decimals.
    mark = "," if sheet.delimiter == ";" else ""
    found = _of_columns(sheet.heads, sheet.rows, chosen, sheet.first, locale, mark, choices)
    heads = [sheet.heads[place] for place in (chosen.count, *chosen.others)]
    if chosen.others:
        return replace(
            found, points=(), gaps=0, faults=(Fault("figures.which_column", {"names": heads}), *found.faults)
        )
    when = sheet.heads[chosen.time] if chosen.year < 0 else f"{sheet.heads[chosen.time]} + {sheet.heads[chosen.year]}"
    if when and found.name and found.points:
        about = {"when": when, "count": found.name, "number": len(found.points)}
        return replace(found, notes=(Fault("figures.columns", about), *found.notes))
    return found


def from_bytes(data: bytes, *, locale: str = "en", choices: Choices = NO_CHOICES) -> Series:
    """Return the figures of a file as a sheet saves it.

    Parameters
    ----------
    data
        What is in the file.
    locale, choices
        As in `read`.

    Raises
    ------
    BadInput, TooLarge
        It is no text (a zip or a workbook under another name, say), holds no figures, or is too large.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("figures.too_large", limit=MAX_BYTES // 1_000_000)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadInput("figures.no_text")
    return from_text(decode(data)[0], locale=locale, choices=choices)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _of_columns(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    chosen: ColumnChoice,
    first: int,
    locale: str,
    mark: str,
    choices: Choices,
) -> Series:
    """Return the figures in two columns of a table, with what cannot be read, and how the rest was."""
    labels = [_label(row, chosen) for row in rows]
    cells = [row[chosen.count] for row in rows]
    days = read_days(labels, locale, choices.day_first)
    numbers = read_numbers(cells, mark or decimal_mark(locale), choices.decimal)
    if days.unclear or numbers.unclear:
        asked = [Fault("figures.which_day", {"said": days.unclear})] if days.unclear else []
        asked += [Fault("figures.which_mark", {"said": numbers.unclear})] if numbers.unclear else []
        return Series(faults=tuple(asked), name=heads[chosen.count].strip())
    dated = sum(day is not None for day in days.days) * 2 >= sum(bool(label) for label in labels)
    faults: list[Fault] = []
    points: list[Point] = []
    lines: list[tuple[int, str]] = []
    for line, (label, cell, day, value) in enumerate(zip(labels, cells, days.days, numbers.values, strict=True), first):
        if not label and not cell:
            continue
        if is_total(label):
            faults.append(Fault("figures.total", {"when": label, "said": cell[:40]}, line=line))
        elif value is None:
            faults.append(Fault("figures.no_number", {"when": label, "said": cell[:40]}, line=line))
        elif not label:
            faults.append(Fault("figures.no_time", {"said": cell[:40]}, line=line))
        elif day is None and dated and any(days.days):
            faults.append(Fault("figures.no_day", {"when": label[:40], "said": cell[:40]}, line=line))
        else:
            points.append(Point(day.isoformat() if day and is_whole_day(label) else label, day, value))
            lines.append((line, cell[:40]))
    ordered, twice = in_order(points, lines)
    notes = []
    if numbers.thousands:
        read_as = next(
            (v for v, c in zip(numbers.values, cells, strict=True) if v is not None and numbers.thousands in c), 0
        )
        about = {"said": numbers.thousands, "value": plain_value(Fraction(read_as))}
        notes.append(Fault("figures.thousands", about))
    if [point.day for point in ordered if point.day] != [point.day for point in points if point.day] or (
        ordered and not ordered[0].day and ordered[0] != points[0]
    ):
        notes.append(Fault("figures.ordered"))
    return Series(
        points=tuple(ordered),
        faults=tuple(sorted([*faults, *twice], key=lambda fault: fault.line or 0)),
        gaps=count_gaps(ordered),
        name=heads[chosen.count].strip(),
        notes=tuple(notes),
    )


def _label(row: Sequence[str], chosen: ColumnChoice) -> str:
    """Return what a row calls its time; a week or a month with the year that stands in another column."""
    label = row[chosen.time].strip()
    if chosen.year < 0:
        return label
    year, part = row[chosen.year].strip(), re.sub(r"\D", "", label)
    if not re.fullmatch(r"\d{4}", year):
        return f"{label} {year}".strip()
    if re.fullmatch(r"(?i)(w|kw|s|sem|wk|week|woche|semana|semaine)?[ .-]*\d{1,2}", label) and chosen.weekly:
        return f"{year}-W{part.zfill(2)}"
    return f"{year}-{part.zfill(2)}" if label.isdigit() else f"{label} {year}"
