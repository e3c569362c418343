"""Bodies of requests and replies about answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import WithJsonSchema

from actionlearn.permissions import AUDIENCES, Audience
from actionlearn.server.web.schemas import Count, ErrorDetails, Instant, PageId, Reply, RequestBody

#: Who may read. Somebody we do not know has an error of its own (`prompts.check_audience`).
AudienceName = Annotated[str, WithJsonSchema({"type": "string", "enum": list(AUDIENCES)})]


class Edit(RequestBody):
    """An edit of an answer, numbered by the page that it was made on."""

    person: str
    client: PageId
    seq: Count
    base: Count
    value: Any


class SaveReceipt(Reply):
    """It is in the store."""

    version: Count
    saved_at: Instant


class AnswerHead(Reply):
    """An answer as it is now."""

    value: Any
    version: Count
    saved_at: Instant


class AnswerHeadBy(AnswerHead):
    """An answer as it is now, and whose words those are."""

    by: str


class EditConflict(Reply):
    """The edit does not follow the head: it was kept and is not the head."""

    head: AnswerHeadBy
    error: ErrorDetails


class AudienceReply(AnswerHead):
    """An answer, and who may read it once it is shared."""

    audience: list[Audience]


class Answers(Reply):
    """All answers of a workbook by prompt."""

    answers: dict[str, AudienceReply]


class Margins(Reply):
    """What a coach wrote in the margins, by prompt."""

    answers: dict[str, AnswerHead]


class AudienceChoice(RequestBody):
    """Who may read an answer once it is shared."""

    audience: list[AudienceName]


class ChosenAudience(Reply):
    """The same, as it was kept."""

    audience: list[Audience]


class NewRevision(RequestBody):
    """Why a version is kept."""

    cause: Literal["blur", "rest", "restore"]


class Version(Reply):
    """A kept version of an answer, and how it differs from the one before."""

    id: str
    number: Count
    when: Instant
    cause: str
    by: str
    value: Any
    text: str
    changes: list[tuple[Literal["same", "gone", "new"], str]]


class Versions(Reply):
    """Kept versions, the newest first."""

    revisions: list[Version]
    more: bool


class StoredFileReply(Reply):
    """A file as it stands in an answer."""

    file: str
    name: str
    size: Count
    type: str


class Remark(Reply):
    """A word on how a question is asked; empty for none."""

    remark: str


class PassageToErase(RequestBody):
    """Words that are to go for good."""

    prompt: str
    passage: str


class ErasedPlaces(Reply):
    """In how many places they were."""

    erased: Count


class DrawnView(Reply):
    """A picture or table, and the same as text."""

    html: str
    text: str
