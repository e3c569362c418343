"""What changed between two texts."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
