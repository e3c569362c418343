"""Instants as they are stored, ISO 8601 in UTC with milliseconds, so that text order is time order; and where they are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def stamp(at: datetime) -> str:
    """Return an aware datetime as it is stored: ``2026-10-05T09:12:33.123Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def now() -> str:
    """Return this instant as it is stored."""
    return stamp(datetime.now(UTC))


def shifted(at: str, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> str:
    """Return a stored instant moved by some time; negative moves back."""
    return stamp(datetime.fromisoformat(at) + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))


def zone(*names: str) -> ZoneInfo:
    """Return the first time zone there is: a person's own, else the programme's, else UTC."""
    for name in filter(None, names):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")
