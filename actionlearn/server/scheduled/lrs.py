"""Has statements sent to a learning record store while the server runs, where an operator named one."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from tornado.ioloop import PeriodicCallback

from actionlearn.errors import ActionlearnError
from actionlearn.exports.lrs import Target, send_due
from actionlearn.server.web.addresses import public_address
from actionlearn.server.workbooks.state import notebook_contents
from actionlearn.store.outbound import statements

if TYPE_CHECKING:
    from actionlearn.server.web.context import ServerContext

log = logging.getLogger("actionlearn.server")

#: Milliseconds between two rounds.
INTERVAL = 20_000


class LrsSender:
    """Sends events to the LRS every few seconds. Without an LRS none is even recorded.

    Parameters
    ----------
    kit
        The store, the data folder and the settings.
    """

    def __init__(self, kit: ServerContext) -> None:
        self._kit = kit
        self._target = lrs_target(kit)
        self._clock = PeriodicCallback(self.send_due, INTERVAL)

    async def start(self) -> None:
        """Start; what happened while no LRS was named is never sent."""
        if self._target is None:
            await self._kit.store.awrite(statements.stop)
            return
        await self._kit.store.awrite(statements.begin)
        self._clock.start()

    def stop(self) -> None:
        """Stop. What is not sent yet stays in the store."""
        self._clock.stop()

    async def send_due(self) -> None:
        """Send what is due. What fails is tried again in the next round."""
        if self._target is None:
            return
        try:
            done = await asyncio.to_thread(
                send_due, self._kit.store, self._target, partial(notebook_contents, self._kit.data)
            )
        except ActionlearnError as error:
            log.warning("could not send statements: %s", error.code)
        else:
            if done.sent or done.aside:
                log.info("sent %d statements, %d were refused", done.sent, done.aside)


def lrs_target(kit: ServerContext) -> Target | None:
    """Return where statements go; None where no LRS is named.

    Raises
    ------
    BadInput
        Its address is none.
    """
    settings = kit.settings
    if not settings.lrs_url:
        return None
    home = settings.public_url or public_address(settings, settings.port)
    return Target(
        url=settings.lrs_url,
        home=home,
        user=settings.lrs_user,
        password=settings.lrs_password,
        text=settings.lrs_text,
    )
