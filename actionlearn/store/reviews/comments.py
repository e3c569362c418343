"""Comments on what was shared, and which of them their readers have seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    union,
    update,
)

from actionlearn.errors import Missing
from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.mapping import columns, full_name
from actionlearn.store.records import Comment
from actionlearn.store.tables import schema

_S, _C, _P = schema.submission, schema.comment, schema.person
_OF: Any = bindparam("of")

_COMMENTS = (
    select(*columns(_C, Comment, by_name=full_name(_P))).join(_P, _P.c.id == _C.c.by).order_by(_C.c.created_at, _C.c.id)
)


_RELEASED_ON = _COMMENTS.where(
    _C.c.submission.in_(select(_S.c.id).where(_S.c.workbook == _OF)), _C.c.released_at.is_not(None)
)


def add_comment(
    c: Connection,
    *,
    submission: str,
    prompt: str | None,
    by: str,
    body: str,
    parent: str | None = None,
    target: Any = None,
    released: bool = False,
    now: str = "",
) -> Comment:
    """Add a comment, on a prompt, a passage of it, or (None) the whole; a learner's reply is released at once."""
    at, id = now or this_instant(), str(uuid4())
    made = {"id": id, "submission": submission, "prompt": prompt, "parent": parent, "by": by, "body": body}
    made["target"] = target
    c.execute(insert(schema.comment).values(**made, created_at=at, released_at=at if released else None))
    return comment(c, id)


def comment(c: Connection, id: str) -> Comment:
    """Return a comment by id.

    Raises
    ------
    Missing
        ``store.no_comment``.
    """
    found = _comments(c, schema.comment.c.id == id)
    if not found:
        raise Missing("store.no_comment")
    return found[0]


def comments_of(c: Connection, submission: str) -> list[Comment]:
    """Return every comment on a submission, drafts and tombstones included, the oldest first."""
    return _comments(c, schema.comment.c.submission == submission)


def comments_for_workbook(c: Connection, workbook: str, released_only: bool = True) -> list[Comment]:
    """Return the comments on all that was shared of a workbook, the oldest first."""
    if released_only:
        return _as_comments(c.execute(_RELEASED_ON, {"of": workbook}))
    return _comments(c, _C.c.submission.in_(select(_S.c.id).where(_S.c.workbook == workbook)))


def release_comment(c: Connection, id: str, now: str = "") -> Comment:
    """Let the learner see a comment."""
    table = schema.comment
    waiting = (table.c.id == id, table.c.released_at.is_(None), table.c.deleted_at.is_(None))
    c.execute(update(table).where(*waiting).values(released_at=now or this_instant()))
    return comment(c, id)


def delete_comment(c: Connection, id: str, now: str = "") -> None:
    """Take a comment back: nobody has seen a draft, so it goes; of a released one a tombstone stays."""
    table = schema.comment
    if comment(c, id).released_at is None:
        c.execute(delete(table).where(table.c.id == id))
        return
    c.execute(update(table).where(table.c.id == id).values(body="", target=None, deleted_at=now or this_instant()))


def change_comment(c: Connection, id: str, body: str) -> None:
    """Put other words into a comment that nobody has seen."""
    table = schema.comment
    c.execute(update(table).where(table.c.id == id, table.c.released_at.is_(None)).values(body=body))


def resolve_comment(c: Connection, id: str, at: str | None) -> None:
    """Mark a thread as settled, or (None) as open again."""
    c.execute(update(schema.comment).where(schema.comment.c.id == id).values(resolved_at=at))


def mark_seen(c: Connection, comment: str, person: str, now: str = "") -> None:
    """Note that somebody has seen a comment; the first time counts."""
    table = schema.comment_view
    seen = select(table.c.at).where(table.c.comment == comment, table.c.person == person)
    if c.execute(seen).first() is None:
        c.execute(insert(table).values(comment=comment, person=person, at=now or this_instant()))


def concerned(c: Connection, since: str) -> frozenset[str]:
    """Return whom comments released after an instant may concern: whose workbooks they are on, and who wrote there."""
    table, book, member = schema.comment, schema.workbook, schema.membership
    new = select(table.c.submission).where(table.c.released_at > since, table.c.deleted_at.is_(None))
    on = select(book.c.owner).join(schema.submission, schema.submission.c.workbook == book.c.id)
    owners = on.where(schema.submission.c.id.in_(new))
    in_sets = select(member.c.person).where(member.c.set_id.in_(owners), member.c.role == "learner")
    talked = select(table.c.by).where(table.c.submission.in_(new))
    return frozenset(c.execute(union(owners, in_sets, talked)).scalars())


def unseen_for(c: Connection, person: str) -> list[Comment]:
    """Return the released comments that wait for somebody: on their workbooks, and under what they commented on."""
    table, seen, book, member = schema.comment, schema.comment_view, schema.workbook, schema.membership
    my_sets = select(member.c.set_id).where(
        member.c.person == person, member.c.role == "learner", member.c.set_id != ""
    )
    mine = select(schema.submission.c.id).join(book, book.c.id == schema.submission.c.workbook)
    mine = mine.where(or_(book.c.owner == person, book.c.owner.in_(my_sets)))
    also = schema.comment.alias("also")
    talked = select(also.c.submission).where(also.c.by == person)
    return _comments(
        c,
        table.c.released_at.is_not(None),
        table.c.deleted_at.is_(None),
        table.c.by != person,
        ~exists().where(seen.c.comment == table.c.id, seen.c.person == person),
        or_(table.c.submission.in_(mine), table.c.submission.in_(talked)),
    )


def _comments(c: Connection, *where: ColumnElement[bool]) -> list[Comment]:
    return _as_comments(c.execute(_COMMENTS.where(*where)))


def _as_comments(rows: Iterable[Sequence[Any]]) -> list[Comment]:
    return [Comment(*row) for row in rows]
