"""Counts that say nothing about anybody: in steps of five, and only where no group under five can be told from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

#: Fewer people than that are not counted aloud. Counts are told in steps of as many.
MINIMUM = 5

Name = TypeVar("Name")


def counts_in_steps(
    counts: Mapping[Name, int], first: Name, least: int = MINIMUM
) -> dict[Name, tuple[int, int] | None]:
    """Return, for a group of which everybody is in exactly one part, from how many to how many are in each.

    Parts are told where each has the least or more. Otherwise one part alone may be told, always the same: where it
    and the rest together have the least or more. What is not told may then be small or large, also for whoever
    knows the rule and how many there are in all.

    Parameters
    ----------
    counts
        How many are in each part.
    first
        The part that may be told alone.
    least
        How many make a group, and a step.
    """
    whole, alone = sum(counts.values()), counts[first]
    if min(counts.values()) >= least:
        shown = set(counts)
    else:
        shown = {first} if alone >= least and whole - alone >= least else set()
    return {name: _step(count, least) if name in shown else None for name, count in counts.items()}


def moved(before: Mapping[Name, int], after: Mapping[Name, int]) -> int:
    """Return how many people at least are in another part than before, have come or have gone."""
    changes = [after.get(name, 0) - before.get(name, 0) for name in {*before, *after}]
    return max(sum(each for each in changes if each > 0), -sum(each for each in changes if each < 0))


def _step(count: int, least: int) -> tuple[int, int]:
    low = count - count % least
    return low, low + least - 1
