"""What somebody was told of a day, and what they would rather not be told. One row each: the newest day alone is kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.mapping import columns
from actionlearn.store.engine.upsert import upsert
from actionlearn.store.tables import coaching

_T = coaching.notification_state


@dataclass(frozen=True)
class NotificationState:
    """What somebody chose, and what they were told.

    Parameters
    ----------
    disabled
        The kinds that they turned down; ``mail`` is letters as a whole.
    quiet_from, quiet_to
        ``HH:MM``, as clocks show it where they are; empty is the usual.
    notified_on, notified_at
        The day there, and the instant, up to which they were told.
    facts
        What they were told on that day.
    mailed_at, dismissed_at
        When a letter of it went, and when they put it away.
    """

    person: str
    disabled: tuple[str, ...] = ()
    quiet_from: str = ""
    quiet_to: str = ""
    notified_on: str = ""
    notified_at: str | None = None
    facts: tuple[dict[str, Any], ...] = ()
    mailed_at: str | None = None
    dismissed_at: str | None = None


@dataclass(frozen=True)
class DailyNews:
    """What a day has for somebody; no ``facts`` where it has nothing."""

    person: str
    day: str
    facts: Sequence[dict[str, Any]] = ()


def notification_state(c: Connection, person: str) -> NotificationState:
    """Return what somebody chose and was told."""
    return notification_states(c, person).get(person) or NotificationState(person)


def notification_states(c: Connection, *only: str) -> dict[str, NotificationState]:
    """Return it by person: of some, or of everybody who chose or was told anything."""
    rows = c.execute(select(*columns(_T, NotificationState)).where(*([_T.c.person.in_(only)] if only else [])))
    return {row.person: _notification_state(NotificationState(*row)) for row in rows}


def _notification_state(state: NotificationState) -> NotificationState:
    """Return a state with tuples where the database gives lists, or nothing."""
    return replace(state, disabled=tuple(state.disabled), facts=tuple(state.facts or ()))


def save_choices(c: Connection, person: str, disabled: Collection[str], quiet_from: str, quiet_to: str) -> None:
    """Keep what somebody wants to be told, and when not."""
    _put(c, notification_state(c, person), disabled=sorted(disabled), quiet_from=quiet_from, quiet_to=quiet_to)


def record_news(c: Connection, news: Sequence[DailyNews], now: str = "") -> set[str]:
    """Tell some people, a few hundred at most, what a day has for them.

    Return whom: those who were told on that day, or a later one, are told no more. Writers come one after the
    other, also those of other programs: of two that try at once one is told so.
    """
    known, at = notification_states(c, *(each.person for each in news)), now or this_instant()
    rows: dict[str, dict[str, Any]] = {}
    for each in news:
        before = known.get(each.person) or NotificationState(each.person)
        if before.notified_on < each.day:
            values: dict[str, Any] = {
                "notified_on": each.day,
                "notified_at": at,
                "facts": tuple(each.facts),
                "mailed_at": None,
                "dismissed_at": None,
            }
            rows[each.person] = asdict(replace(before, **values))
    if rows:  # for all of them at once: whoever saves meanwhile waits for it
        c.execute(delete(_T).where(_T.c.person.in_(rows)))
        c.execute(insert(_T), list(rows.values()))
    return set(rows)


def claim_email(c: Connection, person: str, day: str, now: str = "") -> bool:
    """Note that the letter of a day goes now; False where it went, or is of another day by now.

    Noted before it goes: a letter that a crash may have taken is not sent twice.
    """
    state = notification_state(c, person)
    if state.notified_on != day or state.mailed_at is not None or not state.facts:
        return False
    _put(c, state, mailed_at=now or this_instant())
    return True


def release_email(c: Connection, person: str) -> None:
    """Let the letter of a day go again: the mail server did not take it for now."""
    _put(c, notification_state(c, person), mailed_at=None)


def dismiss(c: Connection, person: str, now: str = "") -> None:
    """Note that somebody has read what they were told."""
    known = notification_state(c, person)
    if known.notified_on:
        _put(c, known, dismissed_at=now or this_instant())


def _put(c: Connection, known: NotificationState, **values: Any) -> None:
    usual = {"disabled": list(known.disabled), "quiet_from": known.quiet_from, "quiet_to": known.quiet_to}
    upsert(c, _T, {"person": known.person}, {**usual, "notified_on": known.notified_on, **values})
