"""Messages about server: code -> (what is wrong, what to do next)."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {}
