"""What a learner releases: sentences they pick for a manager or sponsor, what is out, and taking it back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from actionlearn.answers.items import numbered_title
from actionlearn.answers.passages import text_fields, texts
from actionlearn.answers.prompts import Prompt, is_empty
from actionlearn.errors import BadInput, Missing, Refused
from actionlearn.i18n import say
from actionlearn.permissions import Actor, may
from actionlearn.server.releases import schemas
from actionlearn.server.rendering import dates
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.operations import operation
from actionlearn.server.workbooks.state import notebook_contents, require_workbook
from actionlearn.store import Connection, now
from actionlearn.store.outbound import releases
from actionlearn.store.outbound.releases import PickedPassage, Release
from actionlearn.store.people import members
from actionlearn.store.records import Person, Workbook
from actionlearn.store.workbooks import drafts, workbooks

#: Sentences that are released at once, and characters that one may have.
MAX_SENTENCES, MAX_CHARACTERS = 100, 20_000

#: Workbooks that are listed at once; those written in earlier are folded away.
MAX_LISTED = 5


@dataclass(frozen=True)
class Recipient:
    """Somebody whom one may release words to."""

    id: str
    name: str
    role: str


@dataclass(frozen=True)
class RecipientSince:
    """Somebody who may read released words, and since when."""

    id: str
    name: str
    since: str
    at: str


@dataclass(frozen=True)
class ReleasedWords:
    """Words that were released, and to whom."""

    words: str
    about: str
    href: str
    changed: bool
    to: tuple[RecipientSince, ...]


@dataclass(frozen=True)
class ReleasableText:
    """One text of an answer, to pick from."""

    prompt: str
    path: str
    text: str


@dataclass(frozen=True)
class ReleasableQuestion:
    """A question, and what was answered to it."""

    question: str
    texts: tuple[ReleasableText, ...]


def recipients(c: Connection, cohort: str, learner: str, locale: str) -> list[Recipient]:
    """Return whom a learner may release words to: their managers, and the sponsors of the cohort."""
    managers = releases.managers(c, cohort).get(learner, {})
    both = [(each, say("Your manager", locale)) for each in managers.values()]
    both += [
        (each, say("Sponsor", locale))
        for id, each in releases.sponsors(c, cohort).items()
        if id not in managers | {learner: 0}
    ]
    return [Recipient(each.id, each.name, what) for each, what in both]


class ReleasesPage(PageHandler):
    """What a learner has released in a cohort, and the sentences of one workbook to pick from."""

    async def get(self, cohort: str) -> None:
        """Show the page, to the learner alone."""
        actor, me = self.required_actor(), self.signed_in()
        wanted = self.get_query_argument("w", "")

        def look(c: Connection) -> dict[str, Any]:
            if not actor.has("learner", cohort):
                raise Refused("server.refused")
            shown = members.cohort(c, cohort)
            where = dates.zone(me.time_zone, shown.time_zone)
            books = _books(c, actor, cohort, me)
            book = next((each for each in books if each.id == wanted), None) or (books[0] if books else None)
            titles = [{"id": each.id, "title": _title(each), "here": each is book} for each in books]
            return {
                "cohort": shown,
                "readers": recipients(c, cohort, me.id, self.locale),
                "released": self._released(c, releases.of_learner(c, cohort, me.id), where),
                "books": titles[:MAX_LISTED],
                "earlier": titles[MAX_LISTED:],
                "book": book,
                "title": _title(book) if book else "",
                "questions": self._questions(c, book) if book else [],
            }

        self.render_page("releases/releases.html", **await self.read(look))

    def _questions(self, c: Connection, book: Workbook) -> list[ReleasableQuestion]:
        answers = drafts.drafts(c, book.id)
        questions = []
        for id, prompt in notebook_contents(self.data, book).prompts.items():
            value = answers[id].value if id in answers else None
            if prompt.by == "learner" and not is_empty(value):
                parts = [ReleasableText(id, path, text) for path, text in texts(value, _fields(prompt)) if text.strip()]
                questions += [ReleasableQuestion(prompt.question, tuple(parts))] if parts else []
        return questions

    def _released(self, c: Connection, every: list[Release], where: ZoneInfo) -> list[ReleasedWords]:
        """Return what was released, the newest first: the same words to several readers stand once."""
        same: dict[tuple[str, str, str, str], list[Release]] = {}
        for each in every:
            same.setdefault((each.workbook, each.prompt, each.path, each.words), []).append(each)
        return [self._released_words(c, each, where) for each in same.values()]

    def _released_words(self, c: Connection, same: list[Release], where: ZoneInfo) -> ReleasedWords:
        each = same[0]
        book = workbooks.workbook(c, each.workbook)
        head = drafts.drafts(c, book.id).get(each.prompt)
        unchanged = head is not None and any(each.words in text for _, text in texts(head.value, _columns(each)))
        to = tuple(
            RecipientSince(
                id=one.id,
                name=members.person(c, one.reader).name,
                since=dates.day(one.released_at, self.locale, where),
                at=one.released_at,
            )
            for one in same
        )
        return ReleasedWords(
            words=each.words,
            about=_title(book),
            href=self.url(f"workbooks/{book.id}#p-{each.prompt}"),
            changed=not unchanged,
            to=to,
        )


def _fields(prompt: Prompt) -> dict[str, int]:
    """Return where in an answer there are sentences: the names of files are none."""
    return {} if prompt.kind == "file" else text_fields(prompt)


def _columns(each: Release) -> list[str]:
    return [each.path.partition("/")[2]]


def _title(book: Workbook) -> str:
    return numbered_title(book.title, book.number)


def _books(c: Connection, actor: Actor, cohort: str, me: Person) -> list[Workbook]:
    """Return the workbooks that somebody may release words of and has written in, the last written in first."""
    mine = workbooks.workbooks_of(c, cohort=cohort, owner=me.id)
    written = [each for each in mine if each.started_at and may(actor, "release", workbooks.workbook_resource(c, each))]
    return sorted(written, key=lambda each: each.started_at or "", reverse=True)


class ReleaseWords(ApiHandler):
    """Release sentences of one workbook."""

    @operation(takes=schemas.NewRelease, gives={201: schemas.ReleaseCount})
    async def post(self, id: str) -> None:
        """Have each chosen reader read each chosen sentence, from now on."""
        body = self.parsed(schemas.NewRelease)
        chosen, picked = body.readers, _picked(body.words)
        if not chosen:
            raise BadInput("release.nobody")
        me = self.signed_in()

        def act(c: Connection) -> int:
            book = require_workbook(c, self.actor, id, "release")
            known = {each.id for each in recipients(c, book.cohort, me.id, self.locale)}
            if not set(chosen) <= known:
                raise BadInput("release.nobody")
            prompts = notebook_contents(self.data, book).prompts
            for each in picked:
                asked = prompts.get(each.prompt)
                if asked is None or asked.by != "learner" or each.path.partition("/")[2] not in _fields(asked):
                    raise BadInput("release.changed")
            return len({releases.add(c, book, each, reader, now()).id for each in picked for reader in set(chosen)})

        count = await self.commit(act)
        for reader in sorted(set(chosen)):
            await self.audit("released words to", f"person {reader}")
        self.send_json({"released": count}, status=201)


def _picked(sentences: list[schemas.Sentence]) -> list[PickedPassage]:
    """Return the passages that were picked.

    Raises
    ------
    BadInput
        There are none or too many, or one of them is too long or empty.
    """
    if not 1 <= len(sentences) <= MAX_SENTENCES:
        raise BadInput("release.nothing")
    if any(len(each.words) > MAX_CHARACTERS or each.ends <= each.begins for each in sentences):
        raise BadInput("release.changed")
    return [
        PickedPassage(prompt=each.prompt, path=each.path, begins=each.begins, ends=each.ends, words=each.words)
        for each in sentences
    ]


class WithdrawRelease(ApiHandler):
    """Take back released words."""

    @operation(gives={204: None})
    async def delete(self, id: str) -> None:
        """Withdraw a release: once this is answered, nobody reads it."""
        me = self.signed_in()

        def allowed(_: Connection, each: Release) -> None:
            if not may(self.actor, "release", releases.release_resource(each, {})):
                raise Missing("release.gone")  # who may not is told no more

        await asyncio.to_thread(releases.withdraw, self.store, self.data, id, me.id, allowed=allowed, now=now())
        await self.audit("withdrew words", f"release {id}")
        self.send_json()
