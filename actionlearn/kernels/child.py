"""In a forked process: take environment, folder and walls from the request, and be a kernel."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from actionlearn.kernels.walls import close_in
from actionlearn.kernels.wire import say

#: Of ``prctl``: the signal a process gets when its parent has ended; its name, as ``ps`` and ``top`` show it; whether
#: it is given what its descendants leave behind.
_PARENT_DEATH_SIGNAL, _NAME, _ADOPTS = 1, 15, 36


def be_kernel(client: socket.socket, request: dict[str, Any], namespace: dict[str, Any] | None) -> None:
    """Be the kernel of one connection file, until it is shut down."""
    furnish(request)
    if rooms := request.get("rooms"):
        # Before it has threads: each would keep its rights. The file says where its sockets are to be.
        file = request["argv"][request["argv"].index("-f") + 1]
        close_in(rooms, sockets=[str(Path(file).parent)], reads=[file, request["env"].get("MPLCONFIGDIR", "")])
    app = kernel_app().instance()
    app.user_ns = namespace
    app.initialize(request["argv"])
    for each in _comms():
        each.kernel = app.kernel  # a widget made before there was a kernel hears, but does not speak
    say(client, {"bound": True})
    # Only the parent holds the connection from here on; ours would keep it open.
    client.close()
    app.start()


@cache
def kernel_app() -> Any:
    """Return the application of a kernel: one that reads its arguments once for all that are forked from it.

    It greets each who listens, not only the first: whoever has talked to the kernel before this one knows by it
    that nothing passes them by any more.
    """
    import zmq
    from ipykernel.kernelapp import IPKernelApp
    from IPython.core.application import BaseIPythonApplication

    class Prepared(BaseIPythonApplication):
        """Comes between the kernel and what reads arguments and configuration: a third of the time of its start."""

        _known: list[str] | None = None

        def prepare(self, argv: list[str]) -> None:
            """Read arguments, all but the connection file."""
            BaseIPythonApplication.initialize(self, argv)  # type: ignore[no-untyped-call]
            self._known = argv

        def initialize(self, argv: Any = None) -> None:
            if self._known is None or argv[:1] != ["-f"] or argv[2:] != self._known:
                super().initialize(argv)  # type: ignore[no-untyped-call]
            else:
                self.connection_file = argv[1]

    class App(IPKernelApp, Prepared):
        def _bind_socket(self, s: Any, port: int) -> Any:
            if s.socket_type == zmq.XPUB:
                s.setsockopt(zmq.XPUB_VERBOSE, 1)
            return super()._bind_socket(s, port)  # type: ignore[no-untyped-call]

    return App


def furnish(request: dict[str, Any]) -> None:
    """Take environment and folder from the request alone."""
    os.environ.clear()
    os.environ.update(request.get("env") or {})
    if folder := request.get("cwd"):
        os.chdir(folder)
    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher and launcher.origin), *request.get("argv", [])]
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # else all forks draw the same numbers


def _comms() -> list[Any]:
    comm = sys.modules.get("comm")
    return list(comm.get_comm_manager().comms.values()) if comm else []


def call_it(name: str) -> None:
    """Name this process, for whoever looks at the machine."""
    ctypes.CDLL(None).prctl(_NAME, name.encode(), 0, 0, 0)


def end_with_parent() -> None:
    """End when our parent does, however it ends."""
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def adopt() -> None:
    """Become the parent of what outlives who started it, in whatever this process has started."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ADOPTS, 1, 0, 0, 0)
