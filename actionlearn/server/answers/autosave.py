"""A save message: whose client sent it, its number, and the answer to a conflict."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from actionlearn import i18n
from actionlearn.errors import BadInput

#: No version or number of an edit is ever larger: what is, was made up.
_MOST = 2**53


def conflict_error(locale: str) -> dict[str, Any]:
    """Return the error that says that somebody else's version is the head."""
    error = BadInput("server.behind")
    return {
        "code": error.code,
        "values": {},
        "message": i18n.sentence(error, locale),
        "hint": i18n.hint(error, locale),
    }


def client_of(raw: Any) -> str:
    """Return the id of the page that sent something."""
    try:
        return str(UUID(raw))
    except (ValueError, TypeError, AttributeError):
        raise BadInput("answers.bad_message", missing=["client"]) from None


def count_of(raw: Any, name: str) -> int:
    """Return a number of an edit or a version."""
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= _MOST:
        raise BadInput("answers.bad_message", missing=[name])
    return raw
