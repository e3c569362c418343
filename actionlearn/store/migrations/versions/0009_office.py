"""The office: which workbooks could not be made, which are begun, what was kept since an instant."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BEGUN = sa.text("touched_at IS NOT NULL")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "unmade",
        *map(_text, ("id", "cohort")),
        sa.Column("person", sa.Text(), nullable=True),
        *map(_text, ("set_id", "template", "code", "values", "at")),
        sa.ForeignKeyConstraint(["cohort"], ["cohort.id"], name="fk_unmade_cohort"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_unmade_person"),
        sa.PrimaryKeyConstraint("id", name="pk_unmade"),
    )
    op.create_index("ix_unmade_cohort", "unmade", ["cohort"])
    op.create_index(
        "ix_workbook_begun", "workbook", ["cohort", "owner", "about"], sqlite_where=_BEGUN, postgresql_where=_BEGUN
    )
    op.create_index("ix_revision_created_at", "revision", ["created_at"])
