"""What a coach keeps: private notes, words half said, questions to ask again; and what was agreed with a learner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from actionlearn.errors import Missing
from actionlearn.permissions import Resource
from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.mapping import columns, full_name
from actionlearn.store.engine.upsert import upsert
from actionlearn.store.records import Saved
from actionlearn.store.reviews import recipients
from actionlearn.store.tables import coaching, schema

_N, _H, _A, _Q = coaching.note, coaching.comment_draft, coaching.agreement, coaching.question

#: A note is about a person (or a set), or about one review.
Kind = Literal["person", "review"]


@dataclass(frozen=True)
class Note:
    """A private note: for whoever wrote it, and nobody else."""

    by: str
    about: str
    kind: Kind
    body: str
    version: int
    saved_at: str


@dataclass(frozen=True)
class Agreement:
    """What a learner and a coach agreed, by a day; for both to read. A deleted one stays without its words."""

    id: str
    cohort: str
    learner: str
    by: str
    body: str
    day: str
    made_at: str
    fulfilled_at: str | None = None
    deleted_at: str | None = None
    version: int = 1
    coaches: tuple[str, ...] = ()
    by_name: str = ""


@dataclass(frozen=True)
class Question:
    """A question in somebody's own bank."""

    id: str
    by: str
    body: str
    made_at: str


# Private notes --------------------------------------------------------------------------------


def note(c: Connection, by: str, about: str) -> Note | None:
    """Return somebody's note about a person or a review; None where there is none."""
    row = c.execute(select(_N).where(_N.c.by == by, _N.c.about == about)).first()
    return (
        None
        if row is None
        else Note(by=row.by, about=row.about, kind=row.kind, body=row.body, version=row.version, saved_at=row.saved_at)
    )


def put_note(c: Connection, *, by: str, about: str, kind: Kind, body: str, base: int, now: str = "") -> Saved | Note:
    """Save a note; where it is another version by now than it was written on, return that one, and change nothing."""
    old = note(c, by, about)
    if old is not None and old.body == body:
        return Saved(old.version, old.saved_at)
    if old is not None and old.version != base:
        return old
    at, version = now or this_instant(), (old.version if old else 0) + 1
    upsert(c, _N, {"by": by, "about": about}, {"kind": kind, "body": body, "version": version, "saved_at": at})
    return Saved(version, at)


# Half said ------------------------------------------------------------------------------------


def save_comment_draft(
    c: Connection, *, person: str, submission: str, place: str, body: str, about: str = "", now: str = ""
) -> None:
    """Keep what somebody is about to say, and where the passage is that it is about; nothing takes away what was kept."""
    key = {"person": person, "submission": submission, "place": place}
    if body:
        upsert(c, _H, key, {"body": body, "about": about or None, "saved_at": now or this_instant()})
        return
    c.execute(delete(_H).where(*(_H.c[name] == value for name, value in key.items())))


def comment_drafts(c: Connection, person: str, submission: str) -> dict[str, str]:
    """Return what somebody was about to say on a submission, by place."""
    rows = c.execute(select(_H.c.place, _H.c.body).where(_H.c.person == person, _H.c.submission == submission))
    return {row.place: row.body for row in rows}


def draft_passages(c: Connection, person: str, submission: str) -> dict[str, str]:
    """Return where the passages are that somebody was about to say something on, by place of the draft."""
    rows = c.execute(select(_H.c.place, _H.c.about).where(_H.c.person == person, _H.c.submission == submission))
    return {row.place: row.about for row in rows if row.about}


# Agreements -----------------------------------------------------------------------------------


def add_agreement(
    c: Connection, *, cohort: str, learner: str, by: str, body: str, day: str, now: str = ""
) -> Agreement:
    """Note what was agreed with a learner, by a day (``YYYY-MM-DD``, or empty)."""
    made = {"id": str(uuid4()), "cohort": cohort, "learner": learner, "by": by, "body": body, "day": day}
    given = recipients.current_recipients(c, cohort, recipients.set_of(c, cohort, learner))
    coaches = sorted({*given.coaches, by} - {learner})
    c.execute(insert(_A).values(**made, coaches=coaches, made_at=now or this_instant(), version=1))
    return agreement(c, made["id"])


def agreement(c: Connection, id: str) -> Agreement:
    """Return an agreement by id.

    Raises
    ------
    Missing
        ``store.no_agreement``.
    """
    found = _agreements(c, _A.c.id == id)
    if not found:
        raise Missing("store.no_agreement")
    return found[0]


def agreement_resource(c: Connection, made: Agreement) -> Resource:
    """Return an agreement as `permissions.may` takes it: for the learner and for who coached them when it was made."""
    group = recipients.set_of(c, made.cohort, made.learner)
    return Resource(
        "agreement",
        made.cohort,
        made.learner,
        set=group,
        current_set=group,
        coaches=frozenset(made.coaches),
        consents=recipients.consents(c, made.cohort, made.learner),
    )


def agreements(c: Connection, cohort: str, learner: str) -> list[Agreement]:
    """Return what was agreed with a learner and not taken back, what is due first before the rest."""
    found = _agreements(c, _A.c.cohort == cohort, _A.c.learner == learner, _A.c.deleted_at.is_(None))
    return sorted(found, key=lambda each: (each.fulfilled_at is not None, each.day or "9999", each.made_at))


def agreements_for(c: Connection, first: str, last: str) -> list[Agreement]:
    """Return what is agreed for some days, of everybody, and is neither kept nor taken back."""
    open = (_A.c.deleted_at.is_(None), _A.c.fulfilled_at.is_(None))
    return _agreements(c, _A.c.day >= first, _A.c.day <= last, *open)


def dated_agreements(c: Connection, cohort: str) -> list[Agreement]:
    """Return all of a cohort that has a day, also what was taken back: a calendar that has it removes it."""
    return _agreements(c, _A.c.cohort == cohort, _A.c.day != "")


def change_agreement(c: Connection, id: str, **values: str | None) -> Agreement:
    """Change when it was kept, or taken back: it is another version then."""
    c.execute(update(_A).where(_A.c.id == id).values(**values, version=_A.c.version + 1))
    return agreement(c, id)


def _agreements(c: Connection, *where: ColumnElement[bool]) -> list[Agreement]:
    person = schema.person
    rows = c.execute(
        select(*columns(_A, Agreement, by_name=full_name(person)))
        .join(person, person.c.id == _A.c.by)
        .where(*where)
        .order_by(_A.c.day, _A.c.made_at)
    )
    return [replace(made, coaches=tuple(made.coaches)) for made in (Agreement(*row) for row in rows)]


# Questions to ask again -----------------------------------------------------------------------


def add_question(c: Connection, by: str, body: str, now: str = "") -> Question:
    """Keep a question in somebody's bank; the same words are kept once."""
    row = c.execute(select(_Q).where(_Q.c.by == by, _Q.c.body == body)).first()
    if row is not None:
        return Question(*row)
    made = Question(id=str(uuid4()), by=by, body=body, made_at=now or this_instant())
    c.execute(insert(_Q).values(id=made.id, by=by, body=body, made_at=made.made_at))
    return made


def questions(c: Connection, by: str) -> list[Question]:
    """Return somebody's bank, the newest first."""
    return [Question(*row) for row in c.execute(select(_Q).where(_Q.c.by == by).order_by(_Q.c.made_at.desc()))]


def remove_question(c: Connection, by: str, id: str) -> bool:
    """Remove a question from somebody's own bank; tell whether it was there."""
    return bool(c.execute(delete(_Q).where(_Q.c.by == by, _Q.c.id == id)).rowcount)
