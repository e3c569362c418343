"""Who has the pen in a set's meeting, and whose time it is: as a page and its channel say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actionlearn.answers.items import Item
from actionlearn.answers.prompts import Prompt, is_empty
from actionlearn.answers.rendering import item_for, value_html
from actionlearn.server.rendering import dates
from actionlearn.server.web.reader import Reader
from actionlearn.server.workbooks.state import notebook_contents
from actionlearn.store import Connection, now
from actionlearn.store.groups import meetings
from actionlearn.store.people import members
from actionlearn.store.records import Draft, Workbook
from actionlearn.store.workbooks import drafts, workbooks
from actionlearn.text.markup import Markup


def meeting_state(c: Connection, workbook: str) -> dict[str, Any]:
    """Return how a meeting stands. What time is left is counted from the server's clock, which is sent along."""
    found = meetings.meeting(c, workbook)

    def who(id: str | None) -> dict[str, str] | None:
        return {"id": id, "name": members.person(c, id).name} if id else None

    return {
        "scribe": who(found.scribe),
        "asking": who(found.asking),
        "turn": who(found.turn),
        "seconds": found.seconds,
        "ends_at": found.ends_at,
        "now": now(),
    }


@dataclass(frozen=True)
class MadePromise:
    """What was promised last time: where, when, and the words."""

    title: str
    day: str
    html: Markup


@dataclass(frozen=True)
class MeetingPanel:
    """What stands above a set's workbook while it meets."""

    state: dict[str, Any]
    me: str
    members: tuple[tuple[str, str], ...]
    promised: MadePromise | None
    sheet: str
    room: str


def meeting_panel(c: Connection, reader: Reader, workbook: Workbook) -> MeetingPanel | None:
    """Return what stands above a workbook; None where it is no set's."""
    if workbook.owner_kind != "set":
        return None
    return MeetingPanel(
        state=meeting_state(c, workbook.id),
        me=reader.person.id,
        members=tuple(_inside(c, workbook)),
        promised=made_promises(c, reader, workbook),
        sheet=f"{reader.base}workbooks/{workbook.id}/sheet",
        room=f"{reader.base}room/{workbook.cohort}/{workbook.owner}",
    )


def _inside(c: Connection, workbook: Workbook) -> list[tuple[str, str]]:
    people = members.members(c, workbook.cohort)
    return [
        (each.person.id, each.person.name) for each in people if (each.role, each.set_id) == ("learner", workbook.owner)
    ]


def made_promises(c: Connection, reader: Reader, workbook: Workbook) -> MadePromise | None:
    """Return what the set promised in the last workbook of this kind before this one."""
    same = workbooks.workbooks_of(c, cohort=workbook.cohort, owner=workbook.owner)
    earlier = [each for each in same if each.template == workbook.template and each.number < workbook.number]
    for each in sorted(earlier, key=lambda one: -one.number):
        found = workbooks.workbook(c, each.id, reader.locale)
        contents, answers = notebook_contents(reader.data, found), drafts.drafts(c, each.id)
        if items := promises_in(contents.prompts, answers, contents.locale):
            where = dates.zone(reader.person.time_zone, members.cohort(c, workbook.cohort).time_zone)
            html = Markup("").join(value_html(item, reader.locale) for item in items)
            return MadePromise(
                contents.title, dates.day(dates.latest(item.when for item in items), reader.locale, where), html
            )
    return None


def promises_in(prompts: Mapping[str, Prompt], answers: Mapping[str, Draft], locale: str) -> list[Item]:
    """Return what was promised in a workbook: tables whose rows have a day."""
    found = [
        each for each in prompts.values() if each.kind == "table" and any(one.kind == "date" for one in each.columns)
    ]
    return [
        item_for(each, answers[each.id].value, when=answers[each.id].saved_at, locale=locale)
        for each in found
        if each.id in answers and not is_empty(answers[each.id].value)
    ]
