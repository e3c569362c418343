"""What is done to somebody's account, and who becomes their reader: noted in the audit, and told to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import ColumnElement, Connection, select

from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.mapping import full_name
from actionlearn.store.people.audit import add_audit
from actionlearn.store.tables import schema

Event = Literal["link", "sign-in", "coach", "address"]

LINK, ADDRESS = "made a sign-in link", "changed an e-mail address"
#: How somebody signs in, as it stands in the audit.
SECOND_PRESS = "signed in by a link that was used before"
SIGN_INS = ("signed in by link", SECOND_PRESS, "signed in by code", "signed in")
_COACH = "named coach "

#: What is noted of somebody by others, as it stands in the audit.
ABOUT = (LINK, ADDRESS)


@dataclass(frozen=True)
class AccountEvent:
    """Something that was done to somebody's account, or to who reads what they share.

    Parameters
    ----------
    kind, at
        What, and when.
    by
        Name of whoever did it; empty where it was whoever runs the server, by command.
    what
        How they signed in, or the name of the new coach.
    own
        Whether they did it themselves.
    """

    kind: Event
    at: str
    by: str = ""
    what: str = ""
    own: bool = False


def record_link(c: Connection, by: str, person: str, now: str) -> None:
    """Note that somebody makes a sign-in link for a person."""
    add_audit(c, by, LINK, f"person {person}", now)


def record_address(c: Connection, by: str, person: str, now: str = "") -> None:
    """Note that somebody changes the e-mail address of a person."""
    add_audit(c, by, ADDRESS, f"person {person}", now or this_instant())


def record_coach(c: Connection, by: str, coach: str, group: str, now: str = "") -> None:
    """Note that somebody is named a coach, of a set or of a cohort, by its id."""
    add_audit(c, by, f"{_COACH}{coach}", f"group {group}", now or this_instant())


def things_noted(c: Connection, since: str) -> frozenset[str]:
    """Return what the audit says something of since an instant: whom nothing is said of need not be asked for."""
    audit = schema.audit
    return frozenset(c.execute(select(audit.c.thing).where(audit.c.at > since).distinct()).scalars())


def account_events(c: Connection, person: str, since: str = "") -> list[AccountEvent]:
    """Return what others did to somebody's account and to who reads them, the newest first."""
    member = schema.membership
    mine = select(member.c.cohort, member.c.set_id).where(member.c.person == person, member.c.role == "learner")
    groups = {f"group {id}" for row in c.execute(mine) for id in row if id}
    found = _events(c, person, schema.audit.c.thing.in_({f"person {person}", *groups}), schema.audit.c.at > since)
    return _with_names(c, [each for each in found if each.what != person])


def sign_ins(c: Connection, person: str) -> list[AccountEvent]:
    """Return when and how somebody signed in, the newest first."""
    audit = schema.audit
    return _events(c, person, audit.c.thing == "session", audit.c.person == person, audit.c.act.in_(SIGN_INS))


def _events(c: Connection, person: str, *where: ColumnElement[bool]) -> list[AccountEvent]:
    audit, who = schema.audit, schema.person
    rows = c.execute(
        select(audit.c.at, audit.c.act, audit.c.person, full_name(who))
        .outerjoin(who, who.c.id == audit.c.person)
        .where(*where)
        .order_by(audit.c.id.desc())
    )
    return [each for row in rows if (each := _event(row, person)) is not None]


def _event(row: Iterable[str], me: str) -> AccountEvent | None:
    at, act, by, name = row
    if act in SIGN_INS:
        return AccountEvent("sign-in", at, what=act, own=True) if by == me else None
    if act == LINK:
        return AccountEvent(kind="link", at=at, by=name or "", own=by == me)
    if act == ADDRESS:
        return AccountEvent(kind="address", at=at, by=name or "", own=by == me)
    if act.startswith(_COACH):
        return AccountEvent(kind="coach", at=at, by=name or "", what=act.removeprefix(_COACH), own=by == me)
    return None


def _with_names(c: Connection, events: list[AccountEvent]) -> list[AccountEvent]:
    ids = {each.what for each in events if each.kind == "coach"}
    who = schema.person
    rows = c.execute(select(who.c.id, full_name(who)).where(who.c.id.in_(ids))).all() if ids else []
    names = {row[0]: row[1] for row in rows}
    return [replace(each, what=names.get(each.what, "")) if each.kind == "coach" else each for each in events]
