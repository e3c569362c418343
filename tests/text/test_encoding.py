"""Files of text, whatever program wrote them."""

from __future__ import annotations

import pytest

from actionlearn.text.encoding import decode, is_uncertain

WORDS = "Zoé,ação\n"


@pytest.mark.parametrize("guess", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_programs_write_is_read(encoding: str, guess: bool):
    """With a mark or without, and its mark is none of its words."""
    text, found = decode(WORDS.encode(encoding), guess=guess)
    assert text == WORDS
    assert is_uncertain(found) == (encoding == "cp1252")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32", "cp1251"])
def test_what_else_there_is_is_read_by_whoever_guesses(encoding: str):
    """UTF-16 without a mark, UTF-32, and what is written elsewhere in the world."""
    words = "имя,группа\nЗоя,Северная\n" if encoding == "cp1251" else WORDS
    assert decode(words.encode(encoding), guess=True)[0] == words


@pytest.mark.parametrize("data", [b"\xff\xfea", b"a\x81b"], ids=["half a letter", "a byte that cp1252 has not"])
def test_bytes_that_fit_nothing_are_refused_or_marked(data: bytes):
    """Whoever keeps a file wants to know; whoever reads it shows what there is."""
    assert "\ufffd" in decode(data)[0]
    with pytest.raises(UnicodeDecodeError):
        decode(data, strict=True)
