"""Who came after words were shared: they read what was given before only where its owner lets them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, select

from actionlearn.errors import Refused
from actionlearn.permissions import Actor
from actionlearn.store.engine.mapping import full_name
from actionlearn.store.reviews import recipients
from actionlearn.store.tables import coaching, schema


@dataclass(frozen=True)
class Newcomer:
    """Somebody who coaches an owner, or is in their set, and was not when something was shared or agreed.

    Parameters
    ----------
    cohort, owner
        Ids: where, and whose words; a person's or a set's.
    reader, name, role
        Who it is.
    consented
        Whether the owner lets them read it.
    """

    cohort: str
    owner: str
    reader: str
    name: str
    role: Literal["coach", "learner"]
    consented: bool


def newcomers(c: Connection, actor: Actor) -> list[Newcomer]:
    """Return who came after somebody shared something, of their own and of their sets', by name."""
    found = [each for cohort, owner, group in _owners(c, actor) for each in _of_owner(c, actor, cohort, owner, group)]
    return sorted(found, key=lambda each: (each.cohort, each.name, each.reader, each.owner))


def change_consent(c: Connection, actor: Actor, cohort: str, owner: str, reader: str, consented: bool) -> None:
    """Let somebody who came later read what was shared before, or no longer.

    Raises
    ------
    Refused
        The words are not theirs.
    """
    if (cohort, owner) not in {(each[0], each[1]) for each in _owners(c, actor)}:
        raise Refused("server.refused")
    if not consented:
        recipients.remove_consent(c, cohort=cohort, owner=owner, reader=reader)
    elif any((each.cohort, each.owner, each.reader) == (cohort, owner, reader) for each in newcomers(c, actor)):
        recipients.put_consent(c, cohort=cohort, owner=owner, reader=reader, by=actor.person)


def _owners(c: Connection, actor: Actor) -> list[tuple[str, str, str]]:
    """Return whose words are somebody's: cohort, owner and the owner's set, of their own and of their sets'."""
    cohorts = {each.cohort for each in actor.memberships if each.role in ("learner", "manager")}
    own = [(cohort, actor.person, recipients.set_of(c, cohort, actor.person)) for cohort in sorted(cohorts)]
    sets = {(each.cohort, each.set, each.set) for each in actor.memberships if each.role == "learner" and each.set}
    return [*own, *sorted(sets)]


def _of_owner(c: Connection, actor: Actor, cohort: str, owner: str, group: str) -> Iterator[Newcomer]:
    shared, book, made = schema.submission, schema.workbook, coaching.agreement
    rows = c.execute(
        select(shared.c.audiences, shared.c.coaches, shared.c.members)
        .join(book, book.c.id == shared.c.workbook)
        .where(book.c.cohort == cohort, book.c.owner == owner, shared.c.asked.is_(None))
    ).all()
    agreed = select(made.c.coaches).where(made.c.cohort == cohort, made.c.learner == owner, made.c.deleted_at.is_(None))
    to_coaches = [set(row.coaches) for row in rows if "coach" in row.audiences]
    to_coaches += [set(ids) for ids in c.execute(agreed).scalars()]
    to_members = [set(row.members) for row in rows if "set" in row.audiences] if owner != group else []
    now, let = recipients.current_recipients(c, cohort, group), recipients.consents(c, cohort, owner)
    names = _names(c, (*now.coaches, *now.members))
    seen: set[str] = set()
    groups: tuple[tuple[Literal["coach", "learner"], tuple[str, ...], list[set[str]]], ...] = (
        ("coach", now.coaches, to_coaches),
        ("learner", now.members, to_members),
    )
    for role, people, given in groups:
        for id in people:
            if id not in {actor.person, *seen} and any(id not in known for known in given):
                seen.add(id)
                yield Newcomer(
                    cohort=cohort, owner=owner, reader=id, name=names.get(id, ""), role=role, consented=id in let
                )


def _names(c: Connection, ids: tuple[str, ...]) -> dict[str, str]:
    who = schema.person
    rows = c.execute(select(who.c.id, full_name(who)).where(who.c.id.in_(ids))).all()
    return {row[0]: row[1] for row in rows}
