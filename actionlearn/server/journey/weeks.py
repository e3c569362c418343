"""A workbook that goes by weeks, in words: which one it is, and when the next part opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actionlearn.answers.prompts import Value
from actionlearn.answers.schedule import Days, Part, waiting, weeks
from actionlearn.i18n import dated, say


def in_words(parts: Sequence[Part], days: Days | None, said: Mapping[str, Value], locale: str) -> tuple[str, str]:
    """Return which week of a workbook it is, and when its next part opens; empty where it goes by none."""
    if days is None:
        return "", ""
    total, later = weeks(parts), waiting(parts, days, said)
    week = say("Week {number} of {total}", locale, number=days.week, total=total) if 0 < days.week <= total else ""
    day = min((days.on(each.opens) for each in later), default=None)
    return week, say("more opens on {day}", locale, day=dated("EEEE d MMMM", day, locale)) if day else ""
