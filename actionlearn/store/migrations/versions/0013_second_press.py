"""A link that a scanner of mail has pressed lets its person in, too: it knows its session, and whether it was pressed again."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("link", sa.Column("session", sa.Text(), nullable=True))
    op.add_column("link", sa.Column("pressed_again_at", sa.Text(), nullable=True))
