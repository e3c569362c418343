"""The one writer: acts run one after the other, each in its savepoint, and share commits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, exc

from actionlearn.errors import StoreError
from actionlearn.store.engine.driver_errors import our_error

T = TypeVar("T")

#: How many acts share a commit at most, so that the first of many does not wait for ever.
TOGETHER = 200


@dataclass
class _Waiting:
    """An act, and the future its caller waits for."""

    act: Callable[[Connection], Any]
    future: Future[Any]
    result: Any = None
    error: BaseException | None = None

    def resolve(self, failure: BaseException | None) -> None:
        """Tell the caller: its own error, else that of the whole commit, else its result."""
        if self.error or failure:
            self.future.set_exception(self.error or failure)
        else:
            self.future.set_result(self.result)


class _TransactionGone(Exception):
    """The database has ended the transaction: nothing of this commit is there."""


class Writer:
    """A thread that writes.

    Parameters
    ----------
    engine
        Where to write.
    where
        The file or address, as it is named in errors.
    """

    def __init__(self, engine: Engine, where: str) -> None:
        self._engine = engine
        self._where = where
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._open = True
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="store-write", daemon=True)
        self._thread.start()

    def submit(self, act: Callable[[Connection], T]) -> Future[T]:
        """Queue an act. Its future is done after the commit, or after the act or the commit failed.

        Raises
        ------
        StoreError
            The store is closed.
        RuntimeError
            An act tried to wait for another act on the writer's own thread.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("an act cannot wait for another act: call its function with the connection")
        future: Future[T] = Future()
        with self._gate:
            if not self._open:
                raise StoreError("store.closed", where=self._where)
            self._queue.put(_Waiting(act, future))
        return future

    def close(self) -> None:
        """Write what waits, then end the thread."""
        with self._gate:
            if self._open:
                self._open = False
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        more = True
        while more:
            waiting, more = self._next()
            started = [each for each in waiting if each.future.set_running_or_notify_cancel()]
            if not started:
                continue
            failure: BaseException | None = None
            try:
                self._commit(started)
            except _TransactionGone as gone:
                failure = our_error(gone.__cause__ or gone, self._where)
            except BaseException as error:  # noqa: BLE001 - whatever it is, the callers must hear of it
                failure = our_error(error, self._where)
            for each in started:
                each.resolve(failure)

    def _next(self) -> tuple[list[_Waiting], bool]:
        """Wait for an act, and take those that wait behind it; False with the last."""
        waiting: list[_Waiting] = []
        first = self._queue.get()
        while first is not None:
            waiting.append(first)
            if len(waiting) == TOGETHER:
                return waiting, True
            try:
                first = self._queue.get_nowait()
            except Empty:
                return waiting, True
        return waiting, False

    def _commit(self, waiting: list[_Waiting]) -> None:
        with self._engine.begin() as connection:
            if len(waiting) == 1:  # nobody else's words are in this transaction: it is the savepoint
                waiting[0].result = waiting[0].act(connection)
                return
            for place, each in enumerate(waiting):
                _savepoint(connection, first=place == 0)
                self._one(connection, each)

    def _one(self, connection: Connection, waiting: _Waiting) -> None:
        try:
            waiting.result = waiting.act(connection)
        except BaseException as error:
            waiting.error = our_error(error, self._where)
            try:
                connection.exec_driver_sql("ROLLBACK TO SAVEPOINT act")
            except exc.SQLAlchemyError:
                raise _TransactionGone from error
            if _ended(connection):
                raise _TransactionGone from error


def _savepoint(connection: Connection, *, first: bool) -> None:
    """Begin the savepoint of an act, and end that of the act before: in PostgreSQL in one round trip.

    It always has the same name: a driver that keeps statements prepared would be filled by names.
    """
    if first:
        connection.exec_driver_sql("SAVEPOINT act")
    elif connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        driver.execute("RELEASE SAVEPOINT act; SAVEPOINT act", prepare=False)
    else:
        connection.exec_driver_sql("RELEASE SAVEPOINT act")
        connection.exec_driver_sql("SAVEPOINT act")


def _ended(connection: Connection) -> bool:
    """Tell whether the database has rolled the whole transaction back by itself (full disk, lost line)."""
    if connection.invalidated or connection.closed:
        return True
    driver = connection.connection.driver_connection
    return driver is not None and connection.dialect.name == "sqlite" and not driver.in_transaction
