"""Bringing a store's tables up to date, one program at a time."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from actionlearn.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

#: The newest migration. A test holds it to the files in ``migrations/versions``.
HEAD = "0014"

#: Alembic keeps what it works on in one place for the whole process: one at a time.
_ALEMBIC = threading.Lock()


def migrate(engine: Engine, where: str, data: Path | None = None) -> str:
    """Bring the tables to `HEAD` in one transaction, and return the store's UUID.

    The engine's own BEGIN is the lock: BEGIN IMMEDIATE, or the writers' advisory lock.

    Parameters
    ----------
    engine, where
        The store's, and its name in errors.
    data
        The data folder: where it holds cohorts, a store without tables was emptied, and is not founded anew.

    Raises
    ------
    StoreError
        The store was made by a newer actionlearn, it was emptied, or the file is some other database.
    """
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:
            _pragma(connection, "foreign_keys = OFF")
        try:
            with connection.begin():
                at = version(connection)
                if at is None and data is not None and _has_work(data):
                    raise StoreError("store.emptied", where=where, data=str(data))
                if at != HEAD:
                    _up(connection, at, where)
                    if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise StoreError("store.damaged", where=where)
                return str(connection.execute(text("SELECT uuid FROM store_info")).scalar_one())
        finally:
            if sqlite:
                _pragma(connection, "foreign_keys = ON")


def _has_work(data: Path) -> bool:
    """Tell whether a data folder has files of workbooks or reviews, which only a store with tables can have made."""
    made = (path for folder in ("cohorts", "reviews") for path in (data / folder).rglob("*.*"))
    return any(path.suffix in (".ipynb", ".json", ".html") and path.is_file() for path in made)


def _pragma(connection: Connection, pragma: str) -> None:
    """Set a pragma that takes effect outside a transaction alone."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA {pragma}")


def version(connection: Connection) -> str | None:
    """Return the migration a store is at; None where it has no tables of ours yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def config(connection: Connection) -> Config:
    """Return Alembic's configuration for a connection: no file is needed."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations").replace("%", "%%"))
    made.set_main_option("path_separator", "newline")
    made.attributes["connection"] = connection
    return made


def _up(connection: Connection, at: str | None, where: str) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    with _ALEMBIC:
        settings = config(connection)
        known = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
        if at is None and inspect(connection).has_table("person"):
            raise StoreError("store.not_a_store", where=where)
        if at is not None and at not in known:
            raise StoreError("store.newer", where=where, found=at, known=HEAD)
        command.upgrade(settings, HEAD)
