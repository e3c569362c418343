"""How far a cohort is, in numbers and instants: asked of all its people at once, and never what they wrote."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, select

from actionlearn.store.engine.mapping import columns
from actionlearn.store.people.members import AT_ONCE
from actionlearn.store.records import DETAILS, Draft
from actionlearn.store.tables import schema
from actionlearn.text.search import normalise

_W, _M, _D, _S = schema.workbook, schema.membership, schema.draft, schema.submission
_DRAFT = columns(_D, Draft)


#: Name of the set, last and first name, username, id.
_Row = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Numbers:
    """How many learners there are, have begun and have shared something of their own, and in how many sets they are."""

    learners: int
    started: int
    shared: int
    sets: int


@dataclass(frozen=True)
class ProgressRow:
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
    sets = func.nullif(_M.c.set_id, "")
    there = select(func.count(_M.c.person.distinct()), func.count(sets.distinct()))
    learners, groups = c.execute(there.where(_M.c.cohort == cohort, _M.c.role == "learner")).one()
    people = _own(cohort, func.count(_W.c.owner.distinct()))
    started = c.execute(people.where(_W.c.cohort == cohort, _W.c.started_at.is_not(None))).scalar() or 0
    # Without the cohort of the workbook: SQLite would go through all of them, rather than what was shared.
    shared = c.execute(people.join(_S, _S.c.workbook == _W.c.id).where(_S.c.asked.is_(None))).scalar() or 0
    return Numbers(learners=learners, started=started, shared=shared, sets=groups)


def _own(cohort: str, asked: ColumnElement[Any]) -> Select[Any]:
    """Ask something of the workbooks that learners of a cohort have of their own."""
    same = (_M.c.cohort == cohort, _M.c.cohort == _W.c.cohort, _M.c.person == _W.c.owner)
    return select(asked).select_from(_W).where(_W.c.about == "", exists().where(*same, _M.c.role == "learner"))


def built_workbooks(c: Connection, cohort: str, templates: Collection[str]) -> int:
    """Return how many first workbooks of some templates the learners of a cohort have."""
    asked = _own(cohort, func.count())
    first = (_W.c.cohort == cohort, _W.c.number == 1, _W.c.template.in_(templates))
    return c.execute(asked.where(*first)).scalar() or 0


def progress_rows(
    c: Connection, cohort: str, words: Collection[str] = (), start: int = 0, most: int | None = None
) -> tuple[list[ProgressRow], int]:
    """Return the learners of a cohort, and its sets that own workbooks, by set and name; and how many there are.

    A set stands before its learners. They are sorted and searched here: databases know the small letters of
    some scripts alone, and no letter without its accent.

    Parameters
    ----------
    words
        What has to be in the name, the username or the name of the set, as `plain` gives it.
    start, most
        From which on, and how many; all without ``most``.
    """
    sets = _sets(c, cohort)
    if words:
        rows = _rows(c, cohort, sets, words)
        found = len(rows)
        rows = rows[start:] if most is None else rows[start : start + most]
    else:
        found = sum(each.lines for each in sets)
        rows = _window(c, cohort, sets, start, found if most is None else start + most)
    return [
        ProgressRow(id=id, username=username, firstname=first, lastname=last, set=name)
        for name, last, first, username, id in rows
    ], found


@dataclass(frozen=True)
class _Set:
    """A set, or (without ``id``) those who are in none: how many lines it has, its own among them if it has one."""

    name: str
    id: str
    lines: int
    own: bool


def _sets(c: Connection, cohort: str) -> list[_Set]:
    group = schema.learning_set
    learners = (_M.c.cohort == cohort, _M.c.role == "learner")
    counted = c.execute(select(_M.c.set_id, func.count()).where(*learners).group_by(_M.c.set_id)).all()
    count = {row[0]: row[1] for row in counted}
    of_set = select(_W.c.id).where(_W.c.cohort == cohort, _W.c.owner == group.c.id)
    wrote = of_set.where(_W.c.started_at.is_not(None)).exists()
    named = c.execute(select(group.c.id, group.c.name, of_set.exists(), wrote).where(group.c.cohort == cohort)).all()
    # One that nobody is in any more stays where something was written in it, and only there.
    left = [(id, name, own) for id, name, own, words in named if id in count or words]
    found = [_Set(name=name, id=id, lines=count.get(id, 0) + bool(own), own=bool(own)) for id, name, own in left]
    return sorted([_Set("", "", count.get("", 0), own=False), *found], key=lambda each: each.name)


def _window(c: Connection, cohort: str, sets: list[_Set], start: int, end: int) -> list[_Row]:
    """Return some lines of all: only those sets are read in which they are."""
    chosen: list[_Set] = []
    before = first = 0
    for each in sets:
        if before + each.lines > start and before < end:
            first = first if chosen else before
            chosen.append(each)
        before += each.lines
    return _rows(c, cohort, chosen)[start - first : end - first]


def _rows(c: Connection, cohort: str, sets: list[_Set], words: Collection[str] = ()) -> list[_Row]:
    """Return the lines of some sets that hold some words: name of the set, last and first name, username, id."""
    who = schema.person
    named = {each.id: each.name for each in sets}
    asked = (
        select(_M.c.set_id, who.c.lastname, who.c.firstname, who.c.username, who.c.id)
        .join_from(_M, who, who.c.id == _M.c.person)
        .where(_M.c.cohort == cohort, _M.c.role == "learner")
    )
    if len(named) <= AT_ONCE:
        asked = asked.where(_M.c.set_id.in_(named))
    rows: list[_Row] = [(named[id], *row) for id, *row in c.execute(asked).all() if id in named]
    rows += [(each.name, "", each.name, "", each.id) for each in sets if each.own]
    if words:
        rows = [row for row in rows if _holds(normalise(" ".join(row[:4])), words)]
    # A set has no username: it comes before its learners.
    rows.sort(key=lambda row: (row[0], row[3] != "", row[1].casefold(), row[2].casefold(), row[3]))
    return rows


def _holds(text: str, words: Collection[str]) -> bool:
    return all(word in text for word in words)


def roster_stamp(c: Connection, cohort: str) -> str:
    """Return what tells a cohort's people and programme as they are from how they were."""
    who = schema.person
    people = (
        select(_M.c.person, _M.c.role, _M.c.set_id, *(who.c[name] for name in DETAILS))
        .join_from(_M, who, who.c.id == _M.c.person)
        .where(_M.c.cohort == cohort)
        .order_by(_M.c.person, _M.c.role, _M.c.set_id)
    )
    programme = c.execute(select(schema.cohort.c.programme).where(schema.cohort.c.id == cohort)).scalar()
    text = json.dumps([programme, [tuple(row) for row in c.execute(people).all()]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def drafts_of(c: Connection, books: Iterable[str]) -> dict[str, dict[str, Draft]]:
    """Return the drafts of some workbooks by workbook and prompt: to count them."""
    found: dict[str, dict[str, Draft]] = {}
    for some in _some(books):
        for book, *row in c.execute(select(_D.c.workbook, *_DRAFT).where(_D.c.workbook.in_(some))):
            draft = Draft(*row)
            found.setdefault(book, {})[draft.prompt] = draft
    return found


def last_shared(c: Connection, books: Iterable[str]) -> dict[str, str]:
    """Return when some workbooks were last shared, by workbook; those that never were are not in it."""
    found: dict[str, str] = {}
    for some in _some(books):
        last = select(_S.c.workbook, func.max(_S.c.shared_at)).where(_S.c.workbook.in_(some), _S.c.asked.is_(None))
        found |= {row[0]: row[1] for row in c.execute(last.group_by(_S.c.workbook))}
    return found


def _some(ids: Iterable[str]) -> Iterable[list[str]]:
    wanted = list(ids)
    return (wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE))
