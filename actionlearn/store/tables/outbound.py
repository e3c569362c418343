"""The tables of what leaves: words that learners released, and statements for a record of learning."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Table

from actionlearn.store.tables.columns import json_of, maybe, number_of, person_of, text_of
from actionlearn.store.tables.metadata import metadata

# Where the words stand, never the words: they are read in the revision, which an erasure changes.
release = Table(
    "release",
    metadata,
    text_of("id", primary_key=True),
    text_of("cohort", ForeignKey("cohort.id")),
    person_of("learner"),
    text_of("workbook", ForeignKey("workbook.id")),
    text_of("prompt"),
    text_of("path"),
    text_of("revision", ForeignKey("revision.id")),
    number_of("begins"),
    number_of("ends"),
    person_of("reader"),
    text_of("released_at"),
    Index(None, "learner"),
    Index(None, "reader"),
    Index(None, "revision"),
)

# What happened, by id: a statement is worded when it is sent, from what the store holds then.
statement = Table(
    "statement",
    metadata,
    text_of("id", primary_key=True),
    text_of("cohort", ForeignKey("cohort.id")),
    person_of(),
    text_of("verb"),
    text_of("object"),
    text_of("detail"),
    text_of("happened_at"),
    text_of("due_at"),
    number_of("tries"),
    text_of("state"),
    text_of("reason"),
    maybe("sent_at"),
    Index(None, "state", "due_at"),
    Index(None, "person"),
)

# How many were how far when sponsors were told last: they are told anew once enough people have gone on.
sponsor_count = Table(
    "sponsor_count",
    metadata,
    text_of("cohort", ForeignKey("cohort.id"), primary_key=True),
    text_of("template", primary_key=True),
    json_of("counts"),
    text_of("at"),
)

# Up to which instant what happened was looked at.
statement_progress = Table(
    "statement_progress",
    metadata,
    text_of("name", primary_key=True),
    text_of("at"),
)
