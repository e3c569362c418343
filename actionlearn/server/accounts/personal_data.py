"""What is stored about me: how much of what, who opened my work, all of it in a file, and how it ends."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from actionlearn.cohort import retention
from actionlearn.exports import personal_data
from actionlearn.i18n import say
from actionlearn.server.rendering import dates
from actionlearn.server.web.handlers import PageHandler
from actionlearn.store import Connection, now
from actionlearn.store.people import access_log, account_events, members
from actionlearn.store.people import retention as retention_notices
from actionlearn.store.reviews import newcomers

#: How an entry of the audit reads to the person whose work it is about. Message ids.
ACT_WORDS: dict[str, str] = {
    "read a review": "read it",
    "took an executed notebook": "took it as a file",
    "opened a file": "opened a file in it",
    "read released words": "read the words you released",
    "read a shown answer": "read an answer you showed",
    "exported what is held": "took a copy of all that is held about you",
}

#: What was read, where it is no workbook that was shared. Message ids.
THING_WORDS: dict[str, str] = {
    "read released words": "Sentences you released",
    "exported what is held": "All that is stored about you",
}

#: Table -> what a person calls its rows. Message ids.
TABLE_WORDS: dict[str, str] = {
    "person": "Your name, address and language",
    "membership": "Your roles and sets",
    "workbook": "Workbooks",
    "draft": "Answers as they are now",
    "revision": "Earlier versions of answers",
    "submission": "Times you shared, or asked a coach",
    "comment": "Comments, by you and to you",
    "coach_answer": "Comments, by you and to you",
    "sign_off": "Comments, by you and to you",
    "release": "Sentences you released, or were released to you",
    "statement": "Notes that you did something, for a learning record",
    "agreement": "What you and your coach agreed",
    "note": "Notes and questions of your own",
    "comment_draft": "Notes and questions of your own",
    "question": "Notes and questions of your own",
    "session": "Times you signed in",
    "audit": "Notes of who did what, without a word of it",
}

#: Tables that only say how the rest is stored. They are in the file, and counted nowhere.
_UNCOUNTED = {
    "notebook",
    "audience",
    "submission_item",
    "review",
    "acknowledgement",
    "comment_view",
    "review_opening",
    "notification_state",
}
_UNCOUNTED |= {"link", "code", "erasure"}

#: How many read events are listed, and how many events of the account. The file has them all.
MAX_LISTED, MAX_EVENTS = 200, 50


@dataclass(frozen=True)
class ShownRead:
    """That somebody read something, as the page says it."""

    name: str
    what: str
    how: str
    at: str
    when: str


@dataclass(frozen=True)
class ShownEvent:
    """Something that was done to somebody's account, as the page says it."""

    words: str
    at: str
    when: str


def event_words(each: account_events.AccountEvent, by: str, locale: str) -> str:
    """Return what was done to somebody's account, in words."""
    match each.kind:
        case "sign-in" if each.what == "signed in by code":
            return say("Somebody signed in as you, with a code from your device.", locale)
        case "sign-in" if each.what == account_events.SECOND_PRESS:
            return say(
                "Somebody signed in as you, with a link for the second time. Where it was used first was signed out.",
                locale,
            )
        case "sign-in":
            return say("Somebody signed in as you, with a link.", locale)
        case "link":
            return say("{name} made a sign-in link for you.", locale, name=by)
        case "address":
            return say("{name} changed your e-mail address.", locale, name=by)
        case "coach":
            return say("{name} named a coach for you: {coach}.", locale, name=by, coach=each.what)


def _newest(events: list[account_events.AccountEvent]) -> list[account_events.AccountEvent]:
    return sorted(events, key=lambda each: each.at, reverse=True)[:MAX_EVENTS]


class PersonalDataPage(PageHandler):
    """The page "What is held about me"."""

    async def get(self) -> None:
        """Show the page."""
        person, actor = self.signed_in(), self.required_actor()
        mine = {each.cohort for each in actor.memberships}

        def look(
            c: Connection,
        ) -> tuple[list[access_log.ReadEvent], list[Any], list[Any], list[retention.RetentionStatus]]:
            cohorts = [each for each in members.cohorts(c) if each.id in mine]
            in_charge = [
                each.person
                for cohort in cohorts
                for each in members.members(c, cohort.id)
                if each.role == "facilitator"
            ]
            notices, today = retention_notices.notices(c), dates.today(dates.zone(person.time_zone))
            until = [retention.retention_of(c, each, notices.get(each.id), today) for each in cohorts]
            return (
                access_log.reads_about(c, person.id),
                cohorts,
                sorted(set(in_charge), key=lambda each: each.name),
                until,
            )

        read_events, cohorts, whom, until = await self.read(look)
        came, events = await self.read(
            lambda c: (
                newcomers.newcomers(c, actor),
                [*account_events.account_events(c, person.id), *account_events.sign_ins(c, person.id)],
            )
        )
        rows = (await asyncio.to_thread(personal_data.collect, self.store, person.id))["rows"]
        where = dates.zone(person.time_zone, *(each.time_zone for each in cohorts))
        self.render_page(
            "accounts/personal_data.html",
            opened=[self._shown_read(each, where) for each in read_events[:MAX_LISTED]],
            more=max(0, len(read_events) - MAX_LISTED),
            newcomers=came,
            events=[self._shown_event(each, where) for each in _newest(events)],
            counted=self._counted({table: len(each) for table, each in rows.items()}),
            whom=[each for each in whom if each.id != person.id],
            retention=[self._retention_words(each) for each in until],
            records=bool(self.kit.settings.lrs_url),
            records_text=self.kit.settings.lrs_text,
            learner=any(each.role in ("learner", "manager") for each in actor.memberships),
        )

    def _counted(self, rows: dict[str, int]) -> dict[str, int]:
        """Return how many there are of each kind, what has no kind of its own last."""
        counts: dict[str, int] = {}
        for table, name in TABLE_WORDS.items():
            if rows.get(table):
                kind = say(name, self.locale)
                counts[kind] = counts.get(kind, 0) + rows[table]
        if rest := sum(count for table, count in rows.items() if table not in TABLE_WORDS and table not in _UNCOUNTED):
            counts[say("Other notes of the kit", self.locale)] = rest
        return counts

    def _retention_words(self, each: retention.RetentionStatus) -> str:
        """Return how long the data of a cohort are kept, in words."""
        if not each.ends_on:
            return say("{cohort}: until somebody in charge removes it.", self.locale, cohort=each.cohort.name)
        day = dates.day(each.day or each.ends_on, self.locale)
        return say(
            "{cohort}: until {day}, or later where somebody writes on.", self.locale, cohort=each.cohort.name, day=day
        )

    def _shown_event(self, each: account_events.AccountEvent, where: Any) -> ShownEvent:
        by = each.by or say("Whoever runs this server", self.locale)
        when = dates.instant(each.at, self.locale, where)
        return ShownEvent(event_words(each, by, self.locale), each.at, when)

    def _shown_read(self, each: access_log.ReadEvent, where: Any) -> ShownRead:
        name = each.name or say("Whoever runs this server", self.locale)
        what = f"{each.title} · {each.number}" if each.number > 1 else each.title
        what = what or say(THING_WORDS[each.act], self.locale) if each.act in THING_WORDS else what
        how = say(ACT_WORDS.get(each.act, each.act), self.locale)
        when = dates.instant(each.at, self.locale, where)
        return ShownRead(name=name, what=what, how=how, at=each.at, when=when)


class ChangeConsent(PageHandler):
    """Let somebody who came later read what was shared before, or no longer."""

    async def post(self) -> None:
        """Keep the choice, and go back to the page."""
        actor = self.required_actor()
        cohort, owner, reader = (self.get_body_argument(name, "") for name in ("cohort", "owner", "reader"))
        given = self.get_body_argument("give", "") == "1"
        await self.commit(lambda c: newcomers.change_consent(c, actor, cohort, owner, reader, given))
        self.redirect_to("personal-data#newcomers")


class PersonalDataArchive(PageHandler):
    """Everything that is stored about a person, as an archive."""

    async def get(self) -> None:
        """Send the archive to the person it is about, and to nobody else."""
        person = self.signed_in()
        await self.commit(
            lambda c: access_log.record_read(c, person.id, "exported what is held", f"person {person.id}", now())
        )
        archive = await asyncio.to_thread(personal_data.archive, self.store, self.data, person.id)
        self.send_file("held-about-me.zip", "application/zip", archive)
