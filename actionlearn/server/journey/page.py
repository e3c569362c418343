"""My journey: the first page of a learner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from actionlearn.answers.saved_cards import SavedCard
from actionlearn.cohort import retention
from actionlearn.permissions import Actor
from actionlearn.server.accounts import notifications
from actionlearn.server.journey.cards import cards_of, saved_cards
from actionlearn.server.journey.greetings import greeting, inactive_words
from actionlearn.server.journey.steps import Step, next_step, next_step_words, position, step_of
from actionlearn.server.rendering import dates
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.reader import Reader
from actionlearn.server.web.voila_frontend import preload_urls
from actionlearn.server.workbooks import summaries, titles
from actionlearn.store import Connection
from actionlearn.store.outbound import releases
from actionlearn.store.people import members
from actionlearn.store.people import retention as retention_notices
from actionlearn.store.records import Cohort, Comment, Workbook
from actionlearn.store.reports import inactivity
from actionlearn.store.reviews import comments, submissions
from actionlearn.store.workbooks import workbooks
from actionlearn.text.initials import initials


@dataclass(frozen=True)
class UnreadComment:
    """A released comment that the learner has not marked as read."""

    id: str
    by: str
    initials: str
    about: str
    at: str
    when: str
    body: str
    href: str


@dataclass(frozen=True)
class StartableTemplate:
    """A template one can start a workbook from, whether the programme suggests it or not."""

    template: str
    title: str
    summary: str


@dataclass(frozen=True)
class Journey:
    """Somebody's workbooks in one cohort, and what goes with them.

    Parameters
    ----------
    learner
        Whether they learn there: a manager has workbooks, and no needs, cards or comments.
    """

    id: str
    name: str
    time_zone: str
    organisation: str
    theme: str
    contact: dict[str, str]
    next: Step | None
    next_words: str
    steps: tuple[Step, ...]
    others: tuple[StartableTemplate, ...]
    comments: tuple[UnreadComment, ...]
    unused_cards: tuple[SavedCard, ...]
    inactive: str = ""
    ends: str = ""
    agreements_url: str = ""
    releases_url: str = ""
    learner: bool = True

    @property
    def now(self) -> tuple[Step, ...]:
        """What is to be written now."""
        return tuple(step for step in self.steps if not step.behind and step.state != "later")

    @property
    def behind(self) -> tuple[Step, ...]:
        """What is shared, or written to the end."""
        return tuple(step for step in self.steps if step.behind)

    @property
    def later(self) -> tuple[Step, ...]:
        """What is suggested for a day to come."""
        return tuple(step for step in self.steps if step.state == "later")


class JourneyPage(PageHandler):
    """My journey, for a learner; the desk or the office for everybody else."""

    async def get(self) -> None:
        """Show the journeys, or send the reader to the page that is their first."""
        actor, person = self.required_actor(), self.signed_in()
        roles = {each.role for each in actor.memberships}
        if not roles & {"learner", "manager"} and (roles & {"coach", "facilitator"} or actor.operator):
            self.redirect_to("desk" if "coach" in roles else "office")
            return
        if roles and roles <= {"sponsor"}:
            self.redirect_to("received")
            return
        reader = self.reader
        journeys, news = await self.read(
            lambda c: (
                journey(c, actor, reader),
                notifications.todays_news(c, actor, person, self.locale, self.base_url),
            )
        )
        first = journeys[0] if journeys else None
        where = dates.zone(person.time_zone, first.time_zone if first else "")
        self.render_page(
            "journey/journey.html",
            journeys=journeys,
            news=news,
            ahead=preload_urls(self.base_url, [step.live for each in journeys for step in each.now]),
            eyebrow=" · ".join(filter(None, (first.name, first.organisation))) if first else "",
            lead=first.theme if first else "",
            greeting=greeting(person.firstname or person.name, self.locale, where),
        )


def journey(c: Connection, actor: Actor, reader: Reader) -> tuple[Journey, ...]:
    """Return somebody's journey in each of their cohorts, the newest first."""
    mine = {each.cohort for each in actor.memberships if each.role in ("learner", "manager")}
    # Who is no longer a learner of a cohort keeps what they wrote there.
    mine |= {each.cohort for each in workbooks.workbooks_of(c, owner=reader.person.id)}
    return tuple(_journey(c, cohort, actor, reader) for cohort in members.cohorts(c) if cohort.id in mine)


def _mine(c: Connection, cohort: str, actor: Actor, reader: Reader) -> tuple[list[Workbook], dict[str, str]]:
    """Return somebody's own workbooks and those of their sets; by id whose or about whom, where that is to be said."""
    own = workbooks.workbooks_of(c, cohort=cohort, owner=reader.person.id)
    names = {each.id: members.person(c, each.about).name for each in own if each.about}
    for group in members.sets(c, cohort):
        if actor.in_set(cohort, group.id):
            shared = workbooks.workbooks_of(c, cohort=cohort, owner=group.id)
            own += [workbooks.workbook(c, each.id, reader.locale) for each in shared]
            names |= {each.id: group.name for each in shared}
    return own, names


def _journey(c: Connection, cohort: Cohort, actor: Actor, reader: Reader) -> Journey:
    where = dates.zone(reader.person.time_zone, cohort.time_zone)
    mine, names = _mine(c, cohort.id, actor, reader)
    suggested = {each.template: each for each in members.suggestions(c, cohort.id)}
    ordered = sorted(mine, key=lambda each: position(each, suggested))
    steps = tuple(
        replace(step_of(c, reader, where, each, suggested.get(each.template)), of=names.get(each.id, ""))
        for each in ordered
    )
    following = next_step(steps)
    since = inactivity.inactive_since(c, cohort.id, reader.person.id)
    ending = retention.retention_of(c, cohort, retention_notices.notices(c).get(cohort.id), dates.today(where))
    programme: dict[str, Any] = cohort.programme
    learner = actor.has("learner", cohort.id)
    cards = cards_of(reader.data, cohort.id, reader.locale)
    theme, contact = summaries.programme_words(programme, reader.locale)
    return Journey(
        id=cohort.id,
        name=cohort.name,
        time_zone=cohort.time_zone,
        organisation=str(programme.get("organisation", "")),
        theme=theme,
        contact=contact,
        next=following,
        next_words=next_step_words(following, reader.locale),
        steps=steps,
        others=_others(reader, cohort.id, ordered, actor) if learner else (),
        comments=_unread_comments(c, reader, where, ordered),
        inactive=inactive_words(since, reader.locale, where) if since else "",
        ends=dates.day(ending.day, reader.locale),
        agreements_url=f"{reader.base}agreements/{cohort.id}/{reader.person.id}"
        if actor.has("learner", cohort.id)
        else "",
        releases_url=f"{reader.base}releases/{cohort.id}" if learner and releases.possible(c, cohort.id) else "",
        unused_cards=tuple(
            each for each in saved_cards(c, reader.data, reader.person.id, cohort.id, cards) if each.is_unused
        ),
        learner=learner,
    )


def _others(reader: Reader, cohort: str, mine: list[Workbook], actor: Actor) -> tuple[StartableTemplate, ...]:
    """Return what one can start: what one has first, in the order of the journey, then all others there are."""
    had = {each.template for each in mine}
    in_set = any(each.cohort == cohort and each.set for each in actor.memberships)
    others = []
    for id in dict.fromkeys([*(each.template for each in mine), *summaries.template_ids(reader.data, cohort)]):
        face = summaries.template_summary(reader.data, cohort, id, reader.locale)
        if face and (face.owner == "person" or in_set) and not (face.per == "once" and id in had):
            others.append(StartableTemplate(id, face.title, face.summary))
    return tuple(others)


def _unread_comments(
    c: Connection, reader: Reader, where: ZoneInfo, mine: Iterable[Workbook]
) -> tuple[UnreadComment, ...]:
    """Return the released comments on these workbooks that their owner has not marked as read."""
    by_id = {each.id: each for each in mine}
    unseen = reversed(comments.unseen_for(c, reader.person.id))
    pairs = [(by_id.get(submissions.submission(c, each.submission).workbook), each) for each in unseen]
    return tuple(_unread_comment(c, reader, where, workbook, comment) for workbook, comment in pairs if workbook)


def _unread_comment(
    c: Connection, reader: Reader, where: ZoneInfo, workbook: Workbook, comment: Comment
) -> UnreadComment:
    at = comment.released_at or comment.created_at
    path = f"workbooks/{workbook.id}#p-{comment.prompt}" if comment.prompt else f"reviews/{comment.submission}"
    return UnreadComment(
        id=comment.id,
        by=comment.by_name,
        initials=initials(comment.by_name),
        about=summaries.workbook_summary(reader.data, workbook, titles.own_answers(c, workbook.id)).title,
        at=at,
        when=dates.ago(at, reader.locale, where),
        body=comment.body,
        href=f"{reader.base}{path}",
    )
