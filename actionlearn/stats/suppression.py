"""Counts that say nothing about anybody: told of five or more, and only where the rest are five or more too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

#: Fewer people than that are not counted aloud.
MINIMUM = 5

Name = TypeVar("Name")


def suppress_small(counts: Mapping[Name, int], least: int = MINIMUM) -> dict[Name, int | None]:
    """Return the counts of a group of which everybody is in exactly one part; None where one is not told.

    How many there are in all is known to the reader. So a part is not told that is smaller than the
    least, nor one that leaves a rest smaller than that: what is not told is itself a group of the least
    or more, or nothing is told at all. Everybody in one part says something of each, and is not told.
    """
    whole = sum(counts.values())
    shown = {name: count for name, count in counts.items() if count >= least}
    while shown and not _safe(counts, shown, whole, least):
        del shown[min(shown, key=lambda name: shown[name])]
    return {name: shown.get(name) for name in counts}


def _safe(counts: Mapping[Name, int], shown: Mapping[Name, int], whole: int, least: int) -> bool:
    """Tell whether nothing can be told of a small group by taking counts from each other, or from the whole."""
    rest = whole - sum(shown.values())
    hidden = len(counts) > len(shown)
    return rest >= least if hidden else all(whole - count >= least for count in shown.values())
