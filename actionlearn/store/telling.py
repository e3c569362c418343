"""What somebody was told of a day, and what they would rather not be told. One row each: the newest day alone is kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from actionlearn.store import desk_tables
from actionlearn.store.clock import now as this_instant
from actionlearn.store.upsert import put

_T = desk_tables.telling


@dataclass(frozen=True)
class Telling:
    """What somebody chose, and what they were told.

    Parameters
    ----------
    off
        The kinds that they turned down; ``mail`` is letters as a whole.
    quiet_from, quiet_to
        ``HH:MM``, as clocks show it where they are; empty is the usual.
    told_on, told_at
        The day there, and the instant, up to which they were told.
    facts
        What they were told on that day.
    mailed_at, closed_at
        When a letter of it went, and when they put it away.
    """

    person: str
    off: tuple[str, ...] = ()
    quiet_from: str = ""
    quiet_to: str = ""
    told_on: str = ""
    told_at: str | None = None
    facts: tuple[dict[str, Any], ...] = ()
    mailed_at: str | None = None
    closed_at: str | None = None


def telling(c: Connection, person: str) -> Telling:
    """Return what somebody chose and was told."""
    return tellings(c, person).get(person) or Telling(person)


def tellings(c: Connection, *only: str) -> dict[str, Telling]:
    """Return it by person: of some, or of everybody who chose or was told anything."""
    columns = [_T.c[name] for name in Telling.__dataclass_fields__]
    rows = c.execute(select(*columns).where(*([_T.c.person.in_(only)] if only else [])))
    return {row.person: _telling(dict(row._mapping)) for row in rows}  # noqa: SLF001 - SQLAlchemy's public name for it


def _telling(row: dict[str, Any]) -> Telling:
    return Telling(**{**row, "off": tuple(row["off"]), "facts": tuple(row["facts"] or ())})


def choose(c: Connection, person: str, off: Collection[str], quiet_from: str, quiet_to: str) -> None:
    """Keep what somebody wants to be told, and when not."""
    _put(c, person, off=sorted(off), quiet_from=quiet_from, quiet_to=quiet_to)


def tell(c: Connection, person: str, day: str, facts: Sequence[dict[str, Any]], now: str = "") -> bool:
    """Tell somebody what a day has for them; False where they were told on that day, or a later one, already.

    Writers come one after the other, also those of other programs: of two that try at once one is told so.
    """
    if telling(c, person).told_on >= day:
        return False
    _put(c, person, told_on=day, told_at=now or this_instant(), facts=list(facts), mailed_at=None, closed_at=None)
    return True


def take_letter(c: Connection, person: str, day: str, now: str = "") -> bool:
    """Note that the letter of a day goes now; False where it went, or is of another day by now.

    Noted before it goes: a letter that a crash may have taken is not sent twice.
    """
    kept = telling(c, person)
    if kept.told_on != day or kept.mailed_at is not None or not kept.facts:
        return False
    _put(c, person, mailed_at=now or this_instant())
    return True


def put_away(c: Connection, person: str, now: str = "") -> None:
    """Note that somebody has read what they were told."""
    if telling(c, person).told_on:
        _put(c, person, closed_at=now or this_instant())


def _put(c: Connection, person: str, **values: Any) -> None:
    known = telling(c, person)
    usual = {"off": list(known.off), "quiet_from": known.quiet_from, "quiet_to": known.quiet_to}
    put(c, _T, {"person": person}, {**usual, "told_on": known.told_on, **values})
