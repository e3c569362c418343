"""What is done once a day, and at every start: what is over is forgotten."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from tornado.ioloop import PeriodicCallback

from actionlearn.errors import ActionlearnError
from actionlearn.server import files
from actionlearn.store import drafts, now, shifted, signin

if TYPE_CHECKING:
    from actionlearn.server.kit import Kit
    from actionlearn.store import Connection

log = logging.getLogger("actionlearn.server")

DAY = 24 * 60 * 60


class Daily:
    """Forgets links, sessions and replies to devices that nobody can use any more.

    Parameters
    ----------
    kit
        The store and the settings.
    """

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._clock = PeriodicCallback(self.forget, DAY * 1000)

    async def start(self) -> None:
        """Do it now, and again every day."""
        await self.forget()
        self._clock.start()

    def stop(self) -> None:
        """Do it no more."""
        self._clock.stop()

    async def forget(self) -> None:
        """Do it once. Where the store cannot just now, tomorrow is soon enough."""
        before = shifted(now(), days=-float(self._kit.settings["session_days"]))

        def act(c: Connection) -> tuple[int, int]:
            return signin.prune(c, before), drafts.prune_acknowledgements(c)

        try:
            keys, replies = await self._kit.store.awrite(act)
        except ActionlearnError as error:
            log.warning("could not forget what is over: %s", error.code)
            return
        swept = await asyncio.to_thread(files.sweep_all, self._kit.data, self._kit.store)
        if swept:
            log.info("removed %d files that no answer names", swept)
        log.info("forgot %d links and sessions, %d replies", keys, replies)
