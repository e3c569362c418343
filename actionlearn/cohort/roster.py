"""Read a roster: the CSV file of learners that a learning platform or a spreadsheet writes.

Columns are found by name: ``username, firstname, lastname, email``, optionally the set
(``set``, ``profile_field_set`` or ``group1``), ``cohort1`` and ``lang``. Everything that is wrong
is collected, with its row, and raised once.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from actionlearn.cohort.encoding import decode
from actionlearn.errors import Fault, RosterError

#: The largest file that is read, in bytes. Ten thousand rows are less than one.
MAX_BYTES = 10 * 1024 * 1024
MAX_NAME = 100

REQUIRED = ("username", "firstname", "lastname", "email")
#: Our name of a column -> how learning platforms call it, best first.
COLUMNS: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in REQUIRED},
    "set": ("set", "profile_field_set", "group1"),
    "cohort": ("cohort1", "cohort"),
    "locale": ("lang", "locale"),
}
DELIMITERS = ",;\t"

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
_EMAIL = re.compile(r"\w[\w.!#$%&'*/=?^`{|}~+-]*@[\w-]+(\.[\w-]+)+")
_LOCALE = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,3}")
_FILES_THAT_ARE_NO_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\x1f\x8b", b"\xff\xd8\xff")


@dataclass(frozen=True)
class Row:
    """One learner, as the roster names them.

    Parameters
    ----------
    username
        In lower case; safe as the name of a folder.
    set
        Name of the set they are in; empty where the roster names none.
    cohort
        The cohort the file says they belong to; empty where it does not say.
    locale
        Language tag; empty where the roster names none.
    row
        Row of the sheet, counted from 1, the header being one.
    """

    username: str
    firstname: str
    lastname: str
    email: str
    set: str = ""
    cohort: str = ""
    locale: str = ""
    row: int = 0


def read(source: Path | bytes) -> list[Row]:
    """Read a roster.

    Parameters
    ----------
    source
        The file, or what is in it.

    Returns
    -------
    list of Row
        A row for each learner, in the order of the file.

    Raises
    ------
    RosterError
        Something is wrong: all of it, with rows, in ``faults``.
    """
    path = source if isinstance(source, Path) else None
    text = _text(source, path)
    sheet = _Sheet(path)
    rows = sheet.read(text)
    if sheet.faults:
        raise RosterError("roster.faults", faults=sheet.faults, count=len(sheet.faults))
    return rows


def _text(source: Path | bytes, path: Path | None) -> str:
    data = source if isinstance(source, bytes) else _bytes(source)
    if len(data) > MAX_BYTES:
        raise _refused("roster.too_big", path, limit=MAX_BYTES // 1024**2)
    if data.startswith(_FILES_THAT_ARE_NO_TEXT):
        raise _refused("roster.no_text", path)
    text = decode(data)[0]
    if "\x00" in text:
        raise _refused("roster.no_text", path)
    if not text.strip():
        raise _refused("roster.empty", path)
    return text


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _refused("roster.unreadable", path, reason=error.strerror or "") from None


def _refused(code: str, path: Path | None, **values: object) -> RosterError:
    return RosterError("roster.faults", faults=[Fault(code, values, path)], count=1)


@dataclass
class _Sheet:
    """A sheet as it is being read, with all that was found wrong."""

    path: Path | None
    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: str, row: int | None, **values: object) -> None:
        self.faults.append(Fault(code, values, self.path, row))

    def read(self, text: str) -> list[Row]:
        records = self.records(text)
        header = next(records, None)
        if header is None:
            if not self.faults:
                self.fault("roster.empty", None)
            return []
        columns = self.columns(*header)
        if columns is None:
            return []
        rows: list[Row] = []
        first: dict[str, int] = {}
        for number, cells in records:
            row = self.row(number, cells, columns, len(header[1]))
            if row and row.username in first:
                self.fault("roster.username_twice", number, username=row.username, first=first[row.username])
            elif row:
                first[row.username] = number
                rows.append(row)
        if not rows and not self.faults:
            self.fault("roster.nobody", None)
        return rows

    def records(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows that hold something, with their numbers."""
        told = re.match(r"sep=([,;\t])\r?\n", text)
        delimiter = told[1] if told else _delimiter(text)
        number = 0
        try:
            # A quote that is never closed would swallow the rest of the file: strict says so instead.
            for number, cells in enumerate(
                csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1
            ):
                if any(cell.strip() for cell in cells) and not (told and number == 1):
                    yield number, cells
        except csv.Error:
            self.fault("roster.bad_quotes", number + 1)

    def columns(self, number: int, header: list[str]) -> dict[str, int] | None:
        """Return where each column is; None where the sheet cannot be read for want of them."""
        found = [cell.strip().lower() for cell in header]
        named = [name for name in found if name]
        where = {ours: found.index(name) for ours, names in COLUMNS.items() for name in names[::-1] if name in found}
        for name in sorted({name for name in named if named.count(name) > 1 and _known(name)}):
            self.fault("roster.column_twice", number, column=name)
        if not where:
            self.fault("roster.no_header", number, columns=REQUIRED)
        elif missing := [name for name in REQUIRED if name not in where]:
            self.fault("roster.missing_columns", number, missing=missing, found=[_shown(name) for name in named])
        return None if self.faults else where

    def row(self, number: int, cells: list[str], columns: Mapping[str, int], width: int) -> Row | None:
        """Return the learner of a row, None where something is wrong with it."""
        before = len(self.faults)
        if any(cell.strip() for cell in cells[width:]):
            self.fault("roster.too_many_cells", number, cells=len(cells), columns=width)
            return None
        said = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
        said = {name: unicodedata.normalize("NFC", value) for name, value in said.items()}
        said["username"] = said["username"].lower()
        for name, value in said.items():
            if code := _wrong(name, value):
                self.fault(code, number, column=name, value=_shown(value), limit=MAX_NAME)
        return Row(row=number, **said) if len(self.faults) == before else None


def _known(name: str) -> bool:
    return any(name in names for names in COLUMNS.values())


def _delimiter(text: str) -> str:
    """Return the delimiter that finds most of our columns in the first line that holds something."""
    line = next((line for line in text.splitlines() if line.strip(" \t,;")), "")

    def known(delimiter: str) -> int:
        return sum(_known(name.strip(' "').lower()) for name in line.split(delimiter))

    return max(DELIMITERS, key=known)


def _wrong(column: str, value: str) -> str:
    """Return the code of what is wrong with a cell, or an empty text."""
    if _control(value):
        return "roster.control_characters"
    if "\ufffd" in value:
        return "roster.lost_characters"
    match column:
        case "username":
            return _wrong_username(value)
        case "email":
            return _wrong_email(value)
        case "locale":
            return "roster.bad_locale" if value and not _LOCALE.fullmatch(value) else ""
    return wrong_name(column, value)


def wrong_name(column: str, value: str) -> str:
    """Return the code of what is wrong with the name of a person or a set, or an empty text."""
    if _control(value):
        return "roster.control_characters"
    if column == "firstname" and not value:
        return "roster.no_name"
    if _formula(value):
        return "roster.formula"
    if column == "set" and (".." in value or "/" in value or "\\" in value):
        return "roster.bad_set"
    return "roster.too_long" if len(value) > MAX_NAME else ""


def _wrong_username(value: str) -> str:
    if not value:
        return "roster.no_username"
    return "" if safe_username(value) else "roster.bad_username"


def _wrong_email(value: str) -> str:
    if not value:
        return "roster.no_email"
    return "" if safe_email(value) else "roster.bad_email"


def safe_username(value: str) -> bool:
    """Tell whether a username is one that can name a folder and stand in a spreadsheet."""
    return bool(_USERNAME.fullmatch(value)) and ".." not in value


def safe_email(value: str) -> bool:
    """Tell whether an e-mail address looks like one."""
    return bool(_EMAIL.fullmatch(value)) and len(value) <= 254 and ".." not in value


def _formula(value: str) -> bool:
    """Tell whether a spreadsheet would take a cell for a formula, full-width signs included."""
    return unicodedata.normalize("NFKC", value)[:1] in ("=", "+", "-", "@") if value else False


def _control(value: str) -> bool:
    """Tell whether a text holds what steers a terminal or turns the reading direction about."""
    return not value.isprintable() and any(
        unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp")
        or each in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        for each in value
    )


def _shown(value: str) -> str:
    """Return a cell as it can be printed: control characters spelled out, and no longer than a line."""
    clear = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in value)
    return clear if len(clear) <= 60 else clear[:60] + "…"
