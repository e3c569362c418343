"""The coach's desk: what was shared, the longest wait first; and one review, for everybody who may read it."""

from __future__ import annotations

from dataclasses import dataclass

from actionlearn.errors import Refused
from actionlearn.i18n import say, translations
from actionlearn.permissions import Actor, Resource
from actionlearn.server.accounts import notifications
from actionlearn.server.coaching import queue
from actionlearn.server.web.handlers import PageHandler

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
        actor, person, reader = self.required_actor(), self.signed_in(), self.reader
        self._check(actor, cohort)
        news, rows, quiet, cohorts = await self.read(
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
            told=news,
            eyebrow=" · ".join(each.name for each in cohorts),
            cohorts=cohorts,
            headline=_headline(len({row.person for row in fresh}), self.locale),
            groups=[Group(f"{here}?set={id}", label, id == chosen) for id, label in sorted(sets.items(), key=_label)],
            here=here,
            chosen=chosen,
            waiting=[row for row in fresh if not row.has_answers][:MOST],
            begun=[row for row in shown if row.has_answers][:MOST],
            answered=[row for row in reversed(shown) if not row.waits and not row.has_answers][:MOST],
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


def _headline(waiting: int, locale: str) -> str:
    if not waiting:
        return say("Nothing waits for you.", locale)
    sentence = translations(locale).ngettext("{count} person waits for you.", "{count} people wait for you.", waiting)
    return sentence.format(count=waiting)


def _label(entry: tuple[str, str]) -> str:
    return entry[1]
