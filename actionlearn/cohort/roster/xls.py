"""Sheets of an ``.xls`` file, as spreadsheets wrote them until 2007."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from actionlearn.cohort.roster.records import UnreadableRoster
from actionlearn.cohort.roster.shown import has_lost_digits, shown_text
from actionlearn.cohort.roster.spreadsheets import MAX_COLUMNS, FoundTable, cell_name


def tables(data: bytes, path: Path | None) -> Iterator[FoundTable]:
    """Yield the sheets.

    Raises
    ------
    UnreadableRoster
        It is locked with a password, or broken.
    PartTooLarge
        It holds more than a list of learners.
    """
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    except Exception:  # noqa: BLE001 - xlrd fails in many ways on a file that is broken
        raise UnreadableRoster("roster.old_spreadsheet", path) from None
    for sheet in book.sheets():
        table = FoundTable(sheet.name, visible=sheet.visibility == 0)
        for row in range(sheet.nrows):
            cells = sheet.row(row)[:MAX_COLUMNS]
            table.add(row + 1, {place: _cell(book, cell, row + 1, place, table) for place, cell in enumerate(cells)})
        for first, last, left, right in sheet.merged_cells:
            area = f"{cell_name(first + 1, left)}:{cell_name(last, right - 1)}"
            table.merged.append((area, first + 1, last))
        table.hidden = {row + 1 for row, about in sheet.rowinfo_map.items() if about.hidden}
        yield table


def _cell(book: Any, cell: Any, row: int, place: int, table: FoundTable) -> str:
    import xlrd

    match cell.ctype:
        case xlrd.XL_CELL_ERROR:
            table.wrong[row, place] = ("roster.cell_error", {"value": xlrd.error_text_from_code.get(cell.value, "#")})
            return "#"
        case xlrd.XL_CELL_DATE:
            try:
                return shown_text(xlrd.xldate_as_datetime(cell.value, book.datemode))
            except (ValueError, OverflowError):
                return shown_text(cell.value)
        case xlrd.XL_CELL_BOOLEAN:
            return str(bool(cell.value))
        case xlrd.XL_CELL_NUMBER:
            if has_lost_digits(cell.value):
                table.wrong[row, place] = ("roster.lost_digits", {})
            code = book.format_map.get(book.xf_list[cell.xf_index].format_key) if cell.xf_index is not None else None
            return shown_text(cell.value, code.format_str if code else "")
    return shown_text(cell.value)
