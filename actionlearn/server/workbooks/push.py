"""Telling the open pages of a workbook what was saved on another, and which comments came in.

One websocket per page, from the server to the page alone. It carries nothing that the page could
not ask for: a page that missed something loses no word, and one that gets no websocket asks every few seconds.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any, cast

from tornado.web import RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from actionlearn.errors import ActionlearnError, Missing, Refused
from actionlearn.permissions import Actor, may
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.channels import Standing, channels_of, session_of
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.operations import operation
from actionlearn.server.web.origins import require_websocket
from actionlearn.server.workbooks import meeting, schemas
from actionlearn.server.workbooks.state import require_workbook
from actionlearn.store import Connection
from actionlearn.store.people import members
from actionlearn.store.records import Comment, Draft
from actionlearn.store.reviews import comments as reviews_comments
from actionlearn.store.reviews import submissions
from actionlearn.store.workbooks import drafts, workbooks

log = logging.getLogger("actionlearn.server")

#: Seconds after which a page that asks, and has not asked again, is not there any more.
ASKING = 10.0

#: Meetings of which it is known who asks.
MAX_MEETINGS = 1000

#: Open pages of one person that are told. One more, and the oldest is told no longer until somebody looks at it.
MOST = 20

# Why a page is told no longer, besides what ends every channel.
SPOKE, TOO_MANY = 1008, 4429


class PushHub:
    """Which pages of which workbook are open. Belongs to the event loop; nobody waits for it."""

    def __init__(self) -> None:
        self._pages: dict[str, dict[PushSocket, None]] = {}
        self._readers: dict[str, dict[PushSocket, None]] = {}
        self._asking: dict[str, dict[tuple[str, str], float]] = {}

    def join(self, page: PushSocket) -> None:
        """Begin to tell a page."""
        others = list(self._readers.get(page.reader_id, ()))
        for each in others[: len(others) + 1 - MOST]:
            self.leave(each)
            each.close(TOO_MANY)
        for pages, key in ((self._pages, page.workbook), (self._readers, page.reader_id)):
            pages.setdefault(key, {})[page] = None

    def leave(self, page: PushSocket) -> None:
        """Tell a page no longer."""
        for pages, key in ((self._pages, page.workbook), (self._readers, page.reader_id)):
            pages.get(key, {}).pop(page, None)
            if not pages.get(key):
                pages.pop(key, None)

    def count(self) -> int:
        """Return how many pages are open."""
        return sum(map(len, self._pages.values()))

    def open(self, workbook: str) -> int:
        """Return how many pages of a workbook are open."""
        return len(self._pages.get(workbook, {}))

    def present(self, workbook: str) -> list[str]:
        """Return who has a page of a workbook open."""
        asking = {reader for (reader, _), at in self._asking.get(workbook, {}).items() if monotonic() - at < ASKING}
        return sorted({page.reader_id for page in self._pages.get(workbook, ())} | asking)

    def note_asking(self, workbook: str, reader: str, client: str) -> bool:
        """Know a page that asks, and forget those that have stopped. Returns whether another is there than before."""
        before = self.present(workbook)
        asking = self._asking.setdefault(workbook, {})
        asking.pop((reader, client), None)
        for other, at in list(asking.items()):
            if monotonic() - at >= ASKING:
                del asking[other]
        asking[reader, client] = monotonic()
        while len(asking) > MOST:
            del asking[next(iter(asking))]
        self._asking.pop(workbook)
        self._asking[workbook] = asking  # the one that asked last stands last
        while len(self._asking) > MAX_MEETINGS:
            del self._asking[next(iter(self._asking))]
        return self.present(workbook) != before

    def notify(self, workbook: str, key: str, message: dict[str, Any], *, client: str = "", by: str = "") -> None:
        """Tell the pages of a workbook, once something is committed.

        Parameters
        ----------
        workbook
            Whose pages.
        key
            What it is about: a newer message about the same takes the place of one that waits.
        message
            What they are told.
        client
            The page that did it, which knows; empty where no page of the person's need be told.
        by
            The person who did it; empty where everybody is told.
        """
        for page in list(self._pages.get(workbook, ())):
            if page.reader_id != by or (client and page.client != client):
                page.tell(key, message)

    def notify_others(self, workbook: str, key: str, message: dict[str, Any], *, to: str) -> None:
        """Tell a person's open pages of their other workbooks: an answer of this one may be read there.

        Parameters
        ----------
        workbook
            Whose pages know already.
        key, message
            As for `tell`.
        to
            The person.
        """
        for page in list(self._readers.get(to, ())):
            if page.workbook != workbook:
                page.tell(key, message)


def hub_of(handler: RequestHandler) -> PushHub:
    """Return the server's hub."""
    return cast("PushHub", handler.settings["hub"])


def notify_saved(handler: PageHandler, workbook: str, draft: Draft, client: str = "", *, erased: bool = False) -> None:
    """Tell the other pages of a workbook of an answer that was committed, and its writer's pages of other workbooks.

    Only where nothing was erased do they offer to bring back what stood there.
    """
    message = {"prompt": draft.prompt, "version": draft.version, "value": draft.value, "saved_at": draft.saved_at}
    message |= {"written": not erased}
    by = handler.signed_in().id if client else ""
    hub_of(handler).notify(workbook, f"answer {draft.prompt}", message, client=client, by=by)
    hub_of(handler).notify_others(workbook, f"elsewhere {draft.prompt}", {"elsewhere": draft.prompt}, to=draft.by)


async def present(page: PageHandler, workbook: str) -> list[str]:
    """Return who has a page of a workbook open and may: who has left its set is there no more."""
    there = hub_of(page).present(workbook)

    def look(c: Connection) -> list[str]:
        whose = workbooks.workbook_resource(c, workbooks.workbook(c, workbook))
        actors = members.actors(c, there)
        return [each for each in there if may(actors[each], "open", whose)]

    return await page.read(look) if there else []


async def may_open(page: PageHandler, actor: Actor, workbook: str) -> bool:
    """Tell whether somebody may, by now, open a workbook."""
    try:
        await page.read(lambda c: require_workbook(c, actor, workbook))
    except (Refused, Missing):
        return False
    return True


async def notify_comments(page: PageHandler, comments: Iterable[Comment]) -> None:
    """Tell the pages of a workbook of comments that its owner may see from now on."""
    seen = [each for each in comments if each.released_at]
    if not seen:
        return
    shared = await page.read(lambda c: submissions.submission(c, seen[0].submission))
    hub_of(page).notify(shared.workbook, "comments", {"comments": [each.id for each in seen]}, by=seen[0].by)


def _standing(c: Connection, workbook: str, reader: str, *, of_set: bool) -> dict[str, Any]:
    """Return where a workbook stands, so that a page asks for what it missed."""
    comments = reviews_comments.comments_for_workbook(c, workbook, released_only=True)
    return {
        "versions": {name: draft.version for name, draft in drafts.drafts(c, workbook).items()},
        "comments": [each.id for each in comments if each.by != reader and not each.deleted_at],
        **({"meeting": meeting.meeting_state(c, workbook)} if of_set else {}),
    }


class WorkbookNews(ApiHandler):
    """The same for a page that gets no websocket, and asks."""

    @operation(gives={200: schemas.WorkbookStanding}, query=("client",))
    async def get(self, id: str) -> None:
        """Say where the workbook stands."""
        me = self.signed_in().id

        def look(c: Connection) -> tuple[bool, dict[str, Any]]:
            of_set = require_workbook(c, self.actor, id).owner_kind == "set"
            return of_set, _standing(c, id, me, of_set=of_set)

        of_set, standing = await self.read(look)
        hub = hub_of(self)
        if of_set:
            changed = hub.note_asking(id, me, self.get_query_argument("client", "")[:36])
            if changed:
                hub.notify(id, "here", {"here": await present(self, id)})
            standing["here"] = await present(self, id)
        self.send_json(standing)


class PushSocket(WebSocketHandler, PageHandler):
    """The websocket of one page."""

    workbook = client = reader_id = ""
    of_set = over = False

    async def get(self, id: str) -> None:
        """Connect a page of ours to its owner's workbook."""
        if self.same_site() is not True:
            raise self.site_refusal()
        found = await self.read(lambda c: require_workbook(c, self.actor, id))
        require_websocket(self.request)
        self.workbook, self.reader_id, self.of_set = id, self.signed_in().id, found.owner_kind == "set"
        self._standing = Standing(self, self.reader_id)
        self.client = self.get_query_argument("client", "")[:36]
        self._waiting: dict[str, dict[str, Any]] = {}
        self._sending: asyncio.Task[None] | None = None
        await super().get(id)

    def check_origin(self, origin_to_satisfy_tornado: str = "") -> bool:  # noqa: ARG002 - tornado's signature
        """Connect no page of another site."""
        return self.same_site() is True

    @property
    def ping_interval(self) -> float:
        """How often, in seconds, a silent connection is asked whether it is still there."""
        return 30

    @property
    def max_message_size(self) -> int:
        """A page has nothing to say."""
        return 1024

    async def open(self, id: str) -> None:
        """Say where the workbook stands, so that the page asks for what it missed."""
        hub_of(self).join(self)
        channels_of(self).add(self, self.reader_id, session_of(self))

        look = partial(_standing, workbook=id, reader=self.reader_id, of_set=self.of_set)
        self.tell("standing", await self.read(look))
        await self._tell_here()

    def on_message(self, message: str | bytes) -> None:  # noqa: ARG002 - tornado's signature
        """Take nothing from a page."""
        self.close(SPOKE)

    def on_close(self) -> None:
        """Tell it no longer."""
        self._forget()

    def end(self, why: int) -> None:
        """Tell it nothing more, from this moment on: its session has ended, or a role."""
        self.over = True
        self._waiting.clear()
        self._forget()
        self.close(why)

    def _forget(self) -> None:
        hub_of(self).leave(self)
        channels_of(self).remove(self, self.reader_id)
        if self.of_set:
            self._leaving = asyncio.create_task(self._tell_here())

    async def _tell_here(self) -> None:
        """Tell those who hold a meeting who is there: whether whoever writes can be asked."""
        if self.of_set:
            with suppress(ActionlearnError):  # they hear of it with the next who comes
                here = await present(self, self.workbook)
                hub_of(self).notify(self.workbook, "here", {"here": here})

    def tell(self, key: str, message: dict[str, Any]) -> None:
        """Tell this page something, as soon as it has taken what it was told before."""
        if self.over:
            return
        earlier = self._waiting.pop(key, {})
        if key == "comments" and earlier:
            message = {"comments": [*earlier["comments"], *message["comments"]]}
        self._waiting[key] = message
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        while self._waiting:
            message = self._waiting.pop(next(iter(self._waiting)))
            try:
                if why := await self._standing.why_not(self._may_open):
                    self.end(why)
                    return
                if self.over:
                    return
                await self.write_message(json.dumps(message, ensure_ascii=False, separators=(",", ":")))
            except WebSocketClosedError:
                return
            except ActionlearnError:
                log.exception("page not told", extra={"workbook": self.workbook})
                return

    async def _may_open(self, actor: Actor) -> bool:
        return await may_open(self, actor, self.workbook)
