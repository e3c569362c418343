"""A workbook that goes by weeks, in words: which one it is, and when the next part opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actionlearn.answers.prompts import Value
from actionlearn.answers.schedule import ScheduledSection, WorkbookDays, not_yet_open, weeks
from actionlearn.i18n import say
from actionlearn.i18n.dates import weekday_in_sentence


def day_words(
    parts: Sequence[ScheduledSection], days: WorkbookDays | None, answers: Mapping[str, Value], locale: str
) -> tuple[str, str]:
    """Return which week of a workbook it is, and when its next part opens; empty where it goes by none."""
    if days is None:
        return "", ""
    total, later = weeks(parts), not_yet_open(parts, days, answers)
    week = say("Week {number} of {total}", locale, number=days.week, total=total) if 0 < days.week <= total else ""
    day = min((days.on(each.opens) for each in later), default=None)
    return week, say("more opens on {day}", locale, day=weekday_in_sentence(day, locale)) if day else ""
