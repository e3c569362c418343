"""Finding what somebody means among many texts: without case, accents or endings, and rare words before common ones."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from math import log

_WORD = re.compile(r"\w+")

#: Letters of a word that have to agree, and how many of its end may differ: *forklifts* finds *forklift*.
FEWEST, ENDING = 4, 2


def normalise(text: str) -> str:
    """Return a text as it is searched: in small letters, without accents."""
    if text.isascii():
        return text.lower()
    whole = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in whole if not unicodedata.combining(each))


def search_texts(wanted: str, texts: Sequence[str]) -> list[int]:
    """Return the places of the texts that hold what is wanted, the best first; of equals the first first.

    A word counts the more, the fewer texts hold it: of *who knows forklifts* the last decides. Texts that have
    less than half of what the best has are left out.
    """
    stems = {word[: max(FEWEST, len(word) - ENDING)] for word in _WORD.findall(normalise(wanted))}
    words = [sorted(set(_WORD.findall(normalise(each)))) for each in texts]
    places_of = {stem: [at for at, some in enumerate(words) if _begins(some, stem)] for stem in stems}
    score = dict.fromkeys((at for places in places_of.values() for at in places), 0.0)
    for places in places_of.values():
        for at in places:
            score[at] += log(len(texts) / len(places)) ** 2
    least = max(score.values(), default=0) / 2
    return sorted((at for at in score if score[at] >= least), key=lambda at: (-score[at], at))


def _begins(words: list[str], stem: str) -> bool:
    """Tell whether one of some sorted words begins with a stem."""
    at = bisect_left(words, stem)
    return at < len(words) and words[at].startswith(stem)
