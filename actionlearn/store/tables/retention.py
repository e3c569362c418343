"""The tables of how long things are kept, beside those of `schema`. They change only by a migration, too."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Table

from actionlearn.store.tables.columns import json_of, maybe, number_of, text_of
from actionlearn.store.tables.metadata import metadata

# That a copy of everything was made: whoever is erased later is told which copies still hold them.
backup_log = Table(
    "backup_log",
    metadata,
    text_of("id", primary_key=True),
    text_of("name"),
    text_of("at"),
)

# That everybody in a cohort was told when it ends, so that nothing is removed before.
retention_notice = Table(
    "retention_notice",
    metadata,
    text_of("cohort", ForeignKey("cohort.id"), primary_key=True),
    text_of("notified_at"),
    text_of("ends_on"),
)

# A workbook that the latest build could not make, of a person or of a set, and why.
build_failure = Table(
    "build_failure",
    metadata,
    text_of("id", primary_key=True),
    text_of("cohort", ForeignKey("cohort.id")),
    maybe("person", ForeignKey("person.id")),
    text_of("set_id"),
    text_of("template"),
    text_of("code"),
    json_of("values"),
    text_of("at"),
    Index(None, "cohort"),
)

# One row: with it the fingerprint of the next erasure is made. It goes on with each, and there is no way back.
erasure_key = Table(
    "erasure_key",
    metadata,
    number_of("step", primary_key=True, autoincrement=False),
    text_of("key"),
)
