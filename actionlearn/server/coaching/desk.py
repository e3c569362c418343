"""The coach's desk: what was shared, the longest wait first; and one review, for everybody who may read it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tornado.web import HTTPError

from actionlearn.errors import Missing, Refused
from actionlearn.i18n import say, translations
from actionlearn.permissions import Actor, Resource
from actionlearn.server.accounts import notifications
from actionlearn.server.coaching import queue
from actionlearn.server.journey.page import Reader
from actionlearn.server.reviews import review as readings
from actionlearn.server.web.access_log import record_review_read
from actionlearn.server.web.handlers import ApiHandler, PageHandler, now
from actionlearn.store import Connection
from actionlearn.store.reviews import queue as waiting
from actionlearn.store.workbooks import workbooks
from actionlearn.widgets.prompt_html import ui_words

#: How many rows of a kind a desk shows: nobody reads more at one sitting, and a page of thousands is slow.
MOST = 100


@dataclass(frozen=True)
class Group:
    """A set of the coach's, to look at alone."""

    href: str
    label: str
    chosen: bool


class DeskIndex(PageHandler):
    """My desk: everything that was shared with me."""

    async def get(self, cohort: str = "") -> None:
        """Show it, of one set where the address says so."""
        actor, person = self.actor, self.signed_in()
        assert actor is not None
        self._check(actor, cohort)
        reader = Reader(person, self.locale, self.data, self.base_url)
        told, rows, quiet, cohorts = await self.read(
            lambda c: (
                notifications.todays_news(c, actor, person, self.locale, self.base_url),
                queue.queue_rows(c, actor, reader, cohort),
                queue.inactive_learners(c, actor, reader, cohort),
                queue.coached_cohorts(c, actor, cohort),
            )
        )
        chosen = self.get_query_argument("set", "")
        sets = {row.set_id: row.set for row in rows if row.set}
        shown = [row for row in rows if row.set_id == chosen] if chosen in sets else rows
        fresh = [row for row in shown if row.waits]
        here = self.url(f"desk/{cohort}" if cohort else "desk")
        self.render_page(
            "coaching/desk.html",
            told=told,
            eyebrow=" · ".join(each.name for each in cohorts),
            cohorts=cohorts,
            headline=_headline(len({row.person for row in fresh}), self.locale),
            groups=[Group(f"{here}?set={id}", label, id == chosen) for id, label in sorted(sets.items(), key=_label)],
            here=here,
            chosen=chosen,
            waiting=[row for row in fresh if not row.begun][:MOST],
            begun=[row for row in shown if row.begun][:MOST],
            answered=[row for row in reversed(shown) if not row.waits and not row.begun][:MOST],
            more=max(0, len(fresh) - MOST),
            quiet=quiet[:MOST],
        )

    def _check(self, actor: Actor, cohort: str) -> None:
        if cohort:
            self.require("coach", Resource("cohort", cohort))
        elif not any(each.role == "coach" for each in actor.memberships):
            raise Refused("server.refused")


class DeskPage(DeskIndex):
    """The desk of one cohort."""


class ReviewPage(PageHandler):
    """A review: the executed notebook, the learner's words first, with what was said about them."""

    async def get(self, id: str) -> None:
        """Show it."""
        actor, person = self.actor, self.signed_in()
        assert actor is not None
        reader = Reader(person, self.locale, self.data, self.base_url)

        def look(c: Connection) -> tuple[dict[str, Any], list[str]]:
            page = readings.review_page(c, actor, reader, id)
            return page, waiting.queue_ids(c, actor) if page["may_comment"] else []

        page, ids = await self.read(look)
        await record_review_read(self, id, "read a review")
        coaching = page["may_comment"]
        at = ids.index(id) if id in ids else -1
        self.render_page(
            "reviews/review.html",
            back=self.url("desk" if coaching else ""),
            back_words=say("My desk", self.locale) if coaching else say("My journey", self.locale),
            earlier=self.url(f"s/{ids[at - 1]}") if at > 0 else "",
            later=self.url(f"s/{ids[at + 1]}") if 0 <= at < len(ids) - 1 else "",
            words=ui_words(self.locale) if coaching else {},
            **page,
        )


class MarkOpened(ApiHandler):
    """Note that somebody read what was shared with them."""

    async def post(self, id: str) -> None:
        """Note it; the first time counts."""
        actor = self.actor
        assert actor is not None

        def act(c: Connection) -> None:
            waiting.mark_opened(c, readings.review_for(c, actor, id)[0].id, actor.person, now())

        await self.commit(act)
        self.send_json()


class ReviewNotebook(PageHandler):
    """The executed notebook as a file: ``.ipynb``, or the page of HTML made from it (``?as=html``)."""

    async def get(self, id: str) -> None:
        """Send it."""
        actor = self.actor
        assert actor is not None
        html = self.get_query_argument("as", "") == "html"
        name, path = await self.read(lambda c: _file(c, actor, self.data, id, html=html))
        await record_review_read(self, id, "read a review" if html else "took an executed notebook")
        self.set_header("Cache-Control", "no-store")
        if html:
            self.set_header("Content-Type", "text/html; charset=utf-8")
        else:
            self.set_header("Content-Type", "application/x-ipynb+json; charset=utf-8")
            self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        try:
            self.finish(path.read_bytes())
        except OSError:
            raise HTTPError(404) from None


def _headline(waiting: int, locale: str) -> str:
    if not waiting:
        return say("Nothing waits for you.", locale)
    said = translations(locale).ngettext("{count} person waits for you.", "{count} people wait for you.", waiting)
    return said.format(count=waiting)


def _label(entry: tuple[str, str]) -> str:
    return entry[1]


def _file(c: Connection, actor: Actor, data: Path, id: str, *, html: bool) -> tuple[str, Path]:
    """Return name and path of an executed notebook, for somebody who may read it."""
    shared, review = readings.review_for(c, actor, id)
    relative = (review.html_path if html else review.notebook_path) if review else ""
    path = (data / relative).resolve()
    if not relative or not path.is_relative_to(data.resolve()) or not path.is_file():
        raise Missing("server.missing")
    workbook = workbooks.workbook(c, shared.workbook)
    return f"{workbook.template}-{workbook.number}-{shared.number}{path.suffix}", path
