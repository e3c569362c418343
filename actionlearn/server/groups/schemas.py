"""Bodies of requests and replies of a set and a cohort."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import WithJsonSchema

from actionlearn.server.web.schemas import Instant, PageId, Reply, RequestBody, Text

#: How long somebody's time is. What is no such time has an error of its own.
Minutes = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "null"}]})]


class Post(RequestBody):
    """Something one asks for or offers, in one's set or the whole cohort."""

    kind: Literal["ask", "offer"]
    body: Text
    reach: Literal["set", "cohort"]


class Posted(Reply):
    """It is on the board."""

    id: str


class Closed(RequestBody):
    """Whether it is settled."""

    closed: bool


class Introduction(RequestBody):
    """What one says to it, and whom one brings together with whoever asked."""

    body: Text
    introduces: str | None = None


class Introduced(Reply):
    """What was said to it."""

    id: str
    posting: str
    by: str
    body: str
    introduces: str | None
    made_at: Instant
    by_name: str
    introduces_name: str


class Show(RequestBody):
    """To whom one shows an answer, and a word with it."""

    reach: Literal["set", "cohort"]
    note: Text | None = ""


class Shown(Reply):
    """An answer that is shown, and its address."""

    id: str
    url: str


class Act(RequestBody):
    """What one does in a meeting."""

    act: Literal["write", "give", "keep", "take", "time", "stop"]
    minutes: Minutes = None
    turn: str | None = None


class Meeting(Reply):
    """How a meeting stands, and who is there."""

    meeting: dict[str, Any]
    here: list[str]


class Line(RequestBody):
    """A line that is added while another writes."""

    key: PageId
    line: Any
