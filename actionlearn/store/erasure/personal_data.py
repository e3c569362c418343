"""Everything the store holds about a person, to take it out.

Which rows are a person's follows from the tables themselves: what names them, and what hangs on a workbook of
theirs. A table that is added later is found without a word here.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, or_, select, update

from actionlearn.store.clock import now as this_instant
from actionlearn.store.people.audit import add_audit
from actionlearn.store.records import Person
from actionlearn.store.tables import groups, schema

#: What stays of somebody who was erased: the set's words, which others go on with, and notes without content.
_STAYS = {"person", "audit", "erasure", "workbook", "draft", "revision", "submission", "acknowledgement", "audience"}

_GONE = "erased-"


def erase(c: Connection, person: Person, now: str = "") -> list[str]:
    """Take a person out: their workbooks with all that hangs on them, their words elsewhere, their name.

    What a set wrote together stays the set's. Doing it twice is doing it once.

    Returns
    -------
    list of str
        Folders of the data folder that are to go.
    """
    things = _things(c, person.id)
    folders = [*_folders(c, person, things)]
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
    add_audit(c, "", "erased a person", f"person {person.id}", at)
    return folders


def remove_folders(data: Path, folders: Collection[str]) -> None:
    """Remove what an erased person had on the disk."""
    root = data.resolve()
    for name in folders:
        folder = (root / name).resolve()
        if folder.is_relative_to(root) and folder != root:
            shutil.rmtree(folder, ignore_errors=True)


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


def _folders(c: Connection, person: Person, things: dict[str, list[str]]) -> Iterator[str]:
    book, shared = schema.workbook, schema.submission
    for (cohort,) in c.execute(select(book.c.cohort).where(book.c.id.in_(things["workbook"])).distinct()):
        yield f"cohorts/{cohort}/{person.username}"
    both = select(shared.c.id, book.c.cohort).join_from(shared, book, shared.c.workbook == book.c.id)
    for submission, cohort in c.execute(both.where(shared.c.id.in_(things["submission"]))):
        yield f"reviews/{cohort}/{submission}"
    for id in things["workbook"]:
        yield f"evidence/{id}"
