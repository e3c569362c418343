"""The life of one kernel: forked again when it dies, put to sleep when nobody uses it, woken by a message.

The page talks to the same id and through the same sockets all the while.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

from actionlearn.kernels import (
    Fork,
    ForkProvisioner,
    ForkRefused,
    Limits,
    Snapshot,
    Unshareable,
    Usage,
    forked_by,
    retry_while_restarting,
)
from actionlearn.server.live.channel import WorkbookChannel
from actionlearn.server.live.snapshots import SharedCells

log = logging.getLogger("actionlearn.server")

#: A kernel that dies more often than so many times in so many seconds is not started again.
MAX_DEATHS, DEATH_SECONDS = 3, 60.0

#: Seconds one message of a page may take to be answered.
ANSWER_SECONDS = 20

#: What one kernel may take beyond what it is forked with.
LIMITS = Limits(memory=1024 * 1024 * 1024, seconds=600, processes=4096, file=64 * 1024 * 1024)

#: What one kernel may take with all it has started.
FAMILY = Usage(memory=1280 * 1024 * 1024, seconds=600, processes=64, disk=256 * 1024 * 1024)


@dataclass(eq=False)
class KernelSession:
    """The kernel of a workbook, and the cells it has run.

    Parameters
    ----------
    kernel, owner
        Ids of the kernel, and of the person it is for.
    of, cells
        What it was to run; the same with what they showed.
    provisioner
        What started it.
    fork
        What it was forked from, and may take and reach; without a snapshot it ran the cells itself.
    again
        Returns the snapshot, or a new one where that is gone.
    end
        Ends the kernel for good.
    """

    kernel: str
    owner: str
    of: SharedCells
    cells: Any
    provisioner: Any
    fork: Fork
    again: Callable[[SharedCells], Awaitable[Snapshot | None]]
    end: Callable[[str], None]
    channels: set[WorkbookChannel] = field(default_factory=set)
    #: When a page last asked for it, by the monotonic clock.
    used: float = field(default_factory=monotonic)
    asleep: bool = False
    ended: bool = False
    _deaths: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_DEATHS))
    _renewing: asyncio.Task[None] | None = None

    @property
    def snapshot(self) -> Snapshot | None:
        """What it was forked from; None where it ran the cells itself."""
        return self.fork.snapshot

    @property
    def forked(self) -> bool:
        """Whether it was forked, and not started cold."""
        return forked_by(self.provisioner) is not None

    @property
    def can_be_renewed(self) -> bool:
        """Whether another fork can take its place without the page noticing."""
        return self.forked and self.fork.snapshot is not None and not self.ended

    def watch(self) -> None:
        """Be told at once when the process ends, not at the next check."""
        if not self.forked:
            return
        self.provisioner.is_renewable = self.can_be_renewed
        process, loop = self.provisioner.forked, asyncio.get_running_loop()
        number = process.fileno()

        def on_end() -> None:
            if process.poll() is None:
                return
            loop.remove_reader(number)
            process.close()
            if not self.asleep:
                self._died()

        loop.add_reader(number, on_end)

    def stop(self) -> None:
        """Let it die from now on."""
        self.ended = True
        if self._renewing is not None:
            self._renewing.cancel()
        if isinstance(self.provisioner, ForkProvisioner):
            self.provisioner.is_renewable = False
            if self.provisioner.forked is not None and (number := self.provisioner.forked.fileno()) >= 0:
                asyncio.get_running_loop().remove_reader(number)

    def sleep(self) -> None:
        """End the process until the page sends something."""
        if self.can_be_renewed and not self.asleep and self._renewing is None:
            self.asleep = True
            self._pause_pages()
            self.kill()
            log.info("kernel sleeps", extra={"kernel": self.kernel})

    def wake(self) -> None:
        """Fork it again where it sleeps."""
        if self.asleep:
            self.asleep = False
            self._renew_soon()

    def kill(self) -> None:
        """End the process; where it can be renewed, it is."""
        if self.provisioner is not None and self.provisioner.process is not None:
            self.provisioner.process.kill()

    def give_up(self) -> None:
        """Tell the pages that it is over; they offer to start again."""
        for channel in self.channels.copy():
            with suppress(Exception):  # one that closes just now needs no message
                channel.on_restart_failed()  # type: ignore[no-untyped-call]
        self.end(self.kernel)

    @property
    def family(self) -> tuple[int, str] | None:
        """The process that it is, and its folder; None while it is none, or was not forked."""
        process = None if self.asleep or self.ended else forked_by(self.provisioner)
        return (process.pid, self.fork.folder) if process is not None and process.is_there() else None

    def take_stock(self, taken: Usage) -> None:
        """End it for good where it takes more, with all it has started, than one may."""
        if over := taken.over(FAMILY):
            log.warning("live cell takes too much: %s", over, extra={"kernel": self.kernel})
            self.ended = True
            self.kill()
            self.give_up()

    def check(self) -> None:
        """End what does not answer: a live cell that never ends, in code that no signal interrupts."""
        for channel in self.channels:
            if monotonic() - channel.waiting_since() > ANSWER_SECONDS:
                log.warning("live cell takes too long", extra={"kernel": self.kernel})
                if self.can_be_renewed:
                    self._pause_pages()
                channel.drop_oldest()
                self.kill()

    def _died(self) -> None:
        now = monotonic()
        if self.ended:
            return
        if not self.can_be_renewed:
            log.warning("kernel gone", extra={"kernel": self.kernel})
            self.give_up()
            return
        if len(self._deaths) == MAX_DEATHS and now - self._deaths[0] < DEATH_SECONDS:
            log.warning("kernel dies again and again", extra={"kernel": self.kernel})
            self.give_up()
            return
        self._deaths.append(now)
        self._renew_soon()

    def _pause_pages(self) -> None:
        for channel in self.channels:
            channel.pause(ended=self.provisioner.pid or 0)

    def _renew_soon(self) -> None:
        self._pause_pages()
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        """Fork it again under its id and on its sockets."""
        try:
            await self._fork_again()
        except ForkRefused as error:
            log.warning("kernel gone: %s", error, extra={"kernel": self.kernel})
            self._renewing = None
            self.give_up()
            return
        self._renewing = None
        log.info("kernel forked again", extra={"kernel": self.kernel})
        self.watch()

    # When the warm process ends, its forks do one after the other: the snapshot may be about to go as well.
    @retry_while_restarting
    async def _fork_again(self) -> None:
        self.fork = replace(self.fork, snapshot=await self.again(self.of))
        if self.fork.snapshot is None:
            raise Unshareable("there is nothing to fork")
        await self.provisioner.renew(self.fork)
