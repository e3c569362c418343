"""The facilitator's office: who is where. Never a word of what anybody wrote."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actionlearn.cohort.progress.card_use import CardUse, card_use
from actionlearn.errors import Refused
from actionlearn.exports.spreadsheets import FORMATS
from actionlearn.i18n import say, translations
from actionlearn.i18n.dates import day_and_month
from actionlearn.permissions import Resource, may
from actionlearn.server.office import builds
from actionlearn.server.office.cohort_page import CohortPage
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.workbooks import summaries
from actionlearn.store import Connection
from actionlearn.store.people import members
from actionlearn.store.records import Cohort
from actionlearn.store.reports import progress
from actionlearn.views.used import lasted

if TYPE_CHECKING:
    from actionlearn.cohort.progress.status import Learner, WorkbookProgress

#: How far one can be with a workbook -> what the legend calls it. Message ids.
STATES: dict[str, str] = {"shared": "Shared", "begun": "Begun", "new": "Not begun", "none": "None"}

#: How many lines one page of the office shows.
LINES = 50


@dataclass(frozen=True)
class ProgressCell:
    """How far somebody is with one workbook: ``none``, ``new``, ``begun`` or ``shared``."""

    state: str
    words: str


@dataclass(frozen=True)
class LearnerLine:
    """One learner, or one set (not ``alone``): how far they are with each workbook, and in all."""

    username: str
    name: str
    set: str
    cells: tuple[ProgressCell, ...]
    so_far: str
    alone: bool = True


class OfficePage(CohortPage):
    """One cohort: who is where, its roster and its links."""

    async def post(self, id: str) -> None:
        """Show those who are searched for: names are sent in a body, and stand in no address."""
        await self.get(id)

    async def get(self, id: str) -> None:
        """Show a page of its people, or those who are searched for."""
        from actionlearn.cohort.progress.status import progress_page

        cohort = await self.cohort(id)
        search = self.get_argument("q", "")[:100]
        page = self.page_number()
        asked: dict[str, Any] = {"search": search, "start": (page - 1) * LINES, "most": LINES}
        shown, total = await asyncio.to_thread(progress_page, self.store, self.data, id, **asked)
        columns, rows = progress_table(shown, self.data, id, self.locale)
        building = builds.latest_build(self.store, id)

        def totals(c: Connection) -> dict[str, Any]:
            counts = progress.numbers(c, id)
            return {
                "cohorts": facilitated_cohorts(c, self),
                "numbers": numbers(counts, self.locale) + card_use_number(card_use(c, id), self.locale),
                "missing": _missing(c, self.data, cohort, counts.learners),
                "failures": builds.build_failures(c, self.data, id, self.locale),
            }

        self.render_page(
            "office/overview.html",
            cohort=cohort,
            **await self.read(totals),
            columns=columns,
            rows=rows,
            states={state: say(words, self.locale) for state, words in STATES.items()},
            search=search,
            page=page,
            pages=-(-total // LINES),
            total=total,
            building=building is not None and building.state == "running",
            link_days=max(1, round(self.kit.settings.link_hours / 24)),
            mails=bool(self.kit.settings.mail_host),
            file_formats={suffix: say(each.label, self.locale) for suffix, each in FORMATS.items()},
            founds=may(self.asker, "found", Resource("installation")),
        )


class OfficeIndex(PageHandler):
    """The office: the one cohort somebody facilitates, or a choice of them."""

    async def get(self) -> None:
        """Show the choice; where there is one cohort, go to it."""
        actor = self.actor
        if actor is None or not may(actor, "found", Resource("installation")):
            raise Refused("server.refused")
        cohorts = await self.read(lambda c: facilitated_cohorts(c, self))
        if len(cohorts) == 1:
            self.redirect_to(f"office/{cohorts[0].id}")
            return
        self.render_page("office/overview.html", cohort=None, cohorts=cohorts, founds=True)


def facilitated_cohorts(c: Connection, page: PageHandler) -> list[Cohort]:
    """Return the cohorts somebody facilitates, the newest first."""
    actor = page.actor
    return [each for each in members.cohorts(c) if actor and (actor.operator or actor.has("facilitator", each.id))]


def progress_table(
    learners: list[Learner], data: Path, cohort: str, locale: str
) -> tuple[list[str], list[LearnerLine]]:
    """Return the workbooks by title, in the reader's language, and a line for each learner."""
    titles: dict[str, str] = {}
    # The columns are in the order of a learner's journey; what only sets own stands after it.
    longest = sorted(learners, key=lambda each: (not each.alone, -len(each.workbooks)))
    for each in (each for learner in longest for each in learner.workbooks if each.template not in titles):
        titles[each.template] = summaries.title(data, cohort, each.template, locale) or each.title
    lines = []
    for learner in learners:
        cells = [_cell([e for e in learner.workbooks if e.template == template], locale) for template in titles]
        lines.append(
            LearnerLine(
                username=learner.person.username,
                name=learner.person.name,
                set=learner.set,
                cells=tuple(cells),
                so_far=_so_far(cells, locale),
                alone=learner.alone,
            )
        )
    return list(titles.values()), lines


def _cell(rows: list[WorkbookProgress], locale: str) -> ProgressCell:
    if not rows:
        return ProgressCell("none", say("None", locale))
    if shared := [each.shared for each in rows if each.shared]:
        return ProgressCell("shared", say("Shared {day}", locale, day=day_and_month(max(shared), locale)))
    if started := [each for each in rows if each.saved]:
        latest = started[-1]
        count = {"answered": latest.answered, "total": latest.prompts}
        return ProgressCell("begun", say("{answered} of {total}", locale, **count))
    return ProgressCell("new", say("Not begun", locale))


def _so_far(cells: list[ProgressCell], locale: str) -> str:
    counts = Counter(cell.state for cell in cells)
    messages = (("shared", "{count} shared"), ("begun", "{count} begun"))
    words = " · ".join(say(message, locale, count=counts[state]) for state, message in messages if counts[state])
    return words or (say("Not begun", locale) if counts["new"] else "")


def card_use_number(use: CardUse | None, locale: str) -> list[dict[str, Any]]:
    """Return how soon the cards that people looked up were used: a number about nobody, and none where there are few."""
    if use is None:
        return []
    label = say("until half was used of what {needs} needs led to", locale, needs=use.needs)
    return [{"count": lasted(use.hours, locale), "label": label}]


def numbers(counts: progress.Numbers, locale: str) -> list[dict[str, Any]]:
    """Return how many are how far, each number with what it counts."""
    labelled = (
        (counts.learners, translations(locale).ngettext("learner", "learners", counts.learners)),
        (counts.started, say("have begun", locale)),
        (counts.shared, say("have shared", locale)),
        (counts.sets, translations(locale).ngettext("set", "sets", counts.sets)),
    )
    return [{"count": count, "label": label} for count, label in labelled]


def _missing(c: Connection, data: Path, cohort: Cohort, learners: int) -> int:
    """Return how many of the learners' suggested workbooks do not exist yet: a build was interrupted, or failed."""
    faces = {each.template: summaries.template_summary(data, cohort.id, each.template, cohort.locale) for each in
             members.suggestions(c, cohort.id)}  # fmt: skip
    own = [template for template, face in faces.items() if face and face.owner == "person" and not face.about]
    return learners * len(own) - progress.built_workbooks(c, cohort.id, own)
