"""Who joins a cohort, whose name or set has changed, and who is no longer named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from actionlearn.cohort import programme as programmes
from actionlearn.cohort import roster as rosters
from actionlearn.cohort.programme import Programme
from actionlearn.cohort.roster import Row
from actionlearn.cohort.shape import closest
from actionlearn.errors import BadInput, Fault, RosterError
from actionlearn.roles import Role
from actionlearn.store import Connection, Store, members
from actionlearn.store.rows import Member, Person, Suggestion


@dataclass(frozen=True)
class Change:
    """Something about somebody that is not as it was."""

    username: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Changes:
    """What a roster and a programme change about the people of a cohort.

    Parameters
    ----------
    new
        Usernames of those who join.
    changed
        Names, e-mail addresses, languages and sets that are no longer as they were.
    left
        Usernames of learners whom the roster no longer names. They stay: nobody is ever deleted by a list.
    ended
        Usernames of coaches and others who lose a role, because the programme no longer gives it to them.
    """

    new: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()
    left: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Wanted:
    """Somebody as the two files want them: who they are, and in which sets they have which role."""

    username: str
    firstname: str
    lastname: str
    email: str
    locale: str
    role: Role
    sets: tuple[str, ...] = ()


@dataclass
class _Now:
    """The people of a cohort as they are in the store."""

    people: dict[str, Person] = field(default_factory=dict)
    roles: dict[str, list[Member]] = field(default_factory=dict)


def read_inputs(programme: Path, roster: Path | None = None) -> tuple[Programme, list[Row]]:
    """Read a programme and a roster, and everything wrong with both.

    Parameters
    ----------
    programme
        The TOML file.
    roster
        The CSV file; without it, the one that the programme names, beside it.

    Raises
    ------
    BadInput
        With the faults of both files.
    """
    faults: list[Fault] = []
    read: Programme | None = None
    rows: list[Row] = []
    try:
        read = programmes.load(programme)
    except BadInput as error:
        faults.extend(error.faults)
    if roster is None and read is not None:
        roster = programme.parent / read.roster if read.roster else None
    try:
        rows = rosters.read(roster) if roster else []
    except BadInput as error:
        faults.extend(error.faults)
    if read is not None and not faults:
        faults = together(read, rows, roster)
    if read is None or faults:
        raise BadInput("cohort.faults", faults=faults, count=len(faults))
    return read, rows


def together(programme: Programme, rows: Sequence[Row], path: Path | None = None) -> list[Fault]:
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
            faults.append(Fault("roster.other_cohort", values, path, row.row))
        if sets and row.set and row.set not in sets:
            values = {"set": row.set, "suggestion": closest(row.set, sets)}
            faults.append(Fault("roster.unknown_set", values, path, row.row))
        if other and (other.firstname, other.lastname, other.email) != (row.firstname, row.lastname, row.email):
            values = {"username": row.username, "role": other.role}
            faults.append(Fault("roster.also_staff", values, path, row.row))
    return faults


def plan(store: Store, programme: Programme, rows: Sequence[Row]) -> Changes:
    """Return what a roster and a programme would change; nothing is written.

    Raises
    ------
    RosterError
        The two do not fit together.
    """
    if faults := together(programme, rows):
        raise RosterError("roster.faults", faults=faults, count=len(faults))
    return store.read(lambda c: _changes(_now(c, programme.id), _wanted(programme, rows)))


def enrol(c: Connection, programme: Programme, rows: Sequence[Row]) -> tuple[Changes, dict[str, Person]]:
    """Bring cohort, sets, people, roles and suggestions up to date, in one act.

    Returns
    -------
    tuple
        What changed, and the learners of the roster by username.
    """
    wanted, before = _wanted(programme, rows), _now(c, programme.id)
    changes = _changes(before, wanted)
    kept = programme.model_dump(mode="json")
    zone, locale = programme.time_zone, programme.locale
    members.put_cohort(c, id=programme.id, name=programme.name, locale=locale, time_zone=zone, programme=kept)
    names = dict.fromkeys([*(each.name for each in programme.sets), *(row.set for row in rows if row.set)])
    sets = {name: members.put_set(c, programme.id, name).id for name in names}
    suggested = (
        Suggestion(programme.id, each.template, each.opens.isoformat(), each.due.isoformat() if each.due else "")
        for each in programme.workbooks
    )
    members.put_suggestions(c, programme.id, suggested)
    people = {each.username: _put_person(c, each, before.people.get(each.username)) for each in wanted}
    _put_roles(c, programme.id, before, wanted, sets, people)
    return changes, {row.username: people[row.username] for row in rows}


def _wanted(programme: Programme, rows: Iterable[Row]) -> list[_Wanted]:
    learners = [
        _Wanted(
            row.username, row.firstname, row.lastname, row.email, row.locale, "learner", (row.set,) if row.set else ()
        )
        for row in rows
    ]
    staff = [
        _Wanted(
            person.username,
            person.firstname,
            person.lastname,
            person.email,
            person.locale or "",
            person.role,
            programme.sets_of(person.username) if person.role == "coach" else (),
        )
        for person in programme.people
    ]
    return [*learners, *staff]


def _now(c: Connection, cohort: str) -> _Now:
    now = _Now()
    for member in members.members(c, cohort):
        now.people[member.person.username] = member.person
        now.roles.setdefault(member.person.username, []).append(member)
    return now


def _changes(now: _Now, wanted: Sequence[_Wanted]) -> Changes:
    here = {(each.username, each.role) for each in wanted}
    changed: list[Change] = []
    for each in wanted:
        if person := now.people.get(each.username):
            fields = ("firstname", "lastname", "email", "locale")
            pairs = [(name, getattr(person, name), getattr(each, name)) for name in fields]
            had = sorted(m.set_name for m in now.roles[each.username] if m.role == each.role and m.set_name)
            pairs.append(("set", ", ".join(had), ", ".join(sorted(each.sets))))
            changed += [Change(each.username, *pair) for pair in pairs if pair[1] != pair[2]]
    gone = [m for roles in now.roles.values() for m in roles if (m.person.username, m.role) not in here]
    return Changes(
        new=tuple(dict.fromkeys(each.username for each in wanted if each.username not in now.people)),
        changed=tuple(changed),
        left=tuple(sorted({m.person.username for m in gone if m.role == "learner"})),
        ended=tuple(sorted({m.person.username for m in gone if m.role != "learner"})),
    )


def _put_person(c: Connection, wanted: _Wanted, person: Person | None) -> Person:
    found = person or members.person_by_username(c, wanted.username)
    said = {name: getattr(wanted, name) for name in ("firstname", "lastname", "email", "locale")}
    if found is None:
        return members.add_person(c, username=wanted.username, **said)
    if all(getattr(found, name) == value for name, value in said.items()):
        return found
    return members.update_person(c, found.id, **said)


def _put_roles(
    c: Connection,
    cohort: str,
    before: _Now,
    wanted: Sequence[_Wanted],
    sets: dict[str, str],
    people: dict[str, Person],
) -> None:
    had = {(m.person.username, m.role, m.set_id) for roles in before.roles.values() for m in roles}
    want = {(each.username, each.role, sets[name] if name else "") for each in wanted for name in each.sets or ("",)}
    learners = {each.username for each in wanted if each.role == "learner"}
    for username, role, set_id in sorted(want - had):
        members.grant(c, cohort, people[username].id, role, set_id)
    for username, role, set_id in sorted(had - want):
        # A learner no longer named keeps their place; one who moved leaves the set they were in.
        if role != "learner" or username in learners:
            members.revoke(c, cohort, before.people[username].id, role, set_id)
