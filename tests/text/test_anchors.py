"""Quoted words are found again after edits, or have no place: never a wrong one."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from actionlearn.budget import Allowance
from actionlearn.text.anchors import Quote, find, nth, part, part_selectors, quote, select

from ..support.quoted_edits import EDITS, Edit, edits


def _landed(edit: Edit, got: tuple[int, int] | None) -> str:
    """Judge a place: where words were rewritten, what was made of them is right, too."""
    if got is None:
        return "beside"
    if edit.survives:
        return "right" if got == edit.truth else "wrong"
    start, end = edit.truth or (0, 0)
    return "right" if start - 1 <= got[0] < end and start < got[1] <= end + 1 else "wrong"


@pytest.mark.parametrize(("known", "least"), [(True, 0.95), (False, 0.85)], ids=["text known", "text forgotten"])
def test_five_hundred_edits(known: bool, least: float, record_property):
    """Where the quote survives it is found; nowhere is it found in a wrong place; none is lost."""
    made, landed = edits(), Counter()
    for edit in made:
        said = quote(edit.before, edit.start, edit.end)
        kept = Quote.of(said.selectors())
        assert kept == said, "what stands beside the whole still has its quote"
        landed[edit.survives, _landed(edit, find(edit.after, kept, edit.before if known else ""))] += 1
    record_property(
        "landed", {f"{'survives' if s else 'rewritten'} {how}": count for (s, how), count in landed.items()}
    )
    survive = sum(edit.survives for edit in made)
    assert sum(landed.values()) == EDITS
    assert EDITS - survive >= EDITS // 3
    assert landed[True, "wrong"] == landed[False, "wrong"] == 0, landed
    assert landed[True, "right"] >= least * survive, landed


def test_the_page_breaks_lines_elsewhere():
    """A quote from a page with paragraphs is found in a text with line breaks, and keeps what the text has."""
    text = "First one.\n\nThe night   hears\nit late."
    assert select(text, Quote("one.The night hears it")) == quote(text, 6, 32)
    assert select(text, Quote("the day hears it")) is None


def test_of_the_same_words_those_with_the_right_company():
    """The page sends what stood around the words: of three places it is the one."""
    text = "the day said so, the day knew, the day left"
    found = select(text, Quote("the day", "said so, ", " knew"))
    assert found == quote(text, 17, 24)
    assert [nth(text, (at, at + 7)) for at in (0, 17, 31)] == [0, 1, 2]


@pytest.mark.parametrize(
    "raw",
    [None, "x", [], [1], [{"type": "TextQuoteSelector"}], [{"type": "TextQuoteSelector", "exact": " \n"}]],
)
def test_what_is_no_quote_is_none(raw):
    """A message without words quotes nothing."""
    assert Quote.of(raw) is None


def test_a_position_that_is_none_is_left_out():
    """A wrong position does not lose the words."""
    words = {"type": "TextQuoteSelector", "exact": "night"}
    assert Quote.of([words, {"type": "TextPositionSelector", "start": "a", "end": True}]) == Quote("night")


def test_a_long_answer_takes_no_long_time():
    """Twenty thousand words are searched while a page is made."""
    text = "the night shift hears it late and the day decides " * 2_000
    began = time.perf_counter()
    find(text[10_000:] + text[:10_000], quote(text, 50_000, 50_040), text)
    assert time.perf_counter() - began < 3


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("xywh=percent:0,0,34,34", "0,0,34,34"),
        ("xywh=percent:66,66,34,34", "66,66,34,34"),
        ("xywh=percent:0,0,100,100", "0,0,100,100"),
        ("xywh=percent:66,66,35,34", ""),
        ("xywh=percent:0,0,0,34", ""),
        ("xywh=0,0,34,34", ""),
        ("xywh=percent:0,0,34,34;color:red", ""),
        (None, ""),
        (5, ""),
    ],
)
def test_a_part_of_a_picture_is_within_it(value, named):
    """A fragment in hundredths of the picture's sides; anything else is no part, and a part reads the same again."""
    assert part([{"type": "FragmentSelector", "value": value}]) == named
    assert not named or part(part_selectors(named)) == named
    assert part("x") == part([{"type": "TextQuoteSelector", "exact": "x"}, "y"]) == ""


@pytest.mark.ordinary("text3")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a" * 200_000, "a"),
        pytest.param("a" * 200_000, "a" * 2_000, marks=pytest.mark.slow),
        pytest.param("a " * 100_000, "a", marks=pytest.mark.slow),
        ("ab" * 100_000, "abab"),
        ("the " * 50_000, "the the"),
    ],
)
def test_words_that_stand_everywhere_cost_no_more_than_others(text: str, words: str):
    """One letter of a text of one letter: it is found where it is said to stand, at once, or not at all."""
    began = time.process_time()
    place = len(text) // 2
    found = select(text, Quote(words, "ab" * 24, "ab" * 24, place, place + len(words)))
    assert found is not None
    assert abs(found.start - place) <= len(words) + 2
    allowance = Allowance()
    for _ in range(10):  # the comments on one answer share what a request may take
        find(text[2:], found, text, allowance)
        find(text, found, "", allowance)
    nth(text, (found.start, found.end), allowance)
    assert time.process_time() - began < 6


@pytest.mark.parametrize("words", ["aba", "ab a", "a", "aa", "abab", "b"])
def test_every_place_is_counted_also_where_they_overlap(words: str):
    """What a page counts by going on one letter at a time, from the front, is counted here."""
    text = "abaabab ab aa babab" * 3
    there = [at for at in range(len(text)) if text.startswith(words, at)]
    if " " not in words:
        squeezed = text.replace(" ", "")
        counts = [nth(text, (at, at + len(words))) for at in there]
        at_squeezed = [text[:at].replace(" ", "") for at in there]
        assert counts == [
            sum(squeezed.startswith(words, begin) for begin in range(len(before))) for before in at_squeezed
        ]
