"""Goal attainment scaling, against published figures."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionlearn.stats.goal_attainment import Attainment, attainment

GOALS = st.lists(st.tuples(st.integers(-2, 2), st.integers(1, 9)), min_size=1, max_size=12)


def t(levels, weights=None):
    """Return T to four places."""
    found = attainment(zip(levels, weights or [1] * len(levels), strict=True)).t
    assert found is not None
    return round(found, 4)


def test_the_example_of_gasr_is_55_exactly():
    """Six goals whose spread is the square root of 196."""
    assert attainment(zip([-2, 0, -1, 2, 0, 1], [3, 5, 1, 4, 2, 6], strict=True)) == Attainment(2, 2, 2, 0, 55.0)


@pytest.mark.parametrize(
    ("levels", "weights", "score"),
    [
        ([0, 0, 0], None, 50),
        ([2], [7], 70),
        ([-2], [0.01], 30),
        *(([1] * k, None, s) for k, s in enumerate([60, 62.4035, 63.6931, 64.5095, 65.0756, 65.4919], 1)),
        ([1, 0, -1], [3, 2, 1], 54.4065),
        ([1, 0, -1], [6, 4, 2], 54.4065),
        ([2, 1, 0], [3, 2, 1], 67.6261),
        ([2] * 5, None, 80.1511),
        ([-2] * 5, None, 19.8489),
        ([-1, -1, -1], None, 36.3069),
        ([0, 1, 0], None, 54.5644),
        ([1, 1], [0, 0], 62.4035),
    ],
)
def test_t_to_four_places(levels, weights, score):
    """Each figure as published or computed by hand; weights that are all zero count as one."""
    assert t(levels, weights) == score


def test_a_goal_without_a_level_is_left_out_and_counted():
    """An open goal neither raises nor lowers T."""
    assert attainment([(1, 1), (None, 5), (-1, 1)]) == Attainment(1, 0, 1, 1, 50.0)
    assert attainment([(None, 1)]) == Attainment(0, 0, 0, 1, None)
    assert attainment([]).t is None


@pytest.mark.parametrize("goal", [(3, 1), (-3, 1), (0, -1), (0, inf), (0, float("nan"))])
def test_what_is_not_on_the_scale_is_refused(goal):
    """A level beyond two, a weight below zero or no number: refused, not bent."""
    with pytest.raises(ValueError, match=r"\("):
        attainment([goal])


@given(GOALS, st.floats(1e-200, 1e200))
def test_t_depends_on_the_ratio_of_weights(goals, factor):
    """All weights times anything: the same T."""
    assert attainment((level, weight * factor) for level, weight in goals).t == pytest.approx(attainment(goals).t)


@given(GOALS)
def test_t_mirrors_at_fifty(goals):
    """Every level turned round: as far from 50 on the other side; the counts add up."""
    found, turned = attainment(goals), attainment((-level, weight) for level, weight in goals)
    assert found.t is not None
    assert turned.t == pytest.approx(100 - found.t)
    assert (found.below, found.above) == (turned.above, turned.below)
    assert found.below + found.at + found.above == found.scored == len(goals)


@given(GOALS, st.integers(0, 11))
def test_one_goal_better_is_never_worse(goals, place):
    """Raising one level raises T."""
    level, weight = goals[place % len(goals)]
    if level == 2:
        return
    better = [*goals]
    better[place % len(goals)] = (level + 1, weight)
    before, after = attainment(goals).t, attainment(better).t
    assert before is not None
    assert after is not None
    assert after > before
