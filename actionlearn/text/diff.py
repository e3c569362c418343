"""What changed between two versions of a text, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

#: A run of words that are in both, only in the earlier, or only in the later text.
Change = tuple[Literal["same", "gone", "new"], str]

#: A word with the white space behind it; white space alone where a text begins with it.
_WORD = re.compile(r"\S+\s*|\s+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")

#: Words compared with each other at once. More, and lines are compared first: it must not take seconds.
MOST = 2_000


def word_diff(before: str, after: str) -> list[Change]:
    """Return how one text became another, in runs of words with their white space.

    The runs that are ``same`` or ``gone`` make up the earlier text, those that are ``same`` or
    ``new`` the later one, to the letter.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    middle = old[start : len(old) - end], new[start : len(new) - end]
    runs: list[Change] = [("same", "".join(old[:start]))]
    if len(middle[0]) + len(middle[1]) <= MOST:
        runs += _compared(*middle)
    else:
        runs += _by_lines("".join(middle[0]), "".join(middle[1]))
    runs.append(("same", "".join(old[len(old) - end :])))
    return _merged(runs)


def _by_lines(before: str, after: str) -> list[Change]:
    """Compare lines, and the words of those that changed, where they are not too many."""
    old, new = _LINE.findall(before), _LINE.findall(after)
    if len(old) + len(new) > MOST:
        return [("gone", before), ("new", after)]
    runs: list[Change] = []
    for kind, a, b, x, y in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = "".join(old[a:b]), "".join(new[x:y])
        words = _WORD.findall(gone), _WORD.findall(came)
        if kind == "equal":
            runs.append(("same", gone))
        elif len(words[0]) + len(words[1]) <= MOST:
            runs += _compared(*words)
        else:
            runs += [("gone", gone), ("new", came)]
    return runs


def _compared(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    runs: list[Change] = []
    for kind, a, b, x, y in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
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
