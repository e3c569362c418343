"""What changed between two texts."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionlearn.budget import COMPARISONS, Allowance
from actionlearn.text.diff import word_diff

_TEXTS = st.text(st.sampled_from("ab \n\té😀"), max_size=60)


@given(_TEXTS, _TEXTS)
def test_no_letter_is_lost(before, after):
    """What is the same or gone is the earlier text, what is the same or new the later one."""
    found = word_diff(before, after)
    assert "".join(words for kind, words in found if kind != "new") == before
    assert "".join(words for kind, words in found if kind != "gone") == after
    assert all(words for _, words in found)
    assert all(one[0] != other[0] for one, other in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("", "Fewer forms", [("new", "Fewer forms")]),
        ("Fewer forms", "Fewer forms", [("same", "Fewer forms")]),
        (
            "Fewer forms for nurses",
            "Fewer calls for nurses",
            [("same", "Fewer "), ("gone", "forms "), ("new", "calls "), ("same", "for nurses")],
        ),
    ],
)
def test_words_are_compared_and_not_letters(before, after, expected):
    """A word that changed is gone and new as a whole, with its white space."""
    assert word_diff(before, after) == expected


def test_a_book_chapter_is_compared_at_once():
    """The longest answers there can be take no time to speak of, whatever changed in them."""
    line = "the night shift has to wait for the pharmacy and the pharmacy for us\n"
    before = "".join(f"{line.rstrip()} {n}\n" for n in range(2_800))
    started = time.monotonic()
    for after in (before.replace("pharmacy", "lab"), before[::-1], before.replace("\n", " "), line * 2_800):
        found = word_diff(before, after)
        assert "".join(words for kind, words in found if kind != "gone") == after
    assert time.monotonic() - started < 10


def _line(number: int, tag: str) -> str:
    """Return 990 words, every second of them the same: each run that two such lines have in common is one word."""
    return " ".join(f"x {tag}{number}n{at}" for at in range(495))


#: Pairs of texts of 200,000 letters at most that cost far more than they are long, where nobody counts.
AWKWARD: dict[str, Callable[[], tuple[str, str]]] = {
    "one line of pairs": lambda: (_line(0, "u"), _line(0, "v")),
    "many lines of pairs": lambda: tuple(  # type: ignore[return-value]
        "\n".join(f"{_line(at, tag)}\nsame line {at}" for at in range(40)) for tag in "uv"
    ),
    "one word": lambda: ("a " * 999, "b " + "a " * 999),
    "two words": lambda: ("a b " * 490 + "c", "b a " * 490 + "d"),
    "short lines": lambda: ("x\ny\n" * 490, "y\nx\n" * 490 + "z"),
}


@pytest.mark.parametrize("texts", AWKWARD.values(), ids=AWKWARD.keys())
def test_no_texts_cost_more_than_they_may(texts: Callable[[], tuple[str, str]]):
    """Whatever two texts are made of, comparing them ends; no letter is lost, and the alike ends are told as such."""
    before, after = texts()
    began = time.process_time()
    found = word_diff(f"first {before} last", f"first {after} last")
    assert time.process_time() - began < 6
    assert "".join(words for kind, words in found if kind != "new") == f"first {before} last"
    assert "".join(words for kind, words in found if kind != "gone") == f"first {after} last"
    assert found[0][0] == "same"
    assert found[0][1].startswith("first ")


def test_a_request_has_one_effort_for_all_it_compares():
    """A hundred pairs that are dear share what one request may take: when that is used up, the rest is told as a whole."""
    allowance = Allowance()
    found = [word_diff(_line(at, "u"), _line(at, "v"), allowance) for at in range(100)]
    assert 0 <= allowance.left < COMPARISONS
    assert found[-1] == [("same", "x "), ("gone", _line(99, "u")[2:]), ("new", _line(99, "v")[2:])]
    assert word_diff("Fewer forms", "Fewer calls", Allowance(0)) == [
        ("same", "Fewer "),
        ("gone", "forms"),
        ("new", "calls"),
    ]
