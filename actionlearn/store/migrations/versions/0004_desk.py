"""The coach's desk: comments on a passage, questions about one prompt, private notes, agreements, what was read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _maybe(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=True)


def _person(table: str, name: str = "person") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ["person.id"], name=f"fk_{table}_{name}")


def _of(table: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{name}.id"], name=f"fk_{table}_{name}")


def upgrade() -> None:
    op.add_column("comment", _maybe("target"))
    with op.batch_alter_table("submission") as table:
        table.add_column(_maybe("asked"))
        table.create_foreign_key("fk_submission_asked", "person", ["asked"], ["id"])
    op.add_column("coach_answer", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("coach_answer", sa.Column("client", sa.Text(), nullable=False, server_default=""))
    op.add_column("coach_answer", sa.Column("seq", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("coach_answer", _maybe("released_at"))
    with op.batch_alter_table("coach_answer") as table:
        for name in ("version", "client", "seq"):
            table.alter_column(name, server_default=None)
    _tables()


def _tables() -> None:
    op.create_table(
        "opened",
        _text("submission"),
        _text("person"),
        _text("at"),
        _of("opened", "submission"),
        _person("opened"),
        sa.PrimaryKeyConstraint("submission", "person", name="pk_opened"),
    )
    op.create_table(
        "note",
        _text("by"),
        _text("about"),
        _text("kind"),
        _text("body"),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("saved_at"),
        _person("note", "by"),
        sa.PrimaryKeyConstraint("by", "about", name="pk_note"),
    )
    op.create_table(
        "half_said",
        _text("person"),
        _text("submission"),
        _text("place"),
        _text("body"),
        _text("saved_at"),
        _person("half_said"),
        _of("half_said", "submission"),
        sa.PrimaryKeyConstraint("person", "submission", "place", name="pk_half_said"),
    )
    op.create_table(
        "agreement",
        _text("id"),
        _text("cohort"),
        _text("learner"),
        _text("by"),
        _text("body"),
        _text("day"),
        _text("made_at"),
        _maybe("kept_at"),
        _maybe("deleted_at"),
        _of("agreement", "cohort"),
        _person("agreement", "by"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement"),
    )
    op.create_index("ix_agreement_cohort_learner", "agreement", ["cohort", "learner"])
    op.create_table(
        "question",
        _text("id"),
        _text("by"),
        _text("body"),
        _text("made_at"),
        _person("question", "by"),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
    )
    op.create_index("ix_question_by", "question", ["by"])
    op.create_table(
        "telling",
        _text("person"),
        _text("off"),
        _text("quiet_from"),
        _text("quiet_to"),
        _text("told_on"),
        _person("telling"),
        sa.PrimaryKeyConstraint("person", name="pk_telling"),
    )
