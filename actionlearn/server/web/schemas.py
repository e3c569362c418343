"""What goes in and out of the API, for those who read it and for the tests that hold answers to it.

What a page sends is checked where it is used (`Api.body`, `kinds.check`); here stands how it looks.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0, le=2**53)]
Instant = Annotated[str, Field(description="UTC, ISO 8601 with Z and milliseconds; empty for never")]


class RequestBody(BaseModel):
    """What a page sends. Keys that are not named are passed over."""


class Reply(BaseModel):
    """What is answered, and nothing besides."""

    model_config = ConfigDict(extra="forbid")


# Errors ---------------------------------------------------------------------------------------


class Fault(Reply):
    """One of several things wrong with a file."""

    message: str
    line: int | None


class What(Reply):
    """What went wrong, in words, and what to do."""

    code: str
    values: dict[str, Any]
    message: str
    hint: str
    reference: str = ""
    faults: list[Fault] = Field(default_factory=list)


class Error(Reply):
    """The one shape of every error of the API."""

    error: What


# Answers --------------------------------------------------------------------------------------


class Stamp(Reply):
    """What a previewed page was made from."""

    stamp: str
