"""What a programme and a roster change about the people of a cohort, and who may change whom.

People are shared by all cohorts of an installation. A list says who somebody is only where whoever
gives it may `vouch` for them (`actionlearn.permissions`): a facilitator for the people of their own cohorts
alone, the command line for everybody. Somebody of another cohort can join this one, and stays who
they are; a username that is somebody else's is a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from actionlearn.cohort.programme.programme import Programme
from actionlearn.cohort.roster.roster import RosterRow
from actionlearn.errors import Fault, RosterError
from actionlearn.permissions import Actor, Role, may
from actionlearn.store import Connection
from actionlearn.store.people import members
from actionlearn.store.records import DETAILS, Member, Person, PersonDetails

#: What a list says of a person whose username it says.
FIELDS = tuple(name for name in DETAILS if name != "username")


@dataclass(frozen=True)
class Change:
    """Something about somebody that is not as it was."""

    username: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class EnrolmentChanges:
    """What a roster and a programme change about the people of a cohort.

    Parameters
    ----------
    new
        Usernames of those who join.
    changed
        Names, e-mail addresses, languages and sets that are no longer as they were.
    left
        Usernames of learners whom the roster no longer names. They stay, or end being learners here, as whoever
        gives it says; nobody is ever deleted by a list.
    ended
        Usernames of coaches and others who lose a role, because the programme no longer gives it to them.
    theirs
        Usernames of those who belong elsewhere too, and for whom whoever asks may not vouch: name and e-mail
        address stay as they are.
    elsewhere
        Usernames of those who belong elsewhere too, and who change there as well.
    same
        Pairs of usernames with one e-mail address: of somebody no longer named, and of somebody new.
    learners
        How many there were.
    """

    new: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()
    left: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    same: tuple[tuple[str, str], ...] = ()
    learners: int = 0

    @property
    def most_leave(self) -> bool:
        """Whether half of the learners or more are no longer named."""
        return len(self.left) * 2 >= self.learners > 1


@dataclass(frozen=True, kw_only=True)
class WantedPerson(PersonDetails):
    """Somebody as the two files want them: who they are, and in which sets they have which role.

    What is ``unsaid`` is as it is.
    """

    role: Role
    sets: tuple[str, ...] = ()
    unsaid: frozenset[str] = frozenset()


@dataclass
class EnrolledNow:
    """The people of a cohort as they are in the store, and those of other cohorts whom the two files name.

    Parameters
    ----------
    people, roles
        Those of the cohort, by username.
    known
        Everybody there is whom the files name, by the username in the files.
    theirs
        Usernames in the files of those for whom whoever asks may not vouch.
    elsewhere
        Usernames in the files of those who belong to other cohorts too, or run the installation.
    """

    people: dict[str, Person] = field(default_factory=dict)
    roles: dict[str, list[Member]] = field(default_factory=dict)
    known: dict[str, Person] = field(default_factory=dict)
    theirs: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()


def wanted_by(programme: Programme, rows: Iterable[RosterRow]) -> list[WantedPerson]:
    """Return everybody whom a programme and a roster name."""
    learners = [
        WantedPerson(**row.details, role="learner", sets=(row.set,) if row.set else (), unsaid=row.unsaid)
        for row in rows
    ]
    staff = [
        WantedPerson(
            **{name: getattr(person, name, None) or "" for name in DETAILS},
            role=person.role,
            sets=programme.sets_of(person.username) if person.role == "coach" else (),
            # What the programme does not say of somebody, such as a language, they may have chosen themselves.
            unsaid=frozenset(name for name in DETAILS if getattr(person, name, None) is None),
        )
        for person in programme.people
    ]
    return [*learners, *staff]


def enrolled_now(c: Connection, cohort: str, wanted: Sequence[WantedPerson], by: Actor) -> EnrolledNow:
    """Return the people of a cohort as they are, and what whoever asks may say of those who are named."""
    now = EnrolledNow()
    for member in members.members(c, cohort):
        now.people[member.person.username] = member.person
        now.roles.setdefault(member.person.username, []).append(member)
    named = {each.username for each in wanted}
    now.known = {name: person for name, person in now.people.items() if name in named}
    now.known |= members.people_by_username(c, named - now.known.keys())
    things = members.person_resources(c, (person.id for person in now.known.values()))
    whom = {username: things[person.id] for username, person in now.known.items()}
    now.theirs = frozenset(username for username, thing in whom.items() if not may(by, "vouch", thing))
    now.elsewhere = frozenset(name for name, thing in whom.items() if thing.operator or thing.cohorts - {cohort})
    return now


def changes_between(now: EnrolledNow, wanted: Iterable[WantedPerson]) -> list[WantedPerson]:
    """Return the wanted with what no file says of them as it is."""
    return [_settled(now, each) if each.unsaid else each for each in wanted]


def _settled(now: EnrolledNow, wanted: WantedPerson) -> WantedPerson:
    person = now.known.get(wanted.username)
    if person:
        wanted = replace(wanted, **{name: getattr(person, name) for name in FIELDS if name in wanted.unsaid})
    if "set" in wanted.unsaid:
        had = (m.set_name for m in now.roles.get(wanted.username, ()) if m.role == wanted.role and m.set_name)
        wanted = replace(wanted, sets=tuple(sorted(had)))
    return wanted


def matched_rows(c: Connection, cohort: str, rows: Iterable[RosterRow]) -> list[RosterRow]:
    """Return rows without a username under that of the member of the cohort who has their e-mail address."""
    rows = list(rows)
    if not any("username" in row.unsaid for row in rows):
        return rows
    known = {each.person.email.casefold(): each.person.username for each in members.members(c, cohort)}
    return [
        replace(row, username=known.get(row.email.casefold(), row.username)) if "username" in row.unsaid else row
        for row in rows
    ]


def check_changes(now: EnrolledNow, wanted: Sequence[WantedPerson], rows: Sequence[RosterRow]) -> EnrolmentChanges:
    """Return what would change.

    Raises
    ------
    RosterError
        A username is somebody else's.
    """
    here = {person.id for person in now.people.values()}
    lines = {row.username: row.row for row in rows}
    faults = [
        Fault(code="roster.somebody_else", values={"username": each.username}, path=None, line=lines.get(each.username))
        for each in wanted
        if each.username in now.theirs
        and now.known[each.username].id not in here
        and now.known[each.username].email.casefold() != each.email.casefold()
    ]
    if faults:
        raise RosterError("roster.faults", faults=faults, count=len(faults))
    return _changes(now, wanted)


def _changes(now: EnrolledNow, wanted: Sequence[WantedPerson]) -> EnrolmentChanges:
    here = {(each.username, each.role) for each in wanted}
    changed: list[Change] = []
    theirs, elsewhere = set(), set()
    for each in wanted:
        differs = _changed_fields(now.known.get(each.username), each)
        if each.username in now.theirs:
            if differs or each.username not in now.people:
                theirs.add(each.username)
            differs = []
        elif differs and each.username in now.elsewhere:
            elsewhere.add(each.username)
        if each.username in now.people:
            had = sorted(m.set_name for m in now.roles[each.username] if m.role == each.role and m.set_name)
            differs += [("set", ", ".join(had), ", ".join(sorted(each.sets)))]
        changed += [Change(each.username, *pair) for pair in differs if pair[1] != pair[2]]
    gone = [m for roles in now.roles.values() for m in roles if (m.person.username, m.role) not in here]
    new = {each.username: each.email.casefold() for each in wanted if each.username not in now.people}
    addresses = {m.person.email.casefold(): m.person.username for m in gone if m.role == "learner" and m.person.email}
    return EnrolmentChanges(
        new=tuple(new),
        changed=tuple(changed),
        left=tuple(sorted({m.person.username for m in gone if m.role == "learner"})),
        ended=tuple(sorted({m.person.username for m in gone if m.role != "learner"})),
        theirs=tuple(sorted(theirs)),
        elsewhere=tuple(sorted(elsewhere)),
        same=tuple((addresses[email], username) for username, email in new.items() if email in addresses),
        learners=len({m.person.username for roles in now.roles.values() for m in roles if m.role == "learner"}),
    )


def _changed_fields(person: Person | None, wanted: WantedPerson) -> list[tuple[str, str, str]]:
    """Return what the list says otherwise of somebody: field, as it is, as it should be."""
    if person is None:
        return []
    pairs = ((name, getattr(person, name), getattr(wanted, name)) for name in FIELDS)
    return [pair for pair in pairs if pair[1] != pair[2]]
