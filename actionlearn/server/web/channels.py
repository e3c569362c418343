"""The open channels of everybody who is signed in: they end with the session they were opened by."""

from __future__ import annotations

from hashlib import sha256
from time import monotonic
from typing import Any, Protocol, cast

from tornado.web import RequestHandler

from actionlearn.server.web.identity import session_tokens

#: Why a page is told no longer.
SIGNED_OUT, REFUSED = 4401, 4403

#: Seconds for which it is known that a session and a role still stand, for what is sent to a page.
KNOWN = 1.0


class Channel(Protocol):
    """A connection that stays open between a page and us."""

    def end(self, why: int) -> None:
        """Say and hear nothing more."""


class OpenChannels:
    """Which channels are open, by person and session. Belongs to the event loop."""

    def __init__(self) -> None:
        self._open: dict[str, dict[Channel, str]] = {}

    def add(self, channel: Channel, person: str, session: str) -> None:
        """Know a channel."""
        self._open.setdefault(person, {})[channel] = session

    def remove(self, channel: Channel, person: str) -> None:
        """Forget a channel."""
        theirs = self._open.get(person, {})
        theirs.pop(channel, None)
        if not theirs:
            self._open.pop(person, None)

    def end(self, person: str, session: str = "") -> None:
        """End the channels of a session, or (empty) of every session of somebody."""
        for channel, opened_by in list(self._open.get(person, {}).items()):
            if session in ("", opened_by):
                channel.end(SIGNED_OUT)
                self.remove(channel, person)


def channels_of(handler: RequestHandler) -> OpenChannels:
    """Return the server's open channels."""
    return cast("OpenChannels", handler.settings["channels"])


def session_of(handler: RequestHandler) -> str:
    """Return what tells the session of a request from others, and opens nothing."""
    return sha256("/".join(session_tokens(handler.request)).encode()).hexdigest()


class Standing:
    """Whether a channel may go on: its session, and the role by which it was opened, are asked for again."""

    def __init__(self, handler: Any, person: str) -> None:
        self._handler, self._person = handler, person
        self._known_until = 0.0

    @property
    def known(self) -> bool:
        """Whether it was found to stand a moment ago."""
        return monotonic() < self._known_until

    async def why_not(self, allowed: Any) -> int:
        """Return why the channel may not go on; 0 where it may.

        Parameters
        ----------
        allowed
            Given the actor as they are now, tells whether they may still open it.
        """
        user: Any = await self._handler.identity_provider.get_user(self._handler)
        if user is None or user.person.id != self._person:
            return SIGNED_OUT
        if not await allowed(user.actor):
            return REFUSED
        self._known_until = monotonic() + KNOWN
        return 0
