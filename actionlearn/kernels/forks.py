"""Ask for forks, and say what they may take."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tenacity import retry, retry_if_exception, stop_after_attempt, wait_exponential

from actionlearn.kernels.forked_process import Forked, listener_of
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
    folder
        Folder for its connection file and its sockets, and no other kernel's; empty where its manager has one.
    name
        What ``ps`` and ``top`` call it, 15 characters.
    """

    snapshot: Snapshot | None = None
    limits: Limits = Limits()
    rooms: tuple[str, ...] = ()
    folder: str = ""
    name: str = "al-kernel"


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


def limit(forked: Forked, limits: Limits) -> None:
    """Set what a kernel may take beyond what it has now. From outside: closed in, it cannot see how much that is.

    Not before it has its threads: each reserves room that it will hardly use.

    Parameters
    ----------
    forked, limits
        The kernel, and what it may take.

    Raises
    ------
    ForkRefused
        It is not known which process it is.
    """
    import resource

    pid = forked.pid
    if not forked.is_there():
        raise ForkRefused("the kernel has ended, or is not the one it says")
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


async def send_request(request: dict[str, Any], wanted: str, path: str, parent: int, seconds: float) -> Forked | None:
    """Return what was asked for; None where the process has older code than the disk.

    Parameters
    ----------
    request, wanted
        What is asked for, and the word of the reply that says it is there.
    path, parent
        Where who forks it listens, and which process that is: somebody else who listens there is told nothing.
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
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    forked = Forked(connection, parent)
    try:
        async with asyncio.timeout(seconds):
            loop = asyncio.get_running_loop()
            await loop.sock_connect(connection, path)
            _check_listener(connection, parent)
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


def _check_listener(connection: socket.socket, parent: int) -> None:
    if listener_of(connection) != (parent, os.getuid()):
        raise ForkRefused("somebody else listens in its place")


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
