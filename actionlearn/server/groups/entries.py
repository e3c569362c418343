"""Working out loud: one answer, shown to one's set or cohort at an address of its own; and what a week brought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from actionlearn.answers.items import Item
from actionlearn.answers.prompts import is_empty
from actionlearn.answers.rendering import item_for, value_html, value_text
from actionlearn.errors import Missing, Refused, TooLarge
from actionlearn.permissions import Actor
from actionlearn.server.groups import rooms, schemas
from actionlearn.server.rendering import dates
from actionlearn.server.web.access_log import record_people_read
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.operations import operation
from actionlearn.server.web.reader import Reader
from actionlearn.server.workbooks import summaries, titles
from actionlearn.server.workbooks.state import notebook_contents, require_workbook
from actionlearn.store import Connection, now
from actionlearn.store.groups import entries
from actionlearn.store.groups.entries import Entry
from actionlearn.store.people import members
from actionlearn.store.records import Workbook
from actionlearn.store.workbooks import drafts, workbooks
from actionlearn.text.initials import initials
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


def entry_view(c: Connection, entry: Entry, reader: Reader, where: ZoneInfo) -> EntryView:
    """Return an entry as somebody reads it."""
    workbook = workbooks.workbook(c, entry.workbook)
    contents = notebook_contents(reader.data, workbook)
    prompt = contents.prompts.get(entry.prompt)
    item = item_for(prompt, entry.value, locale=contents.locale) if prompt else Item(entry.prompt, entry.value)
    names = {group.id: group.name for group in members.sets(c, entry.cohort)} if entry.set_id else {}
    return EntryView(
        id=entry.id,
        href=f"{reader.base}entries/{entry.id}",
        author=entry.by,
        by=entry.by_name,
        initials=initials(entry.by_name),
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


class EntryPage(PageHandler):
    """One answer, at its own address."""

    async def get(self, id: str) -> None:
        """Show it: to its author, and to whom it is shown."""
        reader = self.reader

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
            contents, answers, out = (
                notebook_contents(self.data, workbook),
                drafts.drafts(c, id),
                entries.shown_of(c, id),
            )
            answered = [
                (prompt, value_html(item_for(prompt, answers[name].value, locale=contents.locale), self.locale))
                for name, prompt in contents.prompts.items()
                if prompt.by == "learner" and name in answers and not is_empty(answers[name].value)
            ]
            return {
                "workbook": workbook,
                "title": summaries.workbook_summary(self.data, workbook, titles.own_answers(c, id)).title,
                "answers": answered,
                "out": out,
                "newer": {name for name, each in out.items() if name in answers and answers[name].value != each.value},
                "room": rooms.own_set(self.required_actor(), workbook.cohort),
            }

        self.render_page("groups/choose_answer.html", **await self.read(look))


class ShowAnswer(ApiHandler):
    """Show one answer, or no longer."""

    @operation(takes=schemas.EntryRequest, gives={200: schemas.EntryAddress})
    async def put(self, id: str, prompt: str) -> None:
        """Show it as it stands now."""
        choice = self.parsed(schemas.EntryRequest)
        note, to_set = (choice.note or "").strip(), choice.reach == "set"
        if len(note) > LONGEST:
            raise TooLarge("room.too_long", limit=LONGEST)
        me = self.signed_in().id

        def act(c: Connection) -> Entry:
            workbook = _showable(c, self.actor, id)
            found = notebook_contents(self.data, workbook).prompts.get(prompt)
            if found is None or found.by != "learner":
                raise Missing("answers.no_such_prompt", prompt=prompt)
            draft = drafts.drafts(c, id).get(prompt)
            if draft is None or is_empty(draft.value):
                raise Missing("store.nothing_to_show")
            group = rooms.own_set(self.required_actor(), workbook.cohort) if to_set else ""
            if to_set and not group:
                raise Refused("room.no_set")
            where = {"workbook": id, "prompt": prompt, "cohort": workbook.cohort, "set_id": group}
            return entries.show(c, **where, by=me, note=note, now=now())

        made = await self.commit(act)
        self.send_json({"id": made.id, "url": self.url(f"entries/{made.id}")})

    @operation(takes=schemas.EntryRequest, gives={200: schemas.EntryAddress}, by_form=True)
    async def post(self, id: str, prompt: str) -> None:
        """Show it as it stands now: what a form sends."""
        await self.put(id, prompt)

    @operation(gives={204: None})
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
