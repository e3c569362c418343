"""What a learner's first page begins with: good morning, and that nothing was written for a while."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from actionlearn.i18n import say
from actionlearn.server.rendering import dates


def greeting(name: str, locale: str, where: ZoneInfo) -> str:
    """Return what one says at this hour there."""
    hour = datetime.now(where).hour
    if 5 <= hour < 12:
        return say("Good morning, {name}.", locale, name=name)
    if 12 <= hour < 18:
        return say("Good afternoon, {name}.", locale, name=name)
    return say("Good evening, {name}.", locale, name=name)


def inactive_words(since: str, locale: str, where: ZoneInfo) -> str:
    """Return the line that a learner who has not written for a while sees, and nobody else: no count, no reproach."""
    return say("Quiet since {day}. Any small next step is a good one.", locale, day=dates.day(since, locale, where))
