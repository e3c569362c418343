"""What changed between two versions of a text, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import Literal

from actionlearn.budget import Allowance

#: A run of words that are in both, only in the earlier, or only in the later text.
Change = tuple[Literal["same", "gone", "new"], str]

#: A word with the white space behind it; white space alone where a text begins with it.
_WORD = re.compile(r"\S+\s*|\s+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")

#: Words compared with each other at once. More, and lines are compared first.
MOST = 2_000


class _Matcher(SequenceMatcher[str]):
    """Compares as long as it may; what it did not come to has nothing in common."""

    def __init__(self, old: Sequence[str], new: Sequence[str], allowance: Allowance) -> None:
        super().__init__(None, old, new, autojunk=False)
        self._allowance, self._ends = allowance, (len(old), len(new))
        places: dict[str, list[int]] = vars(self)["b2j"]  # typeshed does not know of it
        #: How many pairs of alike words lie before each place: what looking through a stretch costs.
        self._costs = [0, *accumulate(1 + len(places.get(each, ())) for each in old)]

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        """Return the longest run of words in common, none where looking for it would cost too much."""
        ahi = self._ends[0] if ahi is None else ahi
        bhi = self._ends[1] if bhi is None else bhi
        if not self._allowance.take(self._costs[ahi] - self._costs[alo]):
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def word_diff(before: str, after: str, allowance: Allowance | None = None) -> list[Change]:
    """Return how one text became another, in runs of words with their white space.

    The runs that are ``same`` or ``gone`` make up the earlier text, those that are ``same`` or
    ``new`` the later one, to the letter.

    Parameters
    ----------
    before, after
        The two texts.
    allowance
        How much comparing is left, where several texts share it. Where it is at its end, what
        changed is told as a whole: gone, and new.
    """
    allowance = allowance or Allowance()
    old, new = _WORD.findall(before), _WORD.findall(after)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    middle = old[start : len(old) - end], new[start : len(new) - end]
    runs: list[Change] = [("same", "".join(old[:start]))]
    if len(middle[0]) + len(middle[1]) <= MOST:
        runs += _compared(*middle, allowance)
    else:
        runs += _by_lines("".join(middle[0]), "".join(middle[1]), allowance)
    runs.append(("same", "".join(old[len(old) - end :])))
    return _merged(runs)


def _by_lines(before: str, after: str, allowance: Allowance) -> list[Change]:
    """Compare lines, and the words of those that changed, where they are not too many."""
    old, new = _LINE.findall(before), _LINE.findall(after)
    if len(old) + len(new) > MOST:
        return [("gone", before), ("new", after)]
    runs: list[Change] = []
    for kind, a, b, x, y in _Matcher(old, new, allowance).get_opcodes():
        gone, came = "".join(old[a:b]), "".join(new[x:y])
        words = _WORD.findall(gone), _WORD.findall(came)
        if kind == "equal":
            runs.append(("same", gone))
        elif len(words[0]) + len(words[1]) <= MOST:
            runs += _compared(*words, allowance)
        else:
            runs += [("gone", gone), ("new", came)]
    return runs


def _compared(old: Sequence[str], new: Sequence[str], allowance: Allowance) -> list[Change]:
    runs: list[Change] = []
    for kind, a, b, x, y in _Matcher(old, new, allowance).get_opcodes():
        if kind == "equal":
            runs.append(("same", "".join(old[a:b])))
        else:
            runs += [("gone", "".join(old[a:b])), ("new", "".join(new[x:y]))]
    return runs


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words two texts begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _merged(runs: Sequence[Change]) -> list[Change]:
    """Return runs without empty ones, neighbours of a kind as one."""
    made: list[Change] = []
    for kind, words in runs:
        if made and made[-1][0] == kind:
            made[-1] = (kind, made[-1][1] + words)
        elif words:
            made.append((kind, words))
    return made
