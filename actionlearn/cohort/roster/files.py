"""Open what somebody gives as a roster: one file or several, text or spreadsheet, as rows of cells with their numbers."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from actionlearn.cohort.roster import ods, xls, xlsx
from actionlearn.cohort.roster.records import ABOVE, FoundSheets, Known, Record, Sheet, UnreadableRoster
from actionlearn.cohort.roster.spreadsheets import read_spreadsheet
from actionlearn.errors import Fault
from actionlearn.text.encoding import decode, is_uncertain

#: The largest file that is read, in bytes. Ten thousand rows are less than one.
MAX_BYTES = 10 * 1024 * 1024
#: How large it may be unpacked: a zip file can promise a great deal more than it weighs.
MAX_UNPACKED = 100 * 1024 * 1024
MAX_FILES = 50

DELIMITERS = ",;\t|"
_PAGE = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype html|html|table|meta|head|body)", re.IGNORECASE)
_FILES_THAT_ARE_NO_TEXT = (b"%PDF", b"\x89PNG", b"\x1f\x8b", b"\xff\xd8\xff")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def open_sheets(source: Path | bytes | Mapping[str, bytes], known: Known) -> FoundSheets:
    """Return the sheets in a file, a folder, a zip file, or in several files by name.

    Raises
    ------
    Refused
        There is none.
    """
    if isinstance(source, Path):
        return _in_path(source, known)
    if isinstance(source, bytes):
        return _in_file("", source, None, known)
    found: FoundSheets = {}
    for name, data in source.items():
        found |= _in_file(name, data, Path(name), known)
    if not found:
        raise UnreadableRoster("roster.empty")
    return found


def _in_path(path: Path, known: Known) -> FoundSheets:
    files = sorted(path.glob("*.csv"))[:MAX_FILES] if path.is_dir() else [path]
    found: FoundSheets = {}
    for each in files or [path]:
        try:
            with each.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise UnreadableRoster("roster.unreadable", each, reason=error.strerror or "") from None
        found |= _in_file(each.name, data, each, known)
    return found


def _in_file(name: str, data: bytes, path: Path | None, known: Known) -> FoundSheets:
    if len(data) > MAX_BYTES:
        raise UnreadableRoster("roster.too_big", path, limit=MAX_BYTES // 1024**2)
    if data.startswith(_OLE):
        return {name: read_spreadsheet(lambda: xls.tables(data, path), path, known)}
    if data.startswith(_ZIP):
        return _in_zip(name, data, path, known)
    if _PAGE.match(data[:4096]):
        return {name: _page(data, path, known)}
    return {name: _text(data, path, known)}


def _in_zip(name: str, data: bytes, path: Path | None, known: Known) -> FoundSheets:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            if sum(each.file_size for each in entries) > MAX_UNPACKED:
                raise UnreadableRoster("roster.too_big", path, limit=MAX_UNPACKED // 1024**2)
            names = {each.filename for each in entries}
            if "xl/workbook.xml" in names:
                sheet = read_spreadsheet(lambda: xlsx.tables(packed), path, known)
                if any(each.endswith("vbaProject.bin") for each in names):
                    sheet.notes.append(Fault("roster.macro", {}, path))
                return {name: sheet}
            if "content.xml" in names:
                return {name: read_spreadsheet(lambda: ods.tables(packed), path, known)}
            inside = [each for each in entries if each.filename.lower().endswith(".csv")][:MAX_FILES]
            if not inside:
                raise UnreadableRoster("roster.no_text", path)
            return {
                Path(each.filename).name: _text(packed.read(each), Path(Path(each.filename).name), known)
                for each in inside
            }
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise UnreadableRoster("roster.no_text", path) from None


def _page(data: bytes, path: Path | None, known: Known) -> Sheet:
    """Return the table of a web page: registers write one, and call it ``.xls``."""
    from lxml import etree, html

    try:
        tree = html.fromstring(decode(data, guess=True)[0].encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        raise UnreadableRoster("roster.no_text", path) from None
    rows = [[" ".join(cell.text_content().split()) for cell in row.iter("td", "th")] for row in tree.iter("tr")]
    sheet = Sheet(path, [(number, cells) for number, cells in enumerate(rows, 1) if any(cells)])
    if not sheet.records:
        raise UnreadableRoster("roster.no_text", path)
    sheet.begin_at_header(known)
    return sheet


def _text(data: bytes, path: Path | None, known: Known) -> Sheet:
    if data.startswith(_FILES_THAT_ARE_NO_TEXT):
        raise UnreadableRoster("roster.no_text", path)
    text, encoding = decode(data, guess=True)
    if "\x00" in text:
        raise UnreadableRoster("roster.no_text", path)
    if not text.strip():
        raise UnreadableRoster("roster.empty", path)
    sheet = Sheet(path, [])
    if is_uncertain(encoding):
        sheet.notes.append(Fault("roster.guessed", {"encoding": encoding}, path))
    sheet.records.extend(_records(text, sheet, known))
    sheet.begin_at_header(known)
    return sheet


def _records(text: str, sheet: Sheet, known: Known) -> Iterator[Record]:
    """Yield the rows that hold something, with their numbers."""
    declared = re.match(r"sep=([,;\t|])\r?\n", text)
    delimiter = declared[1] if declared else _delimiter(text, known)
    number = 0
    try:
        # A quote that is never closed would swallow the rest of the file: strict says so instead.
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if any(cell.strip() for cell in cells) and not (declared and number == 1):
                yield number, cells
    except csv.Error:
        sheet.faults.append(Fault(code="roster.bad_quotes", values={}, path=sheet.path, line=number + 1))


def _delimiter(text: str, known: Known) -> str:
    """Return the delimiter that finds most of our columns in one of the first lines, for titles stand above them."""
    lines = list(islice((line for line in text.splitlines() if line.strip(" \t,;")), ABOVE))

    def columns(delimiter: str) -> tuple[int, int]:
        parted = [[name.strip(' "') for name in line.split(delimiter)] for line in lines]
        return max((sum(map(known, names)) for names in parted), default=0), len(parted[0]) if parted else 0

    return max(DELIMITERS, key=columns)
