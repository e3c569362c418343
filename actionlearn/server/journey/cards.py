"""What do you need just now? Cards by the moment they help in, and what a learner saved of their own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from actionlearn.answers import rendering
from actionlearn.answers.saved_cards import KEPT_IN, PARAMETER, SavedCard, saved_card, stage_words
from actionlearn.cohort.programme.library import Library, templates_folder
from actionlearn.errors import ActionlearnError, Missing, Refused
from actionlearn.i18n import say
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.workbooks import summaries, titles
from actionlearn.store import Connection
from actionlearn.store.people import members
from actionlearn.store.records import Cohort
from actionlearn.store.workbooks import workbooks
from actionlearn.template import Card
from actionlearn.template.cards import load

#: The five moments of need, in plain words. Message ids.
MOMENTS: dict[str, str] = {
    "new": "It is new to me",
    "more": "I want to understand more of it",
    "apply": "I have to do it now",
    "solve": "It does not work",
    "change": "It has changed, or I have to",
}

#: Kind of a card -> what people call it. Message ids.
KINDS: dict[str, str] = {
    "theory": "Theory",
    "research": "Research",
    "tool": "Tool",
    "framework": "Framework",
}


@dataclass(frozen=True)
class NeedGroup:
    """One moment of need, with the needs that lead to cards: what one would say, the card's id and title."""

    title: str
    needs: tuple[tuple[str, str, str], ...]


@lru_cache(maxsize=512)
def _read(path: Path, _changed: int) -> Card | None:
    try:
        return load(path)
    except ActionlearnError:
        return None  # one card that cannot be read takes no other with it


def cards_of(data: Path, cohort: str, locale: str) -> dict[str, Card]:
    """Return the cards of a cohort by id, in a reader's language, in English where there is none."""
    cards = {}
    for id, path in Library(templates_folder(data, cohort)).cards(locale).items():
        if (card := _read(path, path.stat().st_mtime_ns)) is not None:
            cards[id] = card
    return cards


def saved_cards(c: Connection, data: Path, owner: str, cohort: str, cards: dict[str, Card]) -> list[SavedCard]:
    """Return what somebody keeps in a cohort, the newest first."""
    saved = []
    for workbook in workbooks.workbooks_of(c, cohort=cohort, owner=owner):
        if workbook.template == KEPT_IN and not workbook.about:
            card = cards.get(workbook.parameters.get(PARAMETER, ""))
            answers = titles.own_answers(c, workbook.id)
            face = summaries.template_summary(data, cohort, workbook.template, workbook.locale)
            words = titles.first_words(face.texts, answers) if face else ""
            one = saved_card(
                workbook.id, card.title if card else words or summaries.workbook_summary(data, workbook).title, answers
            )
            if card or one.stages:
                saved.append(one)
    return saved[::-1]


class _Cards(PageHandler):
    """What a learner of a cohort sees of its cards, and of what they keep."""

    async def all(self, cohort: str) -> tuple[Cohort, dict[str, Card], list[SavedCard]]:
        """Return the cohort, its cards, and what the person keeps.

        Raises
        ------
        Refused
            They are no learner of it.
        """
        actor = self.actor
        if actor is None or not actor.has("learner", cohort):
            raise Refused("server.refused")
        cards = await asyncio.to_thread(cards_of, self.data, cohort, self.locale)
        return await self.read(
            lambda c: (members.cohort(c, cohort), cards, saved_cards(c, self.data, actor.person, cohort, cards))
        )


class CardsPage(_Cards):
    """The page that asks what one needs just now."""

    async def get(self, cohort: str) -> None:
        """Show the moments, the needs, and what the reader saved."""
        shown, cards, saved = await self.all(cohort)
        self.render_page(
            "journey/cards.html",
            cohort=shown,
            moments=[moment for id in MOMENTS if (moment := _moment(id, cards, self.locale)).needs],
            saved_cards=saved,
            stages=stage_words(self.locale),
        )


def _moment(id: str, cards: dict[str, Card], locale: str) -> NeedGroup:
    matching = [card for card in cards.values() if card.moment == id]
    return NeedGroup(
        say(MOMENTS[id], locale), tuple((need, card.id, card.title) for card in matching for need in card.needs)
    )


class CardPage(_Cards):
    """One card."""

    async def get(self, cohort: str, id: str) -> None:
        """Show the card, its question, and what the reader made of it."""
        shown, cards, saved = await self.all(cohort)
        if id not in cards:
            raise Missing("server.missing")
        card = cards[id]
        self.render_page(
            "journey/card.html",
            cohort=shown,
            card=card,
            kind=say(KINDS[card.kind], self.locale),
            text=rendering.markdown(card.text),
            saved_cards=[each for each in saved if each.title == card.title],
            stages=stage_words(self.locale),
        )
