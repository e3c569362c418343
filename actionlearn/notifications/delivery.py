"""Going round: whose day has begun is told what it has for them, once, and by mail where that is set up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache, partial
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from actionlearn.errors import ActionlearnError
from actionlearn.i18n import known_locale
from actionlearn.mail import Letter, Post, digest_letter
from actionlearn.notifications.news import MAIL, facts, line
from actionlearn.notifications.weekly_news import Weekly
from actionlearn.notifications.window import Shared, Since
from actionlearn.store import Connection, Store, stamp
from actionlearn.store.clock import zone
from actionlearn.store.people import members, notifications
from actionlearn.store.people.notifications import News, Telling
from actionlearn.store.records import Person

log = logging.getLogger("actionlearn.digest")

#: From when until when nobody is told anything who has not said otherwise.
QUIET = (time(18), time(8))

#: How many people are told in one act: what they have in common is asked once for all of them.
PART = 100


@dataclass(frozen=True)
class Reader:
    """Somebody in a cohort, where they are, and what they chose."""

    person: Person
    zone: ZoneInfo
    cohort: str
    locale: str
    told: Telling

    def day(self, now: datetime) -> str:
        """Return which day it is where they are."""
        return now.astimezone(self.zone).date().isoformat()


@dataclass(frozen=True)
class Round:
    """What one round did."""

    told: int = 0
    letters: int = 0
    failed: int = 0


def quiet_hours(told: Telling) -> tuple[time, time]:
    """Return from when until when somebody wants to be left alone."""
    chosen = (told.quiet_from, told.quiet_to)
    first, last = (time.fromisoformat(text) if text else usual for text, usual in zip(chosen, QUIET, strict=True))
    return first, last


def is_quiet(told: Telling, there: datetime) -> bool:
    """Tell whether clocks show somebody's quiet hours where they are: what they show counts, also as they change."""
    first, last = quiet_hours(told)
    clock = there.time().replace(tzinfo=None)
    return first <= clock < last if first <= last else clock >= first or clock < last


def readers(c: Connection) -> list[Reader]:
    """Return everybody who may be told something, each once."""
    chosen, spoken = notifications.tellings(c), cache(known_locale)
    found: dict[str, Reader] = {}
    for cohort in members.cohorts(c):
        for each in members.members(c, cohort.id):
            who = each.person
            if each.role in ("learner", "coach") and who.id not in found:
                where, locale = zone(who.time_zone, cohort.time_zone), spoken(who.locale or cohort.locale)
                found[who.id] = Reader(who, where, cohort.name, locale, chosen.get(who.id) or Telling(who.id))
    return list(found.values())


def tell_all(
    store: Store,
    data: Path,
    settings: Mapping[str, Any],
    address: str,
    now: datetime,
    *,
    stop: Callable[[], bool] = lambda: False,
    rest: Callable[[float], object] = lambda _: None,
) -> Round:
    """Tell everybody what is new who is to be told now; send the letters that have not gone.

    Parameters
    ----------
    store, data
        Whose people; where their workbooks are.
    settings
        Every setting by name: those of the mail server among them.
    address
        Where people reach the server.
    now
        The instant, aware.
    stop
        Whether to leave the rest for later.
    rest
        Waits so many seconds, after each part of the people: half of the time is left to others.
    """
    told, weekly = 0, Weekly(data)
    awake = [each for each in store.read(readers) if not is_quiet(each.told, now.astimezone(each.zone))]
    # A later day was told where somebody went west: not a second time in one day.
    waiting = [each for each in awake if each.told.told_on < each.day(now)]
    for at in range(0, len(waiting), PART):
        if stop():
            break
        began = perf_counter()
        told += _tell(store, waiting[at : at + PART], now, weekly)
        rest(perf_counter() - began)
    letters, failed = _send(store, settings, address, now, awake, stop)
    return Round(told, letters, failed)


def _tell(store: Store, some: list[Reader], now: datetime, weekly: Weekly) -> int:
    """Tell some people, unless they were told meanwhile; return to how many there was something to tell."""
    at, shared = stamp(now), Shared()

    def look(c: Connection) -> list[News]:
        actors = members.actors(c, [each.person.id for each in some])
        found = []
        for each in some:
            id, today, kept = each.person.id, now.astimezone(each.zone).date(), each.told
            since = Since(actors[id], at, today, kept.told_at or "", kept.told_on, shared, weekly)
            found.append(News(id, today.isoformat(), facts(c, since, kept.off)))
        return found

    found = store.read(look)
    told = store.write(lambda c: notifications.tell(c, found, at))
    return sum(each.person in told and bool(each.facts) for each in found)


def _send(
    store: Store,
    settings: Mapping[str, Any],
    address: str,
    now: datetime,
    awake: list[Reader],
    stop: Callable[[], bool],
) -> tuple[int, int]:
    """Send the letters of today that have not gone; return how many went, and how many could not."""
    kept = store.read(notifications.tellings)
    waits = [
        (each, told)
        for each in awake
        if (told := kept.get(each.person.id)) and each.person.email and _has_letter(told, each.day(now))
    ]
    if not waits or not settings["mail_host"]:
        return 0, 0
    sent = failed = 0
    try:
        with Post(settings) as post:
            for each, told in waits:
                if stop():
                    break
                took = store.write(partial(_claim_email, told=told, at=stamp(now)))
                if took and _post(post, _letter(each, told, address)):
                    sent += 1
                elif took:
                    failed += 1
    except ActionlearnError as error:
        log.warning("no letters: %s", error.code)  # the next round tries again
    return sent, failed


def _has_letter(told: Telling, day: str) -> bool:
    wanted = MAIL not in told.off and told.closed_at is None
    return wanted and told.told_on == day and bool(told.facts) and told.mailed_at is None


def _post(post: Post, letter: Letter) -> bool:
    try:
        post.send(letter)
    except ActionlearnError as error:
        log.warning("a letter did not go: %s", error.code)
        return False
    return True


def _claim_email(c: Connection, told: notifications.Telling, at: str) -> bool:
    """Claim the e-mail of one notification, so that no other server sends it too."""
    return notifications.take_letter(c, told.person, told.told_on, at)


def _letter(reader: Reader, told: Telling, address: str) -> Letter:
    who = reader.person
    return digest_letter(
        address=who.email,
        name=who.name,
        firstname=who.firstname or who.name,
        cohort=reader.cohort,
        lines=[said for each in told.facts if (said := line(each, reader.locale))],
        link=address,
        choices=f"{address}telling",
        locale=reader.locale,
    )
