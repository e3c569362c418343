"""Read a roster: the learners that a learning platform, a student register or a spreadsheet writes down.

Columns are found by name (`columns`): as learning platforms call them, or people in a sheet of their own. `files`
opens what is given. Everything that is wrong is collected, with its row; the rows that are right can be taken alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from actionlearn.cohort.roster import oneroster
from actionlearn.cohort.roster.columns import is_known
from actionlearn.cohort.roster.files import MAX_BYTES, open_sheets
from actionlearn.cohort.roster.reading import ReadRow, SheetReading
from actionlearn.cohort.roster.records import FoundSheets, Sheet, UnreadableRoster
from actionlearn.cohort.roster.rules import safe_username, wrong_name
from actionlearn.errors import Fault, RosterError
from actionlearn.store.records import DETAILS, PersonDetails
from actionlearn.text.email_addresses import safe_email

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
    """The learners of a roster, and how it was read.

    Parameters
    ----------
    rows
        The learners.
    notes
        What is best known of how it was read: codes with values, as faults have them.
    faults
        What is wrong with rows that were left out, where the right ones alone were asked for.
    columns
        What was read -> what its column is called in the file.
    """

    rows: list[RosterRow]
    notes: tuple[Fault, ...] = ()
    faults: tuple[Fault, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


def read_roster(source: Path | bytes | Mapping[str, bytes], cohort: str = "") -> list[RosterRow]:
    """Return the learners of a roster, as `parse_roster` reads it."""
    return parse_roster(source, cohort).rows


def parse_roster(
    source: Path | bytes | Mapping[str, bytes],
    cohort: str = "",
    *,
    sets: Iterable[str] = (),
    only_right: bool = False,
) -> Roster:
    """Read a roster.

    Parameters
    ----------
    source
        The file (CSV, ``.xlsx``, ``.xls``, ``.ods``, or a zip or folder of OneRoster's files), what is in it, or several
        by name.
    cohort
        Id of the cohort it is for, where a file may have several.
    sets
        The sets there are, as they are written.
    only_right
        Whether rows that are right are taken where others are not.

    Returns
    -------
    Roster
        With a row for each learner, in the order of the file.

    Raises
    ------
    RosterError
        Something is wrong: all of it, with rows, in ``faults``. With `only_right`, no row could be read.
    """
    try:
        found = open_sheets(source, is_known)
        sheet = oneroster.join_files(found, cohort) if oneroster.is_one(found) else _only(found)
    except UnreadableRoster as refused:
        raise RosterError("roster.faults", faults=refused.faults, count=len(refused.faults)) from None
    reading = SheetReading(sheet, sets)
    read = [] if sheet.faults else reading.rows()
    faults = [*sheet.faults, *reading.faults]
    if faults and (reading.unreadable or not only_right or not read):
        raise RosterError("roster.faults", faults=faults, count=len(faults))
    return Roster(
        rows=[_row(each, reading.unsaid) for each in read],
        notes=(*sheet.notes, *reading.notes),
        faults=tuple(faults),
        columns=reading.columns,
    )


def _row(read: ReadRow, unsaid: frozenset[str]) -> RosterRow:
    details = {name: read.values.get(name, "") for name in (*DETAILS, "set", "cohort")}
    return RosterRow(**details, row=read.number, unsaid=unsaid)


def _only(found: FoundSheets) -> Sheet:
    if len(found) > 1:
        raise UnreadableRoster("roster.several_files", names=sorted(found))
    return next(iter(found.values()))
