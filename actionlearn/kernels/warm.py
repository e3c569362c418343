"""The warm process: it has imported what kernels import, and forks ready ones on request.

::

    python -m actionlearn.kernels.warm SOCKET [MODULE …]

It has one thread and no event loop, so that a fork is whole. Whoever connects to its socket writes one line
of JSON and keeps the connection: the forked process lives as long as the connection does. Its stdin is held
by the process that started it: when that ends, so does everything here.

==========================  ==============================================================
request                     replies, a line each
==========================  ==============================================================
``{"op": "kernel", …}``     ``{"pid": 1}``, ``{"bound": true}``, at its end ``{"exit": 0}``
``{"op": "snapshot", …}``   ``{"pid": 1}``, ``{"outputs": […]}`` or ``{"refused": […]}``, ``{"exit": 0}``
either, code has changed    ``{"stale": true}``
==========================  ==============================================================
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

_QUIET = ("--HistoryManager.enabled=False", "--log-level=ERROR")

#: Seconds somebody who connects has to say what they want.
PATIENCE = 5.0

#: ``prctl``: the signal a process gets when its parent has ended.
_PARENT_DEATH_SIGNAL = 1


class Forks:
    """Listens, forks, and looks after what it forked.

    Parameters
    ----------
    path
        Where to listen.
    tether
        A file descriptor; when its other end closes, so do we.
    namespace
        What the notebook left behind that has run here; None where none has.
    """

    def __init__(self, path: str, tether: int, namespace: dict[str, Any] | None = None) -> None:
        self._tether = tether
        self._namespace = namespace
        self._code = _code()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        Path(path).chmod(0o600)
        self._listener.listen(256)
        self._woken, self._waker = os.pipe()
        for end in (self._woken, self._waker):
            os.set_blocking(end, False)
        # A child that ends wakes the loop; what it was is looked up there.
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._alive: dict[int, socket.socket] = {}
        self._ended: dict[int, socket.socket] = {}
        self._poll = select.poll()
        for each in (self._listener.fileno(), self._woken, tether):
            self._poll.register(each, select.POLLIN)

    def serve(self) -> None:
        """Answer until the tether is cut."""
        while True:
            ready = {fd for fd, _ in self._poll.poll()}
            if self._tether in ready and not _still_there(self._tether):
                return
            if self._woken in ready:
                with suppress(BlockingIOError):
                    os.read(self._woken, 4096)
                self._report_ended()
            self._let_go(ready)
            if self._listener.fileno() in ready:
                self._answer(self._listener.accept()[0])

    def close(self) -> None:
        """End everything that was forked here."""
        for pid in self._alive:
            _kill(pid)

    def _answer(self, client: socket.socket) -> None:
        try:
            request = self._heard(client)
        except (OSError, ValueError):
            client.close()
            return
        if self._code != _code():
            _say(client, {"stale": True})
            client.close()
            return
        try:
            pid = os.fork()
        except OSError as error:
            _say(client, {"failed": error.strerror or str(error)})
            client.close()
            return
        if pid == 0:
            self._become(client, request)
        # The child says the rest itself, after this line.
        self._alive[pid] = client
        self._poll.register(client.fileno(), select.POLLIN)

    def _heard(self, client: socket.socket) -> dict[str, Any]:
        """Return the request of somebody who is the same user as we are."""
        peer = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        if struct.unpack("3i", peer)[1] != os.getuid():
            raise OSError("another user")
        client.settimeout(PATIENCE)
        with client.makefile("r", encoding="utf-8") as file:
            request = json.loads(file.readline())
        client.settimeout(None)
        if not isinstance(request, dict):
            raise ValueError("not a request")  # noqa: TRY004 - both mean the same here
        return request

    def _become(self, client: socket.socket, request: dict[str, Any]) -> NoReturn:
        """In the child: let go of what is the parent's, then be a kernel or a snapshot."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._listener.close()
            for other in (*self._alive.values(), *self._ended.values()):
                other.close()
            for each in (self._woken, self._waker):
                os.close(each)
            if self._tether != client.fileno():
                _replace(self._tether)
            os.setsid()
            _end_with_parent()
            _say(client, {"pid": os.getpid()})
            if request.get("op") == "snapshot":
                _be_snapshot(client, request)
            else:
                _be_kernel(client, request, self._namespace)
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 0
        except BaseException as error:  # noqa: BLE001 - nothing may return into the parent's loop
            with suppress(OSError):
                _say(client, {"failed": f"{type(error).__name__}: {error}"[:500]})
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
            told = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if told is None:
                continue
            status = told.si_status if told.si_code == os.CLD_EXITED else -told.si_status
            with suppress(OSError):
                _say(client, {"exit": status})
            self._ended[pid] = self._alive.pop(pid)

    def _let_go(self, ready: set[int]) -> None:
        """End what nobody holds any more."""
        for pid, client in [*self._alive.items(), *self._ended.items()]:
            if client.fileno() in ready and not _still_there(client.fileno()):
                self._poll.unregister(client.fileno())
                client.close()
                _kill(pid)
                os.waitpid(pid, 0)
                self._alive.pop(pid, None)
                self._ended.pop(pid, None)


def _be_kernel(client: socket.socket, request: dict[str, Any], namespace: dict[str, Any] | None) -> None:
    """Be the kernel of one connection file, until it is shut down."""
    _furnish(request)
    app = _app().instance(user_ns=namespace)
    app.initialize(request["argv"])
    for each in _comms():
        each.kernel = app.kernel  # a widget made before there was a kernel hears, but does not speak
    _say(client, {"bound": True})
    # Only the parent holds the connection from here on; ours would keep it open.
    client.close()
    app.start()


def _app() -> Any:
    """Return the application of a kernel that greets each who listens, not only the first.

    Whoever has talked to the kernel before this one knows by it that nothing passes them by any more.
    """
    import zmq
    from ipykernel.kernelapp import IPKernelApp

    class App(IPKernelApp):
        def _bind_socket(self, s: Any, port: int) -> Any:
            if s.socket_type == zmq.XPUB:
                s.setsockopt(zmq.XPUB_VERBOSE, 1)
            return super()._bind_socket(s, port)

    return App


def _be_snapshot(client: socket.socket, request: dict[str, Any]) -> None:
    """Run a notebook, then fork kernels that have run it already."""
    from actionlearn.kernels.snapshot import run

    _furnish(request)
    ran = run(request["cells"])
    if ran.reasons:
        _say(client, {"refused": ran.reasons})
        return
    gc.collect()
    gc.freeze()
    forks = Forks(request["path"], client.fileno(), ran.namespace)
    _say(client, {"outputs": ran.outputs})
    try:
        forks.serve()
    finally:
        forks.close()


def _furnish(request: dict[str, Any]) -> None:
    """Take environment, folder and limits from the request alone."""
    os.environ.clear()
    os.environ.update(request.get("env") or {})
    if folder := request.get("cwd"):
        os.chdir(folder)
    sys.argv = ["ipykernel_launcher", *request.get("argv", [])]
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # else all forks draw the same numbers
    _limit(request.get("limits") or {})


def _limit(limits: dict[str, int]) -> None:
    """Set the limits of a process: memory and processor time from here on, processes, size of a file."""
    import resource

    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    kinds = {
        "memory": (resource.RLIMIT_AS, in_use),
        "seconds": (resource.RLIMIT_CPU, 0),
        "processes": (resource.RLIMIT_NPROC, 0),
        "file": (resource.RLIMIT_FSIZE, 0),
    }
    for name, (kind, base) in kinds.items():
        if limits.get(name):
            most = base + limits[name]
            _, hard = resource.getrlimit(kind)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))


def _comms() -> list[Any]:
    comm = sys.modules.get("comm")
    return list(comm.get_comm_manager().comms.values()) if comm else []


def rehearse() -> None:
    """Start one kernel in a fork, and import here every module that it needed."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(2, 1)
        with suppress(BaseException):
            app = _app().instance()
            with tempfile.TemporaryDirectory(prefix="al-") as folder:
                app.initialize(["-f", f"{folder}/k.json", "--transport=ipc", *_QUIET])
                os.write(write, json.dumps([name for name in sys.modules if not name.startswith("__")]).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        names = json.loads(pipe.read() or "[]")
    os.waitpid(pid, 0)
    for name in names:
        # Some are only half there outside a kernel; a fork imports these itself.
        with suppress(Exception):
            importlib.import_module(name)


def _code() -> tuple[int, ...]:
    """Return a stamp of our own code as it is on the disk, of what is loaded of it."""
    files = [getattr(module, "__file__", None) for name, module in sorted(sys.modules.items()) if _is_ours(name)]
    stamps = []
    for file in files:
        try:
            stamps.append(os.stat(file).st_mtime_ns if file else 0)  # noqa: PTH116 - asked at each fork, 100 times
        except OSError:
            stamps.append(-1)
    return tuple(stamps)


def _is_ours(name: str) -> bool:
    return name == "actionlearn" or name.startswith("actionlearn.")


def _still_there(fd: int) -> bool:
    """Return whether the other end of a connection or a pipe is open. Nobody says anything more on it."""
    try:
        return os.read(fd, 4096) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def _say(client: socket.socket, told: dict[str, Any]) -> None:
    client.sendall(json.dumps(told).encode() + b"\n")


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


def _end_with_parent() -> None:
    """End when our parent does, however it ends."""
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def threads() -> int:
    """Return how many threads this process has, in Python or not."""
    return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - names are enough


def main(path: str, *modules: str) -> None:
    """Import, then fork until our stdin is closed.

    Parameters
    ----------
    path
        Where to listen.
    *modules
        What to import for kernels, beyond what any kernel needs.
    """
    # A debugger nobody can reach from a page costs each kernel 3 MB.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    rehearse()
    for name in modules:
        with suppress(ImportError):
            importlib.import_module(name)
    _register_widgets()
    if threads() != 1:
        sys.exit(f"{threads()} threads: one of {', '.join(modules)} starts some")
    gc.collect()
    gc.freeze()
    sys.modules["__main__"] = ModuleType("__main__")
    forks = Forks(path, 0)
    print("ready", flush=True)  # noqa: T201 - this is how who started us hears of it
    try:
        forks.serve()
    finally:
        forks.close()


def _register_widgets() -> None:
    """Have widgets heard: ipywidgets registers itself only inside a shell."""
    with suppress(ImportError):
        import comm
        import ipykernel.ipkernel  # noqa: F401 - it puts its manager in comm's place
        from ipywidgets import Widget

        manager = comm.get_comm_manager()
        manager.register_target("jupyter.widget", Widget.handle_comm_opened)
        manager.register_target("jupyter.widget.control", Widget.handle_control_comm_opened)


if __name__ == "__main__":
    main(*sys.argv[1:])
