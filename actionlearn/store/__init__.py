"""Where answers live: SQLite in a file by default, PostgreSQL by URL, through the same code.

::

    store = open_store(Path("actionlearn-data"))
    saved = store.write(lambda c: drafts.save(c, workbook=…, prompt=…, …))
    answers = store.read(lambda c: drafts.drafts(c, workbook))

An *act* is a function of a connection. Acts that write run on one thread, one after the other, each in
its savepoint; those that wait at the same time share a commit. `Store.write` returns after it.
"""

from __future__ import annotations

from sqlalchemy import Connection

from actionlearn.store.clock import now, shifted, stamp
from actionlearn.store.engine.database import Store, open_store

__all__ = ["Connection", "Store", "now", "open_store", "shifted", "stamp"]
