"""Text that people send, as every database can store it."""

from __future__ import annotations


def storable(text: str) -> str:
    """Return a text without NUL, and with a question mark for each lone surrogate.

    PostgreSQL cannot store the one, and UTF-8 has no bytes for the other: neither is ever meant.
    """
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
