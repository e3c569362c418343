"""What learners released: the page of a manager, and of a sponsor. Nothing else of anybody is on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actionlearn.answers.items import numbered_title
from actionlearn.errors import ActionlearnError, Refused
from actionlearn.i18n import say
from actionlearn.permissions import Actor, Resource, may
from actionlearn.server.rendering import dates
from actionlearn.server.web.access_log import record_people_read
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.workbooks import summaries
from actionlearn.server.workbooks.state import notebook_contents
from actionlearn.stats import suppression
from actionlearn.store import Connection, stamp
from actionlearn.store.outbound import releases
from actionlearn.store.outbound.releases import Release
from actionlearn.store.people import members
from actionlearn.store.records import Cohort, Person, Workbook
from actionlearn.store.reports import counts as state_counts
from actionlearn.store.workbooks import workbooks
from actionlearn.store.workbooks.schedule import progress_of

#: States of a workbook -> what they are called. Message ids.
STATE_WORDS = {"shared": "have shared it", "begun": "have begun", "new": "not yet"}


@dataclass(frozen=True)
class ReceivedWords:
    """Sentences of one answer that were released to the reader, and what was asked."""

    sentences: tuple[str, ...]
    question: str
    about: str
    since: str
    at: str
    language: str


@dataclass(frozen=True)
class ManagerWorkbook:
    """A workbook of a manager's own, about one of their people."""

    title: str
    href: str
    answered: int
    total: int


@dataclass(frozen=True)
class ReceivedPerson:
    """A learner, what they released, and what the reader wrote about them."""

    id: str
    name: str
    quoted: tuple[ReceivedWords, ...]
    workbooks: tuple[ManagerWorkbook, ...] = ()


@dataclass(frozen=True)
class TemplateCounts:
    """How many are how far with one workbook, from how many to how many; None where it is withheld."""

    title: str
    counts: dict[str, tuple[int, int] | None]


@dataclass(frozen=True)
class ReceivedCohort:
    """What one reader finds in one cohort."""

    cohort: Cohort
    people: tuple[ReceivedPerson, ...]
    manager: bool
    sponsor: bool
    learners: int | None = None
    counts: tuple[TemplateCounts, ...] = ()
    withheld: tuple[str, ...] = ()
    since: str = ""


class ReceivedPage(PageHandler):
    """What was released to somebody, in all cohorts in which they are a manager or sponsor."""

    async def get(self) -> None:
        """Show it."""
        actor, me = self.required_actor(), self.signed_in()

        def look(c: Connection) -> list[ReceivedCohort]:
            mine = [each for each in members.cohorts(c) if may(actor, "receive", Resource("cohort", each.id))]
            return [self._received(c, each, actor, me) for each in mine]

        for cohort in {each.cohort for each in actor.memberships if each.role == "sponsor"}:
            await self._tell_anew(cohort)
        places = await self.read(look)
        if not places:
            raise Refused("server.refused")
        read = (somebody.id for place in places for somebody in place.people if somebody.quoted)
        await record_people_read(self, read, "read released words")  # they are told
        state_words = {state: say(words, self.locale) for state, words in STATE_WORDS.items()}
        self.render_page(
            "releases/received.html",
            cohorts=places,
            least=suppression.MINIMUM,
            states=state_counts.STATES,
            state_words=state_words,
        )

    async def _tell_anew(self, id: str) -> None:
        """Take what is true since the week began for what sponsors are told, where enough people have gone on."""
        cohort = await self.read(lambda c: members.cohort(c, id))
        until = stamp(_monday(cohort))
        if due := await self.read(lambda c: state_counts.due_counts(c, id, until)):
            await self.commit(lambda c: state_counts.put_sponsor_counts(c, id, due, until))

    def _received(self, c: Connection, cohort: Cohort, actor: Actor, me: Person) -> ReceivedCohort:
        where = dates.zone(me.time_zone, cohort.time_zone)
        manager, sponsor = actor.has("manager", cohort.id), actor.has("sponsor", cohort.id)
        answers: dict[tuple[str, ...], list[Release]] = {}
        managers = releases.managers(c, cohort.id)
        for each in releases.to_reader(c, cohort.id, me.id):
            if each.words and may(actor, "read", releases.release_resource(each, managers)):
                answers.setdefault((each.workbook, each.prompt, each.path, each.revision), []).append(each)
        quoted: dict[str, list[ReceivedWords]] = {}
        for same in answers.values():
            quoted.setdefault(same[0].learner, []).append(self._quoted(c, same, where))
        about: dict[str, list[ManagerWorkbook]] = {}
        for book in workbooks.workbooks_of(c, cohort=cohort.id, owner=me.id) if manager else ():
            if book.about:
                about.setdefault(book.about, []).append(self._manager_workbook(c, book))
        theirs = [id for id, each in managers.items() if me.id in each] if manager else []
        shown = dict.fromkeys([*theirs, *about, *quoted])
        people = sorted(
            (
                ReceivedPerson(
                    id=id,
                    name=members.person(c, id).name,
                    quoted=tuple(quoted.get(id, ())),
                    workbooks=tuple(about.get(id, ())),
                )
                for id in shown
            ),
            key=lambda each: (not each.quoted, each.name),
        )
        counts = self._counts(c, cohort) if sponsor else {}
        return ReceivedCohort(cohort=cohort, people=tuple(people), manager=manager, sponsor=sponsor, **counts)

    def _quoted(self, c: Connection, same: list[Release], where: ZoneInfo) -> ReceivedWords:
        """Return what was released of one answer, in the order in which it stands there."""
        each = same[0]  # the last that was released
        book = workbooks.workbook(c, each.workbook)
        question, language = "", book.locale
        try:
            contents = notebook_contents(self.data, book)
        except ActionlearnError:  # its file is gone: the words are not
            contents = None
        if contents and each.prompt in contents.prompts:
            question, language = contents.prompts[each.prompt].question, contents.locale
        sentences = tuple(one.words for one in sorted(same, key=lambda one: one.begins))
        title = numbered_title(book.title, book.number)
        day = dates.day(each.released_at, self.locale, where)
        return ReceivedWords(
            sentences=sentences,
            question=question,
            about=title,
            since=day,
            at=each.released_at,
            language=language.replace("_", "-"),
        )

    def _manager_workbook(self, c: Connection, book: Workbook) -> ManagerWorkbook:
        face = summaries.workbook_summary(self.data, book)
        progress = progress_of(c, book, face.asked)
        return ManagerWorkbook(
            title=face.title,
            href=self.url(f"workbooks/{book.id}"),
            answered=len(progress.answered),
            total=len(progress.asked),
        )

    def _counts(self, c: Connection, cohort: Cohort) -> dict[str, Any]:
        """Return how many are how far, as sponsors are told: who looks daily learns no more of anybody."""
        monday = _monday(cohort)
        learners, now = state_counts.counts(c, cohort.id, stamp(monday))
        known = state_counts.sponsor_counts(c, cohort.id)
        states = {template: known[template] for template in now if template in known}
        counts = tuple(
            TemplateCounts(
                summaries.title(self.data, cohort.id, template, self.locale) or template,
                suppression.counts_in_steps(each, "shared"),
            )
            for template, each in states.items()
        )
        shown = learners if learners >= suppression.MINIMUM else None
        numbers = tuple(each for each in counts if set(each.counts.values()) != {None})
        return {
            "learners": shown,
            "counts": numbers,
            "withheld": tuple(each.title for each in counts if each not in numbers),
            "since": dates.day(monday.date().isoformat(), self.locale),
        }


def _monday(cohort: Cohort) -> datetime:
    """Return when the week began, in the time of a cohort."""
    today = datetime.now(dates.zone(cohort.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday())
