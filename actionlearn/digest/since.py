"""Somebody, and from when on something is news to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from actionlearn.roles import Actor
from actionlearn.store import shifted

#: Days back that a first telling, or one after a long silence, looks.
BACK = 7


@dataclass(frozen=True)
class Since:
    """Somebody, and what they were told already.

    Parameters
    ----------
    now
        The instant.
    today
        The day where they are.
    at, on
        The instant, and the day, up to which they were told; empty for never.
    """

    actor: Actor
    now: str
    today: date
    at: str = ""
    on: str = ""

    @property
    def instant(self) -> str:
        """What came after this is new."""
        return max(self.at, shifted(self.now, days=-BACK))

    @property
    def days(self) -> tuple[str, str]:
        """The days, from and to, that are told of today: tomorrow; today too where yesterday told of nothing."""
        after = date.fromisoformat(self.on) + timedelta(2) if self.on else self.today
        return max(after, self.today).isoformat(), (self.today + timedelta(1)).isoformat()
