"""Opening a store, reading from it, and handing what writes to its one writer."""

from __future__ import annotations

import asyncio
import atexit
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url, text

from actionlearn.errors import StoreError
from actionlearn.store.engine.driver_errors import our_error
from actionlearn.store.engine.migrate import migrate
from actionlearn.store.engine.scrub import scrub
from actionlearn.store.engine.writer import Writer

T = TypeVar("T")
Act = Callable[[Connection], T]

#: The file of a SQLite store in its data folder.
FILE = "actionlearn.sqlite"

#: How many reads may run at once from asyncio.
READERS = 4

_PRAGMAS = ("foreign_keys = ON", "synchronous = FULL", "temp_store = MEMORY", "secure_delete = ON")


class Store:
    """An open store. Threads may share it; so may asyncio, by `aread` and `awrite`.

    Parameters
    ----------
    engine
        SQLAlchemy's engine for reading.
    writing
        The same for the one writer.
    where
        The file or address, as it is named in errors.
    id
        UUID of this store, kept in it.
    """

    def __init__(self, engine: Engine, writing: Engine, where: str, id: str) -> None:
        self.where = where
        self.id = id
        self._engine = engine
        self._writing = writing
        self._writer = Writer(writing, where)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        self._closed = False
        self._checked = -1.0  # the instant, of time.monotonic, of the last check
        atexit.register(self.close)

    @property
    def dialect(self) -> str:
        """Tell which database it is: ``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    def read(self, act: Act[T]) -> T:
        """Run an act that only reads, on one snapshot of the store.

        Raises
        ------
        StoreError
            The database cannot be read.
        """
        if self._closed:
            raise StoreError("store.closed", where=self.where)
        try:
            with self._engine.begin() as connection:
                return act(connection)
        except (exc.SQLAlchemyError, UnicodeEncodeError) as error:
            raise our_error(error, self.where) from error

    def write(self, act: Act[T]) -> T:
        """Run an act that writes, and return what it returned once that is committed.

        An act that raises leaves nothing behind, harms no other act, and its error comes out here.

        Raises
        ------
        StoreError
            Nothing was written: locked, full, gone.
        """
        return self.submit(act).result()

    def submit(self, act: Act[T]) -> Future[T]:
        """Queue an act that writes; the future is done after its commit. `write` and `awrite` wait for it."""
        return self._writer.submit(act)

    async def aread(self, act: Act[T]) -> T:
        """Run an act that only reads, without holding up the event loop."""
        if self._closed:
            raise StoreError("store.closed", where=self.where)
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read, act)

    async def awrite(self, act: Act[T]) -> T:
        """Run an act that writes, without holding up the event loop.

        Once it has begun it is finished, whether or not somebody still waits for it.
        """
        return await asyncio.wrap_future(self.submit(act))

    async def check_writable(self) -> None:
        """Write something that nobody reads: a full disk answers reads as ever. At most once a second.

        Raises
        ------
        StoreError
            Nothing can be written.
        """
        if time.monotonic() - self._checked < 1:
            return
        await self.awrite(_write_something)
        self._checked = time.monotonic()

    def scrub(self, words: str = "") -> None:
        """Have the database let go of the bytes of what was erased, in its file and in its log.

        Parameters
        ----------
        words
            What was erased: where its bytes still stand in a SQLite file, the file is written anew.
            Where nobody can name it, as with all that a person wrote, it is written anew in any case.
        """
        try:
            scrub(self._writing, self.where, words)
        except Exception as error:  # noqa: BLE001 - a driver's own errors have no base of ours
            ours = our_error(error, self.where)
            raise ours from (None if ours is error else error)

    def close(self) -> None:
        """Finish what waits to be written, and let go of the database. May be called twice."""
        if self._closed:
            return
        self._closed = True
        atexit.unregister(self.close)
        self._writer.close()
        self._readers.shutdown(wait=True)
        self._engine.dispose()
        self._writing.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(data: Path | None = None, url: str = "", *, patience: float = 10.0) -> Store:
    """Open a store, making it or bringing its tables up to date where that is needed.

    Parameters
    ----------
    data
        The data folder; the store is a SQLite file in it.
    url
        ``postgresql://…`` or ``sqlite:///…`` instead of the file in the data folder.
    patience
        Seconds to wait for a lock that somebody else holds.

    Raises
    ------
    StoreError
        ``store.newer``, ``store.locked``, ``store.not_writable``, ``store.unreachable`` and the like.
    """
    address = _address(data or Path("actionlearn-data"), url)
    where = address.database or "" if address.get_backend_name() == "sqlite" else address.render_as_string()
    engines: list[Engine] = []
    try:
        if address.get_backend_name() == "sqlite":
            _make_file(Path(where))
            engines = [_sqlite(address, patience, reads=True), _sqlite(address, patience, reads=False)]
            _use_wal(engines[1], where, patience)
        else:
            engines = [_postgresql(address, patience, reads=True), _postgresql(address, patience, reads=False)]
        id = migrate(engines[1], where, data)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the engines are let go and it is raised again
        for engine in engines:
            engine.dispose()
        ours = our_error(error, where)
        raise ours from (None if ours is error else error)
    return Store(engine=engines[0], writing=engines[1], where=where, id=id)


def _write_something(c: Connection) -> None:
    if c.dialect.name == "sqlite":  # an update to what is there already is not written
        c.exec_driver_sql(f"PRAGMA user_version = {time.time_ns() % 2**31}")
    else:
        c.execute(text("UPDATE store_info SET uuid = uuid"))


def _address(data: Path, url: str) -> URL:
    if not url:
        return URL.create("sqlite", database=str((data / FILE).absolute()))
    try:
        address = make_url(url)
        if address.drivername in {"postgres", "postgresql"}:
            address = address.set(drivername="postgresql+psycopg")
        known = address.drivername in {"sqlite", "postgresql+psycopg"} and bool(address.database)
    except exc.ArgumentError:
        known = False
    if not known:
        raise StoreError("store.bad_url", url=_without_password(url))
    return address


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if rest else "…"


def _make_file(path: Path) -> None:
    """Make the folder and the file, for their owner's eyes alone."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with path.open("r+b"):
            pass
    except OSError as error:
        raise StoreError("store.not_writable", where=str(path)) from error


def _sqlite(address: URL, patience: float, *, reads: bool) -> Engine:
    engine = create_engine(address, connect_args={"timeout": patience, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, so that savepoints work
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if reads:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _use_wal(engine: Engine, where: str, patience: float) -> None:
    """Switch to write-ahead logging. Two that do so at once may see a lock that no busy timeout waits for."""
    deadline = time.monotonic() + patience
    while True:
        raw = None
        try:
            raw = engine.raw_connection()
            mode = raw.cursor().execute("PRAGMA journal_mode = WAL").fetchone()
        except Exception as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise our_error(error, where) from error
            time.sleep(0.05)
        else:
            if mode and mode[0] == "wal":
                return
            raise StoreError("store.no_wal", where=where)
        finally:
            if raw is not None:
                raw.close()


def _postgresql(address: URL, patience: float, *, reads: bool) -> Engine:
    try:
        engine = create_engine(
            address,
            pool_pre_ping=True,
            connect_args={"connect_timeout": max(2, round(patience))},
            isolation_level="REPEATABLE READ" if reads else "READ COMMITTED",
        )
    except ModuleNotFoundError as error:
        raise StoreError("store.no_driver") from error

    if reads:
        return engine.execution_options(postgresql_readonly=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.execute(f"SET lock_timeout = {round(patience * 1000)}")
        connection.commit()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # One writer at a time, also where several programs write: what BEGIN IMMEDIATE is in SQLite.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('actionlearn'), hashtext(current_schema()))")

    return engine
