"""What was shown in a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actionlearn.errors import BadInput
from actionlearn.permissions import Actor, Resource, may
from actionlearn.server.groups import postings
from actionlearn.server.groups.entries import EntryView, entry_view
from actionlearn.server.rendering import dates
from actionlearn.server.web.access_log import record_people_read
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.reader import Reader
from actionlearn.server.workbooks import summaries, titles
from actionlearn.store import Connection, stamp
from actionlearn.store.groups import entries
from actionlearn.store.people import members
from actionlearn.store.workbooks import workbooks


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
    return WeekEntries(first=monday, last=monday + timedelta(days=6), shown=read, asked=tuple(asked))


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
        reader = self.reader
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
                        self.url(f"workbooks/{each.id}/show"),
                    )
                    for each in mine
                    if each.started_at and not each.about
                ],
            }

        page = await self.read(look)
        await record_people_read(self, (each.author for each in page["week"].shown), "read a shown answer")
        self.render_page("groups/week.html", **page)
