"""Bodies of requests and replies about a workbook."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from actionlearn.server.web.schemas import Count, Instant, Reply, RequestBody, Text


class Receipt(Reply):
    """That something was shared."""

    number: int
    shared_at: Instant
    receipt: str
    verifies: bool
    submission: str


class Readers(Reply):
    """Who would read."""

    audience: str
    names: list[str]


class EmptyPrompt(Reply):
    """A question without an answer."""

    id: str
    question: str


class SharingPreview(Reply):
    """What sharing now would do."""

    readers: list[Readers]
    missing: list[EmptyPrompt]
    last: Receipt | None


class MailChoice(RequestBody):
    """What one wants to hear about."""

    wants: Text = ""


class NewWorkbook(RequestBody):
    """A workbook to begin."""

    cohort: str
    template: str
    parameters: dict[str, str] | None = None


class WorkbookStanding(Reply):
    """Where a workbook stands: versions of its answers, comments on it, a set's meeting and who is there."""

    versions: dict[str, Count]
    comments: list[str]
    meeting: dict[str, Any] | None = None
    here: list[str] = Field(default_factory=list)


class StartedWorkbook(Reply):
    """A workbook that was made."""

    workbook: str
    url: str


class Coach(Reply):
    """Somebody one may ask."""

    id: str
    name: str


class Coaches(Reply):
    """Whom one may ask."""

    coaches: list[Coach]


class CoachRequest(RequestBody):
    """Whom one asks, and what."""

    coach: str
    wants: Text = ""
