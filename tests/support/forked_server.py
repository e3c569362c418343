"""Servers for the tests, forked from a process that has imported the kit: to import it each time took most of their time.

A server that is forked runs the command as any other does, with an environment and a log of its own. What is about how a
server begins starts it as people do, with `World.start(cold=True)`.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path


class ForkedServer:
    """A forked process, as `subprocess.Popen` has its own."""

    def __init__(self, pid: int, ended: Path) -> None:
        self.pid, self._ended = pid, ended

    def poll(self) -> int | None:
        """Return its exit code, or None while it runs."""
        try:
            return int(self._ended.read_text())
        except (FileNotFoundError, ValueError):
            return None

    def wait(self, timeout: float = 60) -> int:
        """Return its exit code once it has ended."""
        end = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("a forked server", timeout)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, while it runs."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


@functools.cache
def _source() -> subprocess.Popen[str]:
    """Return the process that servers of this run are forked from."""
    command = [sys.executable, "-W", "error", str(Path(__file__))]
    source = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(source.communicate)
    return source


def fork_server(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> ForkedServer:
    """Start the command `actionlearn` in a fork, with its output behind what a log has."""
    source = _source()
    assert source.stdin is not None
    assert source.stdout is not None
    ended = log.with_name(f"{log.name}.{time.monotonic_ns()}.ended")
    asked = {"arguments": list(arguments), "environment": dict(environment), "log": str(log), "ended": str(ended)}
    source.stdin.write(json.dumps(asked) + "\n")
    source.stdin.flush()
    return ForkedServer(int(source.stdout.readline()), ended)


# In the process that is forked from --------------------------------------------------------------


def _note_ended(children: dict[int, str]) -> None:
    """Note the exit code of every fork that has ended."""
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        ended = Path(children.pop(pid))
        fresh = ended.with_suffix(".fresh")
        with suppress(OSError):  # the folder of a test that is over
            fresh.write_text(str(os.waitstatus_to_exitcode(status)))
            fresh.replace(ended)


def _fork_as_asked() -> list[str]:
    """Fork whenever asked; return in each fork, with the arguments of the command. Ends where nobody can ask any more."""
    children: dict[int, str] = {}
    signal.signal(signal.SIGCHLD, lambda *_: _note_ended(children))
    for line in iter(sys.stdin.readline, ""):
        asked = json.loads(line)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        if pid := os.fork():
            children[pid] = asked["ended"]
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            sys.stdout.write(f"{pid}\n")
            sys.stdout.flush()
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        os.environ.clear()
        os.environ.update(asked["environment"])
        with Path(asked["log"]).open("ab") as log, Path(os.devnull).open("rb") as nothing:
            for file, target in ((nothing, 0), (log, 1), (log, 2)):
                os.dup2(file.fileno(), target)
        arguments: list[str] = asked["arguments"]
        return arguments
    sys.exit(0)


def _main() -> None:
    import gc

    from actionlearn.cli import main
    from actionlearn.server import app, serve  # noqa: F401 - what takes long is there before anybody asks
    from actionlearn.server.rendering.pages import compile_all

    compile_all()
    gc.freeze()
    main(_fork_as_asked())


if __name__ == "__main__":
    _main()
