"""What was shared, its executed notebooks, and what is said about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, fields, replace
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    union,
    update,
)

from actionlearn.errors import Missing
from actionlearn.permissions import Audience, Resource
from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.upsert import upsert
from actionlearn.store.records import Comment, Review, SignOff, Submission, SubmissionItem, full_name
from actionlearn.store.tables import schema
from actionlearn.store.workbooks import workbooks

_SUBMISSION = tuple(schema.submission.c[name] for name in Submission.__dataclass_fields__)
_REVIEW = tuple(schema.review.c[name] for name in Review.__dataclass_fields__)
_SIGN_OFF = tuple(schema.sign_off.c[name] for name in SignOff.__dataclass_fields__)
_NAME = ("username", "firstname", "lastname")

_S, _C, _P = schema.submission, schema.comment, schema.person
_SHARED = select(*_SUBMISSION).order_by(_S.c.shared_at.desc(), _S.c.number.desc())
_SAID = (
    select(*(_C.c[each.name] for each in fields(Comment) if each.name in _C.c), *(_P.c[name] for name in _NAME))
    .join(_P, _P.c.id == _C.c.by)
    .order_by(_C.c.created_at, _C.c.id)
)

# Asked for each page: made once.
_OF: Any = bindparam("of")
_SHARED_OF = _SHARED.where(_S.c.workbook == _OF, _S.c.asked.is_(None))
_RELEASED_ON = _SAID.where(
    _C.c.submission.in_(select(_S.c.id).where(_S.c.workbook == _OF)), _C.c.released_at.is_not(None)
)

# Submissions ----------------------------------------------------------------------------------


def add_submission(
    c: Connection,
    *,
    workbook: str,
    by: str,
    wants: str,
    audiences: Iterable[Audience],
    items: Iterable[SubmissionItem],
    receipt: str,
    asked: str | None = None,
    now: str = "",
) -> Submission:
    """Freeze what is shared. Each item names the revision that holds its value (`drafts.cut_revision`).

    What one coach is ``asked`` about counts apart, downwards: it is no sharing of the workbook.
    """
    table, step = schema.submission, -1 if asked else 1
    last = c.execute(select(func.max(table.c.number * step)).where(table.c.workbook == workbook)).scalar() or 0
    at, number = now or this_instant(), step * (max(last, 0) + 1)
    version = workbooks.workbook(c, workbook).template_hash
    made = Submission(str(uuid4()), workbook, number, by, at, wants, receipt, tuple(audiences), None, version, asked)
    c.execute(insert(table).values(**{**asdict(made), "audiences": list(made.audiences)}))
    for each in items:
        item = {"prompt": each.prompt, "revision": each.revision, "said_at": each.when, "audience": list(each.audience)}
        c.execute(insert(schema.submission_item).values(submission=made.id, **item))
    return made


def submission(c: Connection, id: str) -> Submission:
    """Return a submission by id.

    Raises
    ------
    Missing
        ``store.no_submission``.
    """
    found = _submissions(c, schema.submission.c.id == id)
    if not found:
        raise Missing("store.no_submission")
    return found[0]


def submissions_of(c: Connection, workbook: str) -> list[Submission]:
    """Return what was shared of a workbook, the newest first."""
    return _as_submissions(c.execute(_SHARED_OF, {"of": workbook}))


def newest_of(c: Connection, cohort: str, owners: Collection[str]) -> list[Submission]:
    """Return what some people of a cohort shared last of each of their own workbooks, the newest first."""
    book, table = schema.workbook, schema.submission
    theirs = (book.c.cohort == cohort, book.c.owner_kind == "person", book.c.about == "", book.c.owner.in_(owners))
    mine = table.c.workbook.in_(select(book.c.id).where(*theirs))
    newest: dict[str, Submission] = {}
    for each in _submissions(c, mine, table.c.asked.is_(None)):
        newest.setdefault(each.workbook, each)
    return list(newest.values())


def asked_of(c: Connection, workbook: str) -> list[Submission]:
    """Return what single coaches were asked about in a workbook, the newest first."""
    return _submissions(c, schema.submission.c.workbook == workbook, schema.submission.c.asked.is_not(None))


def items_of(c: Connection, submission: str) -> list[SubmissionItem]:
    """Return the frozen answers of a submission."""
    item, revision = schema.submission_item, schema.revision
    rows = c.execute(
        select(item.c.prompt, item.c.revision, revision.c.value, item.c.said_at, item.c.audience)
        .join(revision, revision.c.id == item.c.revision)
        .where(item.c.submission == submission)
        .order_by(item.c.prompt)
    )
    return [SubmissionItem(*row[:-1], tuple(row.audience)) for row in rows]


def submission_resource(c: Connection, submission: Submission) -> Resource:
    """Return a submission as `roles.may` wants it."""
    whose = workbooks.workbook_resource(c, workbooks.workbook(c, submission.workbook))
    return replace(whose, kind="submission", audiences=frozenset(submission.audiences), only=submission.asked or "")


def _submissions(c: Connection, *where: ColumnElement[bool]) -> list[Submission]:
    return _as_submissions(c.execute(_SHARED.where(*where)))


def _as_submissions(rows: CursorResult[Any]) -> list[Submission]:
    return [Submission(**{**row._mapping, "audiences": tuple(row.audiences)}) for row in rows]  # noqa: SLF001 - public


# Executed notebooks ---------------------------------------------------------------------------


def put_review(c: Connection, review: Review) -> Review:
    """Write how the executed notebook of a submission stands, for one reader."""
    values = asdict(review)
    upsert(c, schema.review, {name: values.pop(name) for name in ("submission", "reader")}, values)
    return review


def review(c: Connection, submission: str, reader: str) -> Review | None:
    """Return how the executed notebook of a submission stands for one reader; None where nobody asked for it."""
    table = schema.review
    row = c.execute(select(*_REVIEW).where(table.c.submission == submission, table.c.reader == reader)).first()
    return None if row is None else Review(*row)


def reviews_of(c: Connection, submission: str) -> list[Review]:
    """Return the executed notebooks of a submission, one for each kind of reader."""
    table = schema.review
    return [Review(*row) for row in c.execute(select(*_REVIEW).where(table.c.submission == submission))]


def pending_reviews(c: Connection) -> list[Review]:
    """Return the reviews that were asked for and are not made, such as when the server was stopped."""
    return [Review(*row) for row in c.execute(select(*_REVIEW).where(schema.review.c.state == "pending"))]


# Comments -------------------------------------------------------------------------------------


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
    table = schema.comment_seen
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
    table, seen, book, member = schema.comment, schema.comment_seen, schema.workbook, schema.membership
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
    return _as_comments(c.execute(_SAID.where(*where)))


def _as_comments(rows: CursorResult[Any]) -> list[Comment]:
    return [_comment(dict(row._mapping)) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it


def _comment(row: dict[str, Any]) -> Comment:
    name = full_name(*(row.pop(each) for each in _NAME))
    return Comment(**row, by_name=name)


# The whole ------------------------------------------------------------------------------------


def sign_off(c: Connection, *, submission: str, by: str, verdict: Literal["agreed", "again"], now: str = "") -> SignOff:
    """Say what one thinks of a submission as a whole; said again, the last counts."""
    made = SignOff(submission, by, verdict, now or this_instant())
    upsert(c, schema.sign_off, {"submission": submission, "by": by}, {"verdict": verdict, "at": made.at})
    return made


def sign_offs(c: Connection, submission: str) -> list[SignOff]:
    """Return what coaches said of a submission as a whole, the oldest first."""
    table = schema.sign_off
    rows = c.execute(select(*_SIGN_OFF).where(table.c.submission == submission).order_by(table.c.at))
    return [SignOff(*row) for row in rows]
