"""Text that a request brings."""

from __future__ import annotations

from actionlearn.errors import BadInput, TooLarge

#: The longest text of a posting or of an answer to one, in characters.
MAX_POSTING = 2_000


def posting_text(text: str, limit: int = MAX_POSTING) -> str:
    """Return what somebody typed, as it can be stored.

    Raises
    ------
    BadInput, TooLarge
        It is empty, or too long.
    """
    body = text.strip()
    if not body:
        raise BadInput("room.nothing_said")
    if len(body) > limit:
        raise TooLarge("room.too_long", limit=limit)
    return body
