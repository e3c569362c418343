"""Who serves a data folder, in a file of it: seen by every path and every machine that reaches the folder.

The system's lock on a file (`folder_lock`) ends with its process, but a network folder, or one that is mounted a
second time, may keep such locks apart. So the server also writes who it is into a file, again and again. A file that
its server left behind is told from one that lives by the process, where that can be looked up, else by waiting for
the next beat.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from platform import node
from uuid import uuid4

import psutil

from actionlearn.errors import ServerError

#: The file.
FILE = "server.json"

#: Seconds between two beats.
SECONDS = 5.0


@dataclass(frozen=True)
class ServerOwner:
    """The server that a folder belongs to.

    Parameters
    ----------
    id
        UUID of this start of the server.
    host, boot, space
        The machine, its last start, and which processes can be looked up from there.
    pid, started
        Its process, and when that began: a number is used again.
    beat
        How often it wrote this.
    """

    id: str
    host: str
    boot: str
    space: str
    pid: int
    started: float
    beat: int = 0


class Heartbeat:
    """The file of one server, written again and again until it ends.

    Parameters
    ----------
    data
        The data folder.
    lost
        Called where somebody else has taken the folder meanwhile: this server must not write any more.
    seconds
        Between two beats.
    """

    def __init__(self, data: Path, lost: Callable[[], None], seconds: float = SECONDS) -> None:
        self._file = data / FILE
        self._data, self._lost, self._seconds = data, lost, seconds
        self._me = _myself()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def begin(self) -> None:
        """Take the folder.

        Raises
        ------
        ServerError
            ``server.served_elsewhere``: another server lives in it.
        """
        owner = _read(self._file)
        if owner is not None and _lives(owner, self._me, self._file, 2.5 * self._seconds):
            raise ServerError(
                "server.served_elsewhere",
                data=str(self._data),
                file=str(self._file),
                host=owner.host,
                pid=owner.pid,
            )
        self._write()
        self._thread.start()

    def end(self) -> None:
        """Let go of the folder."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        owner = _read(self._file)
        if owner is not None and owner.id == self._me.id:
            self._file.unlink(missing_ok=True)

    def _beat(self) -> None:
        while not self._ended.wait(self._seconds):
            owner = _read(self._file)
            if owner is not None and owner.id != self._me.id:
                self._lost()
                return
            with contextlib.suppress(OSError):  # a full disk: the next beat may have room
                self._write()

    def _write(self) -> None:
        self._me = replace(self._me, beat=self._me.beat + 1)
        fresh = self._file.with_suffix(f".{os.getpid()}.new")
        try:
            fresh.write_text(json.dumps(asdict(self._me)), "utf-8")
            fresh.replace(self._file)
        finally:
            fresh.unlink(missing_ok=True)


def _myself() -> ServerOwner:
    process = psutil.Process()
    return ServerOwner(
        id=str(uuid4()),
        host=node(),
        boot=_line("/proc/sys/kernel/random/boot_id") or str(round(psutil.boot_time())),
        space=_link("/proc/self/ns/pid"),
        pid=process.pid,
        started=process.create_time(),
    )


def _lives(owner: ServerOwner, me: ServerOwner, file: Path, patience: float) -> bool:
    """Tell whether the server that wrote the file still runs."""
    if (owner.boot, owner.space) == (me.boot, me.space):
        with contextlib.suppress(psutil.Error):
            return abs(psutil.Process(owner.pid).create_time() - owner.started) < 1
        return False
    end = time.monotonic() + patience
    while time.monotonic() < end:
        time.sleep(patience / 25)
        now = _read(file)
        if now is None or (now.id, now.beat) != (owner.id, owner.beat):
            return now is not None
    return False


def _read(file: Path) -> ServerOwner | None:
    try:
        return ServerOwner(**json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _line(path: str) -> str:
    try:
        return Path(path).read_text("ascii").strip()
    except OSError:
        return ""


def _link(path: str) -> str:
    try:
        return str(Path(path).readlink())
    except OSError:
        return ""
