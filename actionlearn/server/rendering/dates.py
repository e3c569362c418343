"""Days and instants as a person says them: in their language, in their time zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from actionlearn.i18n import format_date, say
from actionlearn.store.clock import zone as zone


def today(where: ZoneInfo) -> date:
    """Return the day it is there."""
    return datetime.now(where).date()


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
        moment = date.fromisoformat(text) if len(text) == len("2026-10-05") else _there(text, there).date()
    except ValueError:
        return text
    same_year = moment.year == today(there).year
    return format_date("EEEE, d MMMM" if same_year else "d MMMM y", moment, locale)


def short(text: str, locale: str) -> str:
    """Return a date as short as a table wants it: ``5 Oct``."""
    return format_date("d MMM", date.fromisoformat(text), locale)


def instant(text: str, locale: str, where: ZoneInfo) -> str:
    """Return an instant: ``5 October 2026, 09:12``."""
    try:
        return format_date("d MMMM y, HH:mm", _there(text, where), locale)
    except ValueError:
        return text


def ago(text: str, locale: str, where: ZoneInfo) -> str:
    """Return how long ago, in days as they are counted there: ``today, 09:12``, ``yesterday``, ``3 days ago``."""
    try:
        moment = _there(text, where)
    except ValueError:
        return text
    days = (today(where) - moment.date()).days
    if days <= 0:
        return say("today, {time}", locale, time=moment.strftime("%H:%M"))
    if days == 1:
        return say("yesterday, {time}", locale, time=moment.strftime("%H:%M"))
    return say("{days} days ago", locale, days=days) if days <= 30 else day(text, locale, where)


def greeting(name: str, locale: str, where: ZoneInfo) -> str:
    """Return what one says at this hour there."""
    hour = datetime.now(where).hour
    if 5 <= hour < 12:
        return say("Good morning, {name}.", locale, name=name)
    if 12 <= hour < 18:
        return say("Good afternoon, {name}.", locale, name=name)
    return say("Good evening, {name}.", locale, name=name)


def initials(name: str) -> str:
    """Return the first letters of somebody's first and last name."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def latest(instants: Iterable[str | None]) -> str:
    """Return the latest of some instants; empty where there is none."""
    return max(filter(None, instants), default="")


def _there(text: str, where: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(where)


def inactive_words(since: str, locale: str, where: ZoneInfo) -> str:
    """Return the line that a learner who has not written for a while and their coach see: no count, no reproach."""
    return say("Quiet since {day}. Any small next step is a good one.", locale, day=day(since, locale, where))
