"""Lines of figures as cells: pasted from a sheet, or a file that one saved. Pure."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from actionlearn.errors import BadInput
from actionlearn.stats.days import moment
from actionlearn.stats.numbers import number, read_numbers


@dataclass(frozen=True)
class TextTable:
    """Cells of lines, all of one width.

    Parameters
    ----------
    heads
        What the columns are called; empty texts where no line says it.
    rows
        The cells below.
    first
        Number of the first of these rows, counted from 1.
    delimiter
        What stands between cells; empty for a space.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first: int
    delimiter: str


def parse_lines(text: str) -> TextTable:
    """Return the cells of lines.

    Raises
    ------
    BadInput
        ``figures.no_text``: it is no table. ``figures.which_comma``: a comma parts cells and may stand before decimals
        too, and nothing tells which.
    """
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    if not lines:
        return TextTable(heads=(), rows=(), first=1, delimiter="")
    delimiter = next((sign for sign in ("\t", ";", ",") if sign in lines[0]), "")
    spaced = [line.split() for line in lines]
    if all(len(each) == 2 and number(each[1]) is not None for each in spaced):
        delimiter = ""  # a time, a space, a number: a comma in it is a point
    try:
        rows = (
            list(csv.reader(lines, delimiter=delimiter)) if delimiter else [line.rsplit(maxsplit=1) for line in lines]
        )
    except csv.Error:
        raise BadInput("figures.no_text") from None
    rows = [[cell.strip() for cell in row] for row in rows]
    head = rows[0] if _is_head(rows[0]) else None
    body = rows[1:] if head else rows
    if delimiter == ",":
        body = _joined(body, len(head) if head else 0, lines[1:] if head else lines)
    width = max((len(row) for row in [*body, head or ()]), default=0)
    heads = tuple((head or [])[at] if at < len(head or []) else "" for at in range(width))
    cells = tuple(tuple(row[at] if at < len(row) else "" for at in range(width)) for row in body)
    return TextTable(heads=heads, rows=cells, first=2 if head else 1, delimiter=delimiter)


def _is_head(row: Sequence[str]) -> bool:
    """Tell whether a row names the columns: it has neither a time nor a number in it."""
    return not any(moment(cell, day_first=True) or moment(cell, day_first=False) or _is_number(cell) for cell in row)


def _is_number(cell: str) -> bool:
    return any(read_numbers([cell], chosen=mark).values[0] is not None for mark in ".,")


def _joined(rows: list[list[str]], width: int, lines: Sequence[str]) -> list[list[str]]:
    """Join the halves of decimal numbers that their own comma cut in two, where two columns are named or rows differ."""
    cut = [
        len(row) == 3 and all(cell.isdigit() for cell in row[1:]) and '"' not in line
        for row, line in zip(rows, lines, strict=True)
    ]
    if not any(cut) or width > 2:
        return rows
    if width < 2 and all(cut):
        raise BadInput("figures.which_comma", said=",".join(rows[0]))
    if any(len(row) > 3 for row in rows):
        return rows
    return [[row[0], f"{row[1]},{row[2]}"] if joined else row for row, joined in zip(rows, cut, strict=True)]
