"""Until when a cohort is kept, and that its people were told: nothing goes before."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from actionlearn.store.tables import retention, schema


@dataclass(frozen=True)
class RetentionNotice:
    """That everybody was told on which day a cohort ends."""

    cohort: str
    notified_at: str
    ends_on: str


def notices(c: Connection) -> dict[str, RetentionNotice]:
    """Return what was told, by cohort."""
    table = retention.retention_notice
    return {row.cohort: RetentionNotice(row.cohort, row.notified_at, row.ends_on) for row in c.execute(select(table))}


def record_notice(c: Connection, cohort: str, now: str, ends_on: str) -> None:
    """Note that it is told from now on."""
    withdraw_notice(c, cohort)
    c.execute(insert(retention.retention_notice).values(cohort=cohort, notified_at=now, ends_on=ends_on))


def withdraw_notice(c: Connection, cohort: str) -> None:
    """Forget that it was told: somebody wrote again."""
    table = retention.retention_notice
    c.execute(delete(table).where(table.c.cohort == cohort))


def last_activity(c: Connection, cohort: str) -> str:
    """Return when the last answer or comment was written in a cohort, or something shared; empty for never."""
    book, draft, shared, comment = schema.workbook, schema.draft, schema.submission, schema.comment
    instants = (
        select(func.max(draft.c.saved_at)).join(book, book.c.id == draft.c.workbook),
        select(func.max(shared.c.shared_at)).join(book, book.c.id == shared.c.workbook),
        select(func.max(comment.c.created_at))
        .join(shared, shared.c.id == comment.c.submission)
        .join(book, book.c.id == shared.c.workbook),
    )
    found = (c.execute(each.where(book.c.cohort == cohort)).scalar() for each in instants)
    return max((each for each in found if each), default="")


def created_at(c: Connection, cohort: str) -> str:
    """Return when a cohort was made."""
    return str(c.execute(select(schema.cohort.c.created_at).where(schema.cohort.c.id == cohort)).scalar_one())
