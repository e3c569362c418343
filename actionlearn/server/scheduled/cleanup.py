"""What is done once a day: what is over is forgotten, and people are told what is new."""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tornado.ioloop import PeriodicCallback

from actionlearn.cohort import retention
from actionlearn.errors import ActionlearnError
from actionlearn.notifications.delivery import deliver_all
from actionlearn.server.answers import files
from actionlearn.server.web.addresses import public_address
from actionlearn.store import now, shifted
from actionlearn.store.people import sessions
from actionlearn.store.workbooks import drafts

if TYPE_CHECKING:
    from actionlearn.server.web.context import ServerContext
    from actionlearn.store import Connection

log = logging.getLogger("actionlearn.server")

DAY = 24 * 60 * 60

#: Seconds between two looks at whose day has begun: people live in many time zones.
LOOKS = 15 * 60


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
        before = shifted(now(), days=-float(self._kit.settings["session_days"]))

        def act(c: Connection) -> tuple[int, int]:
            return sessions.prune(c, before), drafts.prune_acknowledgements(c)

        try:
            keys, replies = await self._kit.store.awrite(act)
        except ActionlearnError as error:
            log.warning("could not forget what is over: %s", error.code)
            return
        swept = await asyncio.to_thread(files.sweep_all, self._kit.data, self._kit.store)
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


class DigestTimer:
    """Tells people what is new, each once a day and outside their quiet hours.

    Parameters
    ----------
    kit
        The store and the settings; with ``tell`` off nothing is done here, for whoever has cron do it.
    """

    def __init__(self, kit: ServerContext) -> None:
        self._kit = kit
        self._address = ""
        self._stopped = threading.Event()
        self._clock = PeriodicCallback(self.go_round, LOOKS * 1000)

    def start(self, port: int) -> None:
        """Begin, without anybody waiting for it."""
        self._address = public_address(self._kit.settings, port)
        if self._kit.settings["tell"]:
            self._clock.start()
            self._first = asyncio.create_task(self.go_round())

    def stop(self) -> None:
        """Leave the rest for the next start."""
        self._stopped.set()
        self._clock.stop()

    async def go_round(self) -> None:
        """Do it once."""
        try:
            kit, now = self._kit, datetime.now(UTC)
            patience: dict[str, Any] = {"stop": self._stopped.is_set, "rest": self._stopped.wait}
            whose = kit.store, kit.data, kit.settings, self._address
            done = await asyncio.to_thread(deliver_all, *whose, now, **patience)
        except ActionlearnError as error:
            log.warning("could not tell what is new: %s", error.code)
            return
        if done.told or done.letters or done.failed:
            log.info("told %d people, %d letters went, %d did not", done.told, done.letters, done.failed)
