"""Days of answers as a language writes them."""

from __future__ import annotations

from datetime import date

from actionlearn.i18n import format_date, format_short_date


def day(when: str, locale: str = "en") -> str:
    """Return the day of a date or an instant as people write it: ``5 October 2026``; other text as it is."""
    moment = _moment(when)
    return format_date("d MMMM y", moment, locale) if moment else when


def short_day(when: str, locale: str = "en") -> str:
    """Return a day as short as its language writes it, for the narrow columns of a table: ``5 Oct 2026``."""
    moment = _moment(when)
    return format_short_date(moment, locale) if moment else when


def _moment(when: str) -> date | None:
    try:
        return date.fromisoformat(when[:10])
    except ValueError:
        return None
