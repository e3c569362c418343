"""The person a notification is for, and since when things are news to them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from actionlearn.notifications.weekly_templates import WeeklyTemplates
from actionlearn.permissions import Actor
from actionlearn.store import Connection, shifted

T = TypeVar("T")

#: Days back that a first telling, or one after a long silence, looks.
BACK = 7


class QueryCache:
    """What many have in common, asked once of one snapshot of the store."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def ask(self, ask: Callable[..., T], c: Connection, *of: str) -> T:
        """Return what a function says of the store, which is asked the first time alone."""
        key = (ask, *of)
        if key not in self._known:
            self._known[key] = ask(c, *of)
        found: T = self._known[key]
        return found


@dataclass(frozen=True)
class NewsWindow:
    """Somebody, and what they were told already.

    Parameters
    ----------
    now
        The instant.
    today
        The day where they are.
    at, on
        The instant, and the day, up to which they were told; empty for never.
    shared
        What was asked already for others of the same snapshot.
    weekly
        Knows which workbooks go by weeks; None where nothing is told of them.
    """

    actor: Actor
    now: str
    today: date
    at: str = ""
    on: str = ""
    shared: QueryCache = field(default_factory=QueryCache, compare=False, repr=False)
    weekly: WeeklyTemplates | None = field(default=None, compare=False, repr=False)

    @property
    def instant(self) -> str:
        """What came after this is new."""
        return max(self.at, self.earliest)

    @property
    def earliest(self) -> str:
        """What came before this is news to nobody."""
        return shifted(self.now, days=-BACK)

    def opened(self, day: str) -> bool:
        """Tell whether what opens on a day is news today."""
        return self.on < day <= self.today.isoformat() if self.on else day == self.today.isoformat()

    @property
    def days(self) -> tuple[str, str]:
        """The days, from and to, that are told of today: tomorrow; today too where yesterday told of nothing."""
        after = date.fromisoformat(self.on) + timedelta(2) if self.on else self.today
        return max(after, self.today).isoformat(), (self.today + timedelta(1)).isoformat()
