"""One program holds a data folder at a time: the system's lock on a file in it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from actionlearn.errors import ServerError, StoreError
from actionlearn.store.engine.heartbeat import Heartbeat

LOCK = "server.lock"

#: Names the folder that a server has its sockets in.
RUNTIME = "server.runtime"


@contextlib.contextmanager
def only_server(data: Path, lost: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the data folder: one server at a time. What a server that died left behind is no hindrance.

    Parameters
    ----------
    data
        The data folder.
    lost
        Called, from a thread, where somebody has taken the folder meanwhile by a path that shares no lock with ours.

    Raises
    ------
    ServerError, StoreError
        Another one holds it, the folder cannot be written to, or its file system keeps no locks.
    """
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (data / LOCK).open("a+", encoding="ascii")
    except OSError:
        raise ServerError("server.data_not_writable", data=str(data)) from None
    with file:
        if not try_lock(file):
            file.seek(0)
            raise ServerError("server.already_served", data=str(data), pid=file.read().strip() or "?")
        _check_that_locks_hold(data / LOCK)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        heartbeat = Heartbeat(data, lost)
        heartbeat.begin()
        try:
            yield
        finally:
            heartbeat.end()
            file.truncate(0)


def _check_that_locks_hold(path: Path) -> None:
    """Lock the same file a second time: a file system that lets us has no locks, for a database neither."""
    with path.open("a+", encoding="ascii") as second:
        if try_lock(second):
            raise StoreError("store.no_locks", where=str(path.parent))


def try_lock(file: IO[str]) -> bool:
    """Take the system's lock on a file: it goes with the process, however that ends."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        take: Callable[[], Any] = lambda: msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined] # noqa: E731
    else:
        take = lambda: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # noqa: E731
    try:
        take()
    except OSError:
        return False
    return True
