"""Who has begun and not written, or not shared, for a while."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Text, and_, func, select, type_coerce, union_all

from actionlearn.store.clock import now as this_instant
from actionlearn.store.clock import shifted
from actionlearn.store.records import full_name
from actionlearn.store.tables import schema

#: Days without a word after which somebody has gone quiet.
DAYS = 14

_M, _P, _W, _S, _C = schema.membership, schema.person, schema.workbook, schema.submission, schema.comment


@dataclass(frozen=True)
class InactiveLearner:
    """A learner, and when they last shared something."""

    person: str
    name: str
    since: str


def inactive_learners(
    c: Connection, cohort: str, coach: str, sets: Collection[str] | None = None, now: str = ""
) -> list[InactiveLearner]:
    """Return the learners of a cohort, or of some of its sets, who have shared nothing with a coach for a while.

    What they write for themselves alone counts for nothing: nobody learns from this that they do. Who never shared
    anything with the coach is not among them.
    """
    given = type_coerce(_S.c.coaches, Text).contains(f'"{coach}"', autoescape=True)
    shared = (
        select(_W.c.owner.label("person"), _S.c.shared_at.label("at"))
        .join(_S, _S.c.workbook == _W.c.id)
        .where(_W.c.cohort == cohort, _W.c.owner_kind == "person", _W.c.about == "", given)
        .where(type_coerce(_S.c.audiences, Text).like('%"coach"%'))
    )
    answered = (
        select(_W.c.owner.label("person"), _C.c.released_at.label("at"))
        .join(_S, _S.c.workbook == _W.c.id)
        .join(_C, and_(_C.c.submission == _S.c.id, _C.c.by == _W.c.owner))
        .where(_W.c.cohort == cohort, _W.c.owner_kind == "person", _C.c.released_at.is_not(None), given)
    )
    acts = union_all(shared, answered).subquery()
    last = func.max(acts.c.at)
    rows = c.execute(
        select(_P.c.id, _P.c.username, _P.c.firstname, _P.c.lastname, last)
        .select_from(_M)
        .join(_P, _P.c.id == _M.c.person)
        .join(acts, acts.c.person == _P.c.id)
        .where(_M.c.cohort == cohort, _M.c.role == "learner")
        .where(*(() if sets is None else (_M.c.set_id.in_(sets),)))
        .group_by(_P.c.id, _P.c.username, _P.c.firstname, _P.c.lastname)
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
