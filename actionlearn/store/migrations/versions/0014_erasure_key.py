"""A key that goes on with each erasure: a backup from before one can find its words, and nothing else can."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    made = op.create_table(
        "erasure_key",
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("step", name=op.f("pk_erasure_key")),
    )
    op.execute(made.insert().values(step=0, key=secrets.token_hex(32)))
