"""Which copies of everything were made: whoever is erased is still in those, until they are deleted."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select

from actionlearn.store.clock import now as this_instant
from actionlearn.store.tables import retention, schema


@dataclass(frozen=True)
class BackupEntry:
    """A copy that was made."""

    name: str
    at: str


def record(c: Connection, name: str, now: str = "") -> str:
    """Note that a copy is made; return the id of the note."""
    id = str(uuid4())
    c.execute(insert(retention.backup_log).values(id=id, name=name, at=now or this_instant()))
    return id


def remove(c: Connection, id: str) -> None:
    """Forget a copy that was not made after all."""
    c.execute(delete(retention.backup_log).where(retention.backup_log.c.id == id))


def containing(c: Connection, person: str) -> list[BackupEntry]:
    """Return the copies made since somebody came, the oldest first."""
    table, came = retention.backup_log, select(schema.person.c.created_at).where(schema.person.c.id == person)
    rows = c.execute(select(table).where(table.c.at >= came.scalar_subquery()).order_by(table.c.at))
    return [BackupEntry(row.name, row.at) for row in rows]
