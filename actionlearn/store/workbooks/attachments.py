"""Which files the answers of a workbook name, in all their versions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from actionlearn.answers.attachments import files
from actionlearn.store.tables import schema


def named(c: Connection, workbook: str) -> dict[str, dict[str, Any]]:
    """Return the files that answers of a workbook name, or once did, by their hash; as they were named last."""
    found: dict[str, dict[str, Any]] = {}
    for table in (schema.revision, schema.draft):
        for value in c.execute(select(table.c.value).where(table.c.workbook == workbook)).scalars():
            found |= {each["file"]: each for each in files(value)}
    return found
