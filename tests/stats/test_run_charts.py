"""Run charts: every rule against published oracles, exhaustive counting and properties."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations, groupby, product
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionlearn.stats.run_charts import (
    RARE,
    RULES,
    facts,
    fewest_crossings,
    longest_by_chance,
    median,
    read,
    runs_by_chance,
    runs_chance,
)

MISSED = [9, 8, 9, 6, 7, 5, 6, 8, 9, 6, 7, 6, 6, 7, 9, 9, 8, 6, 7, 8, 6, 8, 7, 5, 4]
LATE = [12, 14, 13, 15, 12, 14, 13, 12, 18, 19, 17, 20, 18, 19, 18, 20]
VALUES = st.lists(st.integers(-20, 20).map(Fraction), min_size=1, max_size=40)


def exact(values):
    """Return values as fractions."""
    return [Fraction(value) for value in values]


@pytest.mark.parametrize(
    ("useful", "run", "crossings"),
    [
        (10, 6, 2),
        (11, 6, 2),
        (12, 7, 3),
        (14, 7, 4),
        (15, 7, 4),
        (16, 7, 4),
        (17, 7, 5),
        (19, 7, 6),
        (20, 7, 6),
        (22, 7, 7),
        (23, 8, 7),
        (24, 8, 8),
        (30, 8, 10),
    ],
)
def test_limits_of_anhoej_are_the_published_ones(useful, run, crossings):
    """The longest run and the fewest crossings by chance, as qicharts2 has them."""
    assert longest_by_chance(useful) == run
    assert fewest_crossings(useful) == crossings


def test_the_longest_run_is_the_rounded_logarithm():
    """For thousands of points the whole-number rule is round(log2(n) + 3)."""
    assert all(longest_by_chance(n) == round(log2(n) + 3) for n in range(1, 5000))
    assert longest_by_chance(0) == 0


@pytest.mark.parametrize("useful", range(2, 13))
def test_fewest_crossings_is_the_lower_point_of_all_tosses(useful):
    """Counted over every order of points above and below: the 5 % point of the crossings."""
    seen = Counter(len(list(groupby(sides))) - 1 for sides in product((0, 1), repeat=useful))
    share, number = 0, -1
    while share * 20 < 2**useful:
        number += 1
        share += seen[number]
    assert fewest_crossings(useful) == number


@pytest.mark.parametrize(("above", "below"), [(a, b) for a in range(1, 8) for b in range(1, 8)])
def test_the_chance_of_runs_is_counted_over_every_order(above, below):
    """Wald and Wolfowitz's formula gives what counting all orders gives; the limits cut off no more than a 40th."""
    orders = list(combinations(range(above + below), above))
    seen = Counter(len(list(groupby(place in chosen for place in range(above + below)))) for chosen in orders)
    for runs in range(above + below + 2):
        assert runs_chance(above, below, runs) == Fraction(seen[runs], len(orders))
    low, high = runs_by_chance(above, below)
    assert sum(seen[runs] for runs in range(low)) <= RARE * len(orders)
    assert sum(seen[runs] for runs in range(high + 1, above + below + 1)) <= RARE * len(orders)
    assert low == high or sum(seen[runs] for runs in range(low + 1)) > RARE * len(orders)


@pytest.mark.parametrize(
    ("useful", "limits"),
    [(10, (3, 9)), (12, (4, 10)), (16, (5, 13)), (20, (7, 15)), (24, (8, 18)), (30, (11, 21))],
)
def test_limits_of_runs_for_an_even_split(useful, limits):
    """The exact two-sided 5 % limits; published tables disagree with each other, so none is copied."""
    assert runs_by_chance(useful // 2, useful // 2) == limits


def test_missed_appointments_show_nothing_but_chance():
    """The missed appointments of 2011 to 2013: median 7, 20 useful points, 10 runs, no signal."""
    found = facts(exact(MISSED))
    assert (found.median, found.useful, found.runs, found.longest, found.crossings, found.trend) == (7, 20, 10, 3, 9, 4)
    lengths = [len(list(run)) for _, run in groupby(found.sides)]
    assert lengths == [3, 3, 2, 3, 3, 1, 1, 1, 1, 2]
    assert read(exact(MISSED)).signals == ()


def test_seven_and_seven_signal_by_crossings_alone():
    """Seven above, seven below, one, one: the run is not longer than chance, the crossings are fewer."""
    reading = read(exact([1] * 7 + [-1] * 7 + [1, -1]), centre=Fraction(0))
    assert (reading.facts.useful, reading.facts.runs, reading.facts.longest, reading.facts.crossings) == (16, 4, 7, 3)
    assert reading.signals == ("crossings",)


def test_a_frozen_median_sees_another_signal():
    """Late orders against their own median signal twice; against the baseline's, by the run alone."""
    own = read(exact(LATE))
    assert (own.facts.median, own.facts.longest, own.facts.crossings) == (16, 8, 1)
    assert own.signals == ("run", "crossings")
    frozen = read(exact(LATE), centre=median(exact(LATE[:8])))
    assert (frozen.facts.median, frozen.facts.useful, frozen.facts.longest, frozen.facts.crossings) == (13, 14, 8, 5)
    assert frozen.signals == ("run",)
    assert (frozen.facts.start, frozen.facts.end) == (8, 15)


def test_points_that_alternate_are_too_many_runs():
    """Twelve alternating points: chance for Anhøj, too many runs for Wald and Wolfowitz."""
    points = exact([1, 2] * 6)
    assert (facts(points).runs, facts(points).longest, facts(points).crossings) == (12, 1, 11)
    assert read(points).signals == ()
    assert read(points, rules="ihi").signals == ("many",)


def test_a_trend_counts_equal_neighbours_once():
    """Five points that go up are a trend by the IHI's rules, with few useful points too."""
    reading = read(exact([5, 6, 7, 7, 8, 9, 4, 5, 6, 5]), rules="ihi")
    assert (reading.facts.trend, reading.facts.useful) == (5, 8)
    assert reading.signals == ("trend",)
    assert not reading.facts.enough


def test_all_on_the_median_is_too_few_and_never_no_change():
    """Equal points have no useful one: nothing can be told."""
    found = facts(exact([3] * 30))
    assert (found.useful, found.longest, found.runs, found.crossings, found.trend) == (0, 0, 0, 0, 1)
    assert not found.enough
    assert all(read(exact([3] * 30), rules=rules).signals == () for rules in RULES)


def test_the_middle_is_exact():
    """Decimals that no float holds are on the line where they are on it."""
    points = [Fraction("1.1"), Fraction("1.2"), Fraction("1.3"), Fraction("1.2")]
    assert median(points) == Fraction("1.2")
    assert facts(points).useful == 2


@given(VALUES)
def test_a_chart_upside_down_says_the_same(values):
    """Signals and counts do not depend on which way is up, nor on the unit."""
    for rules in RULES:
        straight = read(values, rules=rules)
        for other in ([-value for value in values], [value * 7 + 3 for value in values]):
            turned = read(other, rules=rules)
            assert turned.signals == straight.signals
            assert turned.facts.longest == straight.facts.longest
            assert turned.facts.crossings == straight.facts.crossings


@given(VALUES)
def test_counts_fit_together(values):
    """Useful points are those off the line; runs are one more than crossings; the longest run is where it is said."""
    found = facts(values)
    assert found.useful == sum(value != found.median for value in values)
    assert found.runs == (found.crossings + 1 if found.useful else 0)
    run = [value > found.median for value in values[found.start : found.end + 1] if value != found.median]
    assert len(run) == found.longest
    assert len(set(run)) <= 1
    assert found.trend <= len(values)
    if not found.enough:
        assert read(values).signals == ()


@given(VALUES, st.lists(st.integers(0, 40), max_size=5))
def test_points_on_the_line_change_nothing(values, places):
    """A point on a frozen median neither breaks a run nor adds to it."""
    centre = median(values)
    more = list(values)
    for place in places:
        more.insert(min(place, len(more)), centre)
    assert facts(more, centre).sides == facts(values, centre).sides
