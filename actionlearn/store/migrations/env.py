"""How Alembic reaches the store: on the connection it is given, within its transaction."""

from alembic import context
from sqlalchemy import Connection

from actionlearn.store.tables.schema import metadata

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
