"""Counts that say nothing about anybody."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionlearn.stats.suppression import MINIMUM, counts_in_steps, moved

PARTS = ("shared", "begun", "new")


def told(*counts: int) -> tuple[tuple[int, int] | None, ...]:
    """Return what is told of three parts."""
    return tuple(counts_in_steps(dict(zip(PARTS, counts, strict=True)), "shared").values())


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((7, 6, 5), ((5, 9), (5, 9), (5, 9))),
        ((20, 6, 3), ((20, 24), None, None)),
        ((5, 4, 4), ((5, 9), None, None)),
        ((6, 6, 4), ((5, 9), None, None)),
        ((4, 6, 6), (None, None, None)),
        ((12, 0, 0), (None, None, None)),  # all of them is something about each
        ((9, 1, 3), (None, None, None)),
    ],
)
def test_counts_go_in_steps_and_leave_no_small_group(counts, expected):
    """Of a group that is split too finely one part alone is told, or nothing."""
    assert told(*counts) == expected


@pytest.mark.parametrize("whole", range(1, 61))
def test_who_knows_the_rule_and_the_whole_can_tell_of_no_group_under_five(whole):
    """Of all that could stand behind what is told, no part and no sum of parts is always smaller than five."""
    behind = defaultdict(list)
    for shared in range(whole + 1):
        for begun in range(whole + 1 - shared):
            counts = (shared, begun, whole - shared - begun)
            behind[told(*counts)].append(counts)
    for shown, possible in behind.items():
        if whole < MINIMUM:
            assert set(shown) == {None}
            continue
        for size in (1, 2):
            for parts in combinations(range(3), size):
                assert max(sum(counts[part] for part in parts) for counts in possible) >= MINIMUM


@given(st.lists(st.integers(0, 30), min_size=3, max_size=3), st.integers(0, 2), st.integers(-1, 1))
def test_one_person_more_or_less_is_one_who_moved(counts, part, change):
    """Who comes, who leaves and who goes on count as one each."""
    before = dict(zip(PARTS, counts, strict=True))
    after = {**before, PARTS[part]: max(0, before[PARTS[part]] + change)}
    assert moved(before, after) <= 1
    assert moved(before, before) == 0
