"""Kernels of live cells: started, owned and ended by the server alone.

A kernel belongs to one workbook and its owner. Where the workbook's live cells allow it they are run once for
everybody, and each kernel is forked from there; where they do not, it is forked empty and runs them, and where
nothing can be forked it is started cold. It gets an environment by allow-list and knows no store; it talks
through sockets in a folder that nobody else may enter. Any of them may be killed at any moment: no answer is
in it, and a forked one is forked again before the page notices.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import zmq
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from actionlearn.errors import ServerError, TooMany
from actionlearn.kernels import (
    KERNEL,
    Fork,
    ForkRefused,
    Snapshot,
    WarmProcess,
    open_sides,
    retry_while_restarting,
    usages,
    warm_process,
)
from actionlearn.server.live.channel import WorkbookChannel
from actionlearn.server.live.execution import filled, run_cells
from actionlearn.server.live.folders import KernelFolders, remove
from actionlearn.server.live.session import FAMILY, LIMITS, KernelSession
from actionlearn.server.live.snapshots import SharedCells, Snapshots

log = logging.getLogger("actionlearn.server")

#: What kernels of workbooks import: the warm process has it before the first one asks; and what those may want whose
#: cells cannot be run once for all.
MODULES = ("actionlearn.workbook",)
BLANK = ("numpy", "matplotlib.figure", "matplotlib.backends.backend_svg")

#: Seconds until a kernel that no page shows is ended: a reload takes less.
GRACE = 30

#: How many kernels one person has at most: as many pages with live parts as somebody looks at.
MOST_OF_ONE = 6

#: How a page's channel is closed when its kernel ends: ask for another, or do so when there is something to send.
GONE, IDLE = 1012, 4408

#: Bytes of one message of a kernel.
MAX_KERNEL_MESSAGE = 32 * 1024 * 1024


def most_of_one(most: int) -> int:
    """Return how many kernels one person may have, where there may be so many in all."""
    return max(2, min(MOST_OF_ONE, most // 4))


class WorkbookKernelManager(AsyncMappingKernelManager):
    """One kernel for each workbook with live cells, as long as somebody uses it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self.context.set(zmq.MAX_SOCKETS, self.context.get(zmq.SOCKET_LIMIT))
        # A kernel that sends more at once is not listened to: it would be in our memory.
        self.context.setsockopt(zmq.MAXMSGSIZE, MAX_KERNEL_MESSAGE)
        self._live: dict[str, KernelSession] = {}
        self._starting: dict[str, asyncio.Task[KernelSession]] = {}
        self.folders = KernelFolders(Path.cwd())
        self._snapshots = Snapshots(lambda: self.folders)
        self._warming: asyncio.Task[None] | None = None
        self._process: WarmProcess | None = None
        self._checking: asyncio.Task[None] | None = None
        self._counting = ThreadPoolExecutor(1, thread_name_prefix="kernels")
        self.most = 40

    def owner_of(self, kernel: str) -> str:
        """Return the id of the person a kernel was started for; empty for a kernel we do not have."""
        live = self._of(kernel)
        return live.owner if live and kernel in self else ""

    def workbook_of(self, kernel: str) -> str:
        """Return the id of the workbook a kernel was started for; empty for a kernel we do not have."""
        return next((key.partition("/")[0] for key, live in self._live.items() if live.kernel == kernel), "")

    def _of(self, kernel: str) -> KernelSession | None:
        return next((live for live in self._live.values() if live.kernel == kernel), None)

    # Starting ------------------------------------------------------------------------------------

    def warm(self) -> None:
        """Start the process that kernels are forked from; nobody waits for it but who wants a kernel."""
        for line in open_sides():
            log.warning("%s (docs/security.md)", line)
        self._warming = asyncio.create_task(self._warm())

    async def _warm(self) -> None:
        if warm_process() is not None:
            return
        folders = self.folders
        self._process = warm = WarmProcess(MODULES, folders.warm, blank=BLANK, fonts=folders.fonts)
        try:
            await asyncio.to_thread(warm.start)
        except (ForkRefused, OSError) as error:
            log.warning("kernels start cold: %s", error)
            await asyncio.to_thread(warm.close)
        else:
            warm_process(warm)

    async def live(self, workbook: str, owner: str, cells: SharedCells) -> KernelSession:
        """Return the kernel of a workbook, started and its cells run where that is needed.

        Whoever asks while it starts waits for the same start.

        Parameters
        ----------
        workbook, owner
            Ids of the workbook, and of the person it is for.
        cells
            What it runs.

        Raises
        ------
        TooMany
            As many kernels as may be are running.
        ServerError
            It did not start.
        """
        key = f"{workbook}/{owner}"
        running = self._live.get(key)
        if running and running.kernel in self and running.of.stamp == cells.stamp and not running.ended:
            running.used = monotonic()
            return running
        if key not in self._starting:
            await self._make_room(owner)
        if key not in self._starting:
            awake = sum(not live.asleep for live in self._live.values())
            if awake + len(self._starting) >= self.most:
                raise TooMany("server.kernels_full")
            task = asyncio.create_task(self._begin(key, owner, cells, running))
            self._starting[key] = task
            task.add_done_callback(lambda _: self._starting.pop(key, None))
        return await asyncio.shield(self._starting[key])

    async def _make_room(self, owner: str) -> None:
        """End the kernel that somebody used longest ago, where they have as many as one person may."""
        most = most_of_one(self.most)
        starting = sum(key.partition("/")[2] == owner for key in self._starting)
        if starting >= most:
            raise TooMany("server.kernels_full")
        own = sorted(
            (live for live in self._live.values() if live.owner == owner and not live.ended),
            key=lambda live: (bool(live.channels), live.used),
        )
        for live in own[: max(0, len(own) + starting + 1 - most)]:
            # Its page asks for another when there is something to send.
            await self._end(live.kernel, IDLE)

    async def _begin(self, key: str, owner: str, cells: SharedCells, old: KernelSession | None) -> KernelSession:
        if old and old.kernel in self:
            await self._end(old.kernel)
        kernel = ""
        folder, room = self.folders.kernel(cells.key)
        fork = Fork(limits=LIMITS, rooms=(room,), folder=folder)
        try:
            if self._warming is not None:
                await asyncio.shield(self._warming)
            kernel, fork = await self._forked(fork, cells)
            manager = self.get_kernel(kernel)
            snapshot = fork.snapshot
            ran = filled(cells.cells, snapshot.outputs) if snapshot else await run_cells(manager, cells.cells)
        except Exception as error:
            if kernel and kernel in self:
                await self._end(kernel)
            remove(folder)
            raise ServerError("server.kernel_failed") from error
        log.info("kernel started", extra={"kernel": kernel})
        live = KernelSession(
            kernel=kernel,
            owner=owner,
            of=cells,
            cells=ran,
            provisioner=manager.provisioner,
            fork=fork,
            again=self._snapshot,
            end=self._end_soon,
        )
        self._live[key] = live
        live.watch()
        self._check_soon()
        self._end_unless_shown_soon(live)
        return live

    @retry_while_restarting
    async def _forked(self, fork: Fork, cells: SharedCells) -> tuple[str, Fork]:
        fork = replace(fork, snapshot=await self._snapshot(cells))
        (room,) = fork.rooms
        kernel = await self.start_kernel(kernel_name=KERNEL, env=self.folders.environment(room), cwd=room, fork=fork)
        return kernel, fork

    async def _snapshot(self, cells: SharedCells) -> Snapshot | None:
        return await self._snapshots.of(cells, {live.of.key for live in self._live.values()})

    # Pages ---------------------------------------------------------------------------------------

    def page_connected(self, channel: WorkbookChannel) -> None:
        """Know a page that shows a kernel."""
        live = self._of(channel.kernel_id)
        if live is None:
            return
        live.channels.add(channel)
        if live.asleep:
            channel.pause()

    def page_disconnected(self, channel: WorkbookChannel) -> None:
        """Forget a page; a kernel that none shows is ended, unless one comes back."""
        live = self._of(channel.kernel_id)
        if live is not None:
            live.channels.discard(channel)
            live.used = monotonic()
            self._end_unless_shown_soon(live)

    def _end_unless_shown_soon(self, live: KernelSession) -> None:
        asyncio.get_running_loop().call_later(GRACE, self._end_unless_shown, live)

    def _end_unless_shown(self, live: KernelSession) -> None:
        # Whoever reloads the page asks for its live part before connecting again.
        if not live.channels and monotonic() - live.used >= GRACE - 1:
            self._end_soon(live.kernel)

    def wake_for(self, channel: WorkbookChannel) -> None:
        """Wake a kernel that sleeps: a page has sent something to it."""
        channel.kernel_manager.last_activity = datetime.now(UTC)
        if live := self._of(channel.kernel_id):
            live.wake()
            self._check_soon()

    def start_watching_activity(self, kernel_id: str) -> None:
        """Listen to what a kernel does; what a forked one does, its pages have asked for (`wake_for`)."""
        kernel: Any = self.get_kernel(kernel_id)
        if kernel.forked:
            kernel.execution_state = "idle"
        else:
            super().start_watching_activity(kernel_id)  # type: ignore[no-untyped-call]

    def _check_soon(self) -> None:
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check())

    async def _check(self) -> None:
        while any(not live.asleep for live in self._live.values()):
            await asyncio.sleep(1)
            families = {key: live.family for key, live in self._live.items()}
            known = {key: family for key, family in families.items() if family}
            taken = await asyncio.get_running_loop().run_in_executor(self._counting, usages, known, FAMILY)
            for key, live in list(self._live.items()):
                live.check()
                if key in taken and live.family == known[key]:
                    live.take_stock(taken[key])

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """Put a kernel to sleep that nobody used for a while, and end one that no page shows."""
        live = self._of(kernel_id)
        if live is None:
            await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]
            return
        kernel: Any = self.get_kernel(kernel_id)
        idle = (datetime.now(UTC) - kernel.last_activity).total_seconds()
        busy = kernel.execution_state == "busy" or any(channel.open for channel in live.channels)
        if idle <= self.cull_idle_timeout or busy:
            return
        if live.can_be_renewed and live.channels:
            live.sleep()
        else:
            await self._end(kernel_id, IDLE)

    # Ending --------------------------------------------------------------------------------------

    async def _end(self, kernel: str, why: int = GONE) -> None:
        if live := self._of(kernel):
            live.stop()
            for channel in live.channels.copy():  # a page that does not learn of it would wait for answers
                channel.websocket_handler.close(why)
        await self.shutdown_kernel(kernel, now=True)  # type: ignore[no-untyped-call]

    def _end_soon(self, kernel: str) -> None:
        if kernel in self:
            task = asyncio.ensure_future(self._end(kernel))
            # Two may have ended it at once: it is gone either way.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def forget(self, workbooks: Iterable[str]) -> None:
        """End the kernels of some workbooks: what was sent to them is not to be remembered. Use starts new ones."""
        ids = set(workbooks)
        for key in [key for key in (*self._starting, *self._live) if key.partition("/")[0] in ids]:
            if key in self._starting:
                with contextlib.suppress(ServerError):
                    await asyncio.shield(self._starting[key])
            live = self._live.get(key)
            if live and live.kernel in self:
                await self._end(live.kernel)

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended, whatever ended it."""
        for key in [key for key, live in self._live.items() if live.kernel == kernel_id]:
            remove(self._live.pop(key).fork.folder)
        return super().remove_kernel(kernel_id)

    async def close(self) -> None:
        """End every kernel, and what they are forked from."""
        if self._warming is not None:
            await asyncio.gather(self._warming, return_exceptions=True)
        for live in self._live.values():
            live.stop()
        await self.shutdown_all(now=True)
        self._counting.shutdown(wait=False)
        warm = warm_process()
        if warm is not None:
            warm_process(none=True)
            await asyncio.to_thread(warm.close)
