"""Having a database let go of the bytes of what was erased.

SQLite writes zeros over what a row no longer holds (``secure_delete``), but its write-ahead log has
the pages as they were, and a page that was rebuilt may keep a copy in what it does not use.

PostgreSQL leaves a removed row where it was until its place is used again: a plain ``VACUUM`` frees the place and
keeps the bytes. So each table that has text is written anew, with its indexes.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Text

from actionlearn.errors import StoreError
from actionlearn.store.tables.columns import Json
from actionlearn.store.tables.schema import metadata

#: Seconds to wait for somebody who reads an older state.
PATIENCE = 15.0

#: Milliseconds to wait for one table of PostgreSQL: whoever comes meanwhile waits behind us.
_LOCK_MS = 200

#: What PostgreSQL says where that was too short.
_LOCK_NOT_AVAILABLE = "55P03"

#: Ends with 0 where none of the words it reads, in hexadecimal, is in a file.
_LOOK = """
import mmap, sys
with open(sys.argv[1], "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as read:
    sys.exit(any(read.find(bytes.fromhex(line)) >= 0 for line in sys.stdin))
"""


def scrub(engine: Engine, where: str, words: str) -> None:
    """Empty the write-ahead log, and write anew what may still hold the words.

    A SQLite file is written anew where the words still stand in it, or where nobody can name them.

    Raises
    ------
    StoreError
        ``store.locked``: somebody reads an older state and does not let go.
    """
    connection = engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        if engine.dialect.name == "sqlite":
            _scrub_sqlite(driver, Path(where), words)
        else:
            _scrub_postgresql(driver, where)
    finally:
        connection.close()


def still_there(file: Path, words: str) -> bool:
    """Tell whether a database's file has words in it, as text or as JSON text.

    It is a process of its own that looks. Were the file opened and closed in this one, the system would let go of
    every lock that SQLite has on it here, and the next program to close the store would take away the log beneath us.
    """
    if not words or not file.is_file() or not file.stat().st_size:
        return False
    wanted = {words.encode(), json.dumps(words, ensure_ascii=False)[1:-1].encode()}
    command = [sys.executable, "-I", "-S", "-c", _LOOK, str(file)]
    patterns = "\n".join(each.hex() for each in wanted)
    # An environment of its own: ours may name a password, and others of the same user could read it there.
    own = {"SYSTEMROOT": os.environ["SYSTEMROOT"]} if "SYSTEMROOT" in os.environ else {}
    looked = subprocess.run(command, input=patterns, text=True, check=False, env=own)  # noqa: S603 - it is our own words
    return looked.returncode != 0


def _scrub_sqlite(driver: sqlite3.Connection, file: Path, words: str) -> None:
    _empty_log(driver, str(file))
    if not words or still_there(file, words):
        driver.execute("VACUUM")
        _empty_log(driver, str(file))


def _empty_log(driver: sqlite3.Connection, where: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        busy, *_rest = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return
        time.sleep(0.05)
    raise StoreError("store.locked", where=where)


def text_tables() -> list[str]:
    """Return the names of all tables that have a column of text or of JSON."""
    return [
        table.name
        for table in metadata.sorted_tables
        if any(isinstance(column.type, Text | Json) for column in table.columns)
    ]


def _scrub_postgresql(driver: Any, where: str) -> None:
    """Write each table anew. Also its statistics, which repeat its most common values."""
    before, deadline = driver.autocommit, time.monotonic() + PATIENCE
    driver.autocommit = True
    try:
        usual = driver.execute("SHOW lock_timeout").fetchone()[0]
        driver.execute(f"SET lock_timeout = {_LOCK_MS}")
        try:
            for table in text_tables():
                _rewrite(driver, table, where, deadline)
        finally:
            driver.execute("SELECT set_config('lock_timeout', %s, false)", [usual])
    finally:
        driver.autocommit = before


def _rewrite(driver: Any, table: str, where: str, deadline: float) -> None:
    while True:
        try:
            driver.execute(f'VACUUM (FULL, ANALYZE) "{table}"')
        except Exception as error:
            if getattr(error, "sqlstate", "") != _LOCK_NOT_AVAILABLE:
                raise
            if time.monotonic() > deadline:
                raise StoreError("store.locked", where=where) from error
            time.sleep(0.05)
        else:
            return
