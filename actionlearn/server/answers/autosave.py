"""How an edit that was saved is answered: with its version, or with the head that it does not follow."""

from __future__ import annotations

from typing import Any

from actionlearn import i18n
from actionlearn.errors import BadInput
from actionlearn.server.web.api import ApiHandler
from actionlearn.store.records import Draft, SaveConflict, Saved


def head_json(draft: Draft | None) -> dict[str, Any]:
    """Return an answer as it is now; that of a prompt nobody has answered is empty, and its version is 0."""
    if draft is None:
        return {"value": None, "version": 0, "saved_at": ""}
    return {"value": draft.value, "version": draft.version, "saved_at": draft.saved_at}


def send_outcome(handler: ApiHandler, outcome: Saved | SaveConflict) -> None:
    """Answer an edit: it was saved, or it was kept and somebody else's version is the head (409)."""
    if isinstance(outcome, Saved):
        handler.send_json({"version": outcome.version, "saved_at": outcome.saved_at})
        return
    head = outcome.head
    error = conflict_error(handler.locale)
    handler.send_json({"head": {**head_json(head), "by": head.by}, "error": error}, status=409)


def conflict_error(locale: str) -> dict[str, Any]:
    """Return the error that says that somebody else's version is the head."""
    error = BadInput("server.behind")
    return {
        "code": error.code,
        "values": {},
        "message": i18n.sentence(error, locale),
        "hint": i18n.hint(error, locale),
    }
