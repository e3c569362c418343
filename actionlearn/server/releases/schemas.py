"""Bodies of requests and replies about released words."""

from __future__ import annotations

from actionlearn.server.web.schemas import Count, Reply, RequestBody


class Sentence(RequestBody):
    """Words of an answer, by where they stand in it."""

    prompt: str
    path: str
    begins: Count
    ends: Count
    words: str


class NewRelease(RequestBody):
    """Words that are released, and to whom."""

    readers: list[str]
    words: list[Sentence]


class ReleaseCount(Reply):
    """How many are out."""

    released: Count
