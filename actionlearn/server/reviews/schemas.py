"""What goes in and out of the API where something is shared, said, agreed or built: as `shapes` for answers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import WithJsonSchema

from actionlearn.server.web.schemas import Reply, RequestBody, Text
from actionlearn.store.records import Comment, SignOff
from actionlearn.store.reviews.notes import Agreement, Question

#: What one may say of the whole. Another word has an error of its own (`comments.sign_off`).
VerdictWord = Annotated[str, WithJsonSchema({"type": "string", "enum": ["agreed", "again"]})]

__all__ = ["Agreement", "Comment", "Question", "SignOff"]

# Sharing --------------------------------------------------------------------------------------


# Comments and agreements ----------------------------------------------------------------------


class NewComment(RequestBody):
    """A comment; with ``target``, on a passage."""

    body: Text
    prompt: str | None = None
    parent: str | None = None
    target: Any = None
    then: str = ""


class OwnWords(RequestBody):
    """Words of one's own; a reply is released at once where it says so."""

    body: Text
    then: str = ""


class UnsentComment(RequestBody):
    """What one began to say, and where; ``about``: where the passage is that it is about."""

    place: Text
    body: Text
    about: str = ""


class ThreadState(RequestBody):
    """Whether a conversation is settled."""

    resolved: bool


class NewVerdict(RequestBody):
    """What one says of the whole."""

    verdict: VerdictWord


class ReleasedComments(Reply):
    """What was held and is not any more."""

    released: list[Comment]


# The room ---------------------------------------------------------------------------------------
