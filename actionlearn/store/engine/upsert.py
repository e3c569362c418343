"""Writing a row by its key, in either database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, insert, select, update


def upsert(c: Connection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Write a row by its key, whether or not it is there. There is one writer, so nobody comes between."""
    same = [table.c[name] == value for name, value in key.items()]
    changed = c.execute(update(table).where(*same).values(**values)).rowcount if values else 0
    if not changed and (values or c.execute(select(table).where(*same)).first() is None):
        c.execute(insert(table).values(**key, **values))
