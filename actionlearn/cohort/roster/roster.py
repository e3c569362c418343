"""Read a roster: the learners that a learning platform, a student register or a spreadsheet writes down.

Columns are found by name: ``username, firstname, lastname, email``, optionally the set
(``set``, ``profile_field_set`` or ``group1``), ``cohort1`` and ``lang``, or what people call these in a
sheet of their own. `sheets` opens the files. Everything that is wrong is collected, with its row, and
raised once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from actionlearn.cohort.roster import oneroster
from actionlearn.cohort.roster.files import MAX_BYTES, open_sheets
from actionlearn.cohort.roster.records import FoundSheets, Sheet, UnreadableRoster
from actionlearn.errors import Fault, RosterError
from actionlearn.store.records import DETAILS, PersonDetails

__all__ = [
    "MAX_BYTES",
    "Roster",
    "RosterRow",
    "parse_roster",
    "read_roster",
    "safe_email",
    "safe_username",
    "wrong_name",
]

MAX_NAME = 100

REQUIRED = ("username", "firstname", "lastname", "email")
#: Our name of a column -> how learning platforms call it, best first.
COLUMNS: dict[str, tuple[str, ...]] = {
    "username": ("username", "user name", "login", "nome de utilizador", "utilizador"),
    "firstname": ("firstname", "first name", "given name", "given names", "forename", "nome próprio"),
    "lastname": ("lastname", "last name", "surname", "family name", "apelido"),
    "email": ("email", "email address", "e-mail", "e-mail address", "mail", "correio eletrónico"),
    "set": ("set", "profile_field_set", "group1", "group", "groups", "learning set", "grupo", "grupos"),
    "cohort": ("cohort1", "cohort"),
    "locale": ("lang", "locale", "language", "idioma", "língua"),
    "name": ("name", "full name", "fullname", "nome", "nome completo"),
}
COLUMNS |= {name: (name, label) for name, label in DETAILS.items() if name not in COLUMNS}

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
_EMAIL = re.compile(r"\w[\w.!#$%&'*/=?^`{|}~+-]*@[\w-]+(\.[\w-]+)+")
_LOCALE = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, kw_only=True)
class RosterRow(PersonDetails):
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
    unsaid
        What the file has no column for: of ``set`` and ``locale`` that stays as it is, and a ``username``
        that is not said is the e-mail address.
    """

    set: str = ""
    cohort: str = ""
    row: int = 0
    unsaid: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True)
class Roster:
    """The learners of a roster, and what is best known of how it was read: codes with values, as faults have them."""

    rows: list[RosterRow]
    notes: tuple[Fault, ...] = ()


def read_roster(source: Path | bytes | Mapping[str, bytes], cohort: str = "") -> list[RosterRow]:
    """Return the learners of a roster, as `take` reads it."""
    return parse_roster(source, cohort).rows


def parse_roster(source: Path | bytes | Mapping[str, bytes], cohort: str = "") -> Roster:
    """Read a roster.

    Parameters
    ----------
    source
        The file (CSV, ``.xlsx``, or a zip or folder of OneRoster's files), what is in it, or several by name.
    cohort
        Id of the cohort it is for, where a file may have several.

    Returns
    -------
    Roster
        With a row for each learner, in the order of the file.

    Raises
    ------
    RosterError
        Something is wrong: all of it, with rows, in ``faults``.
    """
    try:
        found = open_sheets(source, _known)
        sheet = oneroster.join_files(found, cohort) if oneroster.is_one(found) else _only(found)
    except UnreadableRoster as refused:
        raise RosterError("roster.faults", faults=refused.faults, count=len(refused.faults)) from None
    reading = _Reading(sheet.path, [*sheet.faults])
    rows = reading.read(sheet.records)
    if reading.faults:
        raise RosterError("roster.faults", faults=reading.faults, count=len(reading.faults))
    by_address = [Fault("roster.by_address")] if "username" in reading.unsaid else []
    return Roster(rows, (*sheet.notes, *by_address))


def _only(found: FoundSheets) -> Sheet:
    if len(found) > 1:
        raise UnreadableRoster("roster.several_files", names=sorted(found))
    return next(iter(found.values()))


@dataclass
class _Reading:
    """A sheet as it is being read, with all that was found wrong."""

    path: Path | None
    faults: list[Fault] = field(default_factory=list)
    unsaid: frozenset[str] = frozenset()

    def fault(self, code: str, row: int | None, **values: object) -> None:
        self.faults.append(Fault(code=code, values=values, path=self.path, line=row))

    def read(self, lines: Iterable[tuple[int, list[str]]]) -> list[RosterRow]:
        records = iter(lines)
        header = next(records, None)
        if header is None:
            if not self.faults:
                self.fault("roster.empty", None)
            return []
        columns = self.columns(*header)
        if columns is None:
            return []
        rows: list[RosterRow] = []
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

    def columns(self, number: int, header: list[str]) -> dict[str, int] | None:
        """Return where each column is; None where the sheet cannot be read for want of them."""
        found = [cell.strip().lower() for cell in header]
        named = [name for name in found if name]
        where = {ours: found.index(name) for ours, names in COLUMNS.items() for name in names[::-1] if name in found}
        for name in sorted({name for name in named if named.count(name) > 1 and _known(name)}):
            self.fault("roster.column_twice", number, column=name)
        self.unsaid = frozenset({"username", "set", *(DETAILS.keys() - set(REQUIRED))} - where.keys())
        if where and "username" not in where and "email" in where:
            where["username"] = where["email"]
        if "name" in where and "firstname" not in where:
            where |= {"firstname": where["name"], "lastname": where.get("lastname", where["name"])}
        else:
            where.pop("name", None)
        if not where:
            self.fault("roster.no_header", number, columns=REQUIRED)
        elif missing := [name for name in REQUIRED if name not in where]:
            self.fault("roster.missing_columns", number, missing=missing, found=[_shown(name) for name in named])
        return None if self.faults else where

    def row(self, number: int, cells: list[str], columns: Mapping[str, int], width: int) -> RosterRow | None:
        """Return the learner of a row, None where something is wrong with it."""
        before = len(self.faults)
        if any(cell.strip() for cell in cells[width:]):
            self.fault("roster.too_many_cells", number, cells=len(cells), columns=width)
            return None
        values = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
        values = {name: unicodedata.normalize("NFC", value) for name, value in values.items()}
        values["username"] = values["username"].lower()
        if whole := values.pop("name", ""):
            first, _, rest = whole.partition(" ")
            values["firstname"], values["lastname"] = (
                first,
                rest.strip() if values["lastname"] == whole else values["lastname"],
            )
        for name, value in values.items():
            if code := _wrong(name, value):
                self.fault(code, number, column=name, value=_shown(value), limit=MAX_NAME)
        return RosterRow(row=number, unsaid=self.unsaid, **values) if len(self.faults) == before else None


def _known(name: str) -> bool:
    return any(name in names for names in COLUMNS.values())


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
