"""Running the server: one for a data folder, a clean start and a clean end."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

from actionlearn.errors import ServerError
from actionlearn.server.web.addresses import public_address
from actionlearn.server.web.context import DemoPerson, ServerContext
from actionlearn.settings import Settings, forget_secrets
from actionlearn.store.engine.folder_lock import RUNTIME, only_server

log = logging.getLogger("actionlearn.server")

#: How the name of the folder of sockets begins.
PREFIX = "al-"

#: Bytes that the name of the folder above may have: the longest path of a socket below it still has 107.
MAX_FOLDER_NAME = 40


def serve(
    settings: Settings,
    *,
    demo_people: tuple[DemoPerson, ...] = (),
    ready: Callable[[ServerContext, str], None] = lambda _kit, _address: None,
) -> None:
    """Serve until told to stop.

    Parameters
    ----------
    settings
        Every setting.
    demo_people
        Whom one can be: it is the demo, and "view as" exists.
    ready
        Called with the opened store and the address, before the first request is answered.

    Raises
    ------
    ServerError, StoreError
        It cannot start: the port or the folder is taken, the store is newer than the code.
    """
    from actionlearn.kernels import keep_memory_closed
    from actionlearn.store import open_store
    from actionlearn.store.engine import erasure_journal

    # The environment names the store and passwords: nobody but root reads it from here on, nor what starts from it.
    keep_memory_closed()
    forget_secrets()
    data = Path(settings.data).resolve()
    with only_server(data, _end_for_another):
        store = open_store(data, settings.store)
        erasure_journal.begin(data)
        try:
            kit = ServerContext(
                store=store, data=data, settings=settings, demo=bool(demo_people), demo_people=demo_people
            )
            run(kit, ready)
        finally:
            store.close()


def _end_for_another() -> None:
    """End this server: another one, which it cannot see, has taken its data folder."""
    log.critical("another server has taken the data folder: this one ends")
    os.kill(os.getpid(), signal.SIGTERM)


def run(kit: ServerContext, ready: Callable[[ServerContext, str], None] = lambda _kit, _address: None) -> None:
    """Serve an opened store until told to stop."""
    from actionlearn.kernels import become_subreaper
    from actionlearn.server.app import make_server

    become_subreaper()
    runtime = _runtime(kit.data)
    try:
        server = make_server(kit, runtime)
        ready(kit, public_address(kit.settings, server.port))
        log.info("serving", extra={"address": public_address(kit.settings, server.port), "pid": os.getpid()})
        server.start()
    finally:
        _end_children()
        shutil.rmtree(runtime, ignore_errors=True)
        (kit.data / RUNTIME).unlink(missing_ok=True)
        log.info("stopped")


def _runtime(data: Path) -> Path:
    """Return a new folder for sockets, ours alone (0700), where their paths are short enough for the system.

    So it is not below the data. A file in the data folder names it: the folder of a server that was killed is removed.

    Raises
    ------
    ServerError
        No folder for temporary files can be written to, or has a name that is short enough.
    """
    note = data / RUNTIME
    with contextlib.suppress(OSError):
        stale = Path(note.read_text("utf-8"))
        if stale.name.startswith(PREFIX) and stale.stat().st_uid == os.getuid():
            shutil.rmtree(stale, ignore_errors=True)
    folders = [folder for folder in (tempfile.gettempdir(), "/tmp") if len(os.fsencode(folder)) <= MAX_FOLDER_NAME]  # noqa: S108 - as mkdtemp
    for folder in folders:
        with contextlib.suppress(OSError):
            runtime = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
            with contextlib.suppress(OSError):  # a full disk: it is removed at the end all the same
                note.write_text(str(runtime), "utf-8")
            return runtime
    raise ServerError("server.no_runtime", folder=tempfile.gettempdir())


def _end_children() -> None:
    """End every process that is still ours: notebooks that were being executed are executed again later."""
    import psutil

    children = psutil.Process().children(recursive=True)
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.send_signal(signal.SIGTERM)
    _, alive = psutil.wait_procs(children, timeout=2)
    for child in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
