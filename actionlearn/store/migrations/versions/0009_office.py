"""What a large cohort asks for: which workbooks are begun, what was kept since an instant."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BEGUN = sa.text("touched_at IS NOT NULL")


def upgrade() -> None:
    begun = {"sqlite_where": _BEGUN, "postgresql_where": _BEGUN}
    op.create_index("ix_workbook_begun", "workbook", ["cohort", "owner", "about"], **begun)
    op.create_index("ix_revision_created_at", "revision", ["created_at"])
