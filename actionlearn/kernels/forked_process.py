"""A forked process, and what the system says of who is at the other end of a connection."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import time
from pathlib import Path
from typing import Any

#: Process, user and group of a message, as the system notes them.
_CREDENTIALS = struct.Struct("3i")


class Forked:
    """A forked process, as ``subprocess.Popen`` shows one.

    Its number stays its own as long as we hold the connection: signals never meet a stranger. And it is believed only
    where the system says that it is a child of the process we asked, and has said so itself: code of a notebook may
    have written that line.
    """

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, parent: int) -> None:
        self.pid = 0
        self._parent = parent
        self._handle = -1
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
                more, sender = receive(self._connection)
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
                try:
                    self._take(dict(json.loads(line)), sender)
                except (ValueError, TypeError):
                    self.close()  # it is not our code that answers
                    break
        return len(self.messages) > before

    def _take(self, message: dict[str, Any], sender: int) -> None:
        if "pid" in message and not self.pid:
            self._know(message["pid"], sender)
        if "exit" in message and sender == self._parent:
            self.returncode = int(message["exit"])
        self.messages.append(message)

    def _know(self, pid: Any, sender: int) -> None:
        """Take a process for ours where it said so itself, and was started by the one we asked."""
        if pid != sender or self._handle >= 0:
            return
        with contextlib.suppress(OSError):
            self._handle = os.pidfd_open(sender)
            if parent_of(sender) == self._parent:
                self.pid = sender

    def is_there(self) -> bool:
        """Tell whether the process that we know runs: its number is nobody else's."""
        return self._handle >= 0 and self.pid > 0 and not select.select([self._handle], [], [], 0)[0]

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
        if self.poll() is None and self.is_there():
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
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def receive(connection: socket.socket) -> tuple[bytes, int]:
    """Return what was sent, and which process the system says has sent it; 0 where it does not say."""
    more, notes, _, _ = connection.recvmsg(65536, socket.CMSG_SPACE(_CREDENTIALS.size))
    for level, kind, note in notes:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            return more, int(_CREDENTIALS.unpack(note[: _CREDENTIALS.size])[0])
    return more, 0


def listener_of(connection: socket.socket) -> tuple[int, int]:
    """Return process and user of who listens at the other end."""
    peer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    pid, user, _ = _CREDENTIALS.unpack(peer)
    return pid, user


def parent_of(pid: int) -> int:
    """Return who has started a process."""
    # The name, in parentheses, may hold anything: what is behind the last one is fixed.
    return int(Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[1])
