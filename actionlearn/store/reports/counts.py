"""How many of a cohort have begun and shared what was suggested, by the start of a day. Nobody's name is in it."""

from __future__ import annotations

from sqlalchemy import Connection, exists, select

from actionlearn.stats.suppression import MINIMUM, moved
from actionlearn.store.engine.upsert import upsert
from actionlearn.store.people import members
from actionlearn.store.tables import outbound, schema

_W, _S, _M = schema.workbook, schema.submission, schema.membership
_T = outbound.sponsor_count

#: Where somebody is with a workbook. Each is in exactly one of these.
STATES = ("shared", "begun", "new")


def counts(c: Connection, cohort: str, until: str) -> tuple[int, dict[str, dict[str, int]]]:
    """Return how many learners there are, and of each suggested workbook how many are in each of `STATES`.

    Parameters
    ----------
    until
        The instant: what was done later does not count.
    """
    same = (_M.c.cohort == cohort, _M.c.role == "learner")
    learners = set(c.execute(select(_M.c.person).where(*same)).scalars())
    shared = exists().where(
        _S.c.workbook == _W.c.id, _S.c.shared_at < until, _S.c.asked.is_(None), _S.c.audiences != "[]"
    )
    rows = c.execute(
        select(_W.c.template, _W.c.owner, _W.c.started_at, shared.label("shared")).where(
            _W.c.cohort == cohort, _W.c.owner_kind == "person", _W.c.about == ""
        )
    )
    where: dict[str, dict[str, str]] = {}
    for template, owner, touched, has_shared in rows:
        if owner in learners:
            known = where.setdefault(template, {})
            state = "shared" if has_shared else "begun" if touched and touched < until else "new"
            known[owner] = min(state, known.get(owner, "new"), key=STATES.index)
    suggested = dict.fromkeys(each.template for each in members.suggestions(c, cohort))
    found = {}
    for template in suggested:
        states = list(where.get(template, {}).values())
        if states:
            numbers = {state: states.count(state) for state in STATES}
            numbers["new"] += len(learners) - len(states)
            found[template] = numbers
    return len(learners), found


def sponsor_counts(c: Connection, cohort: str) -> dict[str, dict[str, int]]:
    """Return the counts that sponsors are told, by template."""
    rows = c.execute(select(_T.c.template, _T.c.counts).where(_T.c.cohort == cohort))
    return {row.template: row.counts for row in rows}


def due_counts(c: Connection, cohort: str, until: str) -> dict[str, dict[str, int]]:
    """Return the counts that sponsors are to be told anew: where the least of a group or more have gone on since.

    So what changes from one week to the next tells of no single person, whoever comes or leaves.
    """
    known = sponsor_counts(c, cohort)
    found = counts(c, cohort, until)[1]
    return {name: new for name, new in found.items() if name not in known or moved(known[name], new) >= MINIMUM}


def put_sponsor_counts(c: Connection, cohort: str, found: dict[str, dict[str, int]], at: str) -> None:
    """Tell sponsors other counts from now on."""
    for template, new in found.items():
        upsert(c, _T, {"cohort": cohort, "template": template}, {"counts": new, "at": at})
