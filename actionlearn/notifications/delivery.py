"""Deliver the daily notifications: once a day to each person, outside their quiet hours, and by e-mail if set up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache, partial
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

from actionlearn.errors import ActionlearnError
from actionlearn.i18n import known_locale
from actionlearn.mail import Email, Mailer
from actionlearn.notifications.letter import digest_email
from actionlearn.notifications.news import ALWAYS, MAIL, facts, line
from actionlearn.notifications.weekly_templates import WeeklyTemplates
from actionlearn.notifications.window import NewsWindow, QueryCache
from actionlearn.settings import Settings
from actionlearn.store import Connection, Store, stamp
from actionlearn.store.clock import zone
from actionlearn.store.people import members, notifications
from actionlearn.store.people.notifications import DailyNews, NotificationState
from actionlearn.store.records import Person

log = logging.getLogger("actionlearn.notifications")

#: From when until when nobody is told anything who has not said otherwise.
QUIET_HOURS = (time(18), time(8))

#: How many people are told in one act: what they have in common is asked once for all of them.
BATCH_SIZE = 100


@dataclass(frozen=True)
class EmailRecipient:
    """Somebody in a cohort, where they are, and what they chose."""

    person: Person
    zone: ZoneInfo
    cohort: str
    locale: str
    state: NotificationState

    def day(self, now: datetime) -> str:
        """Return which day it is where they are."""
        return now.astimezone(self.zone).date().isoformat()


@dataclass(frozen=True)
class DeliveryReport:
    """How many people were notified, and how many e-mails went or failed."""

    notified: int = 0
    letters: int = 0
    failed: int = 0


def quiet_hours(state: NotificationState) -> tuple[time, time]:
    """Return from when until when somebody wants to be left alone."""
    chosen = (state.quiet_from, state.quiet_to)
    first, last = (time.fromisoformat(text) if text else usual for text, usual in zip(chosen, QUIET_HOURS, strict=True))
    return first, last


def is_quiet(state: NotificationState, there: datetime) -> bool:
    """Tell whether clocks show somebody's quiet hours where they are: what they show counts, also as they change."""
    first, last = quiet_hours(state)
    clock = there.time().replace(tzinfo=None)
    return first <= clock < last if first <= last else clock >= first or clock < last


def readers(c: Connection) -> list[EmailRecipient]:
    """Return everybody who may be told something, each once."""
    chosen, spoken = notifications.notification_states(c), cache(known_locale)
    found: dict[str, EmailRecipient] = {}
    for cohort in members.cohorts(c):
        for each in members.members(c, cohort.id):
            who = each.person
            if each.role in ("learner", "coach") and who.id not in found:
                where, locale = zone(who.time_zone, cohort.time_zone), spoken(who.locale or cohort.locale)
                found[who.id] = EmailRecipient(
                    person=who,
                    zone=where,
                    cohort=cohort.name,
                    locale=locale,
                    state=chosen.get(who.id) or NotificationState(who.id),
                )
    return list(found.values())


def deliver_all(
    store: Store,
    data: Path,
    settings: Settings,
    address: str,
    now: datetime,
    *,
    stop: Callable[[], bool] = lambda: False,
    rest: Callable[[float], object] = lambda _: None,
) -> DeliveryReport:
    """Tell everybody what is new who is to be told now; send the letters that have not gone.

    Parameters
    ----------
    store, data
        Whose people; where their workbooks are.
    settings
        Every setting: those of the mail server among them.
    address
        Where people reach the server.
    now
        The instant, aware.
    stop
        Whether to leave the rest for later.
    rest
        Waits so many seconds, after each part of the people: half of the time is left to others.
    """
    notified, weekly = 0, WeeklyTemplates(data)
    awake = [each for each in store.read(readers) if not is_quiet(each.state, now.astimezone(each.zone))]
    # A later day was told where somebody went west: not a second time in one day.
    waiting = [each for each in awake if each.state.notified_on < each.day(now)]
    for at in range(0, len(waiting), BATCH_SIZE):
        if stop():
            break
        began = perf_counter()
        notified += _tell(store, waiting[at : at + BATCH_SIZE], now, weekly)
        rest(perf_counter() - began)
    letters, failed = _send(store, settings, address, now, awake, stop)
    return DeliveryReport(notified, letters, failed)


def _tell(store: Store, some: list[EmailRecipient], now: datetime, weekly: WeeklyTemplates) -> int:
    """Tell some people, unless they were told meanwhile; return to how many there was something to tell."""
    at, shared = stamp(now), QueryCache()

    def look(c: Connection) -> list[DailyNews]:
        actors = members.actors(c, [each.person.id for each in some])
        found = []
        for each in some:
            id, today, state = each.person.id, now.astimezone(each.zone).date(), each.state
            since = NewsWindow(
                actor=actors[id],
                now=at,
                today=today,
                at=state.notified_at or "",
                on=state.notified_on,
                shared=shared,
                weekly=weekly,
            )
            found.append(DailyNews(id, today.isoformat(), facts(c, since, state.disabled)))
        return found

    found = store.read(look)
    notified = store.write(lambda c: notifications.record_news(c, found, at))
    return sum(each.person in notified and bool(each.facts) for each in found)


def _send(
    store: Store,
    settings: Settings,
    address: str,
    now: datetime,
    awake: list[EmailRecipient],
    stop: Callable[[], bool],
) -> tuple[int, int]:
    """Send the letters of today that have not gone; return how many went, and how many could not."""
    states = store.read(notifications.notification_states)
    due = [
        (each, state)
        for each in awake
        if (state := states.get(each.person.id)) and each.person.email and _has_letter(state, each.day(now))
    ]
    if not due or not settings.mail_host:
        return 0, 0
    sent = failed = 0
    try:
        with Mailer(settings) as post:
            for each, state in due:
                if stop():
                    break
                if not store.write(partial(_claim_email, state=state, at=stamp(now))):
                    continue
                try:
                    post.send(_letter(each, state, address))
                    sent += 1
                except ActionlearnError as error:
                    log.warning("a letter did not go: %s", error.code)
                    failed += 1
                    if error.code in ("mail.try_later", "mail.unreachable"):  # with the next round
                        store.write(partial(notifications.release_email, person=state.person))
                    if error.code == "mail.unreachable":
                        break
    except ActionlearnError as error:
        log.warning("no letters: %s", error.code)  # the next round tries again
    return sent, failed


def _has_letter(state: NotificationState, day: str) -> bool:
    always = any(each["said"] == ALWAYS for each in state.facts)
    wanted = (MAIL not in state.disabled or always) and state.dismissed_at is None
    return wanted and state.notified_on == day and bool(state.facts) and state.mailed_at is None


def _claim_email(c: Connection, state: notifications.NotificationState, at: str) -> bool:
    """Claim the e-mail of one notification, so that no other server sends it too."""
    return notifications.claim_email(c, state.person, state.notified_on, at)


def _letter(reader: EmailRecipient, state: NotificationState, address: str) -> Email:
    who = reader.person
    return digest_email(
        address=who.email,
        name=who.name,
        firstname=who.firstname or who.name,
        cohort=reader.cohort,
        lines=[text for each in state.facts if (text := line(each, reader.locale))],
        link=address,
        choices=f"{address}notifications",
        locale=reader.locale,
    )
