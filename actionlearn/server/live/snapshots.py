"""Live cells run once for everybody who has the same ones: what each of their kernels is forked from."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from actionlearn import notebook
from actionlearn.kernels import Snapshot, Unshareable, warm_process
from actionlearn.kernels.dry_run import SECONDS
from actionlearn.server.live.folders import KernelFolders

log = logging.getLogger("actionlearn.server")

#: How many are kept when no kernel comes from them.
MAX_UNUSED = 32

#: Parameters of `open_workbook` that are about this one workbook; a served one has no use for them.
_OF_ONE = ("workbook", "submission")


@dataclass(frozen=True)
class SharedCells:
    """The cells of a workbook that a kernel runs.

    Parameters
    ----------
    stamp
        What they were read from; another one starts another kernel.
    cells
        Code cells, in order, for this workbook alone.
    shared
        Their sources with nothing of this workbook alone in them: what can be run once for everybody.
    """

    stamp: str
    cells: list[Any]
    shared: tuple[str, ...] = ()

    @cached_property
    def key(self) -> str:
        """The same for workbooks whose cells can share a run."""
        return hashlib.sha256(json.dumps(self.shared).encode()).hexdigest()


def shared_sources(parameters: Mapping[str, str], opening: str, live: Sequence[str]) -> tuple[str, ...]:
    """Return the sources of cells without what they do not use: of parameters, those they name.

    Parameters
    ----------
    parameters
        Name and value of the workbook's parameters.
    opening, live
        Sources of the cell that opens the workbook, and of its live cells.
    """
    try:
        names = {name for source in (opening, *live) for name in notebook.named(source)}
    except SyntaxError:
        return ()  # a kernel says what is wrong
    used = {name: "" if name in _OF_ONE else value for name, value in parameters.items() if name in names}
    lines = "\n".join(f"{name} = {value!r}" for name, value in sorted({**dict.fromkeys(_OF_ONE, ""), **used}.items()))
    return (lines, opening, *live)


class Snapshots:
    """Those there are, by what was run.

    Parameters
    ----------
    folders
        Gives the folders of kernels.
    """

    def __init__(self, folders: Callable[[], KernelFolders]) -> None:
        self._folders = folders
        self._tasks: dict[str, asyncio.Task[Snapshot | None]] = {}

    async def of(self, cells: SharedCells, used: Collection[str] = ()) -> Snapshot | None:
        """Return the run that kernels of these cells are forked from; None where they cannot share one.

        Whoever asks while it runs waits for the same run.

        Parameters
        ----------
        cells
            What was, or is to be, run.
        used
            Keys of those that kernels come from.

        Raises
        ------
        ForkRefused
            What forks them has just ended; the next to ask may have it.
        """
        if not cells.shared or warm_process() is None:
            return None
        task = self._tasks.pop(cells.key, None)
        if task is None or _is_over(task):
            self._forget(used)
            task = asyncio.create_task(self._take(cells))
        self._tasks[cells.key] = task  # behind the others: the oldest is forgotten first
        return await asyncio.shield(task)

    async def _take(self, cells: SharedCells) -> Snapshot | None:
        warm = warm_process()
        if warm is None:
            return None
        folders = self._folders()
        folder, family = folders.shared(cells.key)
        env = folders.environment(folder)
        try:
            return await warm.snapshot(cells.shared, env=env, cwd=folder, rooms=[family], seconds=SECONDS)
        except Unshareable as error:
            log.info("live cells run in each kernel: %s", error)
            return None

    def _forget(self, used: Collection[str]) -> None:
        """End the oldest that no kernel comes from."""
        for key in [key for key, task in self._tasks.items() if key not in used and task.done()]:
            if len(self._tasks) < MAX_UNUSED:
                return
            snapshot = self._tasks.pop(key).result()
            if snapshot is not None:
                snapshot.close()


def _is_over(task: asyncio.Task[Snapshot | None]) -> bool:
    """Return whether a run was there and is no more."""
    if not task.done():
        return False
    if task.cancelled() or task.exception():
        return True
    snapshot = task.result()
    return snapshot is not None and not snapshot.alive
