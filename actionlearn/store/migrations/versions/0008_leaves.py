"""What leaves: words that learners released, and statements for a record of learning."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _of(table: str, name: str, to: str = "") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to or name}.id"], name=f"fk_{table}_{name}")


def upgrade() -> None:
    op.create_table(
        "released",
        *map(_text, ("id", "cohort", "learner", "workbook", "prompt", "path", "revision")),
        _number("begins"),
        _number("ends"),
        _text("reader"),
        _text("released_at"),
        _of("released", "cohort"),
        _of("released", "learner", "person"),
        _of("released", "workbook"),
        _of("released", "revision"),
        _of("released", "reader", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_released"),
    )
    for name in ("learner", "reader", "revision"):
        op.create_index(f"ix_released_{name}", "released", [name])
    op.create_table(
        "statement",
        *map(_text, ("id", "cohort", "person", "verb", "thing", "detail", "happened_at", "due_at")),
        _number("tries"),
        _text("state"),
        _text("reason"),
        sa.Column("sent_at", sa.Text(), nullable=True),
        _of("statement", "cohort"),
        _of("statement", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_statement"),
    )
    op.create_index("ix_statement_state_due_at", "statement", ["state", "due_at"])
    op.create_index("ix_statement_person", "statement", ["person"])
    op.create_table("looked", _text("name"), _text("at"), sa.PrimaryKeyConstraint("name", name="pk_looked"))
