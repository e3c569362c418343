"""What goes in and out of the API: what all of its bodies have in common, and the shape of errors.

What a page sends is held to its model by `ApiHandler.parsed`; an answer to a prompt, which is any JSON here, by
`kinds.check`.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from actionlearn.text.clean import storable

#: An id that a page made: JSON has it as a text.
PageId = Annotated[UUID, Field(strict=False)]
#: A text that may be stored.
Text = Annotated[str, AfterValidator(storable)]
Count = Annotated[int, Field(ge=0, le=2**53)]
Instant = Annotated[str, Field(description="UTC, ISO 8601 with Z and milliseconds; empty for never")]


class RequestBody(BaseModel):
    """What a page sends: each value of the type that is named, and of no other. Other keys are passed over."""

    model_config = ConfigDict(strict=True)


class Reply(BaseModel):
    """What is answered, and nothing besides."""

    model_config = ConfigDict(extra="forbid")


# Errors ---------------------------------------------------------------------------------------


class FaultDetails(Reply):
    """One of several things wrong with a file."""

    message: str
    line: int | None


class ErrorDetails(Reply):
    """What went wrong, in words, and what to do."""

    code: str
    values: dict[str, Any]
    message: str
    hint: str
    reference: str = ""
    faults: list[FaultDetails] = Field(default_factory=list)


class Error(Reply):
    """The one shape of every error of the API."""

    error: ErrorDetails


# Answers --------------------------------------------------------------------------------------


class Stamp(Reply):
    """What a previewed page was made from."""

    stamp: str
