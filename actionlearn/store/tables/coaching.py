"""The tables of the coach's desk, beside those of `schema`. They change only by a migration, too."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from actionlearn.store.tables.columns import Json, json_of, maybe, number_of, person_of, text_of
from actionlearn.store.tables.metadata import metadata

review_opening = Table(
    "review_opening",
    metadata,
    text_of("submission", ForeignKey("submission.id"), primary_key=True),
    person_of(primary_key=True),
    text_of("at"),
)

# Private: of a coach, about a learner or what one shared.
note = Table(
    "note",
    metadata,
    person_of("by", primary_key=True),
    text_of("about", primary_key=True),
    text_of("kind"),
    text_of("body"),
    number_of("version"),
    text_of("saved_at"),
)

# What somebody began to say and has not said yet.
comment_draft = Table(
    "comment_draft",
    metadata,
    person_of(primary_key=True),
    text_of("submission", ForeignKey("submission.id"), primary_key=True),
    text_of("place", primary_key=True),
    text_of("body"),
    text_of("saved_at"),
    maybe("about"),  # where the passage is that it is about, without its words
)

agreement = Table(
    "agreement",
    metadata,
    text_of("id", primary_key=True),
    text_of("cohort", ForeignKey("cohort.id")),
    text_of("learner"),
    person_of("by"),
    text_of("body"),
    text_of("day"),
    text_of("made_at"),
    maybe("fulfilled_at"),
    maybe("deleted_at"),
    number_of("version"),
    json_of("coaches"),  # who coached the learner when it was made
    Index(None, "cohort", "learner"),
)

# That somebody who came later may read what an owner, a person or a set, gave to their coaches and set before.
consent = Table(
    "consent",
    metadata,
    text_of("cohort", ForeignKey("cohort.id"), primary_key=True),
    text_of("owner", primary_key=True),
    person_of("reader", primary_key=True),
    person_of("by"),
    text_of("at"),
)

question = Table(
    "question",
    metadata,
    text_of("id", primary_key=True),
    person_of("by"),
    text_of("body"),
    text_of("made_at"),
    Index(None, "by"),
)

# What somebody is told once a day: counts and addresses, nobody's words.
notification_state = Table(
    "notification_state",
    metadata,
    person_of(primary_key=True),
    json_of("disabled"),
    text_of("quiet_from"),
    text_of("quiet_to"),
    text_of("notified_on"),
    maybe("notified_at"),
    Column("facts", Json, nullable=True),
    maybe("mailed_at"),
    maybe("dismissed_at"),
)
