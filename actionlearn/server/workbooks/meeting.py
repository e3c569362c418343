"""Who has the pen in a set's meeting, and whose time it is: as a page and its channel say it."""

from __future__ import annotations

from typing import Any

from actionlearn.store import Connection, now
from actionlearn.store.groups import meetings
from actionlearn.store.people import members


def meeting_state(c: Connection, workbook: str) -> dict[str, Any]:
    """Return how a meeting stands. What time is left is counted from the server's clock, which is sent along."""
    found = meetings.meeting(c, workbook)

    def who(id: str | None) -> dict[str, str] | None:
        return {"id": id, "name": members.person(c, id).name} if id else None

    return {
        "scribe": who(found.scribe),
        "asking": who(found.asking),
        "turn": who(found.turn),
        "seconds": found.seconds,
        "ends_at": found.ends_at,
        "now": now(),
    }
