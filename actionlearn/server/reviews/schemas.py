"""What goes in and out of the API where something is shared, said, agreed or built: as `shapes` for answers."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from actionlearn.server.web.schemas import Count, Instant, Sent, Told
from actionlearn.store.records import Comment, SignOff
from actionlearn.store.reviews.notes import Agreement, Question

__all__ = ["Agreement", "Comment", "Question", "SignOff"]

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


# The room ---------------------------------------------------------------------------------------


class Post(Sent):
    """Something one asks for or offers, in one's set or the whole cohort."""

    kind: Literal["ask", "offer"]
    body: str
    reach: Literal["set", "cohort"]


class Posted(Told):
    """It is on the board."""

    id: str


class Closed(Sent):
    """Whether it is settled."""

    closed: bool


class Introduction(Sent):
    """What one says to it, and whom one brings together with whoever asked."""

    body: str
    introduces: str | None = None


class Introduced(Told):
    """What was said to it."""

    id: str
    posting: str
    by: str
    body: str
    introduces: str | None
    made_at: Instant
    by_name: str
    introduces_name: str


class Show(Sent):
    """To whom one shows an answer, and a word with it."""

    reach: Literal["set", "cohort"]
    note: str = ""


class Shown(Told):
    """An answer that is shown, and its address."""

    id: str
    url: str


class Sentence(Sent):
    """Words of an answer, by where they stand in it."""

    prompt: str
    path: str
    begins: Count
    ends: Count
    words: str


class Pick(Sent):
    """Words that are released, and to whom."""

    readers: list[str]
    words: list[Sentence]


class Picked(Told):
    """How many are out."""

    released: Count


class Act(Sent):
    """What one does in a meeting."""

    act: Literal["write", "give", "keep", "take", "time", "stop"]
    minutes: int | None = None
    turn: str | None = None


class Meeting(Told):
    """How a meeting stands, and who is there."""

    meeting: dict[str, Any]
    here: list[str]


class Line(Sent):
    """A line that is added while another writes."""

    key: UUID
    line: Any
