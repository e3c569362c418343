"""Start the warm process, and ask it for kernels and snapshots."""

from __future__ import annotations

import asyncio
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from actionlearn.kernels.forked import Fork, Forked, Refusal, Snapshot, Unshareable, limit
from actionlearn.kernels.wire import Reason

#: Seconds the warm process may take to import, and a kernel to be ready.
SECONDS = 60.0

#: Bytes that running a notebook once may take.
MEMORY = 1024 * 1024 * 1024

#: What the path of a socket may have, in bytes, on Linux (``sun_path``, with its end).
LONGEST_PATH = 107

#: What the warm process inherits of our environment. Kernels get theirs with each request.
INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH")

_ENVIRONMENT = {"MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONNOUSERSITE": "1"}


class WarmProcess:
    """The warm process of this server, and what it forked.

    Parameters
    ----------
    modules
        What it imports for kernels, beyond what every kernel needs.
    folder
        Where its sockets are; a new one, for us alone, where none is named.
    """

    def __init__(self, modules: Sequence[str] = (), folder: Path | None = None) -> None:
        self.modules = tuple(modules)
        self._own = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="al-"))
        self._number = 0
        self._process: subprocess.Popen[str] | None = None
        self._starting: subprocess.Popen[str] | None = None
        self._closed = False
        self._path = ""
        self._lock = threading.Lock()
        self._retired: list[subprocess.Popen[str]] = []

    @property
    def pid(self) -> int:
        """Its process id, 0 where none runs."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    def start(self) -> None:
        """Start it where it does not run, and wait until it has imported everything. Blocks for a second.

        Raises
        ------
        Refusal
            It did not start, or this system cannot fork.
        """
        with self._lock:
            if not self.pid:
                self._start()

    def _start(self) -> None:
        if self._closed or not available():
            raise Refusal("it is closed" if self._closed else "this system cannot fork")
        if self._process is not None:
            _end(self._process)  # it is gone: let go of its pipes
        self._number += 1
        self._path = self._place(f"w{self._number}")
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        process = subprocess.Popen(  # noqa: S603 - our own module, by our own Python
            [sys.executable, "-m", "actionlearn.kernels.warm", self._path, *self.modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**inherited, **_ENVIRONMENT, "MPLCONFIGDIR": str(self.folder), "HOME": str(self.folder)},
            cwd=self.folder,
        )
        self._starting = process
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], SECONDS)
        if not ready or process.stdout.readline() != "ready\n":
            _end(process)
            raise Refusal("the warm process did not start")
        self._process = process

    def _place(self, name: str) -> str:
        path = str(self.folder / name)
        if len(os.fsencode(path)) > LONGEST_PATH:
            raise Refusal(f"the path of the folder is too long for a socket: {self.folder}")
        return path

    def retire(self) -> None:
        """Take no more forks of the one that runs; what it forked goes on. The next request starts a new one."""
        with self._lock:
            if self._process is not None:
                self._retired.append(self._process)
                self._process = None

    def close(self) -> None:
        """End it, and everything it forked; one that is just starting is not waited for."""
        self._closed = True
        if self._starting is not None:
            self._starting.kill()
        with self._lock:
            for process in (*self._retired, *([self._process] if self._process else [])):
                _end(process)
            self._retired, self._process = [], None
            if self._own:
                shutil.rmtree(self.folder, ignore_errors=True)

    async def kernel(
        self, argv: Sequence[str], *, env: Mapping[str, str], cwd: str | None = None, fork: Fork | None = None
    ) -> Forked:
        """Fork a kernel, and wait until it listens.

        Parameters
        ----------
        argv
            Arguments of the kernel, the connection file among them.
        env
            Its whole environment.
        cwd
            Its folder.
        fork
            What it is forked from, and what it may take.

        Raises
        ------
        Refusal
            It cannot be had.
        """
        fork = fork or Fork()
        request = {
            "op": "kernel",
            "argv": list(argv),
            "env": dict(env),
            "cwd": cwd,
            "rooms": fork.rooms,
            "name": fork.name,
        }
        forked = await self._ask(request, "bound", fork.snapshot.path if fork.snapshot else None)
        with suppress(ProcessLookupError, FileNotFoundError):  # it may have ended by now
            limit(forked.pid, fork.limits)
        return forked

    async def snapshot(
        self,
        cells: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: str | None = None,
        rooms: Sequence[str] = (),
        sockets: Sequence[str] = (),
        argv: Sequence[str] = (),
        seconds: float = SECONDS,
    ) -> Snapshot:
        """Run a notebook once, to be forked.

        Parameters
        ----------
        cells
            Sources of its code cells, in order.
        env, cwd
            As for a kernel.
        rooms
            As of a `Fork`; those of its forks must be within.
        sockets
            Folders in which its forks have their connection files and sockets.
        argv
            Arguments that its forks will have, besides the connection file: they are read once.
        seconds
            How long it may take.

        Raises
        ------
        Unshareable
            It cannot be forked, or takes too long; the text of the error is the reasons, one a line.
        Refusal
            What forks it is gone: it may be had in a moment.
        """
        self._number += 1
        path = self._place(f"s{self._number}")
        request: dict[str, Any] = {"op": "snapshot", "cells": list(cells), "env": dict(env), "cwd": cwd, "path": path}
        request["argv"] = list(argv)
        request |= {"rooms": list(rooms), "sockets": list(sockets), "memory": MEMORY}
        process = await self._ask(request, "outputs", None, seconds)
        return Snapshot(path, process.said[-1]["outputs"], process)

    async def _ask(self, request: dict[str, Any], wanted: str, path: str | None, seconds: float = SECONDS) -> Forked:
        for _ in range(2):
            if path is None:
                await asyncio.to_thread(self.start)
            forked = await self._asked(request, wanted, path or self._path, seconds)
            if forked is not None:
                return forked
            # Our code has changed since it was started.
            if path is not None:
                break
            self.retire()
        raise Refusal("the code has changed")

    async def _asked(self, request: dict[str, Any], wanted: str, path: str, seconds: float) -> Forked | None:
        """Return what was asked for; None where the process has older code than the disk."""
        connection = socket.socket(socket.AF_UNIX)
        forked = Forked(connection)
        try:
            async with asyncio.timeout(seconds):
                loop = asyncio.get_running_loop()
                await loop.sock_connect(connection, path)
                with suppress(BrokenPipeError):  # one with older code says so and hangs up, whatever it is asked
                    await loop.sock_sendall(connection, json.dumps(request).encode() + b"\n")
                while not (told := _told(forked, wanted)):
                    await _readable(connection)
                    forked.hear()
        except TimeoutError as error:
            forked.close()
            raise Unshareable("it took too long") from error
        except OSError as error:
            forked.close()
            raise Refusal(str(error) or "its process is gone") from error
        except BaseException:
            forked.close()
            raise
        if told == "stale":
            forked.close()
            return None
        return forked


def _told(forked: Forked, wanted: str) -> str:
    """Return what was said that we wait for; empty while it was not."""
    for told in forked.said:
        if "refused" in told:
            forked.close()
            raise Unshareable("", [Reason(*each) for each in told["refused"]])
        if "failed" in told:
            forked.close()
            raise Refusal(told["failed"])
        if wanted in told or "stale" in told:
            return wanted if wanted in told else "stale"
    if forked.returncode is not None:
        forked.close()
        # Who forked it says how it ended; where nobody does, who forked it has ended, too.
        by_itself = any("exit" in told for told in forked.said)
        raise (Unshareable if by_itself else Refusal)(f"it ended with {forked.returncode}")
    return ""


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not done.done():
            done.set_result(None)

    loop.add_reader(connection, wake)
    try:
        await done
    finally:
        loop.remove_reader(connection)


def _end(process: subprocess.Popen[str]) -> None:
    """Cut the tether; what does not end then is killed."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def available() -> bool:
    """Return whether this system can fork kernels: Linux can."""
    return sys.platform == "linux"


_current: WarmProcess | None = None


def current(warm: WarmProcess | None = None, *, none: bool = False) -> WarmProcess | None:
    """Return the warm process that kernels of this Python are forked from; None where they start cold.

    Parameters
    ----------
    warm
        The one to use from now on.
    none
        Use none from now on.
    """
    global _current
    if warm is not None or none:
        _current = warm
    return _current
