"""People, cohorts, sets, and who has which role."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from actionlearn.errors import Conflict, Missing
from actionlearn.permissions import Actor, Membership, Resource, Role
from actionlearn.store.clock import now
from actionlearn.store.engine.mapping import columns
from actionlearn.store.engine.upsert import upsert
from actionlearn.store.people import traces
from actionlearn.store.records import Cohort, LearningSet, Member, Person, Suggestion
from actionlearn.store.tables import schema
from actionlearn.text.clean import storable

_FIELDS = tuple(Person.__dataclass_fields__)
_PERSON = columns(schema.person, Person)
_COHORT = columns(schema.cohort, Cohort)

# Looked up at each request: made once.
_BY_ID = select(*_PERSON).where(schema.person.c.id == bindparam("of"))
_THEM: Any = bindparam("of", expanding=True)
_OPERATORS = select(schema.person.c.id).where(schema.person.c.id.in_(_THEM), schema.person.c.operator)
_ROLES = select(*(schema.membership.c[name] for name in ("person", "cohort", "role", "set_id"))).where(
    schema.membership.c.person.in_(_THEM)
)

#: How many keys one question to the database names.
AT_ONCE = 1000


def username_key(username: str) -> str:
    """Return a username without case; what no database can hold is nobody's."""
    return storable(unicodedata.normalize("NFC", username.strip()).casefold().replace("\x00", "?"))


# People ---------------------------------------------------------------------------------------


def add_person(c: Connection, *, username: str, id: str = "", **details: str) -> Person:
    """Add somebody. Usernames that differ in case alone are one.

    Parameters
    ----------
    details
        Other fields of `Person`; those that are not given are empty.

    Raises
    ------
    Conflict
        ``store.username_taken``.
    """
    row = Person(id=id or str(uuid4()), username=username.strip(), **{"firstname": "", "lastname": "", **details})
    add_people(c, [row])
    return row


def add_people(c: Connection, people: Sequence[Person]) -> None:
    """Add some people in one act, as `add_person` does each."""
    taken = {username_key(username) for username in people_by_username(c, (each.username for each in people))}
    rows = []
    for each in people:
        key = username_key(each.username)
        if key in taken:
            raise Conflict("store.username_taken", username=each.username)
        taken.add(key)
        rows.append({**asdict(each), "username_key": key, "operator": False, "created_at": now()})
    if rows:
        c.execute(insert(schema.person), rows)


def update_person(c: Connection, id: str, **details: str | None) -> Person:
    """Change the fields of `Person` that are given, but for the username; None leaves one as it is."""
    assert details.keys() <= set(_FIELDS) - {"id", "username"}, sorted(details)
    if changed := {name: value for name, value in details.items() if value is not None}:
        c.execute(update(schema.person).where(schema.person.c.id == id).values(**changed))
    return person(c, id)


def person(c: Connection, id: str) -> Person:
    """Return somebody by id.

    Raises
    ------
    Missing
        ``store.no_person``.
    """
    row = c.execute(_BY_ID, {"of": id}).first()
    if row is None:
        raise Missing("store.no_person")
    return _person(row)


def _person(row: Sequence[Any]) -> Person:
    return Person(**dict(zip(_FIELDS, row, strict=True)))


def person_by_username(c: Connection, username: str) -> Person | None:
    """Return somebody by username, in any case; None where there is nobody."""
    row = c.execute(select(*_PERSON).where(schema.person.c.username_key == username_key(username))).first()
    return None if row is None else _person(row)


def first_people(c: Connection, most: int) -> list[Person]:
    """Return those who were here first, as many as are asked for."""
    return [_person(row) for row in c.execute(select(*_PERSON).order_by(schema.person.c.created_at).limit(most))]


def people_by_username(c: Connection, usernames: Iterable[str]) -> dict[str, Person]:
    """Return those of some usernames, in any case, that are somebody's: the username as it was asked for -> who."""
    asked = {name: username_key(name) for name in usernames}
    keys = sorted(set(asked.values()))
    found: dict[str, Person] = {}
    for at in range(0, len(keys), AT_ONCE):
        some = schema.person.c.username_key.in_(keys[at : at + AT_ONCE])
        rows = c.execute(select(schema.person.c.username_key, *_PERSON).where(some))
        found |= {key: _person(fields) for key, *fields in rows.all()}
    return {name: found[key] for name, key in asked.items() if key in found}


def person_resources(c: Connection, ids: Iterable[str]) -> dict[str, Resource]:
    """Return people by id as `roles.may` wants them: their cohorts, and whether they are operators.

    A cohort that somebody has left is theirs as long as words of theirs, or for them, are in it.
    """
    person = schema.person
    wanted = sorted(set(ids))
    things: dict[str, Resource] = {}
    for at in range(0, len(wanted), AT_ONCE):
        some = wanted[at : at + AT_ONCE]
        cohorts: dict[str, set[str]] = {}
        for id, cohort in c.execute(traces.cohorts_of(some)):
            cohorts.setdefault(id, set()).add(cohort)
        for id, operator in c.execute(select(person.c.id, person.c.operator).where(person.c.id.in_(some))).all():
            of_person = frozenset(cohorts.get(id, ()))
            things[id] = Resource("person", owner=id, cohorts=of_person, operator=bool(operator))
    return things


def set_operator(c: Connection, person: str, operator: bool = True) -> None:
    """Make somebody an operator of this installation, or no longer one."""
    c.execute(update(schema.person).where(schema.person.c.id == person).values(operator=operator))


def actor(c: Connection, person_id: str) -> Actor:
    """Return somebody with all their roles, as `roles.may` wants it."""
    return actors(c, [person_id])[person_id]


def actors(c: Connection, people: Sequence[str]) -> dict[str, Actor]:
    """Return some people, no more than `AT_ONCE`, with all their roles; an id that is nobody's has none."""
    operators = set(c.execute(_OPERATORS, {"of": people}).scalars())
    roles: dict[str, set[Membership]] = {}
    for person, *role in c.execute(_ROLES, {"of": people}):
        roles.setdefault(person, set()).add(Membership(*role))
    return {each: Actor(each, frozenset(roles.get(each, ())), each in operators) for each in people}


# Cohorts and sets -----------------------------------------------------------------------------


def put_cohort(
    c: Connection,
    *,
    id: str,
    name: str,
    locale: str = "en",
    time_zone: str = "UTC",
    programme: dict[str, Any] | None = None,
) -> Cohort:
    """Add a cohort, or bring it up to date."""
    row = Cohort(id=id, name=name, locale=locale, time_zone=time_zone, programme=programme or {})
    values = {"name": name, "locale": locale, "time_zone": time_zone, "programme": row.programme}
    if c.execute(update(schema.cohort).where(schema.cohort.c.id == id).values(**values)).rowcount == 0:
        c.execute(insert(schema.cohort).values(id=id, created_at=now(), **values))
    return row


def cohort(c: Connection, id: str) -> Cohort:
    """Return a cohort by id.

    Raises
    ------
    Missing
        ``store.no_cohort``.
    """
    row = c.execute(select(*_COHORT).where(schema.cohort.c.id == id)).first()
    if row is None:
        raise Missing("store.no_cohort", cohort=id)
    return Cohort(*row)


def cohorts(c: Connection) -> list[Cohort]:
    """Return every cohort, the newest first."""
    order = (schema.cohort.c.created_at.desc(), schema.cohort.c.id)
    return [Cohort(*row) for row in c.execute(select(*_COHORT).order_by(*order))]


def put_set(c: Connection, cohort: str, name: str) -> LearningSet:
    """Return the set of a name in a cohort, added where it was not there."""
    table = schema.learning_set
    id = c.execute(select(table.c.id).where(table.c.cohort == cohort, table.c.name == name)).scalar()
    if id is None:
        id = str(uuid4())
        c.execute(insert(table).values(id=id, cohort=cohort, name=name))
    return LearningSet(id, cohort, name)


def rename_set(c: Connection, cohort: str, before: str, after: str) -> None:
    """Give a set another name; nothing where there is none of that name, or one of the other."""
    table = schema.learning_set
    if not c.execute(select(table.c.id).where(table.c.cohort == cohort, table.c.name == after)).first():
        c.execute(update(table).where(table.c.cohort == cohort, table.c.name == before).values(name=after))


def sets(c: Connection, cohort: str) -> list[LearningSet]:
    """Return the sets of a cohort by name."""
    table = schema.learning_set
    rows = c.execute(select(*columns(table, LearningSet)).where(table.c.cohort == cohort))
    return sorted((LearningSet(*row) for row in rows), key=lambda each: each.name)


# Roles ----------------------------------------------------------------------------------------


def grant(c: Connection, cohort: str, person: str, role: Role, set_id: str = "") -> None:
    """Give somebody a role, in one set or (empty) the whole cohort. Giving it twice is giving it once."""
    upsert(c, schema.membership, {"cohort": cohort, "person": person, "role": role, "set_id": set_id}, {})


def grant_new(c: Connection, cohort: str, roles: Iterable[tuple[str, Role, str]]) -> None:
    """Give roles that are nobody's yet: person, role, and the set or nothing."""
    rows = [{"cohort": cohort, "person": person, "role": role, "set_id": group} for person, role, group in roles]
    if rows:
        c.execute(insert(schema.membership), rows)


def revoke(c: Connection, cohort: str, person: str, role: Role, set_id: str = "") -> None:
    """Take exactly this role from somebody."""
    key = {"cohort": cohort, "person": person, "role": role, "set_id": set_id}
    c.execute(delete(schema.membership).where(*(schema.membership.c[name] == value for name, value in key.items())))


def members(c: Connection, cohort: str) -> list[Member]:
    """Return everybody of a cohort, a row for each role, by last and first name."""
    person, member, group = schema.person, schema.membership, schema.learning_set
    rows = c.execute(
        select(*_PERSON, member.c.role, member.c.set_id, group.c.name)
        .join(person, person.c.id == member.c.person)
        .outerjoin(group, group.c.id == member.c.set_id)
        .where(member.c.cohort == cohort)
    )
    return sorted(map(_member, rows.all()), key=_by_name)


def learner_resource(c: Connection, cohort: str, person: str) -> Resource:
    """Return a learner's way through a cohort, as `roles.may` wants it.

    Raises
    ------
    Missing
        ``store.no_person``: there is no such learner there; who asks is told no more.
    """
    table = schema.membership
    same = (table.c.cohort == cohort, table.c.person == person, table.c.role == "learner")
    found = list(c.execute(select(table.c.set_id).where(*same).order_by(table.c.set_id)).scalars())
    if not found:
        raise Missing("store.no_person")
    return Resource(kind="way", cohort=cohort, owner=person, owner_kind="person", set=next(filter(None, found), ""))


def _member(row: Sequence[Any]) -> Member:
    *fields, role, set_id, set_name = row
    return Member(person=_person(fields), role=role, set_id=set_id, set_name=set_name or "")


def _by_name(member: Member) -> tuple[str, str, str, str, str]:
    who = member.person
    return (who.lastname.casefold(), who.firstname.casefold(), who.username, member.role, member.set_name)


# What the programme suggests ------------------------------------------------------------------


def put_suggestions(c: Connection, cohort: str, suggestions: Iterable[Suggestion]) -> None:
    """Replace what is suggested to a cohort; the order given is the order kept."""
    table = schema.suggestion
    c.execute(delete(table).where(table.c.cohort == cohort))
    for position, each in enumerate(suggestions):
        row = {"cohort": cohort, "position": position, "template": each.template, "opens": each.opens, "due": each.due}
        c.execute(insert(table).values(**row))


def suggestions(c: Connection, cohort: str) -> list[Suggestion]:
    """Return what is suggested to a cohort, in order."""
    table = schema.suggestion
    rows = c.execute(select(*columns(table, Suggestion)).where(table.c.cohort == cohort).order_by(table.c.position))
    return [Suggestion(*row) for row in rows]
