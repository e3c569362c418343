"""Bodies of requests and replies of a coach's pages."""

from __future__ import annotations

from actionlearn.server.web.schemas import Reply, RequestBody, Text


class NewAgreement(RequestBody):
    """What is agreed, and by which day."""

    body: Text
    day: str | None = ""


class AgreementState(RequestBody):
    """Whether it was kept."""

    kept: bool


class ListedQuestion(Reply):
    """A question of the bank; one that is not one's own has no id."""

    id: str
    body: str


class QuestionList(Reply):
    """All that one may use."""

    questions: list[ListedQuestion]
