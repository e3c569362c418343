"""A group's room: asks and offers with their answers, entries that somebody shows, how a meeting stands."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _maybe(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=True)


def _to(table: str, name: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=f"fk_{table}_{name}")


def upgrade() -> None:
    op.create_table(
        "posting",
        *map(_text, ("id", "cohort", "set_id", "kind", "by", "body", "made_at")),
        *map(_maybe, ("first_at", "closed_at", "withdrawn_at")),
        _to("posting", "cohort", "cohort"),
        _to("posting", "by", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_posting"),
    )
    op.create_index("ix_posting_cohort", "posting", ["cohort"])
    op.create_table(
        "posting_answer",
        *map(_text, ("id", "posting", "by", "body")),
        _maybe("introduces"),
        _text("made_at"),
        _to("posting_answer", "posting", "posting"),
        _to("posting_answer", "by", "person"),
        _to("posting_answer", "introduces", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_posting_answer"),
    )
    op.create_index("ix_posting_answer_posting", "posting_answer", ["posting"])
    op.create_table(
        "entry",
        *map(_text, ("id", "workbook", "prompt", "revision", "by", "cohort", "set_id", "note", "shown_at")),
        _maybe("withdrawn_at"),
        *(_to("entry", name, name) for name in ("workbook", "revision", "cohort")),
        _to("entry", "by", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.UniqueConstraint("workbook", "prompt", name="uq_entry_workbook_prompt"),
    )
    op.create_index("ix_entry_cohort_shown_at", "entry", ["cohort", "shown_at"])
    op.create_table(
        "meeting",
        _text("workbook"),
        *map(_maybe, ("scribe", "asking", "turn")),
        sa.Column("seconds", sa.Integer(), nullable=False),
        _maybe("ends_at"),
        _to("meeting", "workbook", "workbook"),
        *(_to("meeting", name, "person") for name in ("scribe", "asking", "turn")),
        sa.PrimaryKeyConstraint("workbook", name="pk_meeting"),
    )
