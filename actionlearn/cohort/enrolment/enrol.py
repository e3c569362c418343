"""Bring the people of a cohort up to date with its programme and roster."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
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
from actionlearn.cohort.enrolment.inputs import check_together, read_inputs, rows_without, take_inputs
from actionlearn.cohort.programme.programme import Programme
from actionlearn.cohort.roster.roster import RosterRow
from actionlearn.errors import Conflict, Fault, RosterError
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
    "learners_there",
    "matched_rows",
    "plan",
    "plan_right",
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


def learners_there(store: Store, cohort: str) -> set[str]:
    """Return the usernames of those who are learners of a cohort."""
    return store.read(lambda c: {each.person.username for each in members.members(c, cohort) if each.role == "learner"})


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
    if faults := check_together(programme, rows, present=learners_there(store, programme.id)):
        raise RosterError("roster.faults", faults=faults, count=len(faults))
    wanted = wanted_by(programme, rows)

    def look(c: Connection) -> EnrolmentChanges:
        now = enrolled_now(c, programme.id, wanted, by)
        return check_changes(now, changes_between(now, wanted), rows)

    return store.read(look)


def plan_right(
    store: Store, programme: Programme, rows: Sequence[RosterRow], by: Actor = OPERATOR
) -> tuple[list[RosterRow], list[Fault], EnrolmentChanges]:
    """Return the rows that can be taken, what is wrong with the others, and what the right ones would change.

    Parameters
    ----------
    store, programme, rows, by
        As in `plan`.

    Raises
    ------
    RosterError
        Something is wrong that is not about a row, or no row is right.
    """
    right = list(rows)
    faults: list[Fault] = []
    while True:
        try:
            return right, faults, plan(store, programme, right, by)
        except RosterError as error:
            faults += error.faults
            right = rows_without(right, error.faults)
            if not right:
                raise RosterError("roster.faults", faults=faults, count=len(faults)) from None


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
    _retire_sets(c, programme.id, wanted, leave=terms.leave)
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


def _retire_sets(c: Connection, cohort: str, wanted: Sequence[WantedPerson], *, leave: bool) -> None:
    """Give a set another name where its own is given to a group with nobody of it: its words are not theirs."""
    groups: dict[str, set[str]] = {}
    named = {each.username for each in wanted}
    # Whom the list does not name stays where they are, unless it says that they leave.
    staying = {each.set_id for each in members.members(c, cohort) if not leave and each.person.username not in named}
    for each in wanted:
        for name in each.sets if each.role == "learner" else ():
            groups.setdefault(name, set()).add(each.username)
    known = members.people_by_username(c, {username for names in groups.values() for username in names})
    taken = {each.name for each in members.sets(c, cohort)} | groups.keys()
    for group in members.sets(c, cohort):
        coming = {known[username].id for username in groups.get(group.name, ()) if username in known}
        before = traces.people_of_set(c, group.id)
        if groups.get(group.name) and before and not before & coming and group.id not in staying:
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
