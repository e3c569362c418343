"""One of several workbooks is called by what it is about."""

from __future__ import annotations

import pytest

from actionlearn.server.workbooks.titles import MOST, display_title, first_words

TEXTS = ("stuck", "found")


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"stuck": "A bad week, or bad luck?"}, "Something I found · A bad week, or bad luck?"),
        ({"stuck": {"not_yet": True}, "found": "A list\nof breaks"}, "Something I found · A list of breaks"),
        ({"use_on": "2026-11-02", "stuck": "  "}, "Something I found 2"),
        ({}, "Something I found 2"),
    ],
)
def test_one_of_several_is_called_by_the_first_text_in_it(said: dict[str, object], named: str):
    """The first text that is written says it, whatever else is answered; until then its number does."""
    assert display_title("Something I found", "sense", 2, TEXTS, said) == named  # type: ignore[arg-type]


def test_a_first_one_is_called_by_its_title():
    """Of a kind that one has once, the title is enough; a find is called by its words from the first on."""
    said = {"stuck": "Who reads the form?"}
    assert display_title("One small try", "experiment", 1, TEXTS, said) == "One small try"
    assert display_title("Something I found", "sense", 1, TEXTS, said) == "Something I found · Who reads the form?"


def test_a_name_is_short_and_ends_with_a_word():
    """A long text is cut after a word and its comma, a word without an end is cut where it must be."""
    long = "In the ward where nobody reads the morning form, the numbers are better than anywhere"
    assert first_words(TEXTS, {"stuck": long}) == "In the ward where nobody reads the morning form…"
    assert len(first_words(TEXTS, {"stuck": "a" * 500})) == MOST + 1
