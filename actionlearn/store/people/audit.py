"""The audit: who did what, and when."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from actionlearn.store.engine.mapping import columns
from actionlearn.store.records import AuditEntry
from actionlearn.store.tables import schema

_AUDIT = columns(schema.audit, AuditEntry)


def add_audit(c: Connection, person: str, act: str, thing: str, now: str) -> None:
    """Note who did what to which thing. The database itself refuses to change or remove a note."""
    c.execute(insert(schema.audit).values(at=now, person=person, act=act, thing=thing))


def audit(c: Connection, *, person: str | None = None, limit: int = 1000) -> list[AuditEntry]:
    """Return the newest notes first, of one person or all."""
    whose = [] if person is None else [schema.audit.c.person == person]
    rows = c.execute(select(*_AUDIT).where(*whose).order_by(schema.audit.c.id.desc()).limit(limit))
    return [AuditEntry(*row) for row in rows]
