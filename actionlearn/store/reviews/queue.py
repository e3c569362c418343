"""What waits on a coach's desk. A constant number of questions to the database, however much there is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    type_coerce,
)

from actionlearn.permissions import Actor
from actionlearn.store.clock import now as this_instant
from actionlearn.store.tables import coaching, schema

_S, _W, _N, _C, _P = schema.submission, schema.workbook, schema.notebook, schema.comment, schema.person
_M, _SEEN, _OPENED = schema.membership, schema.comment_view, coaching.review_opening
_CONSENT = coaching.consent


@dataclass(frozen=True)
class QueueEntry:
    """Something that was shared with a coach: of each workbook the newest, and each question about one prompt.

    Parameters
    ----------
    answers
        How many answers the coach may read in it.
    held, said
        Comments of the coach's own: not yet released, and released.
    has_draft
        Whether the coach began to write something.
    verdict
        The coach's own; empty for none.
    unseen
        Whether somebody answered the coach.
    opened_at
        When the coach opened it first; None: it is new.
    """

    id: str
    cohort: str
    owner: str
    owner_kind: str
    about: str
    set_id: str
    template: str
    number: int
    title: str
    firstname: str
    lastname: str
    username: str
    shared_at: str
    wants: str
    asked: str | None
    answers: int
    unreleased: int
    comment_count: int
    has_draft: bool
    verdict: str
    unseen: bool
    opened_at: str | None

    @property
    def waits(self) -> bool:
        """Whether the coach has something to say or to read."""
        return self.unseen or not (self.verdict or self.comment_count)


def queue_of(c: Connection, coach: str, cohorts: dict[str, Collection[str] | None]) -> list[QueueEntry]:
    """Return what was shared with a coach, what waits first and of it the oldest first.

    Parameters
    ----------
    c
        Connection of an act.
    coach
        Id of the coach.
    cohorts
        Id of each cohort -> the sets coached in it, None for all of it.
    """
    if not cohorts:
        return []
    rows = c.execute(
        select(
            _S.c.id,
            _W.c.cohort,
            _W.c.owner,
            _W.c.owner_kind,
            _W.c.about,
            _S.c.set_id,
            _W.c.template,
            _W.c.number,
            _N.c.title,
            func.coalesce(_P.c.firstname, "").label("firstname"),
            func.coalesce(_P.c.lastname, "").label("lastname"),
            func.coalesce(_P.c.username, "").label("username"),
            _S.c.shared_at,
            _S.c.wants,
            _S.c.asked,
            *(column.label(name) for name, column in _of_coach(coach).items()),
        )
        .join(_W, _W.c.id == _S.c.workbook)
        .join(_N, and_(_N.c.workbook == _W.c.id, _N.c.locale == _W.c.locale))
        .outerjoin(_P, _P.c.id == _W.c.owner)
        .where(_holds_coach(_S.c.audiences), _given_to(coach, cohorts), _newest(coach))
    )
    found = [_waiting(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it
    return sorted(found, key=lambda each: (not each.waits, each.shared_at, each.id))


def read_by_coach(c: Connection, submissions: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return what some submissions hold for a coach: id of each -> value by prompt."""
    item, revision = schema.submission_item, schema.revision
    found: dict[str, dict[str, Any]] = {}
    rows = select(item.c.submission, item.c.prompt, revision.c.value).join(revision, revision.c.id == item.c.revision)
    for row in c.execute(rows.where(item.c.submission.in_(submissions), _holds_coach(item.c.audience))):
        found.setdefault(row.submission, {})[row.prompt] = row.value
    return found


def sets_of(actor: Actor, cohort: str) -> set[str] | None:
    """Return the sets a coach is given in a cohort, None for all of it."""
    given = {each.set for each in actor.memberships if each.role == "coach" and each.cohort == cohort}
    return None if "" in given else given


def coach_queue(c: Connection, actor: Actor, cohort: str = "") -> list[QueueEntry]:
    """Return what was shared with a coach, what waits first and of it the oldest first. Never one's own."""
    given = {each.cohort for each in actor.memberships if each.role == "coach" and cohort in ("", each.cohort)}
    found = queue_of(c, actor.person, {each: sets_of(actor, each) for each in given})
    own = {each.set for each in actor.memberships if each.role == "learner" and each.set}
    return [each for each in found if each.owner != actor.person and each.owner not in own]


def queue_ids(c: Connection, actor: Actor) -> list[str]:
    """Return the ids of what is on a coach's desk, in its order: all that is needed to know the next one."""
    cohorts = {each.cohort: sets_of(actor, each.cohort) for each in actor.memberships if each.role == "coach"}
    if not cohorts:
        return []
    stands = _of_coach(actor.person)
    own = {each.set for each in actor.memberships if each.role == "learner" and each.set}
    rows = c.execute(
        select(_S.c.id, _S.c.shared_at, *(stands[name].label(name) for name in ("comment_count", "verdict", "unseen")))
        .join(_W, _W.c.id == _S.c.workbook)
        .where(_holds_coach(_S.c.audiences), _given_to(actor.person, cohorts), _newest(actor.person))
        .where(_W.c.owner.not_in({actor.person, *own}))
    )
    found = sorted((not (row.unseen or not (row.verdict or row.comment_count)), row.shared_at, row.id) for row in rows)
    return [id for _, _, id in found]


def _waiting(row: Any) -> QueueEntry:
    values = {
        **row,
        "has_draft": bool(row["has_draft"]),
        "unseen": bool(row["unseen"]),
        "verdict": row["verdict"] or "",
    }
    return QueueEntry(**values)


def _set_of() -> Any:
    """Say which set a workbook's owner is in (of a manager's, the learner it is about), as `workbooks.thing` does."""
    learner = func.coalesce(func.nullif(_W.c.about, ""), _W.c.owner)
    same = (_M.c.cohort == _W.c.cohort, _M.c.person == learner, _M.c.role == "learner", _M.c.set_id != "")
    of_person = select(func.min(_M.c.set_id)).where(*same).correlate(_W).scalar_subquery()
    return case((_W.c.owner_kind == "set", _W.c.owner), else_=func.coalesce(of_person, ""))


def _holds_coach(column: Any) -> ColumnElement[bool]:
    """Tell whether a list of audiences, which is JSON text, holds the coach."""
    return type_coerce(column, Text).like('%"coach"%')


def _given_to(coach: str, cohorts: Mapping[str, Collection[str] | None]) -> ColumnElement[bool]:
    """Tell what was given to a coach: as one of those of then, or since the owner lets them read it."""
    group = _set_of()
    parts = []
    for cohort, sets in cohorts.items():
        here = true() if sets is None else or_(_S.c.set_id.in_(sets), group.in_(sets))
        let_in = and_(_S.c.asked.is_(None), _lets_in(coach), here)
        parts.append(and_(_W.c.cohort == cohort, or_(_names(_S.c.coaches, coach), let_in)))
    return or_(*parts)


def _lets_in(coach: str) -> ColumnElement[bool]:
    same = (_CONSENT.c.cohort == _W.c.cohort, _CONSENT.c.owner == _W.c.owner, _CONSENT.c.reader == coach)
    return exists().where(*same).correlate(_W)


def _names(column: Any, person: str) -> ColumnElement[bool]:
    """Tell whether a list of ids, which is JSON text, holds somebody's."""
    return type_coerce(column, Text).contains(f'"{person}"', autoescape=True)


def _newest(coach: str) -> ColumnElement[bool]:
    """Of what was given to a coach of a workbook, take the newest; each question about one prompt stands for itself."""
    later = _S.alias("later")
    newer = (later.c.workbook == _S.c.workbook, later.c.number > _S.c.number, _holds_coach(later.c.audiences))
    given = or_(_names(later.c.coaches, coach), _lets_in(coach))
    return or_(_S.c.asked.is_not(None), ~exists().where(*newer, given).correlate(_S, _W))


def _of_coach(coach: str) -> dict[str, Any]:
    """Say, of each, how many answers it has and where the coach stands with it."""
    item, off, draft = schema.submission_item, schema.sign_off, coaching.comment_draft
    by_me = (_C.c.submission == _S.c.id, _C.c.by == coach, _C.c.deleted_at.is_(None))
    other, mine = _C.alias("other"), _C.alias("mine")
    answered = (other.c.submission == _S.c.id, other.c.by != coach, other.c.released_at.is_not(None))
    unread = ~exists().where(_SEEN.c.comment == other.c.id, _SEEN.c.person == coach)
    talked = exists().where(mine.c.submission == _S.c.id, mine.c.by == coach)

    def one(column: Any, *where: Any) -> Any:
        return select(column).where(*where).correlate(_S).scalar_subquery()

    return {
        "answers": one(func.count(), item.c.submission == _S.c.id, _holds_coach(item.c.audience)),
        "unreleased": one(func.count(), *by_me, _C.c.released_at.is_(None)),
        "comment_count": one(func.count(), *by_me, _C.c.released_at.is_not(None)),
        "has_draft": exists().where(draft.c.submission == _S.c.id, draft.c.person == coach).correlate(_S),
        "verdict": one(off.c.verdict, off.c.submission == _S.c.id, off.c.by == coach),
        "unseen": exists().where(*answered, other.c.deleted_at.is_(None), unread, talked).correlate(_S),
        "opened_at": one(_OPENED.c.at, _OPENED.c.submission == _S.c.id, _OPENED.c.person == coach),
    }


# What was read ----------------------------------------------------------------------------------


def mark_opened(c: Connection, submission: str, person: str, now: str = "") -> None:
    """Note that somebody read what was shared; the first time counts."""
    if opened_at(c, submission, person) is None:
        c.execute(insert(_OPENED).values(submission=submission, person=person, at=now or this_instant()))


def opened_at(c: Connection, submission: str, person: str) -> str | None:
    """Return when somebody first read what was shared; None where they did not."""
    same = (_OPENED.c.submission == submission, _OPENED.c.person == person)
    return c.execute(select(_OPENED.c.at).where(*same)).scalar()


def unseen_in(c: Connection, submission: str, person: str) -> set[str]:
    """Return the ids of the released comments on one submission that somebody has not seen."""
    unread = ~exists().where(_SEEN.c.comment == _C.c.id, _SEEN.c.person == person)
    there = (_C.c.submission == submission, _C.c.by != person, _C.c.released_at.is_not(None))
    return set(c.execute(select(_C.c.id).where(*there, _C.c.deleted_at.is_(None), unread)).scalars())
