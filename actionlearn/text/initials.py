"""A name in two letters."""

from __future__ import annotations


def initials(name: str) -> str:
    """Return the first letters of somebody's first and last name."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()
