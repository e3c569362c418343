"""That passages were erased, and which submissions had them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission", sa.Column("erased_at", sa.Text(), nullable=True))
    op.create_table(
        "erasure",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workbook", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name="fk_erasure_by"),
        sa.ForeignKeyConstraint(["workbook"], ["workbook.id"], name="fk_erasure_workbook"),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
    )
