"""The tables of a group's room, beside those of `schema`: asks and offers, what somebody shows, a meeting."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Table, UniqueConstraint

from actionlearn.store.tables.columns import maybe, number_of, person_of, text_of
from actionlearn.store.tables.metadata import metadata

posting = Table(
    "posting",
    metadata,
    text_of("id", primary_key=True),
    text_of("cohort", ForeignKey("cohort.id")),
    text_of("set_id"),  # empty is the whole cohort
    text_of("kind"),
    person_of("by"),
    text_of("body"),
    text_of("made_at"),
    maybe("first_answered_at"),  # when somebody else answered first
    maybe("closed_at"),
    maybe("withdrawn_at"),
    Index(None, "cohort"),
)

posting_answer = Table(
    "posting_answer",
    metadata,
    text_of("id", primary_key=True),
    text_of("posting", ForeignKey("posting.id")),
    person_of("by"),
    text_of("body"),
    maybe("introduces", ForeignKey("person.id")),
    text_of("made_at"),
    Index(None, "posting"),
)

# An answer somebody shows: the version that stood when they did. Its address stays when it is shown again.
entry = Table(
    "entry",
    metadata,
    text_of("id", primary_key=True),
    text_of("workbook", ForeignKey("workbook.id")),
    text_of("prompt"),
    text_of("revision", ForeignKey("revision.id")),
    person_of("by"),
    text_of("cohort", ForeignKey("cohort.id")),
    text_of("set_id"),  # empty is the whole cohort
    text_of("note"),
    text_of("shown_at"),
    maybe("withdrawn_at"),
    UniqueConstraint("workbook", "prompt"),
    Index(None, "cohort", "shown_at"),
)

# Who writes and who has the word: how a meeting stands now, never what was said or by whom.
meeting = Table(
    "meeting",
    metadata,
    text_of("workbook", ForeignKey("workbook.id"), primary_key=True),
    maybe("scribe", ForeignKey("person.id")),
    maybe("asking", ForeignKey("person.id")),
    maybe("turn", ForeignKey("person.id")),
    number_of("seconds"),
    maybe("ends_at"),
)
