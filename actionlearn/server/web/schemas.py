"""What goes in and out of the API, for those who read it and for the tests that hold answers to it.

What a page sends is checked where it is used (`Api.body`, `prompts.check`); here stands how it looks.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from actionlearn.permissions import Audience as Reader

Count = Annotated[int, Field(ge=0, le=2**53)]
Instant = Annotated[str, Field(description="UTC, ISO 8601 with Z and milliseconds; empty for never")]


class Sent(BaseModel):
    """What a page sends. Keys that are not named are passed over."""


class Told(BaseModel):
    """What is answered, and nothing besides."""

    model_config = ConfigDict(extra="forbid")


# Errors ---------------------------------------------------------------------------------------


class Fault(Told):
    """One of several things wrong with a file."""

    message: str
    line: int | None


class What(Told):
    """What went wrong, in words, and what to do."""

    code: str
    values: dict[str, Any]
    message: str
    hint: str
    reference: str = ""
    faults: list[Fault] = Field(default_factory=list)


class Error(Told):
    """The one shape of every error of the API."""

    error: What


# Answers --------------------------------------------------------------------------------------


class Edit(Sent):
    """An edit of an answer, numbered by the page that it was made on."""

    person: str
    client: UUID
    seq: Count
    base: Count
    value: Any


class Saved(Told):
    """It is in the store."""

    version: Count
    saved_at: Instant


class Head(Told):
    """An answer as it is now."""

    value: Any
    version: Count
    saved_at: Instant


class HeadBy(Head):
    """An answer as it is now, and whose words those are."""

    by: str


class Behind(Told):
    """The edit does not follow the head: it was kept and is not the head."""

    head: HeadBy
    error: What


class Answer(Head):
    """An answer, and who may read it once it is shared."""

    audience: list[Reader]


class Answers(Told):
    """All answers of a workbook by prompt."""

    answers: dict[str, Answer]


class Margins(Told):
    """What a coach wrote in the margins, by prompt."""

    answers: dict[str, Head]


class Audience(Sent):
    """Who may read an answer once it is shared."""

    audience: list[Reader]


class Chosen(Told):
    """The same, as it was kept."""

    audience: list[Reader]


class Rest(Sent):
    """Why a version is kept."""

    cause: Literal["blur", "rest", "restore"]


class Version(Told):
    """A kept version of an answer, and how it differs from the one before."""

    id: str
    number: Count
    when: Instant
    cause: str
    by: str
    value: Any
    text: str
    changes: list[tuple[Literal["same", "gone", "new"], str]]


class Versions(Told):
    """Kept versions, the newest first."""

    revisions: list[Version]
    more: bool


class Kept(Told):
    """A file as it stands in an answer."""

    file: str
    name: str
    size: Count
    type: str


class Remark(Told):
    """A word on how a question is asked; empty for none."""

    remark: str


class Passage(Sent):
    """Words that are to go for good."""

    prompt: str
    passage: str


class Erased(Told):
    """In how many places they were."""

    erased: Count


class Drawn(Told):
    """A picture or table, and the same as text."""

    html: str
    text: str
