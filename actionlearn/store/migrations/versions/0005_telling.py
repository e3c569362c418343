"""What somebody was told of a day; and the version of an agreement, for calendars that have it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("told_at", "facts", "mailed_at", "closed_at"):
        op.add_column("telling", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("agreement", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("agreement") as table:
        table.alter_column("version", server_default=None)
