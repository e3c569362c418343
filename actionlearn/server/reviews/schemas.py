"""What goes in and out of the API where something is shared, said, agreed or built: as `shapes` for answers."""

from __future__ import annotations

from typing import Any, Literal

from actionlearn.server.web.schemas import Reply, RequestBody
from actionlearn.store.records import Comment, SignOff
from actionlearn.store.reviews.notes import Agreement, Question

__all__ = ["Agreement", "Comment", "Question", "SignOff"]

# Sharing --------------------------------------------------------------------------------------


# Comments and agreements ----------------------------------------------------------------------


class Said(RequestBody):
    """A comment; with ``target``, on a passage."""

    body: str
    prompt: str | None = None
    parent: str | None = None
    target: Any = None


class Words(RequestBody):
    """Words of one's own."""

    body: str


class Half(RequestBody):
    """What one began to say, and where."""

    place: str
    body: str


class Settled(RequestBody):
    """Whether a conversation is settled."""

    resolved: bool


class Verdict(RequestBody):
    """What one says of the whole."""

    verdict: Literal["agreed", "again"]


class Released(Reply):
    """What was held and is not any more."""

    released: list[Comment]


# The room ---------------------------------------------------------------------------------------
