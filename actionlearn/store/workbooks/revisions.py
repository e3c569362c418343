"""Revisions: the versions of an answer that stay, whatever is typed after them."""

from __future__ import annotations

from dataclasses import asdict
from uuid import uuid4

from sqlalchemy import Connection, exists, insert, select

from actionlearn.answers.prompts import Past
from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.mapping import columns
from actionlearn.store.records import Cause, Draft, Revision
from actionlearn.store.tables import schema
from actionlearn.store.tables.columns import canonical

_DRAFT = columns(schema.draft, Draft)
_REVISION = columns(schema.revision, Revision)

#: How many heads are kept in one transaction.
AT_ONCE = 200


def cut_revision(c: Connection, workbook: str, prompt: str, cause: Cause, now: str = "") -> Revision | None:
    """Return the revision that holds the head, kept now where none held it yet; None where there is no draft."""
    head = _head(c, workbook, prompt)
    if head is None:
        return None
    table = schema.revision
    same = (table.c.workbook == workbook, table.c.prompt == prompt, table.c.cause != "conflict")
    row = c.execute(select(*_REVISION).where(*same).order_by(table.c.number.desc()).limit(1)).first()
    if row is not None and canonical(row.value) == canonical(head.value):
        return Revision(*row)
    return add_revision(c, workbook, head, cause, now or this_instant())


def cut_heads(c: Connection, most: int = AT_ONCE) -> int:
    """Keep the heads that no revision holds, so many at a time; return how many there were."""
    draft, revision = schema.draft, schema.revision
    same = (revision.c.workbook == draft.c.workbook, revision.c.prompt == draft.c.prompt)
    has_revision = exists().where(*same, revision.c.value == draft.c.value, revision.c.cause != "conflict")
    found = c.execute(select(draft.c.workbook, draft.c.prompt).where(~has_revision).limit(most)).all()
    for row in found:
        cut_revision(c, row.workbook, row.prompt, "rest")
    return len(found)


def revisions(c: Connection, workbook: str, prompt: str) -> list[Revision]:
    """Return the kept versions of an answer, the oldest first."""
    table = schema.revision
    same = (table.c.workbook == workbook, table.c.prompt == prompt)
    return [Revision(*row) for row in c.execute(select(*_REVISION).where(*same).order_by(table.c.number))]


def add_revision(c: Connection, workbook: str, draft: Draft, cause: Cause, now: str) -> Revision:
    """Keep a draft as the next revision of its prompt."""
    table = schema.revision
    same = (table.c.workbook == workbook, table.c.prompt == draft.prompt)
    last = c.execute(select(table.c.number).where(*same).order_by(table.c.number.desc()).limit(1)).scalar() or 0
    new = Revision(
        id=str(uuid4()),
        prompt=draft.prompt,
        number=last + 1,
        version=draft.version,
        value=draft.value,
        by=draft.by,
        created_at=now,
        cause=cause,
    )
    c.execute(insert(table).values(workbook=workbook, **asdict(new)))
    return new


def past_answers(c: Connection, workbook: str, prompt: str) -> tuple[Past, ...]:
    """Return what an answer was, for its owner; versions that never were the answer are left out."""
    of_prompt = revisions(c, workbook, prompt)
    return tuple(Past(each.value, each.created_at, each.cause) for each in of_prompt if each.cause != "conflict")


def _head(c: Connection, workbook: str, prompt: str) -> Draft | None:
    table = schema.draft
    row = c.execute(select(*_DRAFT).where(table.c.workbook == workbook, table.c.prompt == prompt)).first()
    return None if row is None else Draft(*row)
