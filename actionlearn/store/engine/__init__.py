"""The database itself: connections, the one writer, migrations, locks and the erasure journal."""
