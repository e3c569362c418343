"""Which version of its template was shared, so that a receipt verifies also after a workbook was upgraded."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FILL = """
UPDATE submission SET template_hash = COALESCE((
    SELECT notebook.template_hash FROM workbook
    JOIN notebook ON notebook.workbook = workbook.id AND notebook.locale = workbook.locale
    WHERE workbook.id = submission.workbook
), '')
"""


def upgrade() -> None:
    op.add_column("submission", sa.Column("template_hash", sa.Text(), nullable=False, server_default=""))
    op.execute(_FILL)
    with op.batch_alter_table("submission") as table:
        table.alter_column("template_hash", server_default=None)
