"""What the store gives out: plain frozen rows that know nothing of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from actionlearn.answers.prompts import Value
from actionlearn.i18n import message
from actionlearn.permissions import Audience, Role

#: Why a revision was kept. ``conflict`` never became the head; ``met`` is the head that it met.
Cause = Literal["blur", "rest", "share", "conflict", "met", "restore"]


def full_name(username: str | None, firstname: str | None, lastname: str | None) -> str:
    """Return first and last name, else the username; empty where there is nobody."""
    return " ".join(filter(None, (firstname, lastname))) or username or ""


@dataclass(frozen=True)
class PersonDetails:
    """What a roster says of a person, each field with what people call it (a message id).

    A field here, or one of `Person`, is a column of the table, is blank once somebody was erased, and needs a
    migration. One here is read from rosters too, compared with what is known, and named to whoever gives them.
    """

    username: str = field(metadata={"label": message("username")})
    firstname: str = field(metadata={"label": message("first name")})
    lastname: str = field(metadata={"label": message("last name")})
    email: str = field(default="", metadata={"label": message("e-mail address")})
    locale: str = field(default="", metadata={"label": message("language")})

    @property
    def details(self) -> dict[str, Any]:
        """The details by field, without the rest of what a record holds."""
        return {name: getattr(self, name) for name in DETAILS}


#: Detail of a person -> what people call it. Message ids.
DETAILS: Mapping[str, str] = {each.name: each.metadata["label"] for each in fields(PersonDetails)}


@dataclass(frozen=True, kw_only=True)
class Person(PersonDetails):
    """Somebody who signs in."""

    id: str
    time_zone: str = ""

    @property
    def name(self) -> str:
        """First and last name, else the username."""
        return full_name(self.username, self.firstname, self.lastname)


@dataclass(frozen=True)
class LearningSet:
    """Four to eight people of a cohort who question each other."""

    id: str
    cohort: str
    name: str


@dataclass(frozen=True)
class Cohort:
    """The people of one run of a programme; ``programme`` is the programme as it was read."""

    id: str
    name: str
    locale: str = "en"
    time_zone: str = "UTC"
    programme: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Member:
    """One role of one person in a cohort; ``set_id`` is empty where the role is for the whole cohort."""

    person: Person
    role: Role
    set_id: str = ""
    set_name: str = ""


@dataclass(frozen=True)
class Suggestion:
    """A workbook that a programme suggests, with dates (``YYYY-MM-DD``, empty where there is none)."""

    cohort: str
    template: str
    opens: str = ""
    due: str = ""
    position: int = 0


@dataclass(frozen=True)
class Workbook:
    """A workbook of a person or a set, with the notebook in one locale.

    Parameters
    ----------
    owner_kind, owner
        ``person`` or ``set``, and its id.
    about
        Id of the person it is about, where that is not the owner; else empty.
    number
        Counted from 1 for each owner and template.
    path
        Of the notebook, relative to the data folder.
    started_at
        When somebody first saved an answer in it; None until then.
    build_hash
        Hash of all the notebook was built from.
    """

    id: str
    cohort: str
    owner_kind: Literal["person", "set"]
    owner: str
    about: str
    template: str
    template_hash: str
    locale: str
    number: int
    title: str
    parameters: dict[str, str]
    path: str
    created_at: str
    started_at: str | None = None
    build_hash: str = ""


@dataclass(frozen=True)
class Draft:
    """The working copy of an answer, the head: version counts its saves."""

    prompt: str
    version: int
    value: Value
    by: str
    saved_at: str


@dataclass(frozen=True)
class Saved:
    """The reply to a save that is in the store."""

    version: int
    saved_at: str


@dataclass(frozen=True)
class SaveConflict:
    """The reply to a save that does not follow the head: it was kept, and the head stands."""

    head: Draft


@dataclass(frozen=True)
class Revision:
    """A kept version of an answer.

    Parameters
    ----------
    number
        Counted from 1 for each prompt of a workbook.
    version
        Version of the draft that it is a copy of; of a conflict, the version that it was based on.
    """

    id: str
    prompt: str
    number: int
    version: int
    value: Value
    by: str
    created_at: str
    cause: Cause


@dataclass(frozen=True)
class Submission:
    """What was shared of a workbook at one moment, for the audiences it was shared with.

    Once its author erased a passage of it, ``erased_at`` says when, and the receipt verifies no longer.
    Where one coach was ``asked`` about one prompt, it is for that coach alone, and its number is below zero.
    ``set_id``, ``coaches`` and ``members`` say whom those audiences were when it was shared.
    """

    id: str
    workbook: str
    number: int
    by: str
    shared_at: str
    wants: str
    receipt: str
    audiences: tuple[Audience, ...]
    erased_at: str | None = None
    template_hash: str = ""
    asked: str | None = None
    set_id: str = ""
    coaches: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class SubmissionItem:
    """One frozen answer of a submission; ``revision`` is the id of the revision that holds its value."""

    prompt: str
    revision: str
    value: Value
    when: str
    audience: tuple[Audience, ...]


@dataclass(frozen=True)
class Review:
    """The executed notebook of a submission for one kind of reader; paths are relative to the data folder."""

    submission: str
    reader: str
    state: Literal["pending", "done", "failed"] = "pending"
    notebook_path: str = ""
    html_path: str = ""
    message: str = ""
    executed_at: str | None = None


@dataclass(frozen=True)
class Comment:
    """Feedback on a submission; a deleted one stays as a tombstone without its body.

    ``target`` is the passage it is about: ``{"source": "answer" or "question", "selector": [W3C selectors]}``.
    """

    id: str
    submission: str
    prompt: str | None
    parent: str | None
    by: str
    by_name: str
    body: str
    created_at: str
    released_at: str | None = None
    deleted_at: str | None = None
    resolved_at: str | None = None
    target: Any = None


@dataclass(frozen=True)
class SignOff:
    """What a coach says of a submission as a whole."""

    submission: str
    by: str
    verdict: Literal["agreed", "again"]
    at: str


@dataclass(frozen=True)
class Link:
    """A sign-in link, known by its hash; and the hash of the session that it began."""

    person: str
    expires_at: str
    spent_at: str | None = None
    replaced_at: str | None = None
    session: str | None = None
    pressed_again_at: str | None = None


@dataclass(frozen=True)
class Session:
    """A device somebody is signed in on, known by the hash of its token."""

    person: str
    created_at: str
    seen_at: str
    ended_at: str | None = None


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to which thing, and when. Holds ids, never words of a learner."""

    at: str
    person: str
    act: str
    thing: str
