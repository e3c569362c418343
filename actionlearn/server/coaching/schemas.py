"""Bodies of requests and replies of a coach's pages."""

from __future__ import annotations

from actionlearn.server.web.schemas import Reply, RequestBody, Text


class Agree(RequestBody):
    """What is agreed, and by which day."""

    body: Text
    day: str | None = ""


class Done(RequestBody):
    """Whether it was kept."""

    kept: bool


class Banked(Reply):
    """A question of the bank; one that is not one's own has no id."""

    id: str
    body: str


class Bank(Reply):
    """All that one may use."""

    questions: list[Banked]
