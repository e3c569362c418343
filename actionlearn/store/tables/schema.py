"""The tables, as they are now. They change only by a migration; a test compares the two."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, UniqueConstraint

from actionlearn.store.records import Person
from actionlearn.store.tables.columns import Json, json_of, maybe, number_of, person_of, text_of
from actionlearn.store.tables.metadata import metadata as metadata

store_info = Table(
    "store_info",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
    text_of("uuid"),
    text_of("created_at"),
)

# People and cohorts ---------------------------------------------------------------------------

person = Table(
    "person",
    metadata,
    text_of("id", primary_key=True),
    *(text_of(each.name) for each in fields(Person) if each.name != "id"),
    text_of("username_key", unique=True),  # without case: file systems and people do not keep it
    Column("operator", Boolean, nullable=False),
    text_of("created_at"),
)

cohort = Table(
    "cohort",
    metadata,
    text_of("id", primary_key=True),
    text_of("name"),
    text_of("locale"),
    text_of("time_zone"),
    json_of("programme"),
    text_of("created_at"),
)

learning_set = Table(
    "learning_set",
    metadata,
    text_of("id", primary_key=True),
    text_of("cohort", ForeignKey("cohort.id")),
    text_of("name"),
    UniqueConstraint("cohort", "name"),
)

membership = Table(
    "membership",
    metadata,
    text_of("cohort", ForeignKey("cohort.id"), primary_key=True),
    person_of(primary_key=True),
    text_of("role", primary_key=True),
    text_of("set_id", primary_key=True),  # empty is the whole cohort
    Index(None, "person"),
)

suggestion = Table(
    "suggestion",
    metadata,
    text_of("cohort", ForeignKey("cohort.id"), primary_key=True),
    number_of("position", primary_key=True, autoincrement=False),
    text_of("template"),
    text_of("opens"),
    text_of("due"),
)

# Workbooks ------------------------------------------------------------------------------------

workbook = Table(
    "workbook",
    metadata,
    text_of("id", primary_key=True),
    text_of("cohort", ForeignKey("cohort.id")),
    text_of("owner_kind"),
    text_of("owner"),
    text_of("about"),
    text_of("template"),
    number_of("number"),
    text_of("locale"),
    text_of("created_at"),
    maybe("started_at"),
    UniqueConstraint("cohort", "owner", "about", "template", "number"),
    Index(None, "owner"),
)

# Of those that somebody has started alone: with all of them it would mislead SQLite.
_started = workbook.c.started_at.is_not(None)
_own = (workbook.c.cohort, workbook.c.owner, workbook.c.about)
Index("ix_workbook_started", *_own, sqlite_where=_started, postgresql_where=_started)

# A set's workbook is one, with one notebook for each locale that is read in the set.
notebook = Table(
    "notebook",
    metadata,
    text_of("workbook", ForeignKey("workbook.id"), primary_key=True),
    text_of("locale", primary_key=True),
    text_of("template_hash"),
    text_of("title"),
    json_of("parameters"),
    text_of("path"),
    text_of("build_hash"),
)

# Answers: the key is (workbook, prompt) -------------------------------------------------------

draft = Table(
    "draft",
    metadata,
    text_of("workbook", ForeignKey("workbook.id"), primary_key=True),
    text_of("prompt", primary_key=True),
    number_of("version"),
    json_of("value"),
    person_of("by"),
    text_of("saved_at"),
)

revision = Table(
    "revision",
    metadata,
    text_of("id", primary_key=True),
    text_of("workbook", ForeignKey("workbook.id")),
    text_of("prompt"),
    number_of("number"),
    number_of("version"),
    json_of("value"),
    person_of("by"),
    text_of("created_at"),
    text_of("cause"),
    UniqueConstraint("workbook", "prompt", "number"),
    Index(None, "created_at"),
)

acknowledgement = Table(
    "acknowledgement",
    metadata,
    text_of("workbook", ForeignKey("workbook.id"), primary_key=True),
    text_of("prompt", primary_key=True),
    text_of("person", primary_key=True),
    text_of("client", primary_key=True),
    Column("seq", BigInteger, nullable=False),
    text_of("value_hash"),
    json_of("reply"),
    text_of("at"),
    Index(None, "at"),
)

audience = Table(
    "audience",
    metadata,
    text_of("workbook", ForeignKey("workbook.id"), primary_key=True),
    text_of("prompt", primary_key=True),
    json_of("audience"),
    person_of("by"),
    text_of("at"),
)

# Sharing and reviews --------------------------------------------------------------------------

submission = Table(
    "submission",
    metadata,
    text_of("id", primary_key=True),
    text_of("workbook", ForeignKey("workbook.id")),
    number_of("number"),
    person_of("by"),
    text_of("shared_at"),
    text_of("wants"),
    text_of("receipt"),
    json_of("audiences"),
    maybe("erased_at"),
    text_of("template_hash"),
    maybe("asked", ForeignKey("person.id")),  # the one coach who was asked about one prompt
    # Whom it was given to: the set its owner was in, and who coached and was in it then.
    text_of("set_id"),
    json_of("coaches"),
    json_of("members"),
    UniqueConstraint("workbook", "number"),
)

submission_item = Table(
    "submission_item",
    metadata,
    text_of("submission", ForeignKey("submission.id"), primary_key=True),
    text_of("prompt", primary_key=True),
    text_of("revision", ForeignKey("revision.id")),
    text_of("answered_at"),
    json_of("audience"),
)

review = Table(
    "review",
    metadata,
    text_of("submission", ForeignKey("submission.id"), primary_key=True),
    text_of("reader", primary_key=True),
    text_of("state"),
    text_of("notebook_path"),
    text_of("html_path"),
    text_of("message"),
    maybe("executed_at"),
)

comment = Table(
    "comment",
    metadata,
    text_of("id", primary_key=True),
    text_of("submission", ForeignKey("submission.id")),
    maybe("prompt"),
    maybe("parent", ForeignKey("comment.id")),
    person_of("by"),
    text_of("body"),
    text_of("created_at"),
    maybe("released_at"),
    maybe("deleted_at"),
    maybe("resolved_at"),
    Column("target", Json, nullable=True),  # the passage it is about, as W3C selectors
    Index(None, "submission"),
)

comment_view = Table(
    "comment_view",
    metadata,
    text_of("comment", ForeignKey("comment.id"), primary_key=True),
    person_of(primary_key=True),
    text_of("at"),
)

sign_off = Table(
    "sign_off",
    metadata,
    text_of("submission", ForeignKey("submission.id"), primary_key=True),
    person_of("by", primary_key=True),
    text_of("verdict"),
    text_of("at"),
)

coach_answer = Table(
    "coach_answer",
    metadata,
    text_of("submission", ForeignKey("submission.id"), primary_key=True),
    text_of("prompt", primary_key=True),
    person_of("coach", primary_key=True),
    json_of("value"),
    text_of("saved_at"),
    number_of("version"),
    text_of("client"),
    Column("seq", BigInteger, nullable=False),
    maybe("released_at"),
)

# That a passage was erased, never which: the journal beside the database has the same ids.
erasure = Table(
    "erasure",
    metadata,
    text_of("id", primary_key=True),
    text_of("workbook", ForeignKey("workbook.id")),
    text_of("prompt"),
    person_of("by"),
    text_of("at"),
)

# Signing in: what is secret is here as its hash alone -----------------------------------------

link = Table(
    "link",
    metadata,
    text_of("hash", primary_key=True),
    person_of(),
    text_of("created_at"),
    text_of("expires_at"),
    maybe("spent_at"),
    maybe("replaced_at"),
    maybe("session"),
    maybe("pressed_again_at"),
    Index(None, "person"),
)

code = Table(
    "code",
    metadata,
    text_of("hash", primary_key=True),
    person_of(),
    text_of("expires_at"),
    maybe("spent_at"),
    Index(None, "person"),
)

session = Table(
    "session",
    metadata,
    text_of("hash", primary_key=True),
    person_of(),
    text_of("created_at"),
    text_of("seen_at"),
    maybe("ended_at"),
    Index(None, "person"),
)

failed_attempt = Table(
    "failed_attempt",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    text_of("key"),
    text_of("at"),
    Index(None, "key", "at"),
)

# Rows are only ever added: triggers of the first migration refuse the rest.
audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    text_of("at"),
    text_of("person"),
    text_of("act"),
    text_of("thing"),
    Index(None, "at"),
    Index(None, "thing"),
)
