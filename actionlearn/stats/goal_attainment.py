"""Goal attainment scaling: how far goals were reached that were agreed on beforehand. Pure.

A goal has five levels, from much less (-2) over as expected (0) to much more than expected (+2).
The counts of goals below, at and above what was expected come first; T sums them up [1]_, and is
for nobody's ranking.

.. [1] T. J. Kiresuk, R. E. Sherman, Goal attainment scaling, Community Mental Health Journal 4 (1968) 443-453.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

#: How much goals of one person are assumed to go together.
RHO = 0.3


@dataclass(frozen=True)
class Attainment:
    """How far goals were reached; `t` is None where none has a level yet."""

    below: int
    at: int
    above: int
    open: int
    t: float | None

    @property
    def reached(self) -> int:
        """How many are at or above what was expected."""
        return self.at + self.above

    @property
    def scored(self) -> int:
        """How many have a level."""
        return self.reached + self.below


def attainment(goals: Iterable[tuple[int | None, float]]) -> Attainment:
    """Return how far goals were reached.

    Parameters
    ----------
    goals
        Level from -2 to 2, None where there is none yet, and weight. Where all weights are zero, each is one.

    Raises
    ------
    ValueError
        A level is not on the scale, or a weight below zero or no number.
    """
    every = list(goals)
    scored = [(level, weight) for level, weight in every if level is not None]
    for level, weight in scored:
        if level not in (-2, -1, 0, 1, 2) or not 0 <= weight < float("inf"):
            raise ValueError((level, weight))
    levels = [level for level, _ in scored]
    largest = max((weight for _, weight in scored), default=0)
    # T depends on the ratio of weights alone; as shares of the largest they neither overflow nor vanish.
    weights = [weight / largest if largest else 1.0 for _, weight in scored]
    return Attainment(
        below=sum(level < 0 for level in levels),
        at=levels.count(0),
        above=sum(level > 0 for level in levels),
        open=len(every) - len(scored),
        t=_t(levels, weights) if scored else None,
    )


def _t(levels: list[int], weights: list[float]) -> float:
    weighted = sum(weight * level for weight, level in zip(weights, levels, strict=True))
    spread = (1 - RHO) * sum(weight * weight for weight in weights) + RHO * sum(weights) ** 2
    return 50 + 10 * weighted / sqrt(spread)
