"""Text that a request brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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


#: How browsers send forms.
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def is_form(request: Any) -> bool:
    """Tell whether the body of a request is a form's."""
    return str(request.headers.get("Content-Type", "")).lower().startswith(_FORM_TYPES)


def nested_fields(fields: Mapping[str, Sequence[bytes]]) -> dict[str, Any]:
    """Return the fields of a form as an object: ``parameters.card`` is the card of its parameters.

    Parameters
    ----------
    fields
        As tornado has them: the last of several of one name counts.
    """
    found: dict[str, Any] = {}
    for name, values in fields.items():
        text = values[-1].decode("utf-8", "replace").replace("\r\n", "\n")
        outer, dot, inner = name.partition(".")
        if not dot:
            found[outer] = text
        elif isinstance(found.setdefault(outer, {}), dict):
            found[outer][inner] = text
    return found
