"""In a forked process: take environment, folder and walls from the request, and be a kernel."""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from actionlearn.kernels.protocol import ARGUMENTS, say
from actionlearn.kernels.sandbox import enter_sandbox, prctl

#: Of ``prctl``: the signal a process gets when its parent has ended; its name, as ``ps`` and ``top`` show it; whether
#: it is given what its descendants leave behind.
_PARENT_DEATH_SIGNAL, _NAME, _ADOPTS = 1, 15, 36

#: What ``sys.argv`` begins with in every kernel.
_LAUNCHER = find_spec("ipykernel_launcher")


def be_kernel(client: socket.socket, request: dict[str, Any]) -> None:
    """Be the kernel of one connection file, until it is shut down."""
    from actionlearn.kernels.kernel_app import App

    prepare_shell(request)
    sys.dont_write_bytecode = True  # a limit on the size of files would leave half of one, for everybody
    _, file, *argv = request["argv"]
    if rooms := request.get("rooms"):
        # Before it has threads: each would keep its rights. The file says where its sockets are to be.
        prefer_to_end()
        enter_sandbox(rooms, sockets=[str(Path(file).parent)], reads=[file, request["env"].get("MPLCONFIGDIR", "")])
    app = App.instance()
    if app.kernel is None:
        app.make(argv, None)
    elif tuple(argv) != ARGUMENTS:
        raise ValueError(f"made ahead with {ARGUMENTS}, not {argv}")
    app.connect(file, closed=bool(rooms))
    for each in _comms():
        each.kernel = app.kernel  # a widget made before there was a kernel hears, but does not speak
    say(client, {"bound": True})
    # Only the parent holds the connection from here on; ours would keep it open.
    client.close()
    app.start()  # type: ignore[no-untyped-call]


def prepare_shell(request: dict[str, Any]) -> None:
    """Take environment and folder from the request alone."""
    env = request.get("env") or {}
    for name in os.environ.keys() - env.keys():
        del os.environ[name]
    os.environ.update((name, value) for name, value in env.items() if os.environ.get(name) != value)
    if folder := request.get("cwd"):
        os.chdir(folder)
    sys.argv = [str(_LAUNCHER and _LAUNCHER.origin), *request.get("argv", [])]
    if "numpy.random" in sys.modules:
        sys.modules["numpy"].random.seed()  # else all forks draw the same numbers


def prefer_to_end() -> None:
    """Have the system end this process before any other where memory runs out."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def _comms() -> list[Any]:
    comm = sys.modules.get("comm")
    return list(comm.get_comm_manager().comms.values()) if comm else []


def call_it(name: str) -> None:
    """Name this process, for whoever looks at the machine."""
    prctl(_NAME, name.encode())


def end_with_parent() -> None:
    """End when our parent does, however it ends."""
    parent = os.getppid()
    prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def become_subreaper() -> None:
    """Become the parent of what outlives who started it, in whatever this process has started."""
    prctl(_ADOPTS, 1)
