"""Text that people send, as it can be stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionlearn.text.clean import storable


@pytest.mark.parametrize(
    ("text", "stored"),
    [("Zoë 🙂\r\n", "Zoë 🙂\r\n"), ("a\x00b", "ab"), ("a\ud800b", "a?b"), ("\udfff\x00", "?"), ("", "")],
)
def test_what_no_database_stores_goes(text: str, stored: str):
    """The rest stays as it was sent: line ends, signs and what is written in pictures."""
    assert storable(text) == stored


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_stored_and_is_then_left_as_it_is(text: str):
    """It has bytes in UTF-8 and no NUL, and cleaning it once more changes nothing."""
    stored = storable(text)
    assert "\x00" not in stored
    assert stored.encode("utf-8").decode("utf-8") == stored == storable(stored)
