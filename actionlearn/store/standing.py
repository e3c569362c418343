"""How far a cohort is, in numbers and instants: asked of all its people at once, and never what they wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from actionlearn.store import schema
from actionlearn.store.members import AT_ONCE
from actionlearn.store.rows import Draft

_W, _M, _D, _S = schema.workbook, schema.membership, schema.draft, schema.submission
_DRAFT = tuple(_D.c[name] for name in Draft.__dataclass_fields__)


@dataclass(frozen=True)
class Numbers:
    """How many learners there are, have begun and have shared something of their own, and in how many sets they are."""

    learners: int
    begun: int
    shared: int
    sets: int


@dataclass(frozen=True)
class Place:
    """A learner of a cohort and the set they are in; a set has a place of its own, without ``username``."""

    id: str
    username: str
    firstname: str
    lastname: str
    set: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.firstname} {self.lastname}".strip()


def numbers(c: Connection, cohort: str) -> Numbers:
    """Return how many of a cohort are how far."""
    learners = and_(_M.c.cohort == cohort, _M.c.role == "learner")
    count = func.count(_M.c.person.distinct())
    own = and_(_W.c.owner == _M.c.person, _W.c.cohort == cohort, _W.c.about == "")

    def of(asked: Select[Any]) -> int:
        return int(c.execute(asked).scalar() or 0)

    begun = select(count).join(_W, own).where(learners, _W.c.touched_at.is_not(None))
    shared = select(count).join(_W, own).join(_S, _S.c.workbook == _W.c.id).where(learners, _S.c.asked.is_(None))
    sets = select(func.count(_M.c.set_id.distinct())).where(learners, _M.c.set_id != "")
    return Numbers(of(select(count).where(learners)), of(begun), of(shared), of(sets))


def made(c: Connection, cohort: str, templates: Collection[str]) -> int:
    """Return how many first workbooks of some templates the learners of a cohort have."""
    learners = and_(_M.c.cohort == cohort, _M.c.role == "learner", _M.c.person == _W.c.owner)
    first = (_W.c.cohort == cohort, _W.c.number == 1, _W.c.about == "", _W.c.template.in_(templates))
    return c.execute(select(func.count(_W.c.id.distinct())).join(_M, learners).where(*first)).scalar() or 0


def places(c: Connection, cohort: str) -> list[Place]:
    """Return the learners of a cohort, and its sets that own workbooks, by set and name: a set before its learners."""
    who, group = schema.person, schema.learning_set
    people = c.execute(
        select(who.c.id, who.c.username, who.c.firstname, who.c.lastname, group.c.name)
        .join_from(_M, who, who.c.id == _M.c.person)
        .outerjoin(group, group.c.id == _M.c.set_id)
        .where(_M.c.cohort == cohort, _M.c.role == "learner")
    )
    owners = select(_W.c.owner).where(_W.c.cohort == cohort, _W.c.owner_kind == "set")
    sets = c.execute(select(group.c.id, group.c.name).where(group.c.id.in_(owners)))
    found = [Place(id, username, first, last, name or "") for id, username, first, last, name in people]
    found += [Place(id, "", name, "", name) for id, name in sets]
    return sorted(found, key=lambda each: (each.set, each.username != "", each.lastname.casefold(), each.firstname))


def said(c: Connection, books: Iterable[str]) -> dict[str, dict[str, Draft]]:
    """Return the drafts of some workbooks by workbook and prompt: to count them."""
    found: dict[str, dict[str, Draft]] = {}
    for some in _some(books):
        for book, *row in c.execute(select(_D.c.workbook, *_DRAFT).where(_D.c.workbook.in_(some))):
            draft = Draft(*row)
            found.setdefault(book, {})[draft.prompt] = draft
    return found


def shared(c: Connection, books: Iterable[str]) -> dict[str, str]:
    """Return when some workbooks were last shared, by workbook; those that never were are not in it."""
    found: dict[str, str] = {}
    for some in _some(books):
        last = select(_S.c.workbook, func.max(_S.c.shared_at)).where(_S.c.workbook.in_(some), _S.c.asked.is_(None))
        found |= {row[0]: row[1] for row in c.execute(last.group_by(_S.c.workbook))}
    return found


def _some(ids: Iterable[str]) -> Iterable[list[str]]:
    wanted = list(ids)
    return (wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE))
