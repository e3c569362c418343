"""What was shared: the frozen answers, their readers and their receipt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, CursorResult, bindparam, func, insert, select

from actionlearn.errors import Missing
from actionlearn.permissions import Audience, Resource
from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.mapping import columns
from actionlearn.store.records import Submission, SubmissionItem, Workbook
from actionlearn.store.reviews import recipients
from actionlearn.store.reviews.recipients import Recipients
from actionlearn.store.tables import schema
from actionlearn.store.workbooks import workbooks

_S = schema.submission
_OF: Any = bindparam("of")
_SUBMISSION = columns(schema.submission, Submission)

#: Fields that are lists in the table.
_LISTS = ("audiences", "coaches", "members")


_SHARED = select(*_SUBMISSION).order_by(_S.c.shared_at.desc(), _S.c.number.desc())


_SHARED_OF = _SHARED.where(_S.c.workbook == _OF, _S.c.asked.is_(None))


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
    """Freeze what is shared. Each item names the revision that holds its value (`revisions.cut_revision`).

    What one coach is ``asked`` about counts apart, downwards: it is no sharing of the workbook.
    """
    table, step = schema.submission, -1 if asked else 1
    last = c.execute(select(func.max(table.c.number * step)).where(table.c.workbook == workbook)).scalar() or 0
    at, number = now or this_instant(), step * (max(last, 0) + 1)
    book = workbooks.workbook(c, workbook)
    given = recipients_now(c, book)
    made = Submission(
        id=str(uuid4()),
        workbook=workbook,
        number=number,
        by=by,
        shared_at=at,
        wants=wants,
        receipt=receipt,
        audiences=tuple(audiences),
        erased_at=None,
        template_hash=book.template_hash,
        asked=asked,
        set_id=given.set_id,
        coaches=(asked,) if asked else given.coaches,
        members=given.members,
    )
    lists = {name: list(getattr(made, name)) for name in _LISTS}
    c.execute(insert(table).values(**{**asdict(made), **lists}))
    for each in items:
        item = {
            "prompt": each.prompt,
            "revision": each.revision,
            "answered_at": each.when,
            "audience": list(each.audience),
        }
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


def newest_in_set(c: Connection, cohort: str, set_id: str) -> list[Submission]:
    """Return what people shared last of each of their own workbooks while they were in a set, the newest first."""
    book, table = schema.workbook, schema.submission
    theirs = (book.c.cohort == cohort, book.c.owner_kind == "person", book.c.about == "")
    mine = table.c.workbook.in_(select(book.c.id).where(*theirs))
    newest: dict[str, Submission] = {}
    for each in _submissions(c, mine, table.c.asked.is_(None), table.c.set_id == set_id):
        newest.setdefault(each.workbook, each)
    return list(newest.values())


def asked_of(c: Connection, workbook: str) -> list[Submission]:
    """Return what single coaches were asked about in a workbook, the newest first."""
    return _submissions(c, schema.submission.c.workbook == workbook, schema.submission.c.asked.is_not(None))


def items_of(c: Connection, submission: str) -> list[SubmissionItem]:
    """Return the frozen answers of a submission."""
    item, revision = schema.submission_item, schema.revision
    rows = c.execute(
        select(item.c.prompt, item.c.revision, revision.c.value, item.c.answered_at, item.c.audience)
        .join(revision, revision.c.id == item.c.revision)
        .where(item.c.submission == submission)
        .order_by(item.c.prompt)
    )
    return [SubmissionItem(*row[:-1], tuple(row.audience)) for row in rows]


def submission_resource(c: Connection, submission: Submission) -> Resource:
    """Return a submission as `roles.may` wants it: for those it was given to, whoever is where today."""
    whose = workbooks.workbook_resource(c, workbooks.workbook(c, submission.workbook))
    return replace(
        whose,
        kind="submission",
        audiences=frozenset(submission.audiences),
        only=submission.asked or "",
        set=submission.set_id,
        current_set=whose.set,
        coaches=frozenset(submission.coaches),
        members=frozenset(submission.members),
        consents=recipients.consents(c, whose.cohort, whose.owner),
    )


def recipients_now(c: Connection, workbook: Workbook) -> Recipients:
    """Return whom a workbook reaches when it is shared now."""
    return recipients.current_recipients(c, workbook.cohort, workbooks.workbook_resource(c, workbook).set)


def reached_already(c: Connection, workbook: Workbook, shared: Submission) -> bool:
    """Tell whether everybody whom a workbook reaches now was reached by what was shared of it."""
    given, let = recipients_now(c, workbook), recipients.consents(c, workbook.cohort, workbook.owner)
    known = {*shared.coaches, *shared.members, *let}
    return given.set_id == shared.set_id and known.issuperset((*given.coaches, *given.members))


def given_alike(c: Connection, shared: Submission, earlier: Submission, audience: str) -> bool:
    """Tell whether one of the audiences of something that was shared was given an earlier thing of its owner's, too."""
    book = workbooks.workbook(c, earlier.workbook)
    if audience not in ("set", "coach") or (audience == "set" and book.about):
        return True
    names = "members" if audience == "set" else "coaches"
    known = {*getattr(earlier, names), *recipients.consents(c, book.cohort, book.owner)}
    return known.issuperset(set(getattr(shared, names)) - {book.owner})


def _submissions(c: Connection, *where: ColumnElement[bool]) -> list[Submission]:
    return _as_submissions(c.execute(_SHARED.where(*where)))


def _as_submissions(rows: CursorResult[Any]) -> list[Submission]:
    return [
        Submission(**{**row._mapping, **{name: tuple(getattr(row, name)) for name in _LISTS}})  # noqa: SLF001 - public
        for row in rows
    ]
