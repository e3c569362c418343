"""What is done once a day: what is over is forgotten, and people are told what is new."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from tornado.ioloop import PeriodicCallback

from actionlearn.answers import attachment_files
from actionlearn.cohort import retention
from actionlearn.errors import ActionlearnError
from actionlearn.store import Store, now, shifted
from actionlearn.store.people import sessions
from actionlearn.store.workbooks import drafts
from actionlearn.store.workbooks.attachments import named

if TYPE_CHECKING:
    from actionlearn.server.web.context import ServerContext
    from actionlearn.store import Connection

log = logging.getLogger("actionlearn.server")

DAY = 24 * 60 * 60


class DailyCleanup:
    """Forgets links, sessions and replies to devices that nobody can use any more.

    Parameters
    ----------
    kit
        The store and the settings.
    """

    def __init__(self, kit: ServerContext) -> None:
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
        before = shifted(now(), days=-self._kit.settings.session_days)

        def act(c: Connection) -> tuple[int, int]:
            return sessions.prune(c, before), drafts.prune_acknowledgements(c)

        try:
            keys, replies = await self._kit.store.awrite(act)
        except ActionlearnError as error:
            log.warning("could not forget what is over: %s", error.code)
            return
        swept = await asyncio.to_thread(sweep_all, self._kit.data, self._kit.store)
        if swept:
            log.info("removed %d files that no answer names", swept)
        log.info("forgot %d links and sessions, %d replies", keys, replies)
        await self._end()

    async def _end(self) -> None:
        """Tell of cohorts that end, and take out those that have."""
        kit = self._kit
        letters = retention.RetentionEmails(kit.store, kit.settings)
        try:
            told, gone = await asyncio.to_thread(retention.apply_retention, kit.store, kit.data, now(), letters.send)
        except ActionlearnError as error:
            log.warning("could not end what has lapsed: %s", error.code)
            return
        for each in (*told, *gone):
            log.info("cohort ends", extra={"cohort": each.cohort.id, "day": each.day, "gone": each in gone})


def sweep_all(data: Path, store: Store) -> int:
    """Remove every file that nothing names: what was sent and never saved, what was erased since a backup."""
    folder, gone = data / attachment_files.FOLDER, 0
    for each in folder.iterdir() if folder.is_dir() else ():
        known = store.read(lambda c, book=each.name: set(named(c, book)))  # type: ignore[misc]
        gone += attachment_files.delete_unreferenced(data, each.name, known)
    return gone
