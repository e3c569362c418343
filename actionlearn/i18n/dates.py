"""Days and instants as a language writes them."""

from __future__ import annotations

from datetime import date, datetime

import babel.dates

from actionlearn.i18n import format_locale, say


def format_date(pattern: str, moment: date, locale: str = "en") -> str:
    """Return a day or an instant as a pattern of Babel's writes it; the pattern is a message id, too."""
    write = babel.dates.format_datetime if isinstance(moment, datetime) else babel.dates.format_date
    return write(moment, say(pattern, locale), locale=format_locale(locale))


def day(when: str, locale: str = "en") -> str:
    """Return the day of a date or an instant as people write it: ``5 October 2026``; other text as it is."""
    moment = _parsed_day(when)
    return format_date("d MMMM y", moment, locale) if moment else when


def short_day(when: str, locale: str = "en") -> str:
    """Return a day as short as its language writes it, for the narrow columns of a table: ``5 Oct 2026``."""
    moment = _parsed_day(when)
    return babel.dates.format_date(moment, "medium", locale=format_locale(locale)) if moment else when


def day_and_month(moment: date, locale: str = "en") -> str:
    """Return a day of a year that everybody knows, as short as a table wants it: ``5 Oct``."""
    return format_date("d MMM", moment, locale)


def weekday(moment: date, locale: str = "en") -> str:
    """Return a day of a year that everybody knows: ``Monday, 5 October``."""
    return format_date("EEEE, d MMMM", moment, locale)


def weekday_in_sentence(moment: date, locale: str = "en") -> str:
    """Return the same after a preposition: (opens on) ``Monday 5 October``."""
    return format_date("EEEE d MMMM", moment, locale)


def day_and_time(moment: datetime, locale: str = "en") -> str:
    """Return an instant, in the time zone it is in: ``5 October 2026, 09:12``."""
    return format_date("d MMMM y, HH:mm", moment, locale)


def _parsed_day(when: str) -> date | None:
    try:
        return date.fromisoformat(when[:10])
    except ValueError:
        return None
