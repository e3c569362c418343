"""Bring the people of a cohort up to date with its programme and roster."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from actionlearn.cohort.enrolment.changes import (
    FIELDS,
    Change,
    EnrolledNow,
    EnrolmentChanges,
    WantedPerson,
    changes_between,
    check_changes,
    enrolled_now,
    matched_rows,
    wanted_by,
)
from actionlearn.cohort.programme.programme import Programme
from actionlearn.cohort.programme.programme import load as load_programme
from actionlearn.cohort.programme.schema import closest
from actionlearn.cohort.roster.roster import Roster, RosterRow, parse_roster
from actionlearn.errors import BadInput, Conflict, Fault, RosterError
from actionlearn.permissions import OPERATOR, Actor
from actionlearn.store import Connection, Store
from actionlearn.store.people import account_events, members, traces
from actionlearn.store.records import Person, Suggestion
from actionlearn.store.reports.progress import roster_stamp

__all__ = [
    "DEFAULT_TERMS",
    "Change",
    "EnrolmentChanges",
    "Terms",
    "check_together",
    "enrol",
    "matched_rows",
    "plan",
    "read_inputs",
    "roster_stamp",
    "take_inputs",
]


@dataclass(frozen=True)
class Terms:
    """How a roster is meant.

    Parameters
    ----------
    leave
        Whether learners whom it no longer names end being learners of the cohort. What they wrote stays theirs.
    since
        The `stamp` of the cohort when somebody looked at what it would change; empty where nobody did.
    """

    leave: bool = False
    since: str = ""


#: Nobody leaves, and nobody looked.
DEFAULT_TERMS = Terms()


def read_inputs(programme: Path, roster: Path | None = None) -> tuple[Programme, list[RosterRow]]:
    """Return a programme and the learners of a roster, as `take_inputs` reads them."""
    read, taken = take_inputs(programme, roster)
    return read, taken.rows


def take_inputs(programme: Path, roster: Path | None = None) -> tuple[Programme, Roster]:
    """Read a programme and a roster, and everything wrong with both.

    Parameters
    ----------
    programme
        The TOML file.
    roster
        The file, or a folder of OneRoster's; without it, the one that the programme names, beside it.

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
        taken = parse_roster(roster, read.id if read else "") if roster else taken
    except BadInput as error:
        faults.extend(error.faults)
    if read is not None and not faults:
        faults = check_together(read, taken.rows, roster)
    if read is None or faults:
        raise BadInput("cohort.faults", faults=faults, count=len(faults))
    return read, taken


def check_together(programme: Programme, rows: Sequence[RosterRow], path: Path | None = None) -> list[Fault]:
    """Return what does not fit between a programme and a roster.

    Parameters
    ----------
    programme, rows
        Each read without a fault.
    path
        The file of the roster, for the faults.
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
    named = {row.username for row in rows}
    faults += [
        Fault("roster.no_such_learner", {"manager": person.username, "username": username}, path)
        for person in programme.people
        for username in person.learners
        if rows and username not in named
    ]
    return faults


def plan(store: Store, programme: Programme, rows: Sequence[RosterRow], by: Actor = OPERATOR) -> EnrolmentChanges:
    """Return what a roster and a programme would change; nothing is written.

    Parameters
    ----------
    programme, rows
        Each read without a fault.
    by
        Whoever gives the roster; without it, the command line.

    Raises
    ------
    RosterError
        The two do not fit together, or a username is somebody else's.
    """
    if faults := check_together(programme, rows):
        raise RosterError("roster.faults", faults=faults, count=len(faults))
    wanted = wanted_by(programme, rows)

    def look(c: Connection) -> EnrolmentChanges:
        now = enrolled_now(c, programme.id, wanted, by)
        return check_changes(now, changes_between(now, wanted), rows)

    return store.read(look)


def enrol(
    c: Connection, programme: Programme, rows: Sequence[RosterRow], by: Actor = OPERATOR, terms: Terms = DEFAULT_TERMS
) -> tuple[EnrolmentChanges, dict[str, Person]]:
    """Bring cohort, sets, people, roles and suggestions up to date, in one act.

    Parameters
    ----------
    programme, rows, by
        As in `plan`.
    terms
        How the roster is meant.

    Returns
    -------
    tuple
        What changed, and the learners of the roster by username.

    Raises
    ------
    RosterError
        A username is somebody else's; nothing was written.
    Conflict
        ``cohort.changed_since``: it is not as it was when somebody looked; nothing was written.
    """
    unchanged(c, programme.id, terms.since)
    wanted = wanted_by(programme, rows)
    before = enrolled_now(c, programme.id, wanted, by)
    wanted = changes_between(before, wanted)
    changes = check_changes(before, wanted, rows)
    tables = programme.model_dump(mode="json")
    zone, locale = programme.time_zone, programme.locale
    members.put_cohort(c, id=programme.id, name=programme.name, locale=locale, time_zone=zone, programme=tables)
    named = (name for each in wanted if each.role == "learner" for name in each.sets)
    names = dict.fromkeys([*(each.name for each in programme.sets), *named])
    _retire_sets(c, programme.id, wanted)
    sets = {name: members.put_set(c, programme.id, name).id for name in names}
    suggested = (
        Suggestion(
            cohort=programme.id,
            template=each.template,
            opens=each.opens.isoformat(),
            due=each.due.isoformat() if each.due else "",
        )
        for each in programme.workbooks
    )
    members.put_suggestions(c, programme.id, suggested)
    people = _put_people(c, wanted, before, by.person)
    for coach, group in _put_roles(c, programme.id, before, wanted, sets, people, leave=terms.leave):
        account_events.record_coach(c, by.person, coach, group or programme.id)
    return changes, {row.username: people[row.username] for row in rows}


def unchanged(c: Connection, cohort: str, since: str) -> None:
    """See that a cohort is as it was when somebody looked at it; an empty ``since`` is as it is.

    Raises
    ------
    Conflict
        ``cohort.changed_since``.
    """
    if since and since != roster_stamp(c, cohort):
        raise Conflict("cohort.changed_since")


def _retire_sets(c: Connection, cohort: str, wanted: Sequence[WantedPerson]) -> None:
    """Give a set another name where its own is given to a group with nobody of it: its words are not theirs."""
    groups: dict[str, set[str]] = {}
    for each in wanted:
        for name in each.sets if each.role == "learner" else ():
            groups.setdefault(name, set()).add(each.username)
    known = members.people_by_username(c, {username for names in groups.values() for username in names})
    taken = {each.name for each in members.sets(c, cohort)} | groups.keys()
    for group in members.sets(c, cohort):
        coming = {known[username].id for username in groups.get(group.name, ()) if username in known}
        before = traces.people_of_set(c, group.id)
        if groups.get(group.name) and before and not before & coming:
            number = next(n for n in itertools.count(1) if f"{group.name} ({n})" not in taken)
            taken.add(f"{group.name} ({number})")
            members.rename_set(c, cohort, group.name, f"{group.name} ({number})")


def _put_people(c: Connection, wanted: Sequence[WantedPerson], now: EnrolledNow, by: str) -> dict[str, Person]:
    """Bring people up to date. All who are new come in one statement: learners save meanwhile, and wait for it."""
    new: dict[str, Person] = {}
    people: dict[str, Person] = {}
    for each in wanted:
        fields = {name: getattr(each, name) for name in FIELDS}
        found = now.known.get(each.username)
        if found is None:  # named twice, what is said last holds
            id = new[each.username].id if each.username in new else str(uuid4())
            found = new[each.username] = Person(id=id, username=each.username, **fields)
        elif each.username not in now.theirs and not _is(found, fields):
            if found.email.casefold() != each.email.casefold():
                account_events.record_address(c, by, found.id)
            found = members.update_person(c, found.id, **fields)
        people[each.username] = found
    members.add_people(c, list(new.values()))
    return people


def _is(person: Person, fields: dict[str, str]) -> bool:
    return all(getattr(person, name) == value for name, value in fields.items())


def _put_roles(
    c: Connection,
    cohort: str,
    before: EnrolledNow,
    wanted: Sequence[WantedPerson],
    sets: dict[str, str],
    people: dict[str, Person],
    *,
    leave: bool,
) -> list[tuple[str, str]]:
    """Bring the roles of a cohort up to date; return the new coaches, each with their set or nothing."""
    had = {(m.person.username, m.role, m.set_id) for roles in before.roles.values() for m in roles}
    want = {(each.username, each.role, sets[name] if name else "") for each in wanted for name in each.sets or ("",)}
    learners = {each.username for each in wanted if each.role == "learner"}
    members.grant_new(c, cohort, [(people[username].id, role, set_id) for username, role, set_id in sorted(want - had)])
    for username, role, set_id in sorted(had - want):
        # A learner no longer named keeps their place unless they leave; one who moved leaves the set they were in.
        if role != "learner" or username in learners or leave:
            members.revoke(c, cohort, before.people[username].id, role, set_id)
    return [(people[username].id, set_id) for username, role, set_id in sorted(want - had) if role == "coach"]
