"""Bodies of requests and replies of a set and a cohort."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import WithJsonSchema

from actionlearn.server.web.schemas import Instant, PageId, Reply, RequestBody, Text

#: How long somebody's time is. What is no such time has an error of its own.
Minutes = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "null"}]})]


class NewPosting(RequestBody):
    """Something one asks for or offers, in one's set or the whole cohort."""

    kind: Literal["ask", "offer"]
    body: Text
    reach: Literal["set", "cohort"]


class PostingId(Reply):
    """It is on the board."""

    id: str


class PostingState(RequestBody):
    """Whether it is settled."""

    closed: bool


class NewPostingAnswer(RequestBody):
    """What one says to it, and whom one brings together with whoever asked."""

    body: Text
    introduces: str | None = None


class PostingAnswer(Reply):
    """What was said to it."""

    id: str
    posting: str
    by: str
    body: str
    introduces: str | None
    made_at: Instant
    by_name: str
    introduces_name: str


class EntryRequest(RequestBody):
    """To whom one shows an answer, and a word with it."""

    reach: Literal["set", "cohort"]
    note: Text | None = ""


class EntryAddress(Reply):
    """An answer that is shown, and its address."""

    id: str
    url: str


class MeetingAction(RequestBody):
    """What one does in a meeting."""

    act: Literal["write", "give", "keep", "take", "time", "stop"]
    minutes: Minutes = None
    turn: str | None = None


class MeetingState(Reply):
    """How a meeting stands, and who is there."""

    meeting: dict[str, Any]
    here: list[str]


class NewLine(RequestBody):
    """A line that is added while another writes."""

    key: PageId
    line: Any
