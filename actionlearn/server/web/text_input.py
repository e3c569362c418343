"""Text that a request brings."""

from __future__ import annotations

from typing import Any

from actionlearn.errors import BadInput, TooLarge
from actionlearn.text.clean import storable

#: The longest text of a posting or of an answer to one, in characters.
MAX_POSTING = 2_000


def posting_text(raw: Any, limit: int = MAX_POSTING) -> str:
    """Return what somebody typed, as it can be stored.

    Raises
    ------
    BadInput, TooLarge
        It is empty, or too long.
    """
    body = storable(text_field(raw)).strip()
    if not body:
        raise BadInput("room.nothing_said")
    if len(body) > limit:
        raise TooLarge("room.too_long", limit=limit)
    return body


def text_field(raw: Any, name: str = "body") -> str:
    """Return a text that was sent.

    Raises
    ------
    BadInput
        It is none.
    """
    if not isinstance(raw, str):
        raise BadInput("answers.bad_message", missing=[name])
    return raw
