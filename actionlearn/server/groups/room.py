"""A set's room: what its members share with each other, what they ask, when they meet, what they promised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from actionlearn.answers.rendering import value_html
from actionlearn.errors import Missing
from actionlearn.permissions import Actor, Audience, may, reads_as
from actionlearn.server.groups import entries as showing
from actionlearn.server.groups import postings, rooms
from actionlearn.server.rendering import dates
from actionlearn.server.web.access_log import record_people_read
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.reader import Reader
from actionlearn.server.workbooks import summaries, titles
from actionlearn.server.workbooks.meeting import promises_in
from actionlearn.server.workbooks.state import notebook_contents
from actionlearn.store import Connection
from actionlearn.store.groups import entries
from actionlearn.store.people import members
from actionlearn.store.records import LearningSet, Member, Workbook
from actionlearn.store.reviews import submissions
from actionlearn.store.workbooks import drafts, workbooks
from actionlearn.text.initials import initials

#: What a question to one's set is called in a template: its answers stand among what members ask.
ASKS = "ask"


@dataclass(frozen=True)
class SharedWork:
    """Something that a member shared with the set."""

    href: str
    by: str
    initials: str
    title: str
    wants: str
    at: str
    when: str
    question: str


@dataclass(frozen=True)
class MeetingSummary:
    """When a set meets, and what its members promised each other last.

    Parameters
    ----------
    now
        Address of the newest workbook, where the meeting is held.
    template
        Of that workbook, to start the next.
    """

    now: str = ""
    title: str = ""
    template: str = ""
    sheet: str = ""
    day: str = ""
    day_words: str = ""
    promises: str = ""
    promised_on: str = ""


def meeting_summary(c: Connection, reader: Reader, owned: Sequence[Workbook], where: ZoneInfo) -> MeetingSummary:
    """Return how the meetings of a set stand, from the workbooks it owns."""
    if not owned:
        return MeetingSummary()
    newest = max(owned, key=lambda each: (each.created_at, each.number))
    days: list[str] = []
    promised: tuple[str, str] = ("", "")
    for each in sorted(owned, key=lambda one: (one.created_at, one.number)):
        contents, answers = notebook_contents(reader.data, each), drafts.drafts(c, each.id)
        days += [
            str(answers[id].value)
            for id, prompt in contents.prompts.items()
            if prompt.kind == "date" and id in answers and isinstance(answers[id].value, str)
        ]
        if items := promises_in(contents.prompts, answers, contents.locale):
            latest = dates.latest(item.when for item in items)
            # Of a meeting that has just begun not before it is over: the set needs what it promised last time.
            if not promised[0] or _is_over(c, each, latest, where):
                html = "".join(value_html(item, reader.locale) for item in items)
                promised = (html, dates.day(latest, reader.locale, where))
    day = min((each for each in days if each >= dates.today(where).isoformat()), default="")
    return MeetingSummary(
        now=f"{reader.base}workbooks/{newest.id}",
        title=summaries.workbook_summary(reader.data, newest).title,
        template=newest.template,
        sheet=f"{reader.base}workbooks/{newest.id}/sheet",
        day=day,
        day_words=dates.day(day, reader.locale) if day else "",
        promises=promised[0],
        promised_on=promised[1],
    )


def _is_over(c: Connection, workbook: Workbook, saved_at: str, where: ZoneInfo) -> bool:
    """Tell whether a meeting is over: the set has shared its workbook, or wrote last on an earlier day."""
    shared = submissions.submissions_of(c, workbook.id)
    return bool(shared) or dates.local_day(saved_at, where) < dates.today(where)


def shared_work(
    c: Connection, actor: Actor, reader: Reader, group: LearningSet, where: ZoneInfo
) -> tuple[SharedWork, ...]:
    """Return what was shared with a set, as far as this reader may read it; for a member what is for the set."""
    found = []
    for shared in submissions.newest_in_set(c, group.cohort, group.id):
        thing = submissions.submission_resource(c, shared)
        if not may(actor, "read", thing) or not (reads_as(actor, thing) or "set" in shared.audiences):
            continue
        workbook = workbooks.workbook(c, shared.workbook)
        audience: set[Audience] = {"set"} if thing.owner == actor.person else set(reads_as(actor, thing))
        answers = titles.visible_answers(c, shared.id, audience)
        asked, author = answers.get(ASKS), members.person(c, workbook.owner).name
        found.append(
            SharedWork(
                href=f"{reader.base}reviews/{shared.id}",
                by=author,
                initials=initials(author),
                title=summaries.workbook_summary(reader.data, workbook, answers).title,
                wants=shared.wants,
                at=shared.shared_at,
                when=dates.ago(shared.shared_at, reader.locale, where),
                question=asked if isinstance(asked, str) else "",
            )
        )
    return tuple(found)


class RoomPage(PageHandler):
    """The room of one set."""

    async def get(self, cohort: str, id: str) -> None:
        """Show it: to the members of the set and to its coach."""
        reader = self.reader
        actor = self.require("enter", rooms.room_of(cohort, id))

        def look(c: Connection) -> dict[str, Any]:
            found, group = members.cohort(c, cohort), _group(c, cohort, id)
            people = members.members(c, cohort)
            where = dates.zone(reader.person.time_zone, found.time_zone)
            inside = {each.person.id: each.person.name for each in people if _is_inside(each, id)}
            member = actor.in_set(cohort, id)
            owned = [workbooks.workbook(c, each.id, reader.locale) for each in _of_set(c, cohort, id)] if member else []
            out = [
                each
                for each in entries.shown_in(c, cohort)
                if (each.set_id == id or (not each.set_id and each.by in inside)) and may(actor, "read", each.thing)
            ]
            return {
                "cohort": found,
                "group": group,
                "member": member,
                "names": list(inside.values()),
                "coaches": sorted(_coaches(people, id)),
                "meetings": meeting_summary(c, reader, owned, where),
                "given": shared_work(c, actor, reader, group, where),
                "cards": postings.posting_cards(c, actor, reader, cohort, room=id),
                "people": rooms.introducible(c, actor, cohort),
                "shown": [showing.entry_view(c, each, reader, where) for each in out[:12]],
            }

        page = await self.read(look)
        await record_people_read(self, (each.author for each in page["shown"]), "read a shown answer")
        self.render_page("groups/room.html", **page)


def _group(c: Connection, cohort: str, id: str) -> LearningSet:
    found = next((each for each in members.sets(c, cohort) if each.id == id), None)
    if found is None:
        raise Missing("server.missing")
    return found


def _is_inside(each: Member, id: str) -> bool:
    return each.role == "learner" and each.set_id == id


def _coaches(people: Iterable[Member], id: str) -> set[str]:
    return {each.person.name for each in people if each.role == "coach" and each.set_id in ("", id)}


def _of_set(c: Connection, cohort: str, id: str) -> list[Workbook]:
    return [each for each in workbooks.workbooks_of(c, cohort=cohort, owner=id) if each.owner_kind == "set"]
