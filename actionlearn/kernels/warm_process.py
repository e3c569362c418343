"""The warm process: it has imported what kernels import, and forks ready ones on request.

::

    python -m actionlearn.kernels.warm_process SOCKET [MODULE …]

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

import gc
import importlib
import json
import os
import sys
import tempfile
from contextlib import suppress
from types import ModuleType

from actionlearn.kernels.child import call_it
from actionlearn.kernels.fork_server import Forks, listen
from actionlearn.kernels.protocol import ARGUMENTS


def import_ahead() -> None:
    """Start one kernel in a fork, and import here every module that it needed."""
    from jupyter_client.connect import write_connection_file

    from actionlearn.kernels.kernel_app import App

    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        # What a kernel tells whoever starts one at a terminal is for nobody here.
        for standard in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), standard)
        with suppress(BaseException), tempfile.TemporaryDirectory(prefix="al-") as folder:
            os.environ["IPYTHONDIR"] = folder
            write_connection_file(f"{folder}/k.json", transport="ipc", ip=f"{folder}/k")
            app = App.instance()
            app.make([*ARGUMENTS], None)
            app.connect(f"{folder}/k.json", closed=False)
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
    call_it("al-warm")
    # A debugger nobody can reach from a page costs each kernel 3 MB.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    import_ahead()
    for name in modules:
        with suppress(ImportError):
            importlib.import_module(name)
    _register_widgets()
    if threads() != 1:
        sys.exit(f"{threads()} threads: one of {', '.join(modules)} starts some")
    gc.collect()
    gc.freeze()
    sys.modules["__main__"] = ModuleType("__main__")
    forks = Forks(listen(path), 0, os.getppid())
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
