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


class _LearnerPage(PageHandler):
    """A page made of all that a learner wrote in a cohort."""

    async def answers(self, cohort: str) -> tuple[Cohort, list[PromptAnswer]]:
        """Return a cohort in which the person learns, and their answers in it.

        Raises
        ------
        Refused
            They are no learner of it.
        """
        actor = self.actor
        if actor is None or not actor.has("learner", cohort):
            raise Refused("server.refused")
        return await self.read(lambda c: (members.cohort(c, cohort), all_answers(c, self.data, actor, cohort)))


class GapsPage(_LearnerPage):
    """What might be missing: three questions at most, for the learner alone, and only when asked for."""

    async def get(self, cohort: str) -> None:
        """Show the questions."""
        shown, answers = await self.answers(cohort)
        where = dates.zone(self.signed_in().time_zone, shown.time_zone)
        advice = await asyncio.to_thread(find_gaps, answers, dates.today(where), self.locale)
        titles = {each.workbook: each.item.workbook for each in answers}
        self.render_page(
            "journey/gaps.html", questions=[self._question(each, titles) for each in advice], cohort=shown.name
        )

    def _question(self, advice: Advice, titles: dict[str, str]) -> GapQuestion:
        href = self.url(f"workbooks/{advice.workbook}#p-{advice.prompt}")
        return GapQuestion(advice.question, titles[advice.workbook], href)
