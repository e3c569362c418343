"""From a need to its use: how long it took until something that was learned was used at work.

A number for the programme, about no one: there is no list of people to compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from statistics import median

from actionlearn.answers.prompts import Item
from actionlearn.i18n import say, say_many
from actionlearn.i18n.dates import day
from actionlearn.views.parts import as_day, framed, is_answered, nothing, table, tag, words
from actionlearn.views.rendered import Rendered


@dataclass(frozen=True)
class NeedUse:
    """A need that was said, and when something for it was first used; `hours` is None where it was not."""

    need: str
    when: str
    used: str
    hours: float | None


def uses(items: Sequence[Item], locale: str = "en") -> list[NeedUse]:
    """Return the needs in the order they were said.

    The first reference is the need, the second its use; answers of one workbook belong together. The first
    time something was said counts, not the last time it was put better.
    """
    references = list(dict.fromkeys(item.reference for item in items))
    if len(references) < 2:
        return []
    tried = {
        (each.place, each.workbook): each for each in items if each.reference == references[1] and is_answered(each)
    }
    found = []
    for need in (item for item in items if item.reference == references[0] and is_answered(item)):
        use = tried.get((need.place, need.workbook))
        started, ended = _first(need), _first(use) if use else None
        hours = None
        if started and ended:
            # A day has no hour: whatever was used on the day of its need took less than a day, not less than none.
            hours = max((ended - started).total_seconds() / 3600, 0.0)
        found.append(NeedUse(need=words(need, locale), when=need.when, used=use.when if use else "", hours=hours))
    return found


def used(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return each need with its use, and the middle of the hours between."""
    every = uses(items, locale)
    if not every:
        line = say("How soon you used what you went to find will stand here.", locale)
        return nothing(line, items, locale)
    known = [use.hours for use in every if use.hours is not None]
    total = say("{used} of {all} used", locale, used=len(known), all=len(every))
    if known:
        total += ". " + say("Half of them within {time}.", locale, time=lasted(median(known), locale))
    rows = [(use.need, day(use.when, locale), "–" if use.hours is None else lasted(use.hours, locale)) for use in every]
    heads = (say("What was needed", locale), say("Said on", locale), say("Used after", locale))
    text = [total, *(" · ".join(row) for row in rows)]
    return Rendered(framed("used", tag("p", total, class_="al-sum"), table(heads, rows)), "\n".join(text))


def lasted(hours: float, locale: str) -> str:
    """Return hours as people say them: in days from two days on."""
    if hours >= 48:
        return say_many("{number} day", "{number} days", round(hours / 24), locale)
    return say_many("an hour", "{number} hours", max(round(hours), 1), locale)


def _first(item: Item) -> datetime | None:
    if item.kind == "date" and (at := as_day(item.value)):
        return datetime.combine(at, time(12), UTC)
    whens = [past.when for past in item.revisions if past.when and past.value not in (None, "", [])] + [item.when]
    try:
        return min(datetime.fromisoformat(when) for when in whens if when)
    except ValueError:
        return None
