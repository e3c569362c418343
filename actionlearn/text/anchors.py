"""Words quoted from a text, found again after the text was edited. Pure.

A comment keeps its quote as W3C Web Annotation selectors: the words with what stood before and after
them, and their position. Rather no place than a wrong one: where it is not certain where the words are
now, there is none, and the comment stands beside the whole with its quote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from actionlearn.budget import PLACES, Allowance
from actionlearn.text import diff

#: Characters kept from before and after a quote.
CONTEXT = 48

#: The longest quote that is kept: a longer one is the whole answer.
LONGEST = 2_000

#: How much of the kept context must stand beside words to tell them from others, and beside words that are nowhere
#: else; how many words need none; how few need it on both sides.
ALIKE, ENOUGH, LONG, FEW = 0.7, 0.45, 5, 2

#: Steps that looking at one place of the quoted words counts for.
COST_OF_A_PLACE = 10

#: Characters beside a place that are compared first where it is one of very many.
NEAR = 24

#: How much of a quote must have stayed for its place to count as known when words in it were changed.
KEPT = 0.7

Place = tuple[int, int]


@dataclass(frozen=True)
class Quote:
    """Words quoted from a text.

    Parameters
    ----------
    exact, prefix, suffix
        The words, and what stood before and after them (`TextQuoteSelector`).
    start, end
        Where they stood, in characters (`TextPositionSelector`).
    """

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int = 0
    end: int = 0

    def selectors(self) -> list[dict[str, Any]]:
        """Return it as selectors of the W3C Web Annotation Data Model."""
        return [
            {"type": "TextQuoteSelector", "exact": self.exact, "prefix": self.prefix, "suffix": self.suffix},
            {"type": "TextPositionSelector", "start": self.start, "end": self.end},
        ]

    @classmethod
    def of(cls, selectors: Any) -> Quote | None:
        """Read selectors; None where there is no quote in them."""
        found = [each for each in selectors if isinstance(each, Mapping)] if isinstance(selectors, list) else []
        selector = next((each for each in found if each.get("type") == "TextQuoteSelector"), {})
        at = next((each for each in found if each.get("type") == "TextPositionSelector"), {})
        words = [selector.get(name, "") for name in ("exact", "prefix", "suffix")]
        place = [at.get(name, 0) for name in ("start", "end")]
        if not all(isinstance(each, str) for each in words) or not words[0].strip():
            return None
        if any(isinstance(each, bool) or not isinstance(each, int) for each in place):
            place = [0, 0]
        return cls(*words, *place)


#: A part of a picture, in hundredths of its sides: from the left, from the top, width, height.
_PART = re.compile(r"xywh=percent:(\d{1,2}),(\d{1,2}),(\d{1,3}),(\d{1,3})")


def part(selectors: Any) -> str:
    """Read which part of a picture selectors are about (`FragmentSelector`), as ``x,y,width,height``; empty for none."""
    found = [each for each in selectors if isinstance(each, Mapping)] if isinstance(selectors, list) else []
    fragment = next((each.get("value") for each in found if each.get("type") == "FragmentSelector"), None)
    match = _PART.fullmatch(fragment) if isinstance(fragment, str) else None
    if match is None:
        return ""
    x, y, width, height = (int(each) for each in match.groups())
    within = 0 < width <= 100 - x and 0 < height <= 100 - y
    return f"{x},{y},{width},{height}" if within else ""


def part_selectors(named: str) -> list[dict[str, Any]]:
    """Return a part of a picture as a selector of the W3C Web Annotation Data Model."""
    conforms = "http://www.w3.org/TR/media-frags/"
    return [{"type": "FragmentSelector", "conformsTo": conforms, "value": f"xywh=percent:{named}"}]


def quote(text: str, start: int, end: int) -> Quote:
    """Return the words of a text from one place to another, with what stands around them."""
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    return Quote(exact=text[start:end], prefix=before, suffix=after, start=start, end=end)


def select(text: str, quoted: Quote, allowance: Allowance | None = None) -> Quote | None:
    """Return a quote as it stands in the text it was taken from; None where it is not in there.

    A page shows paragraphs where the text has line breaks: white space does not count.
    """
    places = _nearest(_occurrences(text, quoted.exact, allowance or Allowance()), text, quoted)
    if not places:
        return None
    return quote(text, *max(places, key=lambda at: (_alike(text, at, quoted), -abs(at[0] - quoted.start))))


def find(text: str, quoted: Quote, before: str = "", allowance: Allowance | None = None) -> Place | None:
    """Return where quoted words are now.

    Parameters
    ----------
    text
        The text as it is now.
    quoted
        The quote.
    before
        The text that it was taken from, where it is still known: then a second place with the same
        words is not taken for the first.
    allowance
        How much comparing is left, where several quotes share it. At its end, nothing is certain.

    Returns
    -------
    Place or None
        From where to where; None where the words are gone, or it is not certain which are theirs.
    """
    allowance = allowance or Allowance()
    if not allowance.take((len(text) + len(before)) // 2):
        return None
    if before and (old := select(before, quoted, allowance)):
        return _followed(text, old, before, allowance)
    places = _occurrences(text, quoted.exact, allowance)
    sure = _sure(places, text, quoted)
    if len(sure) == 1:
        return sure[0]
    alone = len(places) == 1 and not sure
    return places[0] if alone and _trusted(text, places[0], quoted) else None


def nth(text: str, place: Place, allowance: Allowance | None = None) -> int:
    """Return how many times the same words stand before a place: with it, a page finds the words among its own."""
    wanted = _squeezed(text[slice(*place)])[0]
    there, where = _squeezed_once(text, allowance or Allowance())
    return sum(where[at] < place[0] for at in _starts(there, wanted))


# Following the words from one text to the other ------------------------------------------------


def _followed(text: str, quoted: Quote, before: str, allowance: Allowance) -> Place | None:
    """Return where the quoted words went. What stayed in its place is where it was; what moved needs its company."""
    runs = _runs(before, text, allowance)
    stayed = _stayed(runs, quoted)
    if stayed and _same(text[slice(*stayed)], quoted.exact):
        return stayed
    moved = _outside(_occurrences(text, quoted.exact, allowance), [(new, new + length) for _, new, length in runs])
    sure = _sure(moved, text, quoted)
    if len(sure) == 1:
        return sure[0]
    if len(moved) == 1 and not stayed and _trusted(text, moved[0], quoted):
        return moved[0]
    return None if moved else stayed


def _outside(places: list[Place], taken: list[Place]) -> list[Place]:
    """Return the places that do not lie within one of the others; both are in order."""
    found, ends = [], iter(taken)
    current = next(ends, None)
    for at in places:
        while current and current[1] < at[1]:
            current = next(ends, None)
        if current is None or at[0] < current[0]:
            found.append(at)
    return found


def _runs(before: str, text: str, allowance: Allowance) -> list[tuple[int, int, int]]:
    """Return what both texts have in the same order: where in the one, where in the other, how long."""
    found, old, new = [], 0, 0
    changes: list[diff.Change] = allowance.once(
        ("changes", before, text), lambda: diff.word_diff(before, text, allowance)
    )
    for kind, words in changes:
        if kind == "same":
            found.append((old, new, len(words)))
        old += len(words) if kind != "new" else 0
        new += len(words) if kind != "gone" else 0
    return found


def _stayed(runs: list[tuple[int, int, int]], quoted: Quote) -> Place | None:
    """Return what became of the quote in its own place, where enough of it is still there."""
    pieces = []
    for old, new, length in runs:
        first, last = max(old, quoted.start), min(old + length, quoted.end)
        if first < last:
            pieces.append((first - old + new, last - old + new))
    if not pieces:
        return None
    start, end = pieces[0][0], pieces[-1][1]
    left = sum(last - first for first, last in pieces)
    grown = end - start <= 1.5 * (quoted.end - quoted.start)
    return (start, end) if left >= KEPT * (quoted.end - quoted.start) and grown else None


# How certain ------------------------------------------------------------------------------------


def _nearest(places: list[Place], text: str, quoted: Quote) -> list[Place]:
    """Return the places worth comparing: where there are very many, those with the same words around and the nearest."""
    if len(places) <= PLACES:
        return places
    exact = [at for at in places if _beside(text, at, quoted)]
    return sorted(exact or places, key=lambda at: abs(at[0] - quoted.start))[:PLACES]


def _sure(places: list[Place], text: str, quoted: Quote) -> list[Place]:
    """Return the places that are the quoted ones by what stands around them. Of very many, those with the same words."""
    if len(places) > PLACES:
        return [at for at in places if _beside(text, at, quoted)]
    return [at for at in places if _alike(text, at, quoted) >= ALIKE]


def _beside(text: str, at: Place, quoted: Quote) -> bool:
    """Tell whether the same words stand right before and after a place as beside the quote."""
    before, after = quoted.prefix[-NEAR:], quoted.suffix[:NEAR]
    return text.endswith(before, 0, at[0]) and text.startswith(after, at[1])


def _trusted(text: str, at: Place, quoted: Quote) -> bool:
    """Tell whether words that are in one place alone are the quoted ones: many are, few need their company."""
    return len(quoted.exact.split()) >= LONG or _alike(text, at, quoted) >= ENOUGH


def _alike(text: str, at: Place, quoted: Quote) -> float:
    """Return how much of what stood around a quote stands around a place, from 0 to 1.

    On its better side; of a word or two, which say little by themselves, on both.
    """
    before, after = text[max(0, at[0] - CONTEXT) : at[0]], text[at[1] : at[1] + CONTEXT]
    sides = _near(quoted.prefix[::-1], before[::-1]), _near(quoted.suffix, after)
    return max(sides) if len(quoted.exact.split()) > FEW else sum(sides) / 2


def _near(expected: str, there: str) -> float:
    """Compare two texts that begin at a quote; the nearest words say most."""
    expected, there = _squeezed(expected)[0][:24], _squeezed(there)[0][:24]
    if not expected or not there:
        return 1.0 if expected == there else 0.0
    return SequenceMatcher(None, expected, there, autojunk=False).ratio()


# Texts without their white space ------------------------------------------------------------------


def _squeezed(text: str) -> tuple[str, list[int]]:
    """Return a text without white space, and where each character of it stands."""
    where = [at for at, character in enumerate(text) if not character.isspace()]
    return "".join(text[at] for at in where), where


def _squeezed_once(text: str, allowance: Allowance) -> tuple[str, list[int]]:
    """Return the same; the quotes from one text share it."""
    squeezed: tuple[str, list[int]] = allowance.once(("squeezed", text), lambda: _squeezed(text))
    return squeezed


def _same(one: str, other: str) -> bool:
    return re.sub(r"\s+", "", one) == re.sub(r"\s+", "", other)


def _occurrences(text: str, exact: str, allowance: Allowance) -> list[Place]:
    """Return all places of some words, whole words first: `no` is not in `nobody` where it stands alone too."""
    wanted = _squeezed(exact)[0]
    there, where = _squeezed_once(text, allowance)
    starts = _starts(there, wanted)
    if not allowance.take(COST_OF_A_PLACE * len(starts)):
        return []
    found = [(where[at], where[at + len(wanted) - 1] + 1) for at in starts]
    whole = [each for each in found if _whole(text, each)]
    return whole if whole and _whole(exact, (0, len(exact))) else found


def _starts(text: str, wanted: str) -> list[int]:
    """Return where some words begin, also where they overlap: in time that grows with the text alone."""
    if not wanted:
        return []
    first = text.find(wanted)
    if first < 0:
        return []
    if text.find(wanted, first + 1) < 0:
        return [first]
    # How far the words repeat themselves (Knuth, Morris, Pratt): what was read once is not read again.
    back, length = [0] * len(wanted), 0
    for at in range(1, len(wanted)):
        while length and wanted[at] != wanted[length]:
            length = back[length - 1]
        length += wanted[at] == wanted[length]
        back[at] = length
    found, length, last = [], 0, len(wanted)
    for at in range(first, len(text)):
        while length and (length == last or text[at] != wanted[length]):
            length = back[length - 1]
        length += text[at] == wanted[length]
        if length == last:
            found.append(at - last + 1)
    return found


def _whole(text: str, at: Place) -> bool:
    def cut(place: int) -> bool:
        return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()

    return not cut(at[0]) and not cut(at[1])
