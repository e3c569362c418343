"""What is new in a group: answers to what somebody asked, and on Mondays what people showed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from actionlearn.notifications.window import NewsWindow
from actionlearn.permissions import GROUP_ROLES, Resource, may
from actionlearn.store import Connection
from actionlearn.store.groups import entries, postings


def answered(c: Connection, since: NewsWindow) -> Iterator[dict[str, Any]]:
    """Yield how many answered what somebody asked or offered, or named them, since they were told."""
    me = since.actor.person
    for cohort in _cohorts(since):
        news = since.shared.ask(_answers, c, cohort).get(me, ())
        count = sum(at > since.instant and may(since.actor, "read", thing) for at, thing in news)
        if count:
            yield {"said": "answered", "count": count, "path": f"board/{cohort}"}


def _answers(c: Connection, cohort: str) -> dict[str, list[tuple[str, Resource]]]:
    """Return when somebody else answered people's asks and offers, or named them: by whom it is news to."""
    found: dict[str, list[tuple[str, Resource]]] = {}
    for each in postings.postings(c, cohort):
        for answer in each.answers:
            for person in {each.by, answer.introduces or each.by} - {answer.by}:
                found.setdefault(person, []).append((answer.made_at, each.thing))
    return found


def shown(c: Connection, since: NewsWindow) -> Iterator[dict[str, Any]]:
    """Yield on Mondays, once, how much people showed somebody in the week before."""
    monday = since.today - timedelta(days=since.today.weekday())
    if since.on >= monday.isoformat():
        return
    first = monday - timedelta(days=7)
    for cohort in _cohorts(since):
        found = since.shared.ask(entries.shown_in, c, cohort, _instant(first), _instant(monday))
        count = sum(1 for each in found if each.by != since.actor.person and may(since.actor, "read", each.thing))
        if count:
            yield {"said": "week", "count": count, "path": f"week/{cohort}?day={first.isoformat()}"}


def _cohorts(since: NewsWindow) -> list[str]:
    return sorted({each.cohort for each in since.actor.memberships if each.role in GROUP_ROLES})


def _instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00.000Z"
