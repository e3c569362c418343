"""Listen, fork on request, and look after what was forked: in the warm process, and in a snapshot."""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from actionlearn.kernels.child import (
    be_kernel,
    become_subreaper,
    call_it,
    end_with_parent,
    prefer_to_end,
    prepare_shell,
)
from actionlearn.kernels.protocol import ARGUMENTS, say
from actionlearn.kernels.sandbox import enter_sandbox
from actionlearn.kernels.snapshot import Itself, run

#: Seconds somebody who connects has to say what they want.
PATIENCE = 5.0

#: Milliseconds after which it is looked for processes that have let go of who started them.
STRAYS_EVERY = 1000


def listen(path: str) -> socket.socket:
    """Return a socket that listens, for its owner alone."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    Path(path).chmod(0o600)
    listener.listen(256)
    return listener


class Forks:
    """Listens, forks, and looks after what it forked.

    Parameters
    ----------
    listener
        Where it is asked for forks (`listen`).
    tether
        A file descriptor; when its other end closes, so do we.
    starter
        The process that may ask for forks, and nobody else.
    itself
        This process, opened before walls stood between.
    """

    def __init__(
        self,
        listener: socket.socket,
        tether: int,
        starter: int,
        itself: Itself | None = None,
    ) -> None:
        self._tether = tether
        self._starter = starter
        self._files = _loaded()
        self._code = _stamps(self._files)
        self._listener = listener
        self._woken, self._waker = os.pipe()
        for end in (self._woken, self._waker):
            os.set_blocking(end, False)
        # A child that ends wakes the loop; what it was is looked up there.
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        become_subreaper()
        self._itself = itself or Itself()
        self._alive: dict[int, socket.socket] = {}
        self._ended: dict[int, socket.socket] = {}
        self._poll = select.poll()
        for each in (self._listener.fileno(), self._woken, tether):
            self._poll.register(each, select.POLLIN)

    def serve(self) -> None:
        """Answer until the tether is cut."""
        while True:
            # What was left behind by who started it is ours without a word: it is looked for while there are kernels.
            ready = {fd for fd, _ in self._poll.poll(STRAYS_EVERY if self._alive else None)}
            if self._tether in ready and not _still_there(self._tether):
                return
            if self._woken in ready:
                with suppress(BlockingIOError):
                    os.read(self._woken, 4096)
                self._report_ended()
            self._let_go(ready)
            self._end_strays()
            if self._listener.fileno() in ready:
                self._answer(self._listener.accept()[0])

    def close(self) -> None:
        """End everything that was forked here."""
        for pid in (*self._alive, *self._ended):
            _kill(pid)
            os.waitpid(pid, 0)
        self._alive, self._ended = {}, {}
        self._end_strays()

    def _end_strays(self) -> None:
        """End what has outlived who started it: it is given to us, and nobody holds it."""
        known = {*self._alive, *self._ended}
        while strays := [pid for pid in self._itself.children() if pid not in known]:
            for pid in strays:
                _kill(pid)
                os.waitpid(pid, 0)

    def _answer(self, client: socket.socket) -> None:
        if not self._is_ours(client):
            client.close()
            return
        if self._code != _stamps(self._files):
            say(client, {"stale": True})
            client.close()
            return
        try:
            pid = os.fork()
        except OSError as error:
            say(client, {"failed": error.strerror or str(error)})
            client.close()
            return
        if pid == 0:
            self._become(client)
        # The child says the rest itself, after this line.
        self._alive[pid] = client
        # Only its end is heard: the words on it are the child's to read.
        self._poll.register(client.fileno(), select.POLLRDHUP)

    def _is_ours(self, client: socket.socket) -> bool:
        """Tell whether it is the process that started us all. A kernel that asked would get one without walls."""
        peer = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return struct.unpack("3i", peer)[:2] == (self._starter, os.getuid())

    def _become(self, client: socket.socket) -> NoReturn:
        """In the child: let go of what is the parent's, then be a kernel or a snapshot."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._listener.close()
            self._itself.close()
            for other in (*self._alive.values(), *self._ended.values()):
                other.close()
            for each in (self._woken, self._waker):
                os.close(each)
            if self._tether != client.fileno():
                _replace(self._tether)
            _hush()
            os.setsid()
            end_with_parent()
            say(client, {"pid": os.getpid()})
            request = _read_request(client)
            call_it(request["name"])
            if request["op"] == "snapshot":
                _be_snapshot(client, request, self._starter)
            else:
                be_kernel(client, request)
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 0
        except BaseException as error:  # noqa: BLE001 - nothing may return into the parent's loop
            with suppress(OSError):
                say(client, {"failed": f"{type(error).__name__}: {error}"[:500]})
        finally:
            with suppress(BaseException):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _report_ended(self) -> None:
        """Tell whoever holds a connection that its process has ended.

        It stays in the process table until they let go: nobody signals a stranger that got its number.
        """
        for pid, client in list(self._alive.items()):
            exited = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if exited is None:
                continue
            status = exited.si_status if exited.si_code == os.CLD_EXITED else -exited.si_status
            with suppress(OSError):
                say(client, {"exit": status})
            self._ended[pid] = self._alive.pop(pid)

    def _let_go(self, ready: set[int]) -> None:
        """End what nobody holds any more."""
        for pid, client in [*self._alive.items(), *self._ended.items()]:
            if client.fileno() in ready:
                self._poll.unregister(client.fileno())
                client.close()
                _kill(pid)
                os.waitpid(pid, 0)
                self._alive.pop(pid, None)
                self._ended.pop(pid, None)


def _read_request(client: socket.socket) -> dict[str, Any]:
    """Return what is asked for. Read in the child: what one is told is not in the memory of the next."""
    client.settimeout(PATIENCE)
    line = b""
    while not line.endswith(b"\n") and (more := client.recv(65536)):
        line += more
    client.settimeout(None)
    request = json.loads(line)
    if not isinstance(request, dict):
        raise ValueError("not a request")  # noqa: TRY004 - both mean the same here
    return request


def _be_snapshot(client: socket.socket, request: dict[str, Any], starter: int) -> None:
    """Run a notebook, then fork kernels that have run it already."""
    from actionlearn.kernels.kernel_app import App

    prepare_shell(request)
    itself = Itself()
    _keep_to(request["memory"])
    # Where kernels are asked for is out of reach of the cells: it is there before the walls are.
    listener = listen(request["path"])
    printed = os.memfd_create("said")
    if rooms := request.get("rooms"):
        prefer_to_end()
        enter_sandbox(rooms, reads=[request["env"].get("MPLCONFIGDIR", "")], forks=True)
    with _capture_prints(printed):
        ran = run(request["cells"], itself)
    _keep_to(0)
    if ran.reasons:
        say(client, {"refused": ran.reasons})
        return
    for name in request["modules"]:
        with suppress(ImportError):
            importlib.import_module(name)
    # Where other notebooks have run there may be a configuration of theirs.
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as nobodys:
        os.environ["IPYTHONDIR"] = nobodys
        App.instance().make([*ARGUMENTS], ran.namespace if request["cells"] else None)
    if itself.threads() > 1:
        raise RuntimeError("what is imported starts threads")
    gc.collect()
    gc.freeze()
    forks = Forks(listener, tether=client.fileno(), starter=starter, itself=itself)
    say(client, {"outputs": ran.outputs})
    try:
        forks.serve()
    finally:
        forks.close()


def _keep_to(memory: int) -> None:
    """Take no more than so much memory from now on; 0 for no limit. Each fork is given one of its own."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + memory if memory else hard, hard))


@contextmanager
def _capture_prints(apart: int) -> Iterator[None]:
    """Keep what other programs print here in a file: who runs the cells has to know of it."""
    for number in (1, 2):
        os.dup2(apart, number)
    os.close(apart)
    try:
        yield
    finally:
        _hush()


def _hush() -> None:
    """Have nobody hear what a program that was forked prints: it may be somebody's words, and without end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)


def _loaded() -> list[str]:
    """Return the files of our own code that is loaded."""
    ours = (module for name, module in sys.modules.items() if name.partition(".")[0] == "actionlearn")
    files = (getattr(module, "__file__", None) for module in ours)
    return [file for file in files if file]


def _stamps(files: list[str]) -> list[int]:
    """Return when files on the disk were last written."""
    stamps = []
    for file in files:
        try:
            stamps.append(os.stat(file).st_mtime_ns)  # noqa: PTH116 - asked at each fork, 100 times
        except OSError:
            stamps.append(-1)
    return stamps


def _still_there(fd: int) -> bool:
    """Return whether the other end of a connection or a pipe is open. Nobody says anything more on it."""
    try:
        return os.read(fd, 4096) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def _kill(pid: int) -> None:
    """End a process and all it started; it leads a group of its own."""
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            end(pid, signal.SIGKILL)


def _replace(fd: int) -> None:
    """Make a descriptor empty, so that nobody takes the number for something else."""
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, fd)
    os.close(empty)
