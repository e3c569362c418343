"""Run charts: whether figures in the order of time say more than chance would. Pure, and exact.

Anhøj's rules are the default [1]_, those of the IHI are there by name [2]_. Both look at the
*useful* points, those that are not on the centre line; too few of these, and no rule can tell
change from chance. Then that is said: it is not the same as "no change".

.. [1] J. Anhøj, A. V. Olesen, Run Charts Revisited, PLoS ONE 9 (2014) e113825.
.. [2] R. J. Perla, L. P. Provost, S. K. Murray, The run chart, BMJ Quality & Safety 20 (2011) 46-51.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import groupby, pairwise
from math import comb

#: Fewer useful points tell nothing.
LEAST = 10

#: How rare, on each side, a number of runs must be to be too few or too many.
RARE = Fraction(1, 40)


@dataclass(frozen=True)
class Facts:
    """What can be counted on a run chart.

    Parameters
    ----------
    median
        The centre line.
    sides
        Of the useful points, in order: whether each is above the line.
    longest, crossings, runs
        Points in the longest run on one side, crossings of the line, runs.
    trend
        Points in the longest row that only goes up, or only down; equal neighbours count once.
    start
        Where the longest run begins, and where it ends: places among all points.
    """

    median: Fraction
    sides: tuple[bool, ...]
    longest: int
    crossings: int
    runs: int
    trend: int
    start: int
    end: int

    @property
    def useful(self) -> int:
        """How many points are not on the line."""
        return len(self.sides)

    @property
    def enough(self) -> bool:
        """Whether rules can tell change from chance."""
        return self.useful >= LEAST


@dataclass(frozen=True)
class Reading:
    """What a set of rules says of figures: its signals by name, in the order of the rules."""

    facts: Facts
    rules: str
    signals: tuple[str, ...]


def median(values: Sequence[Fraction]) -> Fraction:
    """Return the middle value, exactly."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else Fraction(ordered[middle - 1] + ordered[middle]) / 2


def facts(values: Sequence[Fraction], centre: Fraction | None = None) -> Facts:
    """Count what can be counted.

    Parameters
    ----------
    values
        At least one, in the order of time.
    centre
        A median that was frozen, from before the change; their own where None.
    """
    line = median(values) if centre is None else Fraction(centre)
    places = [place for place, value in enumerate(values) if value != line]
    sides = tuple(values[place] > line for place in places)
    spans: list[tuple[int, int]] = []
    for _, group in groupby(range(len(sides)), key=lambda each: sides[each]):
        run = list(group)
        spans.append((run[0], run[-1]))
    first, last = max(spans, key=lambda span: span[1] - span[0], default=(0, -1))
    return Facts(
        median=line,
        sides=sides,
        longest=last - first + 1,
        crossings=max(len(spans) - 1, 0),
        runs=len(spans),
        trend=_trend(values),
        start=places[first] if spans else 0,
        end=places[last] if spans else -1,
    )


def _trend(values: Sequence[Fraction]) -> int:
    different = [value for value, _ in groupby(values)]
    longest = length = min(len(different), 1)
    up: bool | None = None
    for earlier, later in pairwise(different):
        length = length + 1 if up is (later > earlier) else 2
        up = later > earlier
        longest = max(longest, length)
    return longest


def longest_by_chance(useful: int) -> int:
    """Return how long a run may be by chance, by Anhøj: log2(n) + 3, rounded."""
    if useful < 1:
        return 0
    whole = useful.bit_length() - 1
    # log2(n) - whole > 1/2, without a rounding error: n squared > 2 to the (2 whole + 1).
    return whole + 3 + (useful * useful > 1 << (2 * whole + 1))


@lru_cache(maxsize=1024)
def fewest_crossings(useful: int) -> int:
    """Return how few crossings chance makes, by Anhøj: the lower 5 % point of that many tosses of a coin."""
    tosses = max(useful - 1, 0)
    seen, number = 0, -1
    while seen * 20 < 1 << tosses:
        number += 1
        seen += comb(tosses, number)
    return max(number, 0)


def runs_chance(above: int, below: int, runs: int) -> Fraction:
    """Return the chance of exactly so many runs, by Wald and Wolfowitz, where each order is as likely as any other."""
    if min(above, below) == 0:
        return Fraction(int(runs == min(above + below, 1)))
    half, odd = divmod(runs, 2)
    arrangements = comb(above - 1, half - 1) * comb(below - 1, half - 1) * 2 if half and not odd else 0
    if odd and half:
        arrangements = comb(above - 1, half) * comb(below - 1, half - 1) + comb(above - 1, half - 1) * comb(
            below - 1, half
        )
    return Fraction(arrangements, comb(above + below, above))


@lru_cache(maxsize=4096)
def runs_by_chance(above: int, below: int) -> tuple[int, int]:
    """Return the fewest and the most runs that are not rarer than `RARE`, on either side."""
    most = above + below if above == below else 2 * min(above, below) + 1
    if min(above, below) == 0:
        return (min(most, 1), min(most, 1))
    low, seen = 2, runs_chance(above, below, 2)
    while seen <= RARE and low < most:
        low += 1
        seen += runs_chance(above, below, low)
    high, seen = most, runs_chance(above, below, most)
    while seen <= RARE and high > low:
        high -= 1
        seen += runs_chance(above, below, high)
    return low, high


def _runs(found: Facts) -> tuple[int, int]:
    above = sum(found.sides)
    return runs_by_chance(above, found.useful - above)


#: A set of rules by name -> its rules by name: what counts as a signal.
RULES: dict[str, dict[str, Callable[[Facts], bool]]] = {
    "anhoej": {
        "run": lambda found: found.enough and found.longest > longest_by_chance(found.useful),
        "crossings": lambda found: found.enough and found.crossings < fewest_crossings(found.useful),
    },
    "ihi": {
        "shift": lambda found: found.enough and found.longest >= 6,
        # It asks nothing of the centre line, so it needs no useful points.
        "trend": lambda found: found.trend >= 5,
        "few": lambda found: found.enough and found.runs < _runs(found)[0],
        "many": lambda found: found.enough and found.runs > _runs(found)[1],
    },
}


def read(values: Sequence[Fraction], *, centre: Fraction | None = None, rules: str = "anhoej") -> Reading:
    """Return what a set of rules says.

    Parameters
    ----------
    values
        At least one, in the order of time.
    centre
        A frozen median; their own where None.
    rules
        A key of `RULES`.
    """
    found = facts(values, centre)
    return Reading(found, rules, tuple(name for name, signal in RULES[rules].items() if signal(found)))
