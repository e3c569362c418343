"""A calendar file of one's own days."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from actionlearn.answers.items import PromptAnswer
from actionlearn.errors import Refused
from actionlearn.exports.ical import Day, Earlier, calendar, days, names_days
from actionlearn.i18n import say
from actionlearn.permissions import Actor, may
from actionlearn.server.journey.all_answers import all_answers
from actionlearn.server.rendering import dates
from actionlearn.server.web.addresses import request_origin
from actionlearn.server.web.handlers import PageHandler
from actionlearn.store.people import members
from actionlearn.store.records import Cohort, Person
from actionlearn.store.reviews import notes
from actionlearn.store.workbooks.revisions import cut_revision, past_answers
from actionlearn.text.search import normalise


class CalendarFile(PageHandler):
    """Somebody's days, as a file for their calendar: those they named as a learner, and what they agreed on."""

    async def get(self, cohort: str) -> None:
        """Send the file."""
        actor = self.actor
        learns = actor is not None and actor.has("learner", cohort)
        if actor is None or not (learns or actor.has("coach", cohort)):
            raise Refused("server.refused")
        address = request_origin(self.request, self.kit.settings)

        def act(c: Any) -> tuple[Cohort, list[PromptAnswer], Earlier, list[Day]]:
            answers = all_answers(c, self.data, actor, cohort, sets=True) if learns else []
            people = [each.person for each in members.members(c, cohort) if each.role == "learner"]
            answers = [own_promises(each, self.signed_in(), people) for each in answers]
            agreed = _agreement_days(c, actor, cohort, self.locale, address)
            return members.cohort(c, cohort), answers, _earlier(c, answers), agreed

        shown, answers, earlier, agreements = await self.commit(act)
        where = dates.zone(self.signed_in().time_zone, shown.time_zone)
        title = "My journey: {cohort}" if learns else "My desk: {cohort}"
        heading = say(title, self.locale, cohort=shown.name)
        text = await asyncio.to_thread(
            lambda: calendar(
                [*days(answers, self.locale, address, earlier), *agreements],
                name=heading,
                zone=where,
                now=datetime.now(UTC),
            )
        )
        name = "journey.ics" if learns else "desk.ics"
        self.send_file(name, "text/calendar; charset=utf-8; method=PUBLISH", text)


def own_promises(answer: PromptAnswer, me: Person, people: Iterable[Person]) -> PromptAnswer:
    """Leave out of a set's table what somebody else promised: the row names another of these people, and not me."""
    rows = answer.item.value
    if not answer.of_set or answer.item.kind != "table" or not isinstance(rows, list):
        return answer
    others = [each for each in people if each.id != me.id]

    def mine(row: Any) -> bool:
        who = set(normalise(str(row["cells"].get("who", ""))).split())
        return _names(me, who) or not any(_names(each, who) for each in others)

    return replace(answer, item=replace(answer.item, value=[row for row in rows if mine(row)]))


def _names(person: Person, words: set[str]) -> bool:
    """Tell whether words name somebody: by their first name, or their username."""
    return any(part in words for part in normalise(f"{person.firstname.partition(' ')[0]} {person.username}").split())


def _earlier(c: Any, answers: list[PromptAnswer]) -> Earlier:
    """Return what answers with days were before, and keep what they are now: this file is how a calendar comes to have it."""
    dated = [each for each in answers if names_days(each)]
    found = {(each.workbook, each.prompt): past_answers(c, each.workbook, each.prompt) for each in dated}
    for each in dated:
        if each.version:
            cut_revision(c, each.workbook, each.prompt, "rest")
    return {key: [each.value for each in past] for key, past in found.items()}


def _agreement_days(c: Any, actor: Actor, cohort: str, locale: str, address: str) -> list[Day]:
    """Return what somebody agreed on with a day: a learner's own, a coach's with each of their learners.

    As with steps, an agreement that was kept stays and rings no more, and one that was taken back is taken out of the
    calendar that has it.
    """
    names = {each.person.id: each.person.name for each in members.members(c, cohort) if each.role == "learner"}
    return [
        Day(
            uid=f"{each.id}@actionlearn",
            on=date.fromisoformat(each.day),
            summary=_day_title(each, "" if each.learner == actor.person else names[each.learner], locale),
            sequence=each.version,
            changed_at=each.deleted_at or each.made_at,
            url=f"{address}agreements/{cohort}/{each.learner}",
            cancelled=each.deleted_at is not None,
            done=each.fulfilled_at is not None,
        )
        for each in notes.dated_agreements(c, cohort)
        if each.learner in names and may(actor, "agree", notes.agreement_resource(c, each))
    ]


def _day_title(agreement: notes.Agreement, who: str, locale: str) -> str:
    text = agreement.body or say("Taken back", locale)
    return f"{who}: {text}" if who else text
