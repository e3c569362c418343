"""The tables of how long things are kept, beside those of `schema`. They change only by a migration, too."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Table

from actionlearn.store.columns import text_of
from actionlearn.store.naming import metadata

# That a copy of everything was made: whoever is erased later is told which copies still hold them.
copy_made = Table(
    "copy_made",
    metadata,
    text_of("id", primary_key=True),
    text_of("name"),
    text_of("at"),
)

# That everybody in a cohort was told when it ends, so that nothing is removed before.
lapse = Table(
    "lapse",
    metadata,
    text_of("cohort", ForeignKey("cohort.id"), primary_key=True),
    text_of("told_at"),
    text_of("ends_on"),
)
