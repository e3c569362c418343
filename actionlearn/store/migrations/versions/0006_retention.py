"""How long things are kept: copies that were made, and who was told of an end. And who read what, found quickly."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    op.create_index("ix_audit_thing", "audit", ["thing"])
    op.create_table(
        "copy_made", _text("id"), _text("name"), _text("at"), sa.PrimaryKeyConstraint("id", name="pk_copy_made")
    )
    op.create_table(
        "lapse",
        _text("cohort"),
        _text("told_at"),
        _text("ends_on"),
        sa.ForeignKeyConstraint(["cohort"], ["cohort.id"], name="fk_lapse_cohort"),
        sa.PrimaryKeyConstraint("cohort", name="pk_lapse"),
    )
