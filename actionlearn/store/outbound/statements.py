"""The queue of statements for a record of learning (xAPI): what happened, by id, until somebody else has it.

A statement is not kept in words: it is worded when it is sent, from what the store holds then, so that
what was erased meanwhile is not in it. Its id follows from what happened: twice is once, here and there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, func, insert, select, update

from actionlearn.answers.prompts import NOT_YET, Value, is_empty
from actionlearn.store.clock import now as this_instant
from actionlearn.store.clock import shifted
from actionlearn.store.engine.mapping import columns
from actionlearn.store.engine.upsert import upsert
from actionlearn.store.people import members
from actionlearn.store.records import SubmissionItem, Workbook
from actionlearn.store.reviews import coach_answers, comments, submissions
from actionlearn.store.tables import outbound, schema
from actionlearn.store.workbooks import workbooks

_T, _L = outbound.statement, outbound.statement_progress
_W, _V, _S, _C, _A = schema.workbook, schema.revision, schema.submission, schema.comment, schema.coach_answer

#: Kind of workbook in which those who write attend.
MEETING = "set-meeting"

#: Seconds before the last look that are looked at again: a row may be younger than its instant.
_AGAIN = 60


@dataclass(frozen=True)
class Statement:
    """One thing that happened, on its way.

    Parameters
    ----------
    person
        Who did it.
    verb, thing, detail
        What was done, the id of what it was done to, and what of it: a percentage, a prompt, of a prompt's table
        one row (``goals/ROW``), or of a coach's prompt what one coach said (``reached/COACH``).
    state
        ``waiting``, ``sent``, ``aside`` (it was refused, and ``reason`` says why), or ``nothing``: there was
        nothing to say when it was due. Such a row stays, so that it is not found again.
    """

    id: str
    cohort: str
    person: str
    verb: str
    object: str
    detail: str
    happened_at: str
    due_at: str
    tries: int = 0
    state: str = "waiting"
    reason: str = ""
    sent_at: str | None = None


_STATEMENT = columns(_T, Statement)


@dataclass(frozen=True)
class Event:
    """What is found by looking."""

    cohort: str
    person: str
    verb: str
    object: str
    at: str
    detail: str = ""


def begin(c: Connection, now: str = "") -> None:
    """Look from here on: what happened before is nobody's business. A second time changes nothing."""
    at = now or this_instant()
    if c.execute(select(_L).where(_L.c.name == "first")).first() is None:
        for name in ("first", "last"):
            upsert(c, _L, {"name": name}, {"at": at})


def stop(c: Connection) -> None:
    """Look no more, and forget what is on its way: what happens while nobody looks never leaves."""
    c.execute(_L.delete())
    c.execute(_T.delete().where(_T.c.state.in_(("waiting", "aside"))))


def window(c: Connection) -> tuple[str, str] | None:
    """Return from when to look, and when one looked last; None where nobody began."""
    at = {row.name: row.at for row in c.execute(select(_L))}
    return (max(at["first"], shifted(at["last"], seconds=-_AGAIN)), at["last"]) if at else None


def enqueue(c: Connection, store: str, found: Iterable[Event], until: str) -> int:
    """Put what happened into the queue, each once, and note until when one looked; return how much was new."""
    made = 0
    for each in found:
        id = str(uuid5(UUID(store), f"{each.verb}/{each.object}/{each.detail}/{each.person}"))
        if c.execute(select(_T.c.id).where(_T.c.id == id)).first() is None:
            values = (each.cohort, each.person, each.verb, each.object, each.detail, each.at)
            row = Statement(id, *values, due_at=until)
            c.execute(insert(_T).values(**asdict(row)))
            made += 1
    c.execute(update(_L).where(_L.c.name == "last").values(at=until))
    return made


# Looking --------------------------------------------------------------------------------------


def events(c: Connection, since: str, until: str) -> list[Event]:
    """Return what happened between two instants: opened first, answered, shared, scored, commented, attended."""
    found = [*_opened(c, since, until), *_answered(c, since, until), *_shared(c, since, until)]
    return [*found, *_rated(c, since, until), *_commented(c, since, until)]


def worked_on(c: Connection, since: str, until: str) -> list[tuple[Workbook, str]]:
    """Return the people's own workbooks that something was kept in between two instants, with the last of those."""
    last = func.max(_V.c.created_at)
    rows = c.execute(
        select(_V.c.workbook, last)
        .join(_W, _W.c.id == _V.c.workbook)
        .where(_V.c.created_at >= since, _V.c.created_at <= until, _W.c.owner_kind == "person")
        .group_by(_V.c.workbook)
    )
    return [(workbooks.workbook(c, id), at) for id, at in rows]


def _opened(c: Connection, since: str, until: str) -> Iterator[Event]:
    own = (_W.c.owner_kind == "person", _W.c.started_at >= since, _W.c.started_at <= until)
    for row in c.execute(select(_W.c.id, _W.c.cohort, _W.c.owner, _W.c.started_at).where(*own)):
        yield Event(cohort=row.cohort, person=row.owner, verb="initialized", object=row.id, at=row.started_at)


def _answered(c: Connection, since: str, until: str) -> Iterator[Event]:
    """Yield versions that were an answer, and who attended a meeting by writing in it."""
    rows = c.execute(
        select(_V.c.id, _V.c.by, _V.c.value, _V.c.created_at, _W.c.cohort, _W.c.template, _V.c.workbook)
        .join(_W, _W.c.id == _V.c.workbook)
        .where(_V.c.created_at >= since, _V.c.created_at <= until, _V.c.cause.not_in(("conflict", "met")))
    )
    for row in rows:
        if is_empty(row.value) or row.value == NOT_YET:
            continue
        yield Event(cohort=row.cohort, person=row.by, verb="answered", object=row.id, at=row.created_at)
        if row.template == MEETING:
            yield Event(cohort=row.cohort, person=row.by, verb="attended", object=row.workbook, at=row.created_at)


def _shared(c: Connection, since: str, until: str) -> Iterator[Event]:
    """Yield what was shared; of it, what was shared with the whole cohort can be scored and, if turned on, read."""
    rows = c.execute(
        select(_S.c.id, _S.c.by, _S.c.shared_at, _S.c.audiences, _W.c.cohort, _W.c.template, _S.c.workbook)
        .join(_W, _W.c.id == _S.c.workbook)
        .where(_S.c.shared_at >= since, _S.c.shared_at <= until)
    )
    for row in rows.all():
        if row.audiences:
            yield Event(cohort=row.cohort, person=row.by, verb="shared", object=row.id, at=row.shared_at)
        if row.template == MEETING:
            yield Event(cohort=row.cohort, person=row.by, verb="attended", object=row.workbook, at=row.shared_at)
        for item in submissions.items_of(c, row.id):
            if "cohort" in item.audience:
                yield from _shown(row, item)


def _shown(row: Any, item: SubmissionItem) -> Iterator[Event]:
    """Yield an answer of a submission that the whole cohort reads, and the goals in it that are scored."""
    about = Event(
        cohort=row.cohort, person=row.by, verb="answered", object=row.id, detail=item.prompt, at=row.shared_at
    )
    yield about
    for scored in (item.prompt, *(f"{item.prompt}/{id}" for id in _rows(item.value))):
        yield replace(about, verb="scored", detail=scored)


def _rows(value: Value) -> dict[str, Value]:
    """Return the rows of a table by id: each may be a goal, and has a score of its own then."""
    rows = value if isinstance(value, list) else ()
    return {str(row["row"]): [row] for row in rows if isinstance(row, dict) and "row" in row}


def _rated(c: Connection, since: str, until: str) -> Iterator[Event]:
    """Yield what coaches answered on somebody's own workbook and released: that somebody was scored."""
    rows = c.execute(
        select(_A.c.submission, _A.c.prompt, _A.c.coach, _A.c.released_at, _W.c.cohort, _W.c.owner)
        .join(_S, _S.c.id == _A.c.submission)
        .join(_W, _W.c.id == _S.c.workbook)
        .where(_A.c.released_at >= since, _A.c.released_at <= until, _W.c.owner_kind == "person")
    )
    for row in rows:
        yield Event(
            cohort=row.cohort,
            person=row.owner,
            verb="scored",
            object=row.submission,
            detail=f"{row.prompt}/{row.coach}",
            at=row.released_at,
        )


def _commented(c: Connection, since: str, until: str) -> Iterator[Event]:
    rows = c.execute(
        select(_C.c.id, _C.c.by, _C.c.released_at, _W.c.cohort)
        .join(_S, _S.c.id == _C.c.submission)
        .join(_W, _W.c.id == _S.c.workbook)
        .where(_C.c.released_at >= since, _C.c.released_at <= until, _C.c.deleted_at.is_(None))
    )
    for row in rows:
        yield Event(cohort=row.cohort, person=row.by, verb="commented", object=row.id, at=row.released_at)


# On their way ---------------------------------------------------------------------------------


def due(c: Connection, now: str, most: int) -> list[Statement]:
    """Return what is to be sent, the oldest first."""
    waiting = (_T.c.state == "waiting", _T.c.due_at <= now)
    return [
        Statement(*row) for row in c.execute(select(*_STATEMENT).where(*waiting).order_by(_T.c.happened_at).limit(most))
    ]


def refused(c: Connection) -> list[Statement]:
    """Return what was refused."""
    return [Statement(*row) for row in c.execute(select(*_STATEMENT).where(_T.c.state == "aside"))]


def change(c: Connection, ids: Collection[str], **values: str | int | None) -> None:
    """Note what became of some: sent, to be tried later, put aside, or nothing to say."""
    for id in ids:
        c.execute(update(_T).where(_T.c.id == id).values(**values))


def requeue(c: Connection, now: str = "") -> int:
    """Put what was refused back into the queue; return how much that was."""
    values = {"state": "waiting", "due_at": now or this_instant(), "tries": 0, "reason": ""}
    return c.execute(update(_T).where(_T.c.state == "aside").values(**values)).rowcount


def counts(c: Connection) -> dict[str, int]:
    """Return how many are in each state."""
    found = dict(map(tuple, c.execute(select(_T.c.state, func.count()).group_by(_T.c.state))))
    return {state: found.get(state, 0) for state in ("waiting", "sent", "aside")}


# What one is about ----------------------------------------------------------------------------


@dataclass(frozen=True)
class About:
    """What a statement says, as the store has it now.

    Parameters
    ----------
    shared
        Whom what it is about was shared with.
    prompt, value
        The answer, of one prompt; the value only where the whole cohort was given it, or a coach gave it.
    row, coach
        The one row of a table that the value is; the username of the coach who gave it.
    """

    username: str
    cohort: str
    cohort_name: str
    workbook: Workbook
    prompt: str = ""
    value: Value = None
    shared: tuple[str, ...] = ()
    row: str = ""
    coach: str = ""


def about(c: Connection, each: Statement) -> About | None:
    """Return what a statement is about; None where that is gone."""
    person = members.person(c, each.person)
    named = (person.username, each.cohort, members.cohort(c, each.cohort).name)
    match each.verb, each.detail:
        case "answered", "":
            row = c.execute(select(_V.c.workbook, _V.c.prompt).where(_V.c.id == each.object)).first()
            return None if row is None else About(*named, workbooks.workbook(c, row.workbook), row.prompt)
        case (("answered" | "scored"), of):
            shared = submissions.submission(c, each.object)
            whole = About(*named, workbooks.workbook(c, shared.workbook))
            return _by_coach(c, whole, each.object, of) or _by_learner(c, whole, each.object, of)
        case "shared", _:
            shared = submissions.submission(c, each.object)
            return About(*named, workbooks.workbook(c, shared.workbook), shared=tuple(shared.audiences))
        case "commented", _:
            comment = comments.comment(c, each.object)
            shared = submissions.submission(c, comment.submission)
            return (
                None
                if comment.deleted_at
                else About(*named, workbooks.workbook(c, shared.workbook), comment.prompt or "")
            )
        case _:
            return About(*named, workbooks.workbook(c, each.object))


def _by_learner(c: Connection, whole: About, submission: str, of: str) -> About | None:
    """Add what a learner said to the whole cohort, or one row of it."""
    prompt, _, row = of.partition("/")
    item = next((one for one in submissions.items_of(c, submission) if one.prompt == prompt), None)
    if item is None or "cohort" not in item.audience:
        return None
    value = _rows(item.value).get(row) if row else item.value
    return replace(whole, prompt=prompt, value=value, row=row)


def _by_coach(c: Connection, whole: About, submission: str, of: str) -> About | None:
    """Add what a coach said and released."""
    for one in coach_answers.of(c, submission):
        if f"{one.prompt}/{one.coach}" == of and one.released_at:
            coach = members.person(c, one.coach).username
            return replace(whole, prompt=one.prompt, value=one.value, coach=coach)
    return None
