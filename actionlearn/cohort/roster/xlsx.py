"""Sheets of an ``.xlsx`` file. A part is read as it streams by: what it would unfold to is never held."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import Any

from actionlearn.cohort.roster.shown import has_lost_digits, shown_text
from actionlearn.cohort.roster.spreadsheets import MAX_BLANK, MAX_COLUMNS, FoundTable
from actionlearn.cohort.roster.xml_parts import BadPart, PartTooLarge, elements

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_WORKBOOK = "xl/workbook.xml"


@dataclass
class _Parser:
    """What cells refer to, and openpyxl's own reading of a cell with it."""

    strings: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    epoch_1904: bool = False

    def __post_init__(self) -> None:
        from openpyxl.styles.numbers import is_date_format, is_timedelta_format
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH
        from openpyxl.worksheet._reader import WorkSheetParser

        self.cells = WorkSheetParser(
            io.BytesIO(),
            self.strings,
            data_only=True,
            epoch=MAC_EPOCH if self.epoch_1904 else WINDOWS_EPOCH,
            date_formats={number for number, code in enumerate(self.formats) if is_date_format(code)},
            timedelta_formats={number for number, code in enumerate(self.formats) if is_timedelta_format(code)},
        )

    def format_of(self, style: int) -> str:
        return self.formats[style] if style < len(self.formats) else ""


def tables(packed: zipfile.ZipFile) -> Iterator[FoundTable]:
    """Yield the sheets.

    Raises
    ------
    BadPart, PartTooLarge
        The file is broken, or holds more than a list of learners.
    """
    relations: dict[str, str] = {}
    for _, each in elements(packed, "xl/_rels/workbook.xml.rels", set(), {"Relationship"}):
        target = each.get("Target", "")
        relations[each.get("Id", "")] = target.lstrip("/") if target[:1] == "/" else normpath(join("xl", target))
    sheets: list[tuple[str, str, str]] = []
    since_1904 = False
    for _, each in elements(packed, _WORKBOOK, set(), {"sheet", "workbookPr"}):
        if each.tag.endswith("}workbookPr"):
            since_1904 = each.get("date1904", "") in ("1", "true")
            continue
        part = relations.get(each.get(_RELATION) or each.get(_STRICT_RELATION) or "", "")
        sheets.append((each.get("name", ""), each.get("state", "visible"), part))
    parser = _Parser(_strings(packed), _formats(packed), since_1904)
    there = set(packed.namelist())
    for title, state, part in sheets:
        if part in there and "chartsheet" not in part:
            yield _table(packed, part, FoundTable(title, visible=state == "visible"), parser)


def _strings(packed: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in packed.namelist():
        return []
    found = []
    for _, each in elements(packed, "xl/sharedStrings.xml", set(), {"si"}):
        found.append(
            "".join(text.text or "" for text in each.iter("{*}t") if not text.getparent().tag.endswith("}rPh"))
        )
    return found


def _formats(packed: zipfile.ZipFile) -> list[str]:
    """Return the number format of each style, by its place."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    if "xl/styles.xml" not in packed.namelist():
        return []
    codes = dict(BUILTIN_FORMATS)
    found: list[str] = []
    within = False
    for event, each in elements(packed, "xl/styles.xml", {"cellXfs"}, {"numFmt", "xf", "cellXfs"}):
        name = each.tag.rpartition("}")[2]
        if name == "cellXfs":
            within = event == "start"
        elif name == "numFmt":
            codes[_number(each.get("numFmtId", "0"))] = each.get("formatCode", "")
        elif within:
            found.append(codes.get(_number(each.get("numFmtId", "0")), ""))
    return found


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise BadPart(text) from None


def _table(packed: zipfile.ZipFile, part: str, table: FoundTable, parser: _Parser) -> FoundTable:
    row, blank = 0, 0
    cells: dict[int, str] = {}
    try:
        for event, each in elements(packed, part, {"row"}, {"row", "c", "mergeCell"}):
            name = each.tag.rpartition("}")[2]
            if name == "mergeCell":
                _merge(table, each.get("ref", ""))
            elif event == "start":
                row = _number(each.get("r") or str(row + 1))
                parser.cells.row_counter, parser.cells.col_counter, cells = row, 0, {}
                if each.get("hidden") in ("1", "true"):
                    table.hidden.add(row)
            elif name == "row":
                table.add(row, cells)
            else:
                place, text = _cell(each, row, table, parser)
                blank = 0 if text else blank + 1
                if text and place < MAX_COLUMNS:
                    cells[place] = text
                if blank > MAX_BLANK and table.records:
                    table.stopped = table.records[-1][0]
                    break
    except PartTooLarge:
        raise PartTooLarge(table.title) from None
    return table


def _cell(element: Any, row: int, table: FoundTable, parser: _Parser) -> tuple[int, str]:
    found = parser.cells.parse_cell(element)
    place, value = found["column"] - 1, found["value"]
    if element.find("{*}f") is not None:
        table.formulas += 1
        if value is None and element.get("t") != "str":
            table.wrong[row, place] = ("roster.no_value", {})
    if found["data_type"] == "e":
        table.wrong[row, place] = ("roster.cell_error", {"value": str(value)})
    elif has_lost_digits(value):
        table.wrong[row, place] = ("roster.lost_digits", {})
    return place, shown_text(value, parser.format_of(found["style_id"]))


def _merge(table: FoundTable, area: str) -> None:
    from openpyxl.utils.cell import range_boundaries

    try:
        _, first, _, last = range_boundaries(area)
    except (ValueError, TypeError):
        return
    table.merged.append((area, first or 1, last or first or 1))
