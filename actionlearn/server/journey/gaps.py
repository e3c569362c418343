"""What is for the learner alone: a word on how they ask, what might be missing, and their calendar."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from actionlearn.advice import question_style
from actionlearn.advice.gaps import Advice, find_gaps
from actionlearn.answers.items import PromptAnswer
from actionlearn.errors import Missing, Refused
from actionlearn.exports.ical import Day, calendar, days
from actionlearn.i18n import say
from actionlearn.permissions import Actor, may
from actionlearn.server.answers.answers import WorkbookApi
from actionlearn.server.journey.all_answers import all_answers
from actionlearn.server.rendering import dates
from actionlearn.server.web.addresses import request_origin
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.workbooks.state import notebook_contents, require_workbook
from actionlearn.store.people import members
from actionlearn.store.records import Cohort
from actionlearn.store.reviews import notes
from actionlearn.store.workbooks import drafts


class QuestionAdvice(WorkbookApi):
    """A word on how a question is asked, for whoever switched that on."""

    async def get(self, id: str, prompt: str) -> None:
        """Say it of the answer as it is in the store; empty where there is nothing to say."""

        def look(c: Any) -> tuple[Any, str]:
            workbook = require_workbook(c, self.actor, id)
            contents = notebook_contents(self.data, workbook)
            if prompt not in contents.prompts:
                raise Missing("answers.no_such_prompt", prompt=prompt)
            head = drafts.drafts(c, id).get(prompt)
            return (head.value if head else None), contents.locale

        value, locale = await self.read(look)
        lines = await asyncio.to_thread(_remarks, value, locale, self.locale)
        self.send_json({"remark": next(filter(None, lines), "")})


def _remarks(value: Any, locale: str, reader: str) -> list[str]:
    """Return what is to be said of each question in a value: a line of a text, a cell of a table."""
    texts = [str(cell) for row in value for cell in row["cells"].values()] if isinstance(value, list) else [value]
    lines = [line for text in texts if isinstance(text, str) for line in text.splitlines()]
    return [question_style.remark(line, locale, reader) for line in lines[:50]]


@dataclass(frozen=True)
class GapQuestion:
    """One question, the title of the workbook it leads to, and its address."""

    question: str
    title: str
    href: str


class _Own(PageHandler):
    """What a learner gets of all they wrote in a cohort."""

    async def whole(self, cohort: str) -> tuple[Cohort, list[PromptAnswer]]:
        """Return a cohort in which the person learns, and what they said in it.

        Raises
        ------
        Refused
            They are no learner of it.
        """
        actor = self.actor
        if actor is None or not actor.has("learner", cohort):
            raise Refused("server.refused")
        return await self.read(lambda c: (members.cohort(c, cohort), all_answers(c, self.data, actor, cohort)))


class GapsPage(_Own):
    """What might be missing: three questions at most, for the learner alone, and only when asked for."""

    async def get(self, cohort: str) -> None:
        """Show them."""
        found, whole = await self.whole(cohort)
        where = dates.zone(self.signed_in().time_zone, found.time_zone)
        advice = await asyncio.to_thread(find_gaps, whole, dates.today(where), self.locale)
        titles = {each.workbook: each.item.workbook for each in whole}
        self.render_page("journey/gaps.html", questions=[self._led(each, titles) for each in advice], cohort=found.name)

    def _led(self, advice: Advice, titles: dict[str, str]) -> GapQuestion:
        href = self.url(f"w/{advice.workbook}#p-{advice.prompt}")
        return GapQuestion(advice.question, titles[advice.workbook], href)


class CalendarFile(PageHandler):
    """Somebody's days, as a file for their calendar: those they named as a learner, and what they agreed on."""

    async def get(self, cohort: str) -> None:
        """Send it."""
        actor = self.actor
        learns = actor is not None and actor.has("learner", cohort)
        if actor is None or not (learns or actor.has("coach", cohort)):
            raise Refused("server.refused")
        address = request_origin(self.request, self.kit.settings)

        def look(c: Any) -> tuple[Cohort, list[PromptAnswer], list[Day]]:
            whole = all_answers(c, self.data, actor, cohort, sets=True) if learns else []
            return members.cohort(c, cohort), whole, _agreed(c, actor, cohort, self.locale, address)

        found, whole, agreed = await self.read(look)
        where = dates.zone(self.signed_in().time_zone, found.time_zone)
        title = "My journey: {cohort}" if learns else "My desk: {cohort}"
        name = say(title, self.locale, cohort=found.name)
        text = await asyncio.to_thread(
            lambda: calendar(
                [*days(whole, self.locale, address), *agreed], name=name, zone=where, now=datetime.now(UTC)
            )
        )
        self.set_header("Content-Type", "text/calendar; charset=utf-8; method=PUBLISH")
        self.set_header("Content-Disposition", f'attachment; filename="{"journey" if learns else "desk"}.ics"')
        self.set_header("Cache-Control", "no-store")
        self.finish(text)


def _agreed(c: Any, actor: Actor, cohort: str, locale: str, address: str) -> list[Day]:
    """Return what somebody agreed on with a day: a learner's own, a coach's with each of their learners.

    As with steps, what is kept is not sent again, and what was taken back is taken out of the calendar that has it.
    """
    names = {each.person.id: each.person.name for each in members.members(c, cohort) if each.role == "learner"}
    mine = {each for each in names if may(actor, "agree", members.learner_resource(c, cohort, each))}
    return [
        Day(
            f"{each.id}@actionlearn",
            date.fromisoformat(each.day),
            _said_of(each, "" if each.learner == actor.person else names[each.learner], locale),
            each.version,
            each.deleted_at or each.made_at,
            f"{address}with/{cohort}/{each.learner}",
            cancelled=each.deleted_at is not None,
        )
        for each in notes.dated_agreements(c, cohort)
        if each.learner in mine and each.kept_at is None
    ]


def _said_of(each: notes.Agreement, who: str, locale: str) -> str:
    said = each.body or say("Taken back", locale)
    return f"{who}: {said}" if who else said
