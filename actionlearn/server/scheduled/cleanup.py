"""The daily cleanup: what nobody can use any more is deleted, and cohorts end on their day."""

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
    """Deletes links, sessions and replies to devices that nobody can use any more.

    Parameters
    ----------
    kit
        The store and the settings.
    """

    def __init__(self, kit: ServerContext) -> None:
        self._kit = kit
        self._clock = PeriodicCallback(self.clean_up, DAY * 1000)

    async def start(self) -> None:
        """Clean up now, and again every day."""
        await self.clean_up()
        self._clock.start()

    def stop(self) -> None:
        """Stop the timer."""
        self._clock.stop()

    async def clean_up(self) -> None:
        """Clean up once. Where the store cannot just now, tomorrow is soon enough."""
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
        await self._end_cohorts()

    async def _end_cohorts(self) -> None:
        """Announce the end of cohorts, and erase those that have ended."""
        kit = self._kit
        emails = retention.RetentionEmails(kit.store, kit.settings)
        try:
            announced, erased = await asyncio.to_thread(
                retention.apply_retention, kit.store, kit.data, now(), emails.send
            )
        except ActionlearnError as error:
            log.warning("could not end what has lapsed: %s", error.code)
            return
        for each in (*announced, *erased):
            log.info("cohort ends", extra={"cohort": each.cohort.id, "day": each.day, "gone": each in erased})


def sweep_all(data: Path, store: Store) -> int:
    """Remove every file that nothing names: what was sent and never saved, what was erased since a backup."""
    folder, removed = data / attachment_files.FOLDER, 0
    for each in folder.iterdir() if folder.is_dir() else ():
        known = store.read(lambda c, book=each.name: set(named(c, book)))  # type: ignore[misc]
        removed += attachment_files.delete_unreferenced(data, each.name, known)
    return removed
