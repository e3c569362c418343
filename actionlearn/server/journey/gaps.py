"""What is for the learner alone: a word on how they ask, what might be missing, and their calendar."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from actionlearn.advice.gaps import Advice, find_gaps
from actionlearn.answers.items import PromptAnswer
from actionlearn.errors import Refused
from actionlearn.server.journey.all_answers import all_answers
from actionlearn.server.rendering import dates
from actionlearn.server.web.handlers import PageHandler
from actionlearn.store.people import members
from actionlearn.store.records import Cohort


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
        href = self.url(f"workbooks/{advice.workbook}#p-{advice.prompt}")
        return GapQuestion(advice.question, titles[advice.workbook], href)
