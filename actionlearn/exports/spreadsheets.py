"""A table as CSV and as a spreadsheet's own file, in which no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from actionlearn.i18n import message
from actionlearn.text.formulas import escape_formula

#: What a cell may hold.
Cell = str | int | date | None


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as CSV in UTF-8, with the mark at its beginning by which spreadsheets know that."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([escape_formula(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as .xlsx: text as text whatever it begins with, numbers and days as such."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(title[:31])  # no spreadsheet takes a longer one
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = max(13, len(column) + 2)
    sheet.append([_cell(sheet, column, font=Font(bold=True)) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, cell) for cell in row])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _cell(sheet: Any, value: Cell, **style: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell: Any = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
    made: Any = WriteOnlyCell(sheet, cell)
    if isinstance(value, str):
        made.data_type = "s"  # else what begins with = is a formula
        made.quotePrefix = escape_formula(value) != value  # nor does it become one when somebody edits the cell
    elif isinstance(value, date):
        made.number_format = "yyyy-mm-dd"
    for name, each in style.items():
        setattr(made, name, each)
    return made


@dataclass(frozen=True)
class Format:
    """A format of file in which a table can be had.

    Parameters
    ----------
    label
        What its link says. A message id.
    media_type
        What it is sent as.
    write
        Returns the file of a title, columns and rows.
    """

    label: str
    media_type: str
    write: Callable[[str, Sequence[str], Iterable[Sequence[Cell]]], bytes]


#: Every format by the suffix of its files, in the order in which a page offers them. The route, the command and the
#: page read it.
FORMATS: Mapping[str, Format] = {
    "xlsx": Format(
        label=message("Progress, for a spreadsheet"),
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write=as_xlsx,
    ),
    "csv": Format(
        label=message("as CSV"),
        media_type="text/csv; charset=utf-8",
        write=lambda _, columns, rows: as_csv(columns, rows),
    ),
}
