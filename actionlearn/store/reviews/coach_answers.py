"""What coaches answer to the prompts that are theirs (``:by: coach``), saved as learners' answers are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from actionlearn.answers.prompts import Value, is_empty
from actionlearn.errors import AnswerError
from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.mapping import columns, full_name
from actionlearn.store.engine.upsert import upsert
from actionlearn.store.records import Draft, SaveConflict, Saved
from actionlearn.store.tables import schema
from actionlearn.store.tables.columns import canonical

_T = schema.coach_answer


@dataclass(frozen=True)
class CoachAnswer:
    """What one coach answered to one prompt of a submission; the learner sees it once it is released."""

    prompt: str
    coach: str
    coach_name: str
    value: Value
    saved_at: str
    version: int
    released_at: str | None = None


def save(
    c: Connection,
    *,
    submission: str,
    prompt: str,
    coach: str,
    client: str,
    seq: int,
    base: int,
    value: Value,
    now: str = "",
) -> Saved | SaveConflict:
    """Save a coach's answer: exactly once by (client, seq), never silently over what the coach said on another page.

    Raises
    ------
    AnswerError
        ``answers.future_base``: nothing was written.
    """
    key = {"submission": submission, "prompt": prompt, "coach": coach}
    same = (_T.c.submission == submission, _T.c.prompt == prompt, _T.c.coach == coach)
    row = c.execute(select(_T).where(*same)).first()
    if not 0 <= base <= (row.version if row else 0):
        raise AnswerError("answers.future_base", prompt=prompt)
    if row is not None:
        repeated = row.client == client and seq <= row.seq
        if repeated or canonical(row.value) == canonical(value):
            return Saved(row.version, row.saved_at)
        if row.version != base and row.client != client:
            return SaveConflict(
                Draft(prompt=prompt, version=row.version, value=row.value, by=coach, saved_at=row.saved_at)
            )
    at, version = now or this_instant(), (row.version if row else 0) + 1
    upsert(c, _T, key, {"value": value, "saved_at": at, "version": version, "client": client, "seq": seq})
    return Saved(version, at)


def release(c: Connection, submission: str, coach: str, now: str = "") -> int:
    """Let the learner see all that one coach answered; return how many were new."""
    waiting = (_T.c.submission == submission, _T.c.coach == coach, _T.c.released_at.is_(None))
    return c.execute(update(_T).where(*waiting).values(released_at=now or this_instant())).rowcount


def of(c: Connection, submission: str) -> list[CoachAnswer]:
    """Return what coaches answered on a submission, held or released, by prompt and coach."""
    person = schema.person
    rows = c.execute(
        select(*columns(_T, CoachAnswer, coach_name=full_name(person)))
        .join(person, person.c.id == _T.c.coach)
        .where(_T.c.submission == submission)
        .order_by(_T.c.prompt, _T.c.saved_at)
    )
    return [CoachAnswer(*row) for row in rows]


def released(c: Connection, submissions: list[str]) -> dict[str, list[CoachAnswer]]:
    """Return what coaches answered and released on some submissions, by prompt: of each coach the first that is found.

    Parameters
    ----------
    c
        Connection of an act.
    submissions
        Their ids, the newest first.
    """
    found: dict[str, list[CoachAnswer]] = {}
    for id in submissions:
        for each in of(c, id):
            known = {one.coach for one in found.get(each.prompt, [])}
            if each.released_at and not is_empty(each.value) and each.coach not in known:
                found.setdefault(each.prompt, []).append(each)
    return found
