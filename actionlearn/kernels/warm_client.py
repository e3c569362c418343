"""Start the warm process, and ask it for kernels and snapshots."""

from __future__ import annotations

import asyncio
import logging
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from actionlearn.kernels.forked_process import Forked
from actionlearn.kernels.forks import Fork, ForkRefused, Snapshot, limit, send_request
from actionlearn.kernels.protocol import ARGUMENTS

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
    blank
        What kernels import beyond that which are closed in and run their cells themselves. Those that are forked
        from a notebook have what it imports: a fork is the dearer the more memory it is given.
    fonts
        Folder for what matplotlib notes; its own where none is named.
    """

    def __init__(
        self,
        modules: Sequence[str] = (),
        folder: Path | None = None,
        *,
        blank: Sequence[str] = (),
        fonts: Path | None = None,
    ) -> None:
        self.modules, self._imports = tuple(modules), tuple(blank)
        self._own = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="al-"))
        #: Where matplotlib notes which fonts there are; kernels only read it.
        self.fonts = fonts or self.folder
        self._number = 0
        self._process: subprocess.Popen[str] | None = None
        self._starting: subprocess.Popen[str] | None = None
        self._closed = False
        self._path = ""
        self._lock = threading.Lock()
        self._retired: list[subprocess.Popen[str]] = []
        self._blanks: list[Snapshot] = []

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
            raise ForkRefused("it is closed" if self._closed else "this system cannot fork")
        if self._process is not None:
            _end(self._process)  # it is gone: let go of its pipes
        for each in self._blanks:
            if not each.alive:
                each.close()
        self._number += 1
        self._path = self._place(f"w{self._number}")
        env = {name: os.environ[name] for name in INHERITED if name in os.environ} | _ENVIRONMENT
        env |= {"MPLCONFIGDIR": str(self.fonts), "HOME": str(self.folder)}
        process = subprocess.Popen(  # noqa: S603 - our own module, by our own Python
            [sys.executable, "-m", "actionlearn.kernels.warm_process", self._path, *self.modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
            cwd=self.folder,
        )
        self._starting = process
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], SECONDS)
        if not ready or process.stdout.readline() != "ready\n":
            _end(process)
            raise ForkRefused("the warm process did not start")
        self._process = process
        try:
            if self._imports:
                self._blanks.append(asyncio.run(self._made_blank(env)))
        except ForkRefused as error:
            _log.warning("kernels import for themselves: %s", error)

    async def _made_blank(self, env: Mapping[str, str]) -> Snapshot:
        """Return what kernels are forked from that run their cells themselves."""
        request = self._run((), env, None, self._imports)
        process = await send_request(request, "outputs", self._path, self.pid, SECONDS)
        if process is None:
            raise ForkRefused("the code has changed")
        return Snapshot(request["path"], [], process)

    def _from(self, request: Mapping[str, Any]) -> tuple[str, int]:
        """Return where to ask, and whom. What is made ahead has nobody's configuration: one that is closed in has none."""
        ahead = request["op"] == "kernel" and request["rooms"] and tuple(request["argv"][2:]) == ARGUMENTS
        blanks = (blank for blank in self._blanks[-1:] if ahead and blank.alive)
        return next(((blank.path, blank.process.pid) for blank in blanks), (self._path, self.pid))

    def _place(self, name: str) -> str:
        path = str(self.folder / name)
        if len(os.fsencode(path)) > LONGEST_PATH:
            raise ForkRefused(f"the path of the folder is too long for a socket: {self.folder}")
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
            for blank in self._blanks:
                blank.close()
            self._blanks = []
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
        forked = await self._ask(request, "bound", fork.snapshot)
        with suppress(ProcessLookupError, FileNotFoundError):  # it may have ended by now
            limit(forked, fork.limits)
        return forked

    async def snapshot(
        self,
        cells: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: str | None = None,
        rooms: Sequence[str] = (),
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
            As of a `Fork`; those of its forks, their connection files and sockets must be within.
        seconds
            How long it may take.

        Raises
        ------
        Unshareable
            It cannot be forked, or takes too long; the text of the error is the reasons, one a line.
        Refusal
            What forks it is gone: it may be had in a moment.
        """
        request = self._run(cells, env, cwd) | {"rooms": list(rooms), "memory": MEMORY}
        process = await self._ask(request, "outputs", None, seconds)
        return Snapshot(request["path"], process.messages[-1]["outputs"], process)

    def _run(self, cells: Sequence[str], env: Mapping[str, str], cwd: str | None, modules: Sequence[str] = ()) -> Any:
        self._number += 1
        path = self._place(f"s{self._number}")
        run = {"op": "snapshot", "path": path, "cells": list(cells), "modules": list(modules)}
        run["name"] = "al-blank" if modules else "al-snapshot"
        return run | {"env": dict(env), "cwd": cwd, "rooms": [], "memory": 0}

    async def _ask(
        self, request: dict[str, Any], wanted: str, ran: Snapshot | None, seconds: float = SECONDS
    ) -> Forked:
        for _ in range(2):
            if ran is None:
                await asyncio.to_thread(self.start)
            path, parent = (ran.path, ran.process.pid) if ran else self._from(request)
            forked = await send_request(request, wanted, path, parent, seconds)
            if forked is not None:
                return forked
            # Our code has changed since it was started.
            if ran is not None:
                break
            self.retire()
        raise ForkRefused("the code has changed")


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


_log = logging.getLogger(__name__)
_current: WarmProcess | None = None


def warm_process(warm: WarmProcess | None = None, *, none: bool = False) -> WarmProcess | None:
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
