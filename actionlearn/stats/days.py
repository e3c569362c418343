"""Days, weeks and months as people write them in a column: which number is the day is one question for all of it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_date_format, get_month_names

#: Languages whose names of months are read.
LANGUAGES = ("en", "pt", "es", "fr", "de", "nl")

_TIME = r"(?=$|[T ,])"
_DAY = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_WEEK = re.compile(
    r"(\d{4})[- ]?(?:W|KW|S)[- ]?(\d{1,2})|(?:W|KW|S|WEEK|WOCHE|SEMANA|SEMAINE)[- ]?(\d{1,2})[-/ ,]+(\d{4})",
    re.IGNORECASE,
)
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})")
_PLAIN = re.compile(rf"(\d{{1,2}})([-/.] ?)(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_NAMED = re.compile(
    r"(?:(\d{1,2})[. -]*(?:de |of )?)?([^\W\d]{3,12})\.?[ ,/-]*(?:de |of )?(?:(\d{1,2})(?:st|nd|rd|th)?,? )?(\d{4}|\d{2})(?=$|[T ,])"
)


@dataclass(frozen=True)
class DayColumn:
    """The cells of a column as days.

    Parameters
    ----------
    days
        The first day of each cell's time; None where it is none, or can be read in two ways.
    unclear
        The first cell that can be read in two ways, empty where none is.
    """

    days: tuple[date | None, ...]
    unclear: str = ""


def moment(text: str, *, day_first: bool | None = None) -> date | None:
    """Return the first day of a time: ``2026-10-05``, ``2026-W21``, ``2026-10``, ``5 Oct 2026``; None where it is none.

    Parameters
    ----------
    text
        As it was written.
    day_first
        Whether 3/4/2026 is in April; where that is not said, it is no day.
    """
    text = " ".join(text.split())
    try:
        if match := _DAY.match(text):
            return date(int(match[1]), int(match[3]), int(match[4]))
        if match := _WEEK.fullmatch(text):
            return date.fromisocalendar(int(match[1] or match[4]), int(match[2] or match[3]), 1)
        if match := _MONTH.fullmatch(text):
            return date(int(match[1] or match[4]), int(match[2] or match[3]), 1)
        if match := _PLAIN.match(text):
            return _plain_day(match, day_first)
        if match := _NAMED.match(text):
            month = _months().get(_folded(match[2])) if match[1] or match[3] or len(match[4]) == 4 else None
            return date(_year(match[4]), month, int(match[1] or match[3] or 1)) if month else None
    except ValueError:
        return None
    return None


def is_whole_day(text: str) -> bool:
    """Tell whether a time is a day, and no week or month."""
    text = " ".join(text.split())
    named = _NAMED.match(text)
    return bool(_DAY.match(text) or _PLAIN.match(text) or (named and (named[1] or named[3])))


def read_days(cells: Sequence[str], locale: str = "en", day_first: bool | None = None) -> DayColumn:
    """Return a column of times.

    Which of two numbers is the day is seen from the whole column: one of them above twelve settles it. Where none is,
    the reader's language does, if all who speak it write it so.

    Parameters
    ----------
    cells
        As they were written.
    locale
        The reader's language.
    day_first
        What the reader says of it.
    """
    if day_first is None:
        day_first = _day_first_by_column(cells)
    if day_first is None:
        day_first = _day_first_by_language(locale)
    days = tuple(moment(cell, day_first=day_first) for cell in cells)
    unclear = next((c for c, day in zip(cells, days, strict=True) if day is None and _is_unclear(c)), "")
    return DayColumn(days, unclear)


def _day_first_by_column(cells: Sequence[str]) -> bool | None:
    pairs = [(int(match[1]), int(match[3])) for cell in cells if (match := _PLAIN.match(" ".join(cell.split())))]
    first, second = any(pair[0] > 12 for pair in pairs), any(pair[1] > 12 for pair in pairs)
    return None if first == second else first


def _day_first_by_language(locale: str) -> bool | None:
    """Return how a language writes a date; None for English, which is written both ways."""
    try:
        known = Locale.parse(locale.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None
    if known.language == "en" and not known.territory:
        return None
    pattern = str(get_date_format("short", locale=known).pattern).casefold()
    return pattern.index("d") < pattern.index("m")


def _is_unclear(cell: str) -> bool:
    text = " ".join(cell.split())
    return bool(_PLAIN.match(text)) and moment(text, day_first=True) is not None


def _plain_day(match: re.Match[str], day_first: bool | None) -> date | None:
    first, second, year = int(match[1]), int(match[3]), _year(match[4])
    if first > 12 or second > 12:
        day_first = first > 12
    elif match[2].startswith(".") or first == second:
        day_first = True  # with full stops nobody writes the month first
    if day_first is None:
        return None
    return date(year, second, first) if day_first else date(year, first, second)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


@cache
def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                found[_folded(name)] = number
    return found


def _folded(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parted if letter.isalpha() and not unicodedata.combining(letter))
