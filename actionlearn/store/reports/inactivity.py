"""Who has begun and not written for a while."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from actionlearn.store.clock import now as this_instant
from actionlearn.store.clock import shifted
from actionlearn.store.records import full_name
from actionlearn.store.tables import schema

#: Days without a word after which somebody has gone quiet.
DAYS = 14


@dataclass(frozen=True)
class InactiveLearner:
    """A learner, and when they last wrote."""

    person: str
    name: str
    since: str


def inactive_learners(
    c: Connection, cohort: str, sets: Collection[str] | None = None, now: str = ""
) -> list[InactiveLearner]:
    """Return the learners of a cohort, or of some of its sets, who began and have not written for a while."""
    member, person, book, draft = schema.membership, schema.person, schema.workbook, schema.draft
    last = func.max(draft.c.saved_at)
    rows = c.execute(
        select(person.c.id, person.c.username, person.c.firstname, person.c.lastname, last)
        .select_from(member)
        .join(person, person.c.id == member.c.person)
        .join(book, and_(book.c.owner == person.c.id, book.c.cohort == member.c.cohort))
        .join(draft, draft.c.workbook == book.c.id)
        .where(member.c.cohort == cohort, member.c.role == "learner")
        .where(*(() if sets is None else (member.c.set_id.in_(sets),)))
        .group_by(person.c.id, person.c.username, person.c.firstname, person.c.lastname)
        .having(last < shifted(now or this_instant(), days=-DAYS))
        .order_by(last)
    )
    return [InactiveLearner(id, full_name(*name), since) for id, *name, since in rows]


def inactive_since(c: Connection, cohort: str, person: str, now: str = "") -> str:
    """Return when somebody who has gone quiet last wrote; empty where they have not."""
    book, draft = schema.workbook, schema.draft
    mine = select(func.max(draft.c.saved_at)).join(book, book.c.id == draft.c.workbook)
    last = c.execute(mine.where(book.c.cohort == cohort, book.c.owner == person)).scalar() or ""
    return last if "" < last < shifted(now or this_instant(), days=-DAYS) else ""
