"""What an answer says when something went wrong: the sentence of an error; and words that need nothing which may have failed."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from actionlearn.errors import ActionlearnError, StoreError

#: Status -> code of the sentence, for what tornado and jupyter_server refuse by themselves.
_CODES = {
    400: "server.bad_request",
    401: "server.sign_in",
    403: "server.refused",
    404: "server.missing",
    405: "server.bad_request",
    409: "server.conflict",
    413: "server.too_large",
    429: "server.too_many",
    431: "server.head_too_large",
    503: "server.unavailable",
}

_WRONG, _NEXT = "Something went wrong.", "Nothing that was saved is lost. Go back, reload the page and try again."


def error_of(exception: BaseException | None, status: int) -> ActionlearnError:
    """Return the error that is said of what was raised."""
    if isinstance(exception, StoreError) and "where" in exception.values:
        # Where the database is, and what is the matter with it, is for the log.
        return ActionlearnError("server.unavailable")
    if isinstance(exception, ActionlearnError):
        return exception
    return ActionlearnError(_CODES.get(status, "server.fault"))


def plain_page(status: int, reference: str, sent: list[str]) -> str:
    """Return a page that needs no template, no language and no person.

    Parameters
    ----------
    status, reference
        What is said to whoever is asked about it.
    sent
        What somebody typed into the form that was sent.
    """
    words = "".join(f"<textarea readonly rows=6 cols=60>\n{escape(each)}</textarea>" for each in sent)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>actionlearn</title></head><body><main>'
        f"<h1>{_WRONG}</h1><p>{_NEXT}</p>{words}<p>{status} <code>{escape(reference)}</code></p></main></body></html>"
    )


def plain_json(status: int, reference: str) -> str:
    """Return an error of the API that needs no language."""
    code = _CODES.get(status, "server.fault")
    body: dict[str, Any] = {"code": code, "values": {}, "message": _WRONG, "hint": _NEXT, "reference": reference}
    return json.dumps({"error": body})
