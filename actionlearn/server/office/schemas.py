"""Bodies of requests and replies of the office: links, rosters, programmes, builds."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from actionlearn.server.office.builds import BuildStatus
from actionlearn.server.web.schemas import Count, FaultDetails, Reply, RequestBody

__all__ = ["BuildStatus"]


class LinkRequest(RequestBody):
    """Whom a link is for, empty for everybody; and whether everybody's go by mail."""

    username: str = ""
    mail: bool = False


class SentMails(Reply):
    """How many links were mailed, how many are tried again, and to whom none could be."""

    sent: Count
    waiting: Count
    failed: list[FaultDetails]


class NewLink(Reply):
    """A link for one person."""

    link: str
    valid_until: str = Field(alias="lapses")


class FaultOfFile(Reply):
    """What is wrong with a roster or a programme, and what to do."""

    message: str
    hint: str
    line: int | None
    column: str = ""
    field: str = ""


class NewPerson(Reply):
    """Somebody who would be added, as they would be called."""

    firstname: str
    lastname: str
    email: str
    set_name: str = Field(default="", alias="set")


class NewSet(Reply):
    """A set that a roster names and the programme does not, and how many people it would have."""

    name: str
    people: Count


class Changes(Reply):
    """What a roster would change, in words."""

    added: list[str]
    people: list[NewPerson] = Field(default_factory=list)
    changed: list[str]
    moved: list[str]
    missing: list[str]
    theirs: list[str]
    same: list[str]
    unchanged: Count
    most: bool
    learners: Count


class RosterCheck(Reply):
    """What is wrong with a roster, how it was read, and what its rows that are right would change."""

    faults: list[FaultOfFile]
    right: Count = 0
    columns: list[str] = Field(default_factory=list)
    sets: list[NewSet] = Field(default_factory=list)
    notes: list[FaultOfFile] = Field(default_factory=list)
    since: str = ""
    changes: Changes | None = None


class ProgrammeForm(RequestBody):
    """A programme as its form holds it, or as a file; what its tables may hold is checked by `programme.parse`."""

    toml: str | None = None
    programme: dict[str, Any] | None = None
    sets: list[dict[str, Any]] | None = None
    people: list[dict[str, Any]] | None = None
    workbooks: list[dict[str, Any]] | None = None
    like: str = Field(default="", alias="from")
    was: dict[str, str] = Field(default_factory=dict)
    since: str = ""

    def tables(self) -> dict[str, Any]:
        """Return the tables that were sent."""
        named = {name: getattr(self, name) for name in ("programme", "sets", "people", "workbooks")}
        return {name: table for name, table in named.items() if table is not None}


class ProgrammeCheck(Reply):
    """What is wrong with a programme; where nothing is, where its cohort is."""

    faults: list[FaultOfFile]
    url: str = ""
    ended: list[str] = Field(default_factory=list)
    building: BuildStatus | None = None
