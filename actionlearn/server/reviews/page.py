"""The page of a review, its notebook, and noting that it was opened."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tornado.web import HTTPError

from actionlearn.errors import Missing
from actionlearn.i18n import say
from actionlearn.permissions import Actor
from actionlearn.server.reviews.review import review_for, review_page
from actionlearn.server.web.access_log import record_review_read
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.operations import operation
from actionlearn.store import Connection, now
from actionlearn.store.reviews import queue
from actionlearn.store.workbooks import workbooks
from actionlearn.widgets.prompt_html import ui_words


class ReviewPage(PageHandler):
    """A review: the executed notebook, the learner's words first, with what was said about them."""

    async def get(self, id: str) -> None:
        """Show it."""
        actor, reader = self.required_actor(), self.reader

        def look(c: Connection) -> tuple[dict[str, Any], list[str]]:
            values = review_page(c, actor, reader, id)
            return values, queue.queue_ids(c, actor) if values["may_comment"] else []

        values, ids = await self.read(look)
        await record_review_read(self, id, "read a review")
        coaching = values["may_comment"]
        at = ids.index(id) if id in ids else -1
        self.render_page(
            "reviews/review.html",
            back=self.url("desk" if coaching else ""),
            back_words=say("My desk", self.locale) if coaching else say("My journey", self.locale),
            earlier=self.url(f"reviews/{ids[at - 1]}") if at > 0 else "",
            later=self.url(f"reviews/{ids[at + 1]}") if 0 <= at < len(ids) - 1 else "",
            words=ui_words(self.locale) if coaching else {},
            **values,
        )


class MarkOpened(ApiHandler):
    """Note that somebody read what was shared with them."""

    @operation(gives={204: None})
    async def post(self, id: str) -> None:
        """Note it; the first time counts."""
        actor = self.required_actor()

        def act(c: Connection) -> None:
            queue.mark_opened(c, review_for(c, actor, id)[0].id, actor.person, now())

        await self.commit(act)
        self.send_json()


class ReviewNotebook(PageHandler):
    """The executed notebook as a file: ``.ipynb``, or the page of HTML made from it (``?as=html``)."""

    async def get(self, id: str) -> None:
        """Send it."""
        actor = self.required_actor()
        html = self.get_query_argument("as", "") == "html"
        name, path = await self.read(lambda c: _file(c, actor, self.data, id, html=html))
        await record_review_read(self, id, "read a review" if html else "took an executed notebook")
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError:
            raise HTTPError(404) from None
        if html:
            self.send_html(content)
        else:
            self.send_file(name, "application/x-ipynb+json; charset=utf-8", content)


def _file(c: Connection, actor: Actor, data: Path, id: str, *, html: bool) -> tuple[str, Path]:
    """Return name and path of an executed notebook, for somebody who may read it."""
    shared, review = review_for(c, actor, id)
    relative = (review.html_path if html else review.notebook_path) if review else ""
    path = (data / relative).resolve()
    if not relative or not path.is_relative_to(data.resolve()) or not path.is_file():
        raise Missing("server.missing")
    workbook = workbooks.workbook(c, shared.workbook)
    return f"{workbook.template}-{workbook.number}-{shared.number}{path.suffix}", path
