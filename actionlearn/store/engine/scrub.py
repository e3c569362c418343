"""Having a database let go of the bytes of what was erased.

SQLite writes zeros over what a row no longer holds (``secure_delete``), but its write-ahead log has
the pages as they were, and a page that was rebuilt may keep a copy in what it does not use.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from actionlearn.errors import StoreError

#: Tables that PostgreSQL clears of the rows as they were before.
_TABLES = (
    *("draft", "revision", "acknowledgement", "submission", "comment", "coach_answer"),
    *("note", "half_said", "agreement"),
)

#: Seconds to wait for somebody who reads an older state.
PATIENCE = 15.0

#: Ends with 0 where none of the words it reads, in hexadecimal, is in a file.
_LOOK = """
import mmap, sys
with open(sys.argv[1], "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as read:
    sys.exit(any(read.find(bytes.fromhex(line)) >= 0 for line in sys.stdin))
"""


def scrub(engine: Engine, where: str, words: str) -> None:
    """Empty the write-ahead log, and write the file anew where the words still stand in it.

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
            _scrub_postgresql(driver)
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
    told = "\n".join(each.hex() for each in wanted)
    looked = subprocess.run(command, input=told, text=True, check=False)  # noqa: S603 - it is our own words
    return looked.returncode != 0


def _scrub_sqlite(driver: sqlite3.Connection, file: Path, words: str) -> None:
    _empty_log(driver, str(file))
    if still_there(file, words):
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


def _scrub_postgresql(driver: Any) -> None:
    before = driver.autocommit
    driver.autocommit = True
    try:
        driver.execute(f"VACUUM {', '.join(_TABLES)}")
    finally:
        driver.autocommit = before
