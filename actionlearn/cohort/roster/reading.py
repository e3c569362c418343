"""The rows of a sheet as learners, with what is wrong and what is best known of each."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from actionlearn.cohort.roster.columns import REQUIRED, Columns, find_columns
from actionlearn.cohort.roster.learners import is_active, is_learner
from actionlearn.cohort.roster.names import first_and_last
from actionlearn.cohort.roster.records import Sheet
from actionlearn.cohort.roster.rules import MAX_NAME, has_control_characters, printable, username_of, wrong_cell
from actionlearn.cohort.roster.sets import SetNames
from actionlearn.errors import Fault
from actionlearn.store.records import DETAILS
from actionlearn.text.email_addresses import bare_address, safe_email

#: Names in a note, at most.
_MOST_NAMES = 20
#: Where names stand before they are put together.
_NAMES = ("firstname", "middlename", "prefix", "lastname", "secondlastname", "name")
#: What is looked at in each row, in this order.
_CHECKED = (*REQUIRED, *(name for name in DETAILS if name not in REQUIRED), "set", "cohort")


@dataclass
class ReadRow:
    """A row as it is being read: its number, its cells by our names of the columns, and their places."""

    number: int
    values: dict[str, str]
    name: str = ""


class SheetReading:
    """A sheet as it is being read.

    Parameters
    ----------
    sheet
        Its rows, the header first.
    sets
        The sets there are, as they are written.

    Attributes
    ----------
    faults, notes
        What is wrong with rows, and what is best known.
    unreadable
        Whether no row can be read, for want of columns.
    unsaid
        What the file has no column for.
    columns
        What was read -> what its column is called.
    """

    def __init__(self, sheet: Sheet, sets: Iterable[str] = ()) -> None:
        self._sheet = sheet
        self._sets = SetNames(sets)
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self.unreadable = bool(sheet.faults)
        self.unsaid: frozenset[str] = frozenset()
        self.columns: dict[str, str] = {}

    def _fault(self, code: str, row: int | None, **values: object) -> None:
        self.faults.append(Fault(code=code, values=values, path=self._sheet.path, line=row))

    def _note(self, code: str, names: Sequence[str], **values: object) -> None:
        if names:
            self.notes.append(Fault(code, {"names": list(names[:_MOST_NAMES]), **values}, self._sheet.path))

    def rows(self) -> list[ReadRow]:
        """Return the rows that are right."""
        if not self._sheet.records:
            self.unreadable = True
            self._fault("roster.empty", None)
            return []
        (number, header), *lines = self._sheet.records
        columns = find_columns(header)
        if not self._are_enough(columns, number, lines):
            self.unreadable = True
            return []
        read = self._learners([self._cells(*line, columns) for line in lines], columns)
        self._sets.learn(each.values.get("set", "") for each in read)
        right = list(self._right(read, dict(lines), columns))
        if not read and not self.faults:
            self._fault("roster.nobody", None)
        self._tell(right, columns)
        return right

    def _are_enough(self, columns: Columns, number: int, lines: Sequence[tuple[int, list[str]]]) -> bool:
        """See that what must be known of everybody has a column."""
        for name in columns.twice:
            self._fault("roster.column_twice", number, column=name)
        where = columns.places
        self.unsaid = frozenset({"username", "set", *(DETAILS.keys() - set(REQUIRED))} - where.keys())
        if "email" not in where and "username" in where and self._are_addresses(lines, columns):
            where["email"] = where["username"]
        if where and "username" not in where and "email" in where:
            where["username"] = where["email"]
        there = {*where, *(("firstname", "lastname") if "name" in where else ())}
        if not where or not there & set(REQUIRED):
            header = columns.header
            if any("@" in cell for cell in header) or not any(cell.strip() for cell in header):
                self._fault("roster.no_header", number, columns=REQUIRED)
            else:
                self._fault("roster.unknown_columns", number, found=self._heads(columns), columns=REQUIRED)
        elif missing := [name for name in REQUIRED if name not in there]:
            self._fault("roster.missing_columns", number, missing=missing, found=self._heads(columns))
        self.columns = {
            ours: columns.header[place].strip() for ours, place in where.items() if ours not in ("id", "prefix")
        }
        return not self.faults

    def _heads(self, columns: Columns) -> list[str]:
        return [printable(head.strip().lower()) for head in columns.header if head.strip()]

    def _are_addresses(self, lines: Sequence[tuple[int, list[str]]], columns: Columns) -> bool:
        """Tell whether usernames are e-mail addresses, as platforms have them that ask for no other."""
        cells = [self._cells(*line, columns).values for line in lines]
        names = [each["username"] for each in cells if each["username"] and not self._is_nobody(each, columns)]
        return bool(names) and any(safe_email(bare_address(each)) for each in names)

    def _cells(self, number: int, cells: list[str], columns: Columns) -> ReadRow:
        values = {
            name: unicodedata.normalize("NFC", cells[at].strip(" \t\r\n\u00a0\u200b\ufeff")) if at < len(cells) else ""
            for name, at in columns.places.items()
        }
        further = [cells[at].strip() for at in columns.groups if at < len(cells) and cells[at].strip()]
        if further:
            values["set"] = ", ".join(filter(None, [values.get("set", ""), *further]))
        return ReadRow(number, values, self._shown_name(values))

    @staticmethod
    def _shown_name(values: dict[str, str]) -> str:
        name = " ".join(filter(None, first_and_last(values)))
        return printable(name or values.get("email", "") or values.get("username", ""))

    @staticmethod
    def _is_nobody(values: dict[str, str], columns: Columns) -> bool:
        """Tell whether a row of a gradebook is no person: the marks to be had, or the student its makers try it with."""
        if not columns.gradebook:
            return False
        return not values.get("id") or values.get("name", "").casefold() in ("student, test", "test student")

    def _learners(self, read: list[ReadRow], columns: Columns) -> list[ReadRow]:
        """Return the rows of learners who are still active; of the others it is noted who they are."""
        nobody = [each for each in read if self._is_nobody(each.values, columns)]
        somebody = [each for each in read if not self._is_nobody(each.values, columns)]
        gone = [each for each in somebody if not is_active(each.values)]
        rest = [each for each in somebody if is_active(each.values)]
        roles = [is_learner(each.values.get("role", "")) for each in rest]
        some = any(roles) and "role" in columns.places
        others = [
            each for each, learner in zip(rest, roles, strict=True) if learner is False or (learner is None and some)
        ]
        unknown = [each for each, learner in zip(rest, roles, strict=True) if learner is None and not some]
        self._note("roster.nobody_rows", [str(each.number) for each in nobody])
        self._note("roster.not_active", [each.name for each in gone])
        self._note("roster.not_learners", [f"{each.name} ({each.values['role']})" for each in others])
        self._note("roster.unknown_roles", [f"{each.name} ({each.values['role']})" for each in unknown])
        left = {id(each) for each in others}
        return [each for each in rest if id(each) not in left]

    def _right(self, read: list[ReadRow], lines: dict[int, list[str]], columns: Columns) -> Iterator[ReadRow]:
        first: dict[str, int] = {}
        several, changed = [], []
        for each in read:
            written = each.values.get("username", "")
            row = self._row(each, lines[each.number], columns)
            if row is None:
                continue
            username = row.values["username"]
            if username in first:
                code = "roster.address_twice" if "username" in self.unsaid else "roster.username_twice"
                self._fault(code, row.number, username=username, first=first[username])
                continue
            first[username] = row.number
            row.values["set"], many = self._sets.choose(row.values.get("set", ""))
            if many:
                several.append(f"{row.name} ({row.values['set']})")
            if "username" not in self.unsaid and username != written.lower():
                changed.append(f"{written} → {username}")
            yield row
        self._note("roster.several_sets", several)
        self._note("roster.usernames_changed", changed)

    def _row(self, read: ReadRow, cells: list[str], columns: Columns) -> ReadRow | None:
        """Return the learner of a row, None where something is wrong with it."""
        before = len(self.faults)
        width = len(columns.header)
        if any(cell.strip() for cell in cells[width:]):
            self._fault("roster.too_many_cells", read.number, cells=len(cells), columns=width)
            return None
        spoilt = {
            name: self._sheet.cell_faults[read.number, place]
            for name, place in columns.places.items()
            if (read.number, place) in self._sheet.cell_faults
        }
        for fault in (*self._sheet.row_faults.get(read.number, ()), *spoilt.values()):
            if fault not in self.faults[before:]:
                self.faults.append(fault)
        values = read.values
        unseen = False
        for name in _NAMES:
            if has_control_characters(values.get(name, "")):
                about = {"column": name, "value": printable(values[name])}
                self._fault("roster.control_characters", read.number, **about)
                unseen = True
        values["email"] = bare_address(values.get("email", ""))
        values["username"] = username_of(values["email"] if "username" in self.unsaid else values["username"])
        values["firstname"], values["lastname"] = first_and_last(values)
        for name in _CHECKED:
            value = values.get(name, "")
            if name == "set":
                value = self._sets.choose(value)[0]
            if unseen and name in ("firstname", "lastname"):
                continue
            if name in spoilt or (name == "username" and "username" in self.unsaid):
                continue  # said already; or it is the address, of which is said what is wrong
            if code := wrong_cell(name, value):
                self._fault(code, read.number, column=name, value=printable(value), limit=MAX_NAME)
        return read if len(self.faults) == before else None

    def _tell(self, right: list[ReadRow], columns: Columns) -> None:
        """Note what somebody may have meant otherwise."""
        if "username" in self.unsaid and right:
            self.notes.append(Fault("roster.by_address"))
        if "name" in columns.places and not {"firstname", "lastname"} & columns.places.keys() and right:
            example = right[0].values
            self._note("roster.one_name", [f"{example['firstname']} | {example['lastname']}"])
        by_address: dict[str, list[str]] = {}
        for each in right:
            by_address.setdefault(each.values["email"].casefold(), []).append(each.name)
        for address, names in by_address.items():
            if len(names) > 1:
                self._note("roster.same_address", names, email=address)
        for taken, written in self._sets.respelled.items():
            self._note("roster.one_set", sorted(written), set=taken)
