"""Whom words are given to: the set and the coaches of their owner as they are when they are shared or agreed.

Rights follow what was agreed then. Who moves to another set takes nothing along; who comes later reads what was
given before only with the owner's consent.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, or_, select

from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.upsert import upsert
from actionlearn.store.tables import coaching, schema

_M, _CONSENT = schema.membership, coaching.consent


@dataclass(frozen=True)
class Recipients:
    """Whom words of an owner reach when they are given now.

    Parameters
    ----------
    set_id
        The set of the owner; empty where they are in none.
    coaches, members
        Ids of who coaches them, and of who is in that set.
    """

    set_id: str = ""
    coaches: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


def current_recipients(c: Connection, cohort: str, set_id: str) -> Recipients:
    """Return who coaches a set of a cohort, or (empty) the cohort as a whole, and who is in it."""
    coach = (_M.c.role == "coach") & _M.c.set_id.in_({"", set_id})
    learner = (_M.c.role == "learner") & (_M.c.set_id == set_id) & (_M.c.set_id != "")
    rows = c.execute(select(_M.c.person, _M.c.role).where(_M.c.cohort == cohort, or_(coach, learner))).all()
    coaches, members = ({row.person for row in rows if row.role == role} for role in ("coach", "learner"))
    return Recipients(set_id, tuple(sorted(coaches)), tuple(sorted(members)))


def set_of(c: Connection, cohort: str, learner: str) -> str:
    """Return the set that somebody learns in; empty where there is none."""
    same = (_M.c.cohort == cohort, _M.c.person == learner, _M.c.role == "learner", _M.c.set_id != "")
    return c.execute(select(_M.c.set_id).where(*same).order_by(_M.c.set_id)).scalar() or ""


def consents(c: Connection, cohort: str, owner: str) -> frozenset[str]:
    """Return whom an owner, a person or a set, lets read what was given to others before they came."""
    same = (_CONSENT.c.cohort == cohort, _CONSENT.c.owner == owner)
    return frozenset(c.execute(select(_CONSENT.c.reader).where(*same)).scalars())


def put_consent(c: Connection, *, cohort: str, owner: str, reader: str, by: str, now: str = "") -> None:
    """Let somebody read what was given to the coaches and the set of an owner before."""
    key = {"cohort": cohort, "owner": owner, "reader": reader}
    upsert(c, _CONSENT, key, {"by": by, "at": now or this_instant()})


def remove_consent(c: Connection, *, cohort: str, owner: str, reader: str) -> None:
    """Let somebody read it no longer."""
    same = {"cohort": cohort, "owner": owner, "reader": reader}
    c.execute(delete(_CONSENT).where(*(_CONSENT.c[name] == value for name, value in same.items())))
