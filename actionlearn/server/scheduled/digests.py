"""The timer of the daily digest."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from typing import Any

from tornado.ioloop import PeriodicCallback

from actionlearn.errors import ActionlearnError
from actionlearn.notifications.delivery import deliver_all
from actionlearn.server.scheduled.cleanup import log
from actionlearn.server.web.addresses import public_address
from actionlearn.server.web.context import ServerContext

#: Seconds between two rounds, which find whose day has begun: people live in many time zones.
INTERVAL = 15 * 60


class DigestTimer:
    """Sends people their daily news, each once a day and outside their quiet hours.

    Parameters
    ----------
    kit
        The store and the settings; with ``tell`` off nothing is done here, for whoever has cron do it.
    """

    def __init__(self, kit: ServerContext) -> None:
        self._kit = kit
        self._address = ""
        self._stopped = threading.Event()
        self._clock = PeriodicCallback(self.deliver, INTERVAL * 1000)

    def start(self, port: int) -> None:
        """Start the timer and a first round; nobody waits for it."""
        self._address = public_address(self._kit.settings, port)
        if self._kit.settings.tell:
            self._clock.start()
            self._first = asyncio.create_task(self.deliver())

    def stop(self) -> None:
        """Stop, and leave the rest for the next start."""
        self._stopped.set()
        self._clock.stop()

    async def deliver(self) -> None:
        """Deliver once to everybody whose day has begun."""
        try:
            kit, now = self._kit, datetime.now(UTC)
            interruption: dict[str, Any] = {"stop": self._stopped.is_set, "rest": self._stopped.wait}
            sources = kit.store, kit.data, kit.settings, self._address
            done = await asyncio.to_thread(deliver_all, *sources, now, **interruption)
        except ActionlearnError as error:
            log.warning("could not tell what is new: %s", error.code)
            return
        if done.notified or done.letters or done.failed:
            log.info("told %d people, %d letters went, %d did not", done.notified, done.letters, done.failed)
