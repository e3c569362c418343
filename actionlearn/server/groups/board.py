"""Asks and offers of a cohort on one board: somebody asks, somebody offers, a named person answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from actionlearn.errors import Missing, Refused, TooMany
from actionlearn.i18n import say, say_many
from actionlearn.permissions import Resource, may
from actionlearn.server.groups import schemas
from actionlearn.server.groups.postings import board_lists
from actionlearn.server.groups.rooms import introducible, own_set, rooms
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.operations import operation
from actionlearn.server.web.text_input import posting_text
from actionlearn.store import Connection, now
from actionlearn.store.groups import postings
from actionlearn.store.groups.postings import Answer, FirstAnswers, Posting
from actionlearn.store.people import members

#: The longest ask or offer, in characters; and how many of one person may stand open at once.
MOST = 30

#: With fewer answered questions than this, half of them is no number worth saying.
ENOUGH = 3


def response_time(found: FirstAnswers, locale: str) -> str:
    """Return in a sentence how soon questions here are answered; empty while there are too few to say."""
    if found.hours is None or found.answered < ENOUGH:
        return ""
    if found.hours < 1:
        return say("Half of the answered questions here had a first answer within the hour.", locale)
    if found.hours < 48:
        return say_many(
            "Half of the answered questions here had a first answer within {number} hour.",
            "Half of the answered questions here had a first answer within {number} hours.",
            -int(-found.hours // 1),
            locale,
        )
    return say_many(
        "Half of the answered questions here had a first answer within {number} day.",
        "Half of the answered questions here had a first answer within {number} days.",
        -int(-found.hours // 24),
        locale,
    )


class BoardPage(PageHandler):
    """The board of a cohort."""

    async def post(self, cohort: str) -> None:
        """Show what is found. What one searches for is sent in a body: addresses are written down on the way."""
        await self.get(cohort)

    async def get(self, cohort: str) -> None:
        """Show it: to learners, coaches and facilitators of the cohort."""
        actor = self.require("gather", Resource("cohort", cohort))
        reader = self.reader
        search = self.get_argument("q", "")[:100].strip()
        list_name = self.get_argument("of", "")
        page = self.page_number()

        def look(c: Connection) -> dict[str, Any]:
            found = members.cohort(c, cohort)
            office = sorted({each.person.name for each in members.members(c, cohort) if each.role == "facilitator"})
            return {
                "cohort": found,
                "lists": board_lists(c, actor, reader, cohort, search=search, chosen=list_name, page=page),
                "search": search,
                "chosen": list_name,
                "people": introducible(c, actor, cohort),
                "soon": response_time(postings.first_answers(c, cohort), self.locale),
                "room": own_set(actor, cohort),
                "rooms": rooms(c, actor, cohort),
                "office": office,
            }

        self.render_page("groups/board.html", **await self.read(look))


class AddPosting(ApiHandler):
    """Ask or offer."""

    @operation(takes=schemas.NewPosting, gives={201: schemas.PostingId}, by_form=True)
    async def post(self, cohort: str) -> None:
        """Put it on the board, for one's set or for the cohort."""
        new = self.parsed(schemas.NewPosting)
        kind, reach, body = new.kind, new.reach, posting_text(new.body)
        me = self.signed_in().id

        def act(c: Connection) -> Posting:
            actor = self.require("gather", Resource("cohort", cohort))
            set_id = own_set(actor, cohort) if reach == "set" else ""
            if reach == "set" and not set_id:
                raise Refused("room.no_set")
            if postings.open_of(c, cohort, me) >= MOST:
                raise TooMany("room.too_many_open", limit=MOST)
            return postings.add(c, cohort=cohort, set_id=set_id, kind=kind, by=me, body=body, now=now())

        self.send_json({"id": (await self.commit(act)).id}, status=201)


class ClosePosting(ApiHandler):
    """One ask or offer."""

    @operation(takes=schemas.PostingState, gives={204: None})
    async def post(self, id: str) -> None:
        """Say that it is settled, or open again: who asked may."""
        closed = self.parsed(schemas.PostingState).closed

        def act(c: Connection) -> None:
            self.require("change", postings.posting(c, id).thing)
            postings.close(c, id, now() if closed else None)

        await self.commit(act)
        self.send_json()

    @operation(gives={204: None})
    async def delete(self, id: str) -> None:
        """Take it back: its words go, and what was said to it."""

        def act(c: Connection) -> None:
            self.require("change", postings.posting(c, id).thing)
            postings.withdraw(c, id, now())

        await self.commit(act)
        self.send_json()


class AddPostingAnswer(ApiHandler):
    """Answer an ask or an offer, by name."""

    @operation(takes=schemas.NewPostingAnswer, gives={201: schemas.PostingAnswer}, by_form=True)
    async def post(self, id: str) -> None:
        """Say something, or bring two people together."""
        new = self.parsed(schemas.NewPostingAnswer)
        body, other = posting_text(new.body), new.introduces or None
        me = self.signed_in().id

        def act(c: Connection) -> Answer:
            found = postings.posting(c, id)
            self.require("read", found.thing)
            if other is not None and not _meets(c, other, found):
                raise Missing("room.nobody_to_meet")
            return postings.answer(c, posting_id=id, by=me, body=body, introduces=other, now=now())

        self.send_json(asdict(await self.commit(act)), status=201)


def _meets(c: Connection, other: str, found: Posting) -> bool:
    """Tell whether somebody can be introduced: they read the board, and it is not who asked."""
    return other != found.by and may(members.actor(c, other), "read", found.thing)


class OnePostingAnswer(ApiHandler):
    """One answer."""

    @operation(gives={204: None})
    async def delete(self, id: str) -> None:
        """Take back what one said oneself."""

        def act(c: Connection) -> None:
            answer = postings.answer_of(c, id)
            self.require("read", postings.posting(c, answer.posting).thing)
            if answer.by != self.signed_in().id:
                raise Refused("room.not_your_answer")
            postings.delete_answer(c, id)

        await self.commit(act)
        self.send_json()
