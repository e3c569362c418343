"""A forked process, as the process that asked for it sees it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tenacity import retry, retry_if_exception, stop_after_attempt, wait_exponential

from actionlearn.kernels.protocol import Reason


class ForkRefused(Exception):
    """There is no fork to be had; a cold start will do. Its text says why."""


class Unshareable(ForkRefused):
    """The notebook has run, and cannot be forked; running it again says the same.

    Parameters
    ----------
    reason
        Why, as a line of a log.
    reasons
        Why, cell by cell, where that is known.
    """

    def __init__(self, reason: str, reasons: Sequence[Reason] = ()) -> None:
        super().__init__("\n".join(map(str, reasons)) or reason)
        self.reasons = tuple(reasons)


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, ForkRefused) and not isinstance(error, Unshareable)


#: Calls again what was refused because something has just ended that another is being started for.
retry_while_restarting = retry(
    retry=retry_if_exception(_may_pass), stop=stop_after_attempt(5), wait=wait_exponential(0.1), reraise=True
)


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
    rooms
        Folders it is closed in, where the system can do that: of all others it sees the installation of Python.
        None: it is not closed in.
    name
        What ``ps`` and ``top`` call it, 15 characters.
    """

    snapshot: Snapshot | None = None
    limits: Limits = Limits()
    rooms: tuple[str, ...] = ()
    name: str = "al-kernel"


class Forked:
    """A forked process, as ``subprocess.Popen`` shows one.

    Its number stays its own as long as we hold the connection: signals never meet a stranger.
    """

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket) -> None:
        self.pid = 0
        self.returncode: int | None = None
        self.messages: list[dict[str, Any]] = []
        self._connection = connection
        self._rest = b""
        connection.setblocking(False)

    def fileno(self) -> int:
        """Return a descriptor that can be read once the process has ended; -1 when we have let go."""
        return self._connection.fileno()

    def hear(self) -> bool:
        """Take in what was said; return whether anything was."""
        before = len(self.messages)
        while self.returncode is None and self.fileno() >= 0:
            try:
                more = self._connection.recv(65536)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                more = b""
            if not more:
                # The warm process is gone, and took this one with it.
                self.close()
                break
            self._rest += more
            *lines, self._rest = self._rest.split(b"\n")
            for line in lines:
                message = json.loads(line)
                self.pid = message.get("pid", self.pid)
                self.returncode = message.get("exit", self.returncode)
                self.messages.append(message)
        return len(self.messages) > before

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
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the process."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Close the connection; a process that still runs is ended."""
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


def limit(pid: int, limits: Limits) -> None:
    """Set what a kernel may take beyond what it has now. From outside: closed in, it cannot see how much that is.

    Not before it has its threads: each reserves room that it will hardly use.

    Parameters
    ----------
    pid, limits
        The kernel, and what it may take.
    """
    import resource

    in_use = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
    kinds = (
        (resource.RLIMIT_AS, limits.memory, in_use),
        (resource.RLIMIT_CPU, limits.seconds, 0),
        (resource.RLIMIT_NPROC, limits.processes, 0),
        (resource.RLIMIT_FSIZE, limits.file, 0),
    )
    for kind, more, base in kinds:
        if more:
            _, hard = resource.prlimit(pid, kind)
            most = base + more if hard == resource.RLIM_INFINITY else min(base + more, hard)
            resource.prlimit(pid, kind, (most, most))


async def send_request(request: dict[str, Any], wanted: str, path: str, seconds: float) -> Forked | None:
    """Return what was asked for; None where the process has older code than the disk.

    Parameters
    ----------
    request, wanted
        What is asked for, and the word of the reply that says it is there.
    path
        Where who forks it listens.
    seconds
        How long it may take.

    Raises
    ------
    Unshareable
        It said no, ended by itself, or takes too long.
    Refusal
        Its process is gone: it may be had in a moment.
    """
    connection = socket.socket(socket.AF_UNIX)
    forked = Forked(connection)
    try:
        async with asyncio.timeout(seconds):
            loop = asyncio.get_running_loop()
            await loop.sock_connect(connection, path)
            with contextlib.suppress(BrokenPipeError):  # one with older code says so and hangs up, whatever it is asked
                await loop.sock_sendall(connection, json.dumps(request).encode() + b"\n")
            while not (reply := _reply_in(forked, wanted)):
                await _readable(connection)
                forked.hear()
    except TimeoutError as error:
        forked.close()
        raise Unshareable("it took too long") from error
    except OSError as error:
        forked.close()
        raise ForkRefused(str(error) or "its process is gone") from error
    except BaseException:
        forked.close()
        raise
    if reply == "stale":
        forked.close()
        return None
    return forked


def _reply_in(forked: Forked, wanted: str) -> str:
    """Return what was said that we wait for; empty while it was not."""
    for message in forked.messages:
        if "refused" in message:
            forked.close()
            raise Unshareable("", [Reason(*each) for each in message["refused"]])
        if "failed" in message:
            forked.close()
            raise ForkRefused(message["failed"])
        if wanted in message or "stale" in message:
            return wanted if wanted in message else "stale"
    if forked.returncode is not None:
        forked.close()
        # Who forked it says how it ended; where nobody does, who forked it has ended, too.
        by_itself = any("exit" in message for message in forked.messages)
        raise (Unshareable if by_itself else ForkRefused)(f"it ended with {forked.returncode}")
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
