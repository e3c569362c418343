"""The sheet of an ``.xlsx`` file in which learners stand, cell by cell as a person sees it.

Nothing in the file is run: of a formula the value is read that was last shown, a macro is passed over.
What a person does not see, they are told of.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actionlearn.cohort.roster.records import Known, Record, Sheet, UnreadableRoster
from actionlearn.errors import Fault

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: More than any sheet of learners has.
MAX_ROWS, MAX_COLUMNS = 50_000, 200
#: In how many rows from the top the names of the columns are looked for: people put a title above them.
ABOVE = 10


def read(data: bytes, packed: zipfile.ZipFile, path: Path | None, known: Known) -> Sheet:
    """Return the one sheet of a spreadsheet that names learners.

    Parameters
    ----------
    data, packed
        The file, as bytes and as the zip file it is.
    path
        Its name, for the faults.
    known
        Which columns we read.

    Raises
    ------
    Refused
        It cannot be read, or several of its sheets name learners.
    """
    import openpyxl

    _harmless(packed, path)
    try:
        shown = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
        sheets: list[Any] = list(shown.worksheets)
        visible = [each for each in sheets if each.sheet_state == "visible"]
        hidden = [each.title for each in sheets if each.sheet_state != "visible"]
        sheet, title = _chosen(visible, path, known)
        written = openpyxl.load_workbook(io.BytesIO(data), keep_links=False)[title] if _computes(packed) else None
    except UnreadableRoster:
        raise
    except Exception:  # noqa: BLE001 - openpyxl fails in many ways on a file that is broken
        raise UnreadableRoster("roster.no_text", path) from None
    _look(sheet, shown[title], written)
    if hidden:
        sheet.notes.append(Fault("roster.hidden_sheet", {"names": hidden}, path))
    if any(name.endswith("vbaProject.bin") for name in packed.namelist()):
        sheet.notes.append(Fault("roster.macro", {}, path))
    return sheet


def _harmless(packed: zipfile.ZipFile, path: Path | None) -> None:
    """Refuse parts that would unfold when they are parsed: no spreadsheet program declares entities."""
    for name in packed.namelist():
        if name.endswith((".xml", ".rels")):
            with packed.open(name) as part:
                if b"<!DOCTYPE" in part.read(4096) or b"<!ENTITY" in part.read(4096):
                    raise UnreadableRoster("roster.no_text", path)


def _computes(packed: zipfile.ZipFile) -> bool:
    sheets = (name for name in packed.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml"))
    return any(b"<f" in packed.read(name) for name in sheets)


def _chosen(visible: list[Worksheet], path: Path | None, known: Known) -> tuple[Sheet, str]:
    sheets = []
    for each in visible:
        if each.max_row > MAX_ROWS:
            raise UnreadableRoster("roster.too_many_rows", path, sheet=each.title, limit=MAX_ROWS)
        sheets.append((Sheet(path, _records(each)), each.title))
    sheets = [pair for pair in sheets if pair[0].records]
    named = [pair for pair in sheets if _below_title(pair[0], known)]
    if len(named) > 1:
        raise UnreadableRoster("roster.several_sheets", path, names=[title for _, title in named])
    if not sheets:
        raise UnreadableRoster("roster.empty", path)
    return (named or sheets)[0]


def _records(sheet: Worksheet) -> list[Record]:
    rows = sheet.iter_rows(values_only=True, max_col=min(sheet.max_column, MAX_COLUMNS))
    records = ((number, [_text(each) for each in row]) for number, row in enumerate(rows, 1))
    return [(number, cells) for number, cells in records if any(cells)]


def _below_title(sheet: Sheet, known: Known) -> bool:
    """Let a sheet begin with the row that names the columns; tell whether there is one."""
    for at, (_, cells) in enumerate(sheet.records[:ABOVE]):
        if sum(known(cell.strip().lower()) for cell in cells) > 1:
            del sheet.records[:at]
            return True
    return False


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _look(sheet: Sheet, shown: Worksheet, written: Worksheet | None) -> None:
    """Note what is wrong with cells, and what a person may not have seen."""
    top = sheet.records[0][0]
    for area in shown.merged_cells.ranges:
        if area.max_row >= top:
            sheet.faults.append(
                Fault(code="roster.merged", values={"cells": str(area)}, path=sheet.path, line=area.min_row)
            )
    for row in shown.iter_rows(min_row=top, max_col=MAX_COLUMNS):
        for cell in row:
            if cell.data_type == "e":
                values = {"cell": cell.coordinate, "value": str(cell.value)}
                sheet.faults.append(Fault(code="roster.cell_error", values=values, path=sheet.path, line=cell.row))
    if written is not None:
        _formulas(sheet, shown, written, top)
    rows = [number for number, _ in sheet.records if shown.row_dimensions[number].hidden]
    if rows:
        sheet.notes.append(Fault("roster.hidden_rows", {"rows": rows[:20]}, sheet.path))


def _formulas(sheet: Sheet, shown: Worksheet, written: Worksheet, top: int) -> None:
    count = 0
    for row in written.iter_rows(min_row=top, max_col=MAX_COLUMNS):
        for cell in row:
            if cell.data_type != "f":
                continue
            count += 1
            if shown[cell.coordinate].value is None:
                sheet.faults.append(
                    Fault(code="roster.no_value", values={"cell": cell.coordinate}, path=sheet.path, line=cell.row)
                )
    if count:
        sheet.notes.append(Fault("roster.computed", {"count": count}, sheet.path))
