"""Working out loud: one answer, shown to one's set or cohort at an address of its own; and what a week brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actionlearn.answers.items import Item
from actionlearn.answers.prompts import is_empty
from actionlearn.answers.rendering import item_for, value_html, value_text
from actionlearn.errors import BadInput, Missing, Refused, TooLarge
from actionlearn.permissions import Actor, Resource, may
from actionlearn.server.groups import board, postings
from actionlearn.server.journey.page import Reader
from actionlearn.server.rendering import dates
from actionlearn.server.reviews.comments import text_field
from actionlearn.server.web.access_log import record_people_read
from actionlearn.server.web.handlers import ApiHandler, PageHandler, now
from actionlearn.server.workbooks import summaries, titles
from actionlearn.server.workbooks.state import notebook_contents, require_workbook
from actionlearn.store import Connection, stamp
from actionlearn.store.groups import entries
from actionlearn.store.groups.entries import Entry
from actionlearn.store.people import members
from actionlearn.store.records import Workbook
from actionlearn.store.workbooks import drafts, workbooks
from actionlearn.text.markup import Markup

#: The longest word to go with an entry, in characters.
LONGEST = 500


@dataclass(frozen=True)
class EntryView:
    """An entry as it is read.

    Parameters
    ----------
    author, by
        Whose answer it is: id and name.
    html, text
        The answer, to show on a page and to put into a mail.
    to
        Name of the set it is shown to; empty where it is the cohort.
    """

    id: str
    href: str
    author: str
    by: str
    initials: str
    at: str
    when: str
    title: str
    question: str
    html: Markup
    text: str
    note: str
    to: str
    mine: bool


@dataclass(frozen=True)
class WeekEntries:
    """What people chose to show in one week, to one reader.

    Parameters
    ----------
    first, last
        Its Monday and its Sunday.
    asked
        What was asked or offered in it, and stands open.
    """

    first: date
    last: date
    shown: tuple[EntryView, ...]
    asked: tuple[postings.PostingCard, ...]


def entry_view(c: Connection, entry: Entry, reader: Reader, where: ZoneInfo) -> EntryView:
    """Return an entry as somebody reads it."""
    workbook = workbooks.workbook(c, entry.workbook)
    contents = notebook_contents(reader.data, workbook)
    prompt = contents.prompts.get(entry.prompt)
    item = item_for(prompt, entry.value, locale=contents.locale) if prompt else Item(entry.prompt, entry.value)
    names = {group.id: group.name for group in members.sets(c, entry.cohort)} if entry.set_id else {}
    return EntryView(
        id=entry.id,
        href=f"{reader.base}e/{entry.id}",
        author=entry.by,
        by=entry.by_name,
        initials=dates.initials(entry.by_name),
        at=entry.shown_at,
        when=dates.ago(entry.shown_at, reader.locale, where),
        title=contents.title,
        question=prompt.question if prompt else "",
        html=value_html(item, reader.locale),
        text=value_text(item, reader.locale),
        note=entry.note,
        to=names.get(entry.set_id, ""),
        mine=entry.by == reader.person.id,
    )


def week_entries(c: Connection, actor: Actor, reader: Reader, cohort: str, day: date | None = None) -> WeekEntries:
    """Return what people of a cohort chose to show somebody in a week, the newest first: for a page, and for a mail.

    Parameters
    ----------
    actor, reader
        Who reads: nothing is in it that they may not read.
    cohort
        Id of the cohort.
    day
        A day of the week; today where none is given. Weeks begin on Monday, in the reader's time zone.
    """
    where = dates.zone(reader.person.time_zone, members.cohort(c, cohort).time_zone)
    at = day or dates.today(where)
    monday = at - timedelta(days=at.weekday())
    since, until = (_midnight(monday + timedelta(days=each), where) for each in (0, 7))
    found = [each for each in entries.shown_in(c, cohort, since, until) if may(actor, "read", each.thing)]
    asked = []
    if may(actor, "gather", Resource("cohort", cohort)):
        every = postings.posting_cards(c, actor, reader, cohort)
        asked = [each for each in every if not each.closed and since <= each.at < until]
    read = tuple(entry_view(c, each, reader, where) for each in found)
    return WeekEntries(monday, monday + timedelta(days=6), read, tuple(asked))


def _midnight(day: date, where: ZoneInfo) -> str:
    return stamp(datetime.combine(day, time(), where).astimezone(UTC))


def _day(text: str) -> date:
    """Return a day that somebody asks for, where there are weeks around it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.max
    if not 1970 < day.year < 9000:
        raise BadInput("review.no_such_day", day=text[:40])
    return day


class WeekPage(PageHandler):
    """What people chose to show in a week."""

    async def get(self, cohort: str) -> None:
        """Show it: to whoever gathers in the cohort, as much of it as is for them."""
        actor = self.require("gather", Resource("cohort", cohort))
        reader = Reader(self.signed_in(), self.locale, self.data, self.base_url)
        asked = self.get_query_argument("day", "")
        day = _day(asked) if asked else None

        def look(c: Connection) -> dict[str, Any]:
            found = members.cohort(c, cohort)
            where = dates.zone(reader.person.time_zone, found.time_zone)
            seen = week_entries(c, actor, reader, cohort, day)
            mine = workbooks.workbooks_of(c, cohort=cohort, owner=reader.person.id)
            return {
                "cohort": found,
                "week": seen,
                "first": dates.day(seen.first.isoformat(), self.locale),
                "last": dates.day(seen.last.isoformat(), self.locale),
                "before": (seen.first - timedelta(days=7)).isoformat(),
                "after": (seen.first + timedelta(days=7)).isoformat() if seen.last < dates.today(where) else "",
                "mine": [
                    (
                        summaries.workbook_summary(self.data, each, titles.own_answers(c, each.id)).title,
                        self.url(f"w/{each.id}/show"),
                    )
                    for each in mine
                    if each.touched_at and not each.about
                ],
            }

        page = await self.read(look)
        await record_people_read(self, (each.author for each in page["week"].shown), "read a shown answer")
        self.render_page("groups/week.html", **page)


class EntryPage(PageHandler):
    """One answer, at its own address."""

    async def get(self, id: str) -> None:
        """Show it: to its author, and to whom it is shown."""
        reader = Reader(self.signed_in(), self.locale, self.data, self.base_url)

        def look(c: Connection) -> dict[str, Any]:
            found = entries.entry(c, id)
            self.require("read", found.thing)
            cohort = members.cohort(c, found.cohort)
            where = dates.zone(reader.person.time_zone, cohort.time_zone)
            return {"entry": entry_view(c, found, reader, where), "gone": found.gone, "cohort": cohort, "prompt": found}

        page = await self.read(look)
        await record_people_read(self, [page["entry"].author], "read a shown answer")
        self.render_page("groups/entry.html", **page)


def _showable(c: Connection, actor: Actor | None, id: str) -> Workbook:
    """Return a workbook whose answers somebody may show: their own.

    Raises
    ------
    Missing, Refused
        There is none; it is somebody else's, a set's, or about somebody.
    """
    workbook = require_workbook(c, actor, id, "write")
    if workbook.owner_kind != "person" or workbook.about:
        raise Refused("server.refused")
    return workbook


class ChooseAnswerPage(PageHandler):
    """Choose an answer of one's own to show."""

    async def get(self, id: str) -> None:
        """Show what there is, and what is out."""

        def look(c: Connection) -> dict[str, Any]:
            workbook = _showable(c, self.actor, id)
            contents, said, out = notebook_contents(self.data, workbook), drafts.drafts(c, id), entries.shown_of(c, id)
            answered = [
                (prompt, value_html(item_for(prompt, said[name].value, locale=contents.locale), self.locale))
                for name, prompt in contents.prompts.items()
                if prompt.by == "learner" and name in said and not is_empty(said[name].value)
            ]
            assert self.actor is not None
            return {
                "workbook": workbook,
                "title": summaries.workbook_summary(self.data, workbook, titles.own_answers(c, id)).title,
                "answers": answered,
                "out": out,
                "newer": {name for name, each in out.items() if name in said and said[name].value != each.value},
                "room": board.own_set(self.actor, workbook.cohort),
            }

        self.render_page("groups/choose_answer.html", **await self.read(look))


class ShowAnswer(ApiHandler):
    """Show one answer, or no longer."""

    async def put(self, id: str, prompt: str) -> None:
        """Show it as it stands now."""
        sent = self.json_body("reach")
        note = (
            text_field(sent.get("note") or "", "note").replace("\x00", "").encode("utf-8", "replace").decode().strip()
        )
        if len(note) > LONGEST:
            raise TooLarge("room.too_long", limit=LONGEST)
        if sent["reach"] not in ("set", "cohort"):
            raise BadInput("answers.bad_message", missing=["reach"])
        me = self.signed_in().id

        def act(c: Connection) -> Entry:
            workbook = _showable(c, self.actor, id)
            found = notebook_contents(self.data, workbook).prompts.get(prompt)
            if found is None or found.by != "learner":
                raise Missing("answers.no_such_prompt", prompt=prompt)
            said = drafts.drafts(c, id).get(prompt)
            if said is None or is_empty(said.value):
                raise Missing("store.nothing_to_show")
            assert self.actor is not None
            group = board.own_set(self.actor, workbook.cohort) if sent["reach"] == "set" else ""
            if sent["reach"] == "set" and not group:
                raise Refused("room.no_set")
            where = {"workbook": id, "prompt": prompt, "cohort": workbook.cohort, "set_id": group}
            return entries.show(c, **where, by=me, note=note, now=now())

        made = await self.commit(act)
        self.send_json({"id": made.id, "url": self.url(f"e/{made.id}")})

    async def delete(self, id: str, prompt: str) -> None:
        """Show it no longer."""

        def act(c: Connection) -> None:
            _showable(c, self.actor, id)
            out = entries.shown_of(c, id).get(prompt)
            if out is None:
                raise Missing("store.no_entry")
            entries.withdraw(c, out.id, now())

        await self.commit(act)
        self.send_json()
