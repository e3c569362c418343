"""From the outside: start the warm process, ask it for kernels and snapshots, hear when one ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

#: Seconds the warm process may take to import, and a kernel to be ready.
SECONDS = 60.0

#: What the path of a socket may have, in bytes, on Linux (``sun_path``, with its end).
LONGEST_PATH = 107

#: What the warm process inherits of our environment. Kernels get theirs with each request.
INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH")

_ENVIRONMENT = {"MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONNOUSERSITE": "1"}


class Refusal(Exception):
    """There is no fork to be had; a cold start will do. Its text says why."""


@dataclass(frozen=True)
class Limits:
    """What one kernel may take.

    Parameters
    ----------
    memory
        Bytes of address space beyond what a fresh fork has; 0 for no limit. So for the others.
    seconds
        Seconds of processor time in all.
    processes
        Processes and threads of its user.
    file
        Bytes of the largest file it may write.
    """

    memory: int = 0
    seconds: int = 0
    processes: int = 0
    file: int = 0


@dataclass(frozen=True)
class Fork:
    """What a kernel is forked from, and what it may take.

    Parameters
    ----------
    snapshot
        A notebook that has run; None for an empty kernel.
    limits
        What it may take.
    """

    snapshot: Snapshot | None = None
    limits: Limits = Limits()


class Forked:
    """A forked process, as ``subprocess.Popen`` shows one.

    Its number stays its own as long as we hold the connection: signals never meet a stranger.
    """

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket) -> None:
        self.pid = 0
        self.returncode: int | None = None
        self.said: list[dict[str, Any]] = []
        self._connection = connection
        self._rest = b""
        connection.setblocking(False)

    def fileno(self) -> int:
        """Return a descriptor that can be read once the process has ended; -1 when we have let go."""
        return self._connection.fileno()

    def hear(self) -> bool:
        """Take in what was said; return whether anything was."""
        before = len(self.said)
        while self.returncode is None:
            try:
                more = self._connection.recv(65536)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                more = b""
            if not more:
                # The warm process is gone, and took this one with it.
                self.returncode = -signal.SIGKILL
                break
            self._rest += more
            *lines, self._rest = self._rest.split(b"\n")
            for line in lines:
                told = json.loads(line)
                self.pid = told.get("pid", self.pid)
                self.returncode = told.get("exit", self.returncode)
                self.said.append(told)
        return len(self.said) > before

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        self.hear()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end, and return the exit code.

        Raises
        ------
        subprocess.TimeoutExpired
            It did not end.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            select.select([self._connection], [], [], left)
        return self.returncode or 0

    def send_signal(self, number: int) -> None:
        """Send a signal to the process and to what it started."""
        if self.poll() is None and self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Let go: what still runs is ended."""
        if self.returncode is None:
            self.returncode = -signal.SIGKILL
        self._connection.close()


@dataclass
class Snapshot:
    """A notebook that has run once and is ready to be forked.

    Parameters
    ----------
    path
        Where it listens.
    outputs
        For each cell, its outputs.
    process
        The process it is.
    """

    path: str
    outputs: list[list[dict[str, Any]]]
    process: Forked = field(repr=False)

    @property
    def alive(self) -> bool:
        """Whether it can be forked still."""
        return self.process.poll() is None

    def close(self) -> None:
        """End it, and the kernels forked from it."""
        self.process.close()
        Path(self.path).unlink(missing_ok=True)


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
        if not available():
            raise Refusal("this system cannot fork")
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
        """End it, and everything it forked."""
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
            "limits": asdict(fork.limits),
        }
        return await self._ask(request, "bound", fork.snapshot.path if fork.snapshot else None)

    async def snapshot(
        self, cells: Sequence[str], *, env: Mapping[str, str], cwd: str | None = None, seconds: float = SECONDS
    ) -> Snapshot:
        """Run a notebook once, to be forked.

        Parameters
        ----------
        cells
            Sources of its code cells, in order.
        env, cwd
            As for a kernel.
        seconds
            How long it may take.

        Raises
        ------
        Refusal
            It cannot be forked; the text of the error is the reasons, one a line.
        """
        self._number += 1
        path = self._place(f"s{self._number}")
        request = {"op": "snapshot", "cells": list(cells), "env": dict(env), "cwd": cwd, "path": path}
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
                await loop.sock_sendall(connection, json.dumps(request).encode() + b"\n")
                while not (told := _told(forked, wanted)):
                    await _readable(connection)
                    forked.hear()
        except (OSError, TimeoutError) as error:
            forked.close()
            raise Refusal(str(error) or "it took too long") from error
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
        if "refused" in told or "failed" in told:
            forked.close()
            raise Refusal("\n".join(told.get("refused") or [told.get("failed", "")]))
        if wanted in told or "stale" in told:
            return wanted if wanted in told else "stale"
    if forked.returncode is not None:
        forked.close()
        raise Refusal(f"it ended with {forked.returncode}")
    return ""


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    loop.add_reader(connection, lambda: done.done() or done.set_result(None))
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


#: Called with a process that has ended.
Ended = Callable[[Forked], None]
