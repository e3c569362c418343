"""Everything the store holds about a person, to take it out.

Which rows are a person's follows from the tables themselves: what names them, and what hangs on a workbook of
theirs. A table that is added later is found without a word here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, or_, select, update

from actionlearn.store.clock import now as this_instant
from actionlearn.store.people import members
from actionlearn.store.people.audit import add_audit
from actionlearn.store.records import Person
from actionlearn.store.tables import groups, schema

#: What stays of somebody who was erased: the set's words, which others go on with, and notes without content.
_STAYS = {"person", "audit", "erasure", "workbook", "draft", "revision", "submission", "acknowledgement", "audience"}

_GONE = "erased-"


def erase(c: Connection, person: Person, now: str = "") -> None:
    """Take a person out: their workbooks with all that hangs on them, their words elsewhere, their name.

    What a set wrote together stays the set's. Doing it twice is doing it once. Their files are leftovers then.
    """
    things = _things(c, person.id)
    at, comment = now or this_instant(), schema.comment
    c.execute(update(comment).where(comment.c.by == person.id).values(body="", deleted_at=at))
    for table in reversed(schema.metadata.sorted_tables):
        which = list(_hanging(table, things))
        if table.name not in _STAYS | {"comment"}:
            which += _naming(table, person.id) + _about(table, person.id, things)
        if table.name == "workbook":
            which = [table.c.id.in_(things["workbook"])]
        if which:
            c.execute(delete(table).where(or_(*which)))
    nameless = {"username": f"{_GONE}{person.id[:8]}", "username_key": f"{_GONE}{person.id[:8]}", "operator": False}
    blank = dict.fromkeys((each.name for each in fields(Person) if each.name not in ("id", "username")), "")
    c.execute(update(schema.person).where(schema.person.c.id == person.id).values(**nameless, **blank))
    _leave_programmes(c, person.username)
    add_audit(c, "", "erased a person", f"person {person.id}", at)


def is_erased(person: Person) -> bool:
    """Tell whether somebody was erased: they are a number without a name."""
    return person.username == f"{_GONE}{person.id[:8]}"


def _things(c: Connection, person: str) -> dict[str, list[str]]:
    """Return the ids of a person's own workbooks, of what was shared of them, of comments on that, of what they asked."""
    book, shared, comment = schema.workbook, schema.submission, schema.comment
    mine = (book.c.owner_kind == "person", or_(book.c.owner == person, book.c.about == person))
    books = list(c.execute(select(book.c.id).where(*mine)).scalars())
    submissions = list(c.execute(select(shared.c.id).where(shared.c.workbook.in_(books))).scalars())
    comments = list(c.execute(select(comment.c.id).where(comment.c.submission.in_(submissions))).scalars())
    posting = groups.posting
    asked = list(c.execute(select(posting.c.id).where(posting.c.by == person)).scalars())
    return {"workbook": books, "submission": submissions, "comment": comments, "posting": asked}


def _about(table: Table, person: str, things: dict[str, list[str]]) -> list[Any]:
    """Return what tells rows about a person that name them without being bound to them."""
    if table.name == "agreement":
        return [table.c.learner == person]
    return [table.c.about.in_([person, *things["submission"]])] if table.name == "note" else []


def _naming(table: Table, person: str) -> list[Any]:
    return [column == person for column, to in _references(table) if to == "person"]


def _hanging(table: Table, things: dict[str, list[str]]) -> Iterator[Any]:
    for column, to in _references(table):
        if to in things and not (table.name == "comment" and to == "comment"):
            yield column.in_(things[to])


def _references(table: Table) -> Iterator[tuple[Column[Any], str]]:
    for column in table.columns:
        for key in column.foreign_keys:
            yield column, key.column.table.name


def _leave_programmes(c: Connection, username: str) -> None:
    """Take somebody out of every programme: else the next build would make them a person again."""
    table = schema.cohort
    for id, programme in c.execute(select(table.c.id, table.c.programme)).all():
        left = _without(programme, username)
        if left != programme:
            c.execute(update(table).where(table.c.id == id).values(programme=left))


def _without(programme: dict[str, Any], username: str) -> dict[str, Any]:
    def other(name: Any) -> bool:
        return not isinstance(name, str) or members.username_key(name) != members.username_key(username)

    people = [each for each in programme.get("people") or () if other(each.get("username"))]
    people = [
        {**each, "learners": [one for one in each["learners"] if other(one)]} if each.get("learners") else each
        for each in people
    ]
    sets = [each if other(each.get("coach")) else {**each, "coach": None} for each in programme.get("sets") or ()]
    return programme | {name: left for name, left in (("people", people), ("sets", sets)) if name in programme}
