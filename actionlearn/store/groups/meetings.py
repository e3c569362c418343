"""How a set's meeting stands: who writes, who would like to, whose time it is and until when. Never who said what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from actionlearn.answers.prompts import Value
from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.mapping import columns
from actionlearn.store.engine.upsert import upsert
from actionlearn.store.records import SaveConflict, Saved
from actionlearn.store.tables import groups, schema
from actionlearn.store.workbooks import drafts

_M, _ACK = groups.meeting, schema.acknowledgement


@dataclass(frozen=True)
class Meeting:
    """How a meeting stands.

    Parameters
    ----------
    scribe
        Who writes; None while anybody may.
    asking
        Who would like to write instead.
    turn
        Whose time it is; None where it is everybody's.
    seconds, ends_at
        How long it is, and when it is over; None where no time runs.
    """

    workbook: str
    scribe: str | None = None
    asking: str | None = None
    turn: str | None = None
    seconds: int = 0
    ends_at: str | None = None


def meeting(c: Connection, workbook: str) -> Meeting:
    """Return how the meeting of a set's workbook stands."""
    row = c.execute(select(*columns(_M, Meeting)).where(_M.c.workbook == workbook))
    found = row.first()
    return Meeting(workbook) if found is None else Meeting(*found)


def change(c: Connection, workbook: str, **values: Any) -> Meeting:
    """Change how it stands."""
    now = meeting(c, workbook)
    as_it_is = {name: getattr(now, name) for name in Meeting.__dataclass_fields__ if name != "workbook"}
    upsert(c, _M, {"workbook": workbook}, {**as_it_is, **values})
    return meeting(c, workbook)


def add_line(
    c: Connection,
    *,
    workbook: str,
    prompt: str,
    scribe: str,
    key: str,
    grown: Callable[[Value], Value],
    now: str = "",
) -> Saved | SaveConflict:
    """Add to an answer in the hand of the scribe: by whom it came is kept nowhere.

    Parameters
    ----------
    key
        Made for this one addition alone: sending it twice adds it once, and it leads to nobody.
    grown
        Returns what the answer is with the addition.
    """
    client = f"line {key}"  # no page is called that
    same = (_ACK.c.workbook == workbook, _ACK.c.prompt == prompt, _ACK.c.client == client)
    known = c.execute(select(_ACK.c.reply).where(*same)).scalar()
    if known is not None and "version" in known:
        return Saved(**known)
    head = drafts.drafts(c, workbook).get(prompt)
    key_columns = {"workbook": workbook, "prompt": prompt, "person": scribe, "client": client}
    value = grown(head.value if head else None)
    return drafts.save(
        c, **key_columns, seq=1, base=head.version if head else 0, value=value, now=now or this_instant()
    )
