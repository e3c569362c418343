"""The folder in which a backup, or a data folder that is restored, is made before it gets its name."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from actionlearn.store.engine.folder_lock import try_lock

_LOCK = "lock"


@contextlib.contextmanager
def working_folder(beside: Path, prefix: str) -> Iterator[Path]:
    """Make a folder for what is being made, and remove it at the end.

    Those of programs that were killed are removed, too: they hold whole copies, and nothing names them.

    Parameters
    ----------
    beside
        The folder to make it in.
    prefix
        What its name begins with.
    """
    _remove_abandoned(beside, prefix)
    with (
        tempfile.TemporaryDirectory(prefix=prefix, dir=beside) as room,
        (Path(room) / _LOCK).open("a+", encoding="ascii") as lock,
    ):
        try_lock(lock)
        yield Path(room)


def _remove_abandoned(beside: Path, prefix: str) -> None:
    for left in beside.glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            with (left / _LOCK).open("a+", encoding="ascii") as lock:
                abandoned = try_lock(lock)
            if abandoned:
                shutil.rmtree(left)
