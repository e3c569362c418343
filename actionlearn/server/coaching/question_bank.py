"""Questions to ask a learner: the programme's, and those that come with the kit. Questions, never verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from actionlearn.errors import BadInput, Missing, Refused, TooLarge
from actionlearn.i18n import say
from actionlearn.permissions import Actor
from actionlearn.server.coaching import schemas
from actionlearn.server.reviews import schemas as reviews_schemas
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import operation
from actionlearn.store import now
from actionlearn.store.people import members
from actionlearn.store.reviews import notes

#: The longest question of a bank, in characters.
LONGEST = 500

#: Message ids.
QUESTIONS = (
    "What did you see or hear that made you think so?",
    "What would the other side say about this?",
    "Who has not been asked yet?",
    "What have you tried already, and what came of it?",
    "What would be the smallest next step?",
    "How will you know that it has worked?",
    "What would tell you that you are wrong?",
    "What surprised you?",
    "What did you expect, and what happened?",
    "What is yours to decide here, and what is not?",
    "Whom do you need for this, and what is in it for them?",
    "What are you avoiding?",
    "What would you do if you had a week, and what if you had a year?",
    "Which of your words here are facts, and which are guesses?",
    "What does this say about how you usually go about things?",
    "What will you do differently on Monday?",
    "What did you learn that you could use somewhere else?",
    "What would you ask yourself now?",
)


def questions(programmes: Iterable[Mapping[str, Any]], locale: str) -> list[str]:
    """Return the questions of some programmes in the reader's language, and then the kit's, each once."""
    found: dict[str, None] = {}
    for programme in programmes:
        words = programme.get("words") or {}
        translated = words.get(locale) or words.get(locale[:2]) or {}
        for each in translated.get("questions") or programme.get("questions") or ():
            found[str(each)] = None
    return [*found, *(say(each, locale) for each in QUESTIONS)]


class QuestionBank(ApiHandler):
    """The bank: the programme's questions, the kit's, and one's own."""

    @operation(gives={200: schemas.QuestionList})
    async def get(self) -> None:
        """Return all that this coach may use."""
        actor = self._coach()
        me, locale = self.signed_in().id, self.locale

        def look(c: Any) -> list[dict[str, str]]:
            mine = [{"id": each.id, "body": each.body} for each in notes.questions(c, me)]
            cohorts = {each.cohort for each in actor.memberships if each.role == "coach"}
            programmes = [each.programme for each in members.cohorts(c) if each.id in cohorts]
            return mine + [{"id": "", "body": each} for each in questions(programmes, locale)]

        self.send_json({"questions": await self.read(look)})

    @operation(takes=reviews_schemas.OwnWords, gives={201: reviews_schemas.Question})
    async def post(self) -> None:
        """Keep one more of one's own."""
        self._coach()
        body = " ".join(self.parsed(reviews_schemas.OwnWords).body.split())
        if not body:
            raise BadInput("review.empty_comment")
        if len(body) > LONGEST:
            raise TooLarge("review.comment_too_long", limit=LONGEST)
        me = self.signed_in().id
        self.send_json(asdict(await self.commit(lambda c: notes.add_question(c, me, body, now()))), status=201)

    def _coach(self) -> Actor:
        actor = self.required_actor()
        if not any(each.role == "coach" for each in actor.memberships):
            raise Refused("server.refused")
        return actor


class BankQuestion(ApiHandler):
    """One question of one's own."""

    @operation(gives={204: None})
    async def delete(self, id: str) -> None:
        """Remove it."""
        me = self.signed_in().id
        if not await self.commit(lambda c: notes.remove_question(c, me, id)):
            raise Missing("server.missing")
        self.send_json()
