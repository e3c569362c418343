"""Sheets of an ``.ods`` file, in which every cell has its text as a person sees it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any

from actionlearn.cohort.roster.shown import has_lost_digits, shown_text
from actionlearn.cohort.roster.spreadsheets import MAX_BLANK, MAX_COLUMNS, FoundTable, cell_name
from actionlearn.cohort.roster.xml_parts import PartTooLarge, elements

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
#: A row that holds something, and stands there more often than this, was not typed.
_MOST_TIMES = 100
#: A number that is shown as one that tells people apart: with zeros before it, a letter, a hyphen.
_IDENTIFIER = re.compile(r"[A-Za-z]{0,8}[\d-]{1,15}")


def tables(packed: zipfile.ZipFile) -> Iterator[FoundTable]:
    """Yield the sheets.

    Raises
    ------
    BadPart, PartTooLarge
        The file is broken, or holds more than a list of learners.
    """
    reader = _Reader()
    begin = {"table", "style", "table-properties", "table-row"}
    end = {"table-cell", "covered-table-cell", "table-row", "table"}
    for event, each in elements(packed, "content.xml", begin, end):
        name = each.tag.rpartition("}")[2]
        if name in ("style", "table-properties"):
            reader.style(each)
        elif name == "table" and event == "end":
            yield reader.table
        elif name == "table":
            reader.begin(each)
        elif name == "table-row" and event == "start":
            reader.begin_row(each)
        elif name == "table-row":
            reader.end_row(each)
        else:
            reader.cell(each)


class _Reader:
    """The sheet that is being read, and where in it."""

    def __init__(self) -> None:
        self.table = FoundTable("")
        self._row = self._place = self._blank = 0
        self._cells: dict[int, str] = {}
        self._style = ""
        self._hidden: set[str] = set()

    def style(self, element: Any) -> None:
        if element.get(f"{_TABLE}display") == "false":
            self._hidden.add(self._style)
        self._style = next((value for key, value in element.attrib.items() if key.endswith("}name")), self._style)

    def begin(self, element: Any) -> None:
        visible = element.get(f"{_TABLE}style-name") not in self._hidden
        self.table = FoundTable(element.get(f"{_TABLE}name", ""), visible=visible)
        self._row = self._blank = 0

    def begin_row(self, element: Any) -> None:
        self._place, self._cells = 0, {}
        if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            self.table.hidden.add(self._row + 1)

    def end_row(self, element: Any) -> None:
        times = _times(element, "rows")
        for again in range(times if self._cells else 0):
            if again > _MOST_TIMES:
                raise PartTooLarge(self.table.title)
            self.table.add(self._row + 1 + again, self._cells)
        self._row += times

    def cell(self, element: Any) -> None:
        if self.table.stopped:
            return
        times = _times(element, "columns")
        text = _cell(element, self._row + 1, self._place, self.table)
        self._blank = 0 if text else self._blank + 1
        if text:
            self._cells |= dict.fromkeys(range(self._place, min(self._place + times, MAX_COLUMNS)), text)
        self._place += times
        if self._blank > MAX_BLANK and self.table.records:
            self.table.stopped = self.table.records[-1][0]


def _times(element: Any, what: str) -> int:
    written = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(written) if written.isdigit() and len(written) < 8 else 1


def _cell(element: Any, row: int, place: int, table: FoundTable) -> str:
    """Return the text of a cell: as it is shown; a number by its value, where the format only parts its thousands."""
    lines = ["".join(_letters(each)) for each in element.iterchildren(f"{_TEXT}p")]
    shown = "\n".join(lines).strip()
    rows = element.get(f"{_TABLE}number-rows-spanned", "1")
    columns = element.get(f"{_TABLE}number-columns-spanned", "1")
    if rows.isdigit() and columns.isdigit() and (int(rows) > 1 or int(columns) > 1):
        area = f"{cell_name(row, place)}:{cell_name(row + int(rows) - 1, place + int(columns) - 1)}"
        table.merged.append((area, row, row + int(rows) - 1))
    if element.get(f"{_TABLE}formula"):
        table.formulas += 1
        if shown.startswith(("Err:", "#")):
            table.wrong[row, place] = ("roster.cell_error", {"value": shown[:20]})
    kind = element.get(f"{_OFFICE}value-type", "")
    if kind == "date":
        return str(element.get(f"{_OFFICE}date-value", shown))[:10]
    if kind != "float" or _IDENTIFIER.fullmatch(shown):
        return shown
    try:
        value = float(element.get(f"{_OFFICE}value", ""))
    except ValueError:
        return shown
    if has_lost_digits(value):
        table.wrong[row, place] = ("roster.lost_digits", {})
    return shown_text(value)


def _letters(paragraph: Any) -> Iterator[str]:
    """Yield the text of a paragraph; runs of spaces and line ends are elements there."""
    for each in paragraph.iter():
        if each.tag == f"{_TEXT}s":
            yield " " * min(int(each.get(f"{_TEXT}c") or 1), 100)
        elif each.tag in (f"{_TEXT}line-break", f"{_TEXT}tab"):
            yield " "
        yield each.text or ""
        if each is not paragraph:
            yield each.tail or ""
