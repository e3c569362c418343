"""Days and instants of the store as their reader has them: in their time zone, in their language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from actionlearn import i18n
from actionlearn.i18n import say
from actionlearn.i18n.dates import day_and_time, weekday
from actionlearn.store.clock import zone as zone


def today(where: ZoneInfo) -> date:
    """Return the day it is there."""
    return datetime.now(where).date()


def local_day(text: str, where: ZoneInfo) -> date:
    """Return the day of an instant, where somebody is."""
    return _local(text, where).date()


def day(text: str, locale: str, where: ZoneInfo | None = None) -> str:
    """Return the day of a date or of an instant: ``Monday, 5 October``, with the year where it is another one.

    Parameters
    ----------
    text
        ``YYYY-MM-DD``, or an instant as stored.
    locale
        The reader's language.
    where
        The reader's time zone; instants are read in it.
    """
    there = where or ZoneInfo("UTC")
    try:
        moment = date.fromisoformat(text) if len(text) == len("2026-10-05") else _local(text, there).date()
    except ValueError:
        return text
    same_year = moment.year == today(there).year
    return weekday(moment, locale) if same_year else i18n.dates.day(moment.isoformat(), locale)


def instant(text: str, locale: str, where: ZoneInfo) -> str:
    """Return an instant: ``5 October 2026, 09:12``."""
    try:
        return day_and_time(_local(text, where), locale)
    except ValueError:
        return text


def ago(text: str, locale: str, where: ZoneInfo) -> str:
    """Return how long ago, in days as they are counted there: ``today, 09:12``, ``yesterday``, ``3 days ago``."""
    try:
        moment = _local(text, where)
    except ValueError:
        return text
    days = (today(where) - moment.date()).days
    if days <= 0:
        return say("today, {time}", locale, time=moment.strftime("%H:%M"))
    if days == 1:
        return say("yesterday, {time}", locale, time=moment.strftime("%H:%M"))
    return say("{days} days ago", locale, days=days) if days <= 30 else day(text, locale, where)


def latest(instants: Iterable[str | None]) -> str:
    """Return the latest of some instants; empty where there is none."""
    return max(filter(None, instants), default="")


def _local(text: str, where: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(where)
