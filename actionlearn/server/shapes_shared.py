"""What goes in and out of the API where something is shared, said, agreed or built: as `shapes` for answers."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from actionlearn.server.builds import Building
from actionlearn.server.shapes import Count, Instant, Sent, Told
from actionlearn.store.notes import Agreement, Question
from actionlearn.store.rows import Comment, SignOff

__all__ = ["Agreement", "Building", "Comment", "Question", "SignOff"]

# Sharing --------------------------------------------------------------------------------------


class Receipt(Told):
    """That something was shared."""

    number: int
    shared_at: Instant
    receipt: str
    verifies: bool
    submission: str


class Readers(Told):
    """Who would read."""

    audience: str
    names: list[str]


class Empty(Told):
    """A question without an answer."""

    id: str
    question: str


class Sharing(Told):
    """What sharing now would do."""

    readers: list[Readers]
    missing: list[Empty]
    last: Receipt | None


class Wants(Sent):
    """What one wants to hear about."""

    wants: str = ""


class Another(Sent):
    """A workbook to begin."""

    cohort: str
    template: str
    parameters: dict[str, str] = Field(default_factory=dict)


class Begun(Told):
    """A workbook that was made."""

    workbook: str
    url: str


class Coach(Told):
    """Somebody one may ask."""

    id: str
    name: str


class Coaches(Told):
    """Whom one may ask."""

    coaches: list[Coach]


class Ask(Sent):
    """Whom one asks, and what."""

    coach: str
    wants: str = ""


# Comments and agreements ----------------------------------------------------------------------


class Said(Sent):
    """A comment; with ``target``, on a passage."""

    body: str
    prompt: str | None = None
    parent: str | None = None
    target: Any = None


class Words(Sent):
    """Words of one's own."""

    body: str


class Half(Sent):
    """What one began to say, and where."""

    place: str
    body: str


class Settled(Sent):
    """Whether a conversation is settled."""

    resolved: bool


class Verdict(Sent):
    """What one says of the whole."""

    verdict: Literal["agreed", "again"]


class Released(Told):
    """What was held and is not any more."""

    released: list[Comment]


class Agree(Sent):
    """What is agreed, and by which day."""

    body: str
    day: str = ""


class Done(Sent):
    """Whether it was kept."""

    kept: bool


class Banked(Told):
    """A question of the bank; one that is not one's own has no id."""

    id: str
    body: str


class Bank(Told):
    """All that one may use."""

    questions: list[Banked]


# The office, live cells -----------------------------------------------------------------------


class Only(Sent):
    """Whom a link is for; empty for everybody."""

    username: str = ""


class NewLink(Told):
    """A link for one person."""

    link: str
    lapses: str


class FaultOfRoster(Told):
    """What is wrong with a roster, and what to do."""

    message: str
    hint: str
    line: int | None


class Changes(Told):
    """What a roster would change, in words."""

    added: list[str]
    changed: list[str]
    moved: list[str]
    missing: list[str]
    theirs: list[str]
    unchanged: Count


class Preview(Told):
    """What is wrong with a roster; where nothing is, what it would change."""

    faults: list[FaultOfRoster]
    changes: Changes | None = None


class Kernel(Told):
    """A kernel, as the front-end asks for it."""

    id: str
    name: str
    last_activity: str
    execution_state: str
    connections: int


class Stamp(Told):
    """What a previewed page was made from."""

    stamp: str
