"""What is given for a cohort, a programme and a roster, and whether the two fit together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from actionlearn.cohort.programme.programme import Programme
from actionlearn.cohort.programme.programme import load as load_programme
from actionlearn.cohort.programme.schema import closest
from actionlearn.cohort.roster.roster import Roster, RosterRow, parse_roster
from actionlearn.errors import BadInput, Fault


def read_inputs(programme: Path, roster: Path | None = None) -> tuple[Programme, list[RosterRow]]:
    """Return a programme and the learners of a roster, as `take_inputs` reads them."""
    read, taken = take_inputs(programme, roster)
    return read, taken.rows


def take_inputs(programme: Path, roster: Path | None = None, *, only_right: bool = False) -> tuple[Programme, Roster]:
    """Read a programme and a roster, and everything wrong with both.

    Whether managers answer for somebody of the cohort is seen by `plan`, which knows who is there already.

    Parameters
    ----------
    programme
        The TOML file.
    roster
        The file, or a folder of OneRoster's; without it, the one that the programme names, beside it.
    only_right
        Whether rows that are right are taken where others are not.

    Raises
    ------
    BadInput
        With the faults of both files.
    """
    faults: list[Fault] = []
    read: Programme | None = None
    taken = Roster([])
    try:
        read = load_programme(programme)
    except BadInput as error:
        faults.extend(error.faults)
    if roster is None and read is not None:
        roster = programme.parent / read.roster if read.roster else None
    try:
        sets = [each.name for each in read.sets] if read else []
        taken = parse_roster(roster, read.id if read else "", sets=sets, only_right=only_right) if roster else taken
    except BadInput as error:
        faults.extend(error.faults)
    if read is not None and not faults:
        faults = check_together(read, taken.rows, roster, present=None)
        if only_right and (right := rows_without(taken.rows, faults)):
            taken, faults = replace(taken, rows=right, faults=(*taken.faults, *faults)), []
    if read is None or faults:
        raise BadInput("cohort.faults", faults=faults, count=len(faults))
    return read, taken


def rows_without(rows: Sequence[RosterRow], faults: Sequence[Fault]) -> list[RosterRow]:
    """Return the rows that no fault is about; none where a fault is about no row."""
    wrong = {fault.line for fault in faults}
    return [] if None in wrong else [row for row in rows if row.row not in wrong]


def check_together(
    programme: Programme,
    rows: Sequence[RosterRow],
    path: Path | None = None,
    *,
    present: Collection[str] | None = (),
) -> list[Fault]:
    """Return what does not fit between a programme and a roster.

    Parameters
    ----------
    programme, rows
        Each read without a fault.
    path
        The file of the roster, for the faults.
    present
        Usernames of those who are in the cohort already, for whom a manager may answer as well; None where that is
        not known, and not looked at.
    """
    faults = [] if rows else [Fault("cohort.no_roster", {}, path)]
    sets = [each.name for each in programme.sets]
    staff = {person.username: person for person in programme.people}
    for row in rows:
        other = staff.get(row.username)
        if row.cohort and row.cohort != programme.id:
            values = {"username": row.username, "cohort": row.cohort, "programme": programme.id}
            faults.append(Fault(code="roster.other_cohort", values=values, path=path, line=row.row))
        if sets and row.set and row.set not in sets:
            values = {"set": row.set, "suggestion": closest(row.set, sets)}
            faults.append(Fault(code="roster.unknown_set", values=values, path=path, line=row.row))
        if other and (other.firstname, other.lastname, other.email) != (row.firstname, row.lastname, row.email):
            values = {"username": row.username, "role": other.role}
            faults.append(Fault(code="roster.also_staff", values=values, path=path, line=row.row))
    if present is not None:
        named = {*(row.username for row in rows), *present}
        faults += [
            Fault("roster.no_such_learner", {"manager": person.username, "username": username}, path)
            for person in programme.people
            for username in person.learners
            if rows and username not in named
        ]
    return faults
