"""Counts that say nothing about anybody."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionlearn.stats.suppression import MINIMUM, suppress_small


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((7, 6, 5), (7, 6, 5)),
        ((20, 6, 3), (20, None, None)),  # with the 6, the 3 would be known from the whole
        ((10, 4), (None, None)),
        ((12, 0, 0), (None, None, None)),  # all of them is something about each
        ((4, 0), (None, None)),
        ((5, 5), (5, 5)),
    ],
)
def test_a_small_group_is_not_told_nor_what_leaves_one(counts, expected):
    """Counts below five are left out, and with them whatever they could be had from."""
    assert tuple(suppress_small(dict(enumerate(counts))).values()) == expected


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_no_sum_or_difference_of_what_is_told_is_a_small_group(counts):
    """Whatever parts somebody adds up and takes from the whole, what is left is nobody, or five or more."""
    shown = [count for count in suppress_small(dict(enumerate(counts))).values() if count is not None]
    whole = sum(counts)
    some = chain.from_iterable(combinations(shown, size) for size in range(1, len(shown) + 1))
    for each in some:
        assert sum(each) >= MINIMUM
        assert whole - sum(each) >= MINIMUM or (sum(each) == whole and len(each) > 1 and len(shown) == len(counts))
