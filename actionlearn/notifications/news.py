"""What is new for somebody: counts, days and addresses, and no word that anybody wrote.

A fact is told once. A letter lies open on a screen and passes through others' machines: whoever wants
the words opens the page, where `roles.may` stands before them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from actionlearn.errors import Missing
from actionlearn.i18n import say, say_many
from actionlearn.i18n.dates import weekday
from actionlearn.notifications import group_news, weekly_news
from actionlearn.notifications.window import NewsWindow
from actionlearn.permissions import GROUP_ROLES, ROLES, Actor, Resource, Role, may
from actionlearn.store import Connection
from actionlearn.store.people import account_events, members
from actionlearn.store.reviews import comments, notes, queue, submissions
from actionlearn.store.reviews.notes import Agreement
from actionlearn.store.workbooks import workbooks

Fact = dict[str, Any]


def _comments(c: Connection, since: NewsWindow) -> Iterator[Fact]:
    if since.actor.person not in since.shared.ask(comments.concerned, c, since.earliest):
        return
    found = []
    for each in comments.unseen_for(c, since.actor.person):
        shared = submissions.submission(c, each.submission)
        # Who coaches no more is told no more.
        if (each.released_at or "") > since.instant and may(
            since.actor, "reply", submissions.submission_resource(c, shared)
        ):
            found.append(each)
    if found:
        learns = any(each.role == "learner" for each in since.actor.memberships)
        yield {"said": "comments", "count": len(found), "path": "" if learns else "desk"}


def _shared(c: Connection, since: NewsWindow) -> Iterator[Fact]:
    new = [
        each
        for each in queue.coach_queue(c, since.actor)
        if each.shared_at > since.instant
        and not (each.opened_at or each.comment_count or each.unreleased or each.has_draft)
    ]
    asked = sum(bool(each.asked) for each in new)
    for kind, count in (("shared", len(new) - asked), ("asked", asked)):
        if count:
            yield {"said": kind, "count": count, "path": "desk"}


def _agreed(c: Connection, since: NewsWindow) -> Iterator[Fact]:
    found: dict[tuple[str, str], int] = {}
    for each, thing in since.shared.ask(_agreements, c, *since.days):
        if may(since.actor, "agree", thing):
            key = (each.day, f"agreements/{each.cohort}/{each.learner}")
            found[key] = found.get(key, 0) + 1
    for (day, path), count in sorted(found.items()):
        yield {"said": "agreed", "count": count, "day": day, "path": path}


def _agreements(c: Connection, first: str, last: str) -> list[tuple[Agreement, Resource]]:
    """Return what is agreed for some days, with the ways of learners that are learners still."""
    found = []
    for each in notes.agreements_for(c, first, last):
        with suppress(Missing):
            members.learner_resource(c, each.cohort, each.learner)
            found.append((each, notes.agreement_resource(c, each)))
    return found


def _days(c: Connection, since: NewsWindow) -> Iterator[Fact]:
    first, last = since.days
    me = since.actor.person
    for cohort in sorted({each.cohort for each in since.actor.memberships if each.role == "learner"}):
        for each in since.shared.ask(members.suggestions, c, cohort):
            opens = since.opened(each.opens)
            due = first <= each.due <= last
            book = workbooks.find_workbook(c, cohort, me, each.template, 1) if opens or due else None
            if book is None or submissions.submissions_of(c, book.id):
                continue
            if due:
                yield {"said": "due", "title": book.title, "day": each.due, "path": f"workbooks/{book.id}"}
            elif not book.started_at:
                yield {"said": "opens", "title": book.title, "path": f"workbooks/{book.id}"}
        yield from weekly_news.opened(c, since, cohort)


def _account(c: Connection, since: NewsWindow) -> Iterator[Fact]:
    groups = {f"group {id}" for each in since.actor.memberships for id in (each.cohort, each.set) if id}
    if since.shared.ask(account_events.things_noted, c, since.earliest).isdisjoint(
        {f"person {since.actor.person}", *groups}
    ):
        return
    events = account_events.account_events(c, since.actor.person, since.instant)
    found = [each for each in events if not each.own]
    if found:
        yield {"said": "account", "count": len(found), "path": "personal-data"}


@dataclass(frozen=True)
class NewsKind:
    """A kind of news, which its reader may turn down."""

    roles: frozenset[Role]
    find: Callable[[Connection, NewsWindow], Iterator[Fact]]


#: What may be told.
KINDS: Mapping[str, NewsKind] = {
    "account": NewsKind(frozenset(ROLES), _account),
    "comments": NewsKind(frozenset({"learner", "coach"}), _comments),
    "shared": NewsKind(frozenset({"coach"}), _shared),
    "agreed": NewsKind(frozenset({"learner", "coach"}), _agreed),
    "answered": NewsKind(frozenset(GROUP_ROLES), group_news.answered),
    "week": NewsKind(frozenset(GROUP_ROLES), group_news.shown),
    "days": NewsKind(frozenset({"learner"}), _days),
}

#: What they are called. Message ids.
TITLES: Mapping[str, str] = {
    "account": "Who can sign in as you, and who reads you",
    "comments": "Comments on what you shared, and answers to yours",
    "shared": "What learners share with you, and ask you",
    "agreed": "What you agreed on, the day before",
    "answered": "Answers to what you ask and offer",
    "week": "On Mondays, how much people showed you in the week before",
    "days": "Workbooks and weeks that open, and days until which one is suggested",
}

#: What one turns down to get no letters.
MAIL = "mail"

#: What nobody turns down: whoever signed in as somebody else could.
ALWAYS = "account"


def kinds_of(actor: Actor) -> dict[str, NewsKind]:
    """Return what somebody may be told."""
    roles = {each.role for each in actor.memberships}
    return {name: kind for name, kind in KINDS.items() if kind.roles & roles}


def title(kind: str, locale: str) -> str:
    """Return what a kind of news is called."""
    return say(TITLES[kind], locale)


def facts(c: Connection, since: NewsWindow, off: Iterable[str] = ()) -> list[Fact]:
    """Return what is new for somebody, without the kinds they turned down."""
    without = set(off)
    return [
        fact
        for name, kind in kinds_of(since.actor).items()
        if name == ALWAYS or name not in without
        for fact in kind.find(c, since)
    ]


def line(fact: Fact, locale: str) -> str:
    """Return a fact in words."""
    count = fact.get("count", 0)
    day = weekday(date.fromisoformat(fact["day"]), locale) if "day" in fact else ""
    match fact["said"]:
        case "account":
            return say("Something has changed in who can sign in as you, or in who reads you.", locale)
        case "comments":
            return say_many("One new comment for you.", "{number} new comments for you.", count, locale)
        case "shared":
            return say_many("One learner shared with you.", "{number} learners shared with you.", count, locale)
        case "asked":
            return say_many(
                "One learner asks you about an answer.", "{number} learners ask you about an answer.", count, locale
            )
        case "answered":
            return say_many(
                "Somebody answered you, or thought of you.",
                "{number} people answered you, or thought of you.",
                count,
                locale,
            )
        case "week":
            return say_many(
                "Last week somebody showed what they are working on.",
                "Last week people showed {number} things they are working on.",
                count,
                locale,
            )
        case "agreed":
            return say_many(
                "Something you agreed on is for {day}.",
                "{number} things you agreed on are for {day}.",
                count,
                locale,
                day=day,
            )
        case "due":
            return say("“{title}” is suggested until {day}.", locale, title=fact["title"], day=day)
        case "opens":
            return say("“{title}” is open now.", locale, title=fact["title"])
        case "part" if count:
            return say("“{title}”: week {number} is open.", locale, title=fact["title"], number=count)
        case "part":
            return say("“{title}”: the next part is open.", locale, title=fact["title"])
        case _:
            return ""  # of a kind that there is no more
