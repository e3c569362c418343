"""A comment that is not sent yet keeps where the passage is that it is about."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comment_draft", sa.Column("about", sa.Text(), nullable=True))
