"""Asks and offers of a cohort or one set, and who answered them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from typing import Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy import delete as delete_from

from actionlearn.errors import Missing
from actionlearn.permissions import Resource
from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.mapping import columns, full_name
from actionlearn.store.tables import groups, schema

_P, _A, _WHO = groups.posting, groups.posting_answer, schema.person

Kind = Literal["ask", "offer"]


@dataclass(frozen=True)
class Answer:
    """What somebody said to an ask or an offer; with ``introduces`` it brings two people together."""

    id: str
    posting: str
    by: str
    body: str
    introduces: str | None
    made_at: str
    by_name: str = ""
    introduces_name: str = ""


@dataclass(frozen=True)
class Posting:
    """An ask or an offer, to one set or (empty) everybody in the cohort."""

    id: str
    cohort: str
    set_id: str
    kind: Kind
    by: str
    body: str
    made_at: str
    first_answered_at: str | None = None
    closed_at: str | None = None
    by_name: str = ""
    answers: tuple[Answer, ...] = ()

    @property
    def thing(self) -> Resource:
        """As `roles.may` wants it."""
        return Resource("posting", self.cohort, self.by, set=self.set_id)


@dataclass(frozen=True)
class FirstAnswers:
    """How soon questions are answered, for a cohort as a whole: never for a person.

    Parameters
    ----------
    asked, answered
        How many questions there are, and to how many somebody else has said something.
    hours
        Half of those answered had a first answer within so many hours; None where none has one.
    """

    asked: int
    answered: int
    hours: float | None


def add(
    c: Connection, *, cohort: str, set_id: str, kind: Kind, by: str, body: str, now: str = "", id: str = ""
) -> Posting:
    """Keep an ask or an offer. The same words again, while they stand open, are the same posting."""
    same = (_P.c.cohort == cohort, _P.c.set_id == set_id, _P.c.kind == kind, _P.c.by == by, _P.c.body == body)
    found = _postings(c, *same, _P.c.closed_at.is_(None), _P.c.withdrawn_at.is_(None))
    if found:
        return found[0]
    made = {"id": id or str(uuid4()), "cohort": cohort, "set_id": set_id, "kind": kind, "by": by, "body": body}
    c.execute(insert(_P).values(**made, made_at=now or this_instant()))
    return posting(c, made["id"])


def posting(c: Connection, id: str) -> Posting:
    """Return a posting with its answers.

    Raises
    ------
    Missing
        ``store.no_posting``: there is none, or it was withdrawn.
    """
    found = _postings(c, _P.c.id == id, _P.c.withdrawn_at.is_(None))
    if not found:
        raise Missing("store.no_posting")
    return found[0]


def postings(c: Connection, cohort: str, *, set_id: str | None = None) -> list[Posting]:
    """Return what is asked and offered in a cohort, the newest first; with ``set_id`` what is for that set alone."""
    where = [] if set_id is None else [_P.c.set_id == set_id]
    return _postings(c, _P.c.cohort == cohort, _P.c.withdrawn_at.is_(None), *where)


def open_of(c: Connection, cohort: str, person: str) -> int:
    """Return how many postings of somebody stand open in a cohort."""
    mine = (_P.c.cohort == cohort, _P.c.by == person, _P.c.closed_at.is_(None), _P.c.withdrawn_at.is_(None))
    return c.execute(select(func.count()).select_from(_P).where(*mine)).scalar() or 0


def close(c: Connection, id: str, at: str | None) -> Posting:
    """Say that it is settled, or (None) that it is open again."""
    c.execute(update(_P).where(_P.c.id == id).values(closed_at=at))
    return posting(c, id)


def withdraw(c: Connection, id: str, now: str = "") -> None:
    """Take a posting back: its words go, and those that answered them. When it was answered first stays, as a number."""
    c.execute(delete_from(_A).where(_A.c.posting == id))
    c.execute(update(_P).where(_P.c.id == id).values(body="", withdrawn_at=now or this_instant()))


def answer(
    c: Connection, *, posting_id: str, by: str, body: str, introduces: str | None = None, now: str = ""
) -> Answer:
    """Keep what somebody says to a posting. The first by somebody else than who asked counts."""
    at, found = now or this_instant(), posting(c, posting_id)
    same = [one for one in found.answers if (one.by, one.body, one.introduces) == (by, body, introduces)]
    if same:
        return same[0]
    id = str(uuid4())
    values = {"id": id, "posting": posting_id, "by": by, "body": body, "introduces": introduces, "made_at": at}
    c.execute(insert(_A).values(**values))
    if found.first_answered_at is None and by != found.by:
        c.execute(update(_P).where(_P.c.id == posting_id).values(first_answered_at=at))
    return answer_of(c, id)


def answer_of(c: Connection, id: str) -> Answer:
    """Return an answer by id.

    Raises
    ------
    Missing
        ``store.no_posting``.
    """
    found = _answers(c, _A.c.id == id)
    if not found:
        raise Missing("store.no_posting")
    return found[0]


def delete_answer(c: Connection, id: str) -> None:
    """Take an answer back."""
    c.execute(delete_from(_A).where(_A.c.id == id))


def first_answers(c: Connection, cohort: str) -> FirstAnswers:
    """Return how soon questions of a cohort are answered, as one number for the programme."""
    rows = c.execute(
        select(_P.c.made_at, _P.c.first_answered_at).where(_P.c.cohort == cohort, _P.c.kind == "ask")
    ).all()
    waited = [
        (datetime.fromisoformat(row.first_answered_at) - datetime.fromisoformat(row.made_at)).total_seconds() / 3600
        for row in rows
        if row.first_answered_at
    ]
    return FirstAnswers(len(rows), len(waited), median(waited) if waited else None)


def _postings(c: Connection, *where: ColumnElement[bool]) -> list[Posting]:
    rows = c.execute(
        select(*columns(_P, Posting, by_name=full_name(_WHO)))
        .join(_WHO, _WHO.c.id == _P.c.by)
        .where(*where)
        .order_by(_P.c.made_at.desc(), _P.c.id)
    ).all()
    if not rows:
        return []
    ids = select(_P.c.id).where(*where)
    answers: dict[str, list[Answer]] = {}
    for each in _answers(c, _A.c.posting.in_(ids)):
        answers.setdefault(each.posting, []).append(each)
    return [replace(Posting(*row), answers=tuple(answers.get(row.id, ()))) for row in rows]


def _answers(c: Connection, *where: ColumnElement[bool]) -> list[Answer]:
    other = _WHO.alias("other")
    rows = c.execute(
        select(*columns(_A, Answer, by_name=full_name(_WHO), introduces_name=full_name(other)))
        .join(_WHO, _WHO.c.id == _A.c.by)
        .outerjoin(other, other.c.id == _A.c.introduces)
        .where(*where)
        .order_by(_A.c.made_at, _A.c.id)
    )
    return [Answer(*row) for row in rows]
