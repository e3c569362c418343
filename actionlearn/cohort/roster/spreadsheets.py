"""The sheet of a spreadsheet in which learners stand, cell by cell as a person sees it.

Nothing in the file is run: of a formula the value is read that was last shown, a macro is passed over.
What a person does not see, they are told of.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from actionlearn.cohort.roster.records import Known, Record, Sheet, UnreadableRoster
from actionlearn.cohort.roster.xml_parts import BadPart, PartTooLarge
from actionlearn.errors import Fault

#: More than any sheet of learners has.
MAX_ROWS, MAX_COLUMNS = 50_000, 200
#: After so many cells that hold nothing, what may stand still further below is not looked for.
MAX_BLANK = 100_000


@dataclass
class FoundTable:
    """One sheet of a spreadsheet.

    Parameters
    ----------
    title, visible
        What it is called, and whether a person sees it.
    records
        Its rows that hold something.
    wrong
        Code and values of what is wrong with cells, by row and place.
    merged
        Areas that are one cell, each with its first and last row.
    hidden
        Rows that a person does not see.
    formulas
        How many cells have one.
    stopped
        The row after which nothing was looked for, where that was so.
    """

    title: str
    visible: bool = True
    records: list[Record] = field(default_factory=list)
    wrong: dict[tuple[int, int], tuple[str, dict[str, object]]] = field(default_factory=dict)
    merged: list[tuple[str, int, int]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    formulas: int = 0
    stopped: int = 0

    def add(self, number: int, cells: dict[int, str]) -> None:
        """Add a row, where it holds something.

        Raises
        ------
        PartTooLarge
            There are more than any list of learners has.
        """
        filled = {place: text for place, text in cells.items() if text.strip(" \u200b\ufeff\u00a0\t\r\n")}
        if filled:
            self.records.append((number, [filled.get(place, "") for place in range(max(filled) + 1)]))
        if len(self.records) > MAX_ROWS:
            raise PartTooLarge(self.title)


def cell_name(row: int, place: int) -> str:
    """Return what a spreadsheet calls a cell: ``B7``."""
    name, number = "", place + 1
    while number:
        number, letter = divmod(number - 1, 26)
        name = chr(ord("A") + letter) + name
    return f"{name}{row}"


def read_spreadsheet(read: Callable[[], Iterable[FoundTable]], path: Path | None, known: Known) -> Sheet:
    """Return the one sheet of a spreadsheet that names learners.

    Parameters
    ----------
    read
        Gives the sheets.
    path
        The file's name, for the faults.
    known
        Which columns we read.

    Raises
    ------
    UnreadableRoster
        It cannot be read, or several of its sheets name learners.
    """
    try:
        tables = list(read())
    except UnreadableRoster:
        raise
    except PartTooLarge as error:
        raise UnreadableRoster("roster.too_many_rows", path, sheet=str(error), limit=MAX_ROWS) from None
    except (BadPart, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, LookupError, OSError):
        raise UnreadableRoster("roster.no_text", path) from None
    visible = [each for each in tables if each.visible and each.records]
    if not visible:
        raise UnreadableRoster("roster.empty", path)
    sheets = [(each, Sheet(path, list(each.records))) for each in visible]
    named = [pair for pair in sheets if pair[1].begin_at_header(known)]
    if len(named) > 1:
        raise UnreadableRoster("roster.several_sheets", path, names=[table.title for table, _ in named])
    table, sheet = (named or sheets)[0]
    _note(sheet, table)
    if hidden := [each.title for each in tables if not each.visible]:
        sheet.notes.append(Fault("roster.hidden_sheet", {"names": hidden}, path))
    return sheet


def _note(sheet: Sheet, table: FoundTable) -> None:
    """Note what is wrong with cells, and what a person may not have seen."""
    top = sheet.records[0][0]
    _note_merged(sheet, table)
    for (row, place), (code, values) in table.wrong.items():
        if row >= top:
            values = {"cell": cell_name(row, place), **values}
            sheet.cell_faults[row, place] = Fault(code=code, values=values, path=sheet.path, line=row)
    if table.formulas:
        sheet.notes.append(Fault("roster.computed", {"count": table.formulas}, sheet.path))
    if rows := [number for number, _ in sheet.records if number in table.hidden]:
        sheet.notes.append(Fault("roster.hidden_rows", {"rows": rows[:20]}, sheet.path))
    if table.stopped:
        sheet.notes.append(Fault("roster.stopped", {"row": table.stopped}, sheet.path))


def _note_merged(sheet: Sheet, table: FoundTable) -> None:
    """Note rows that share a merged cell. Where the header does, nothing below it can be told apart."""
    areas = sorted((first, last, area) for area, first, last in table.merged)
    at, until, name = 0, 0, ""
    for place, (number, _) in enumerate(sheet.records):
        while at < len(areas) and areas[at][0] <= number:
            if areas[at][1] > until:
                _, until, name = areas[at]
            at += 1
        if number <= until:
            fault = Fault(code="roster.merged", values={"cells": name}, path=sheet.path, line=number)
            (sheet.faults if not place else sheet.row_faults.setdefault(number, [])).append(fault)
