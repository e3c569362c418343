"""Prompts: one question with an id, and who may read what is said to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from actionlearn.answers.items import Item as Item
from actionlearn.answers.items import Past as Past
from actionlearn.answers.items import Reference as Reference
from actionlearn.answers.items import Value as Value
from actionlearn.errors import AnswerError, Fault
from actionlearn.permissions import AUDIENCES, Audience

NOT_YET: dict[str, bool] = {"not_yet": True}

#: Ids of prompts, options and columns: letters, digits and underscores, a letter first.
ID = re.compile(r"[a-z][a-z0-9_]{0,39}")

#: The longest answer to one prompt, in characters of its JSON text (a book chapter is 40,000).
MAX_CHARACTERS = 200_000
MAX_ROWS = 500
MAX_SHORT = 500


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from."""

    id: str
    label: str


@dataclass(frozen=True)
class Column:
    """One column of a table; ``kind`` is a key of `kinds.CELL_KINDS`."""

    id: str
    label: str
    kind: str = "short-text"
    options: tuple[Option, ...] = ()

    @cached_property
    def prompt(self) -> Prompt:
        """What a cell of the column asks, as a prompt of its own; a scale goes from 1 to 5."""
        return Prompt(self.id, self.label, self.kind, options=self.options)


@dataclass(frozen=True)
class Prompt:
    """One question with an id that never changes.

    Parameters
    ----------
    id
        Stable for ever; the key of the answer.
    question
        What is asked, as text. May hold ``{name}`` where a parameter goes, until it is filled in.
    kind
        A key of `kinds.KINDS`.
    hint
        A sentence that helps, shown folded under the question. May be empty.
    required
        Named when something is shared without it; never blocks.
    audience
        Who may read the answer once it is shared, until the learner changes it.
    by
        ``learner``, or ``coach`` for a prompt that a coach fills in on a review.
    options, columns
        For choices and tables.
    low, high, low_label, high_label
        For a scale: its ends, and what they mean.
    recap
        References whose answers are shown above the question, in the learner's words.
    default_from
        Reference whose answer stands in the control while there is none here; it is stored once it is kept.
    for_set
        It is a question the learner takes to their set.
    locked_when
        Condition, on an answer of the same workbook, that closes this one for changes: a prediction, once it is put
        to the test.
    later
        Id of the prompt that takes what is thought of afterwards.
    folded
        Only its question is seen until it is opened, or has an answer: for what is not asked of everybody.
    """

    id: str
    question: str
    kind: str = "long-text"
    hint: str = ""
    required: bool = False
    audience: tuple[Audience, ...] = ("me", "set", "coach")
    by: Literal["learner", "coach"] = "learner"
    options: tuple[Option, ...] = ()
    columns: tuple[Column, ...] = ()
    low: int = 1
    high: int = 5
    low_label: str = ""
    high_label: str = ""
    recap: tuple[str, ...] = ()
    default_from: str = ""
    for_set: bool = False
    locked_when: str = ""
    later: str = ""
    folded: bool = False


def is_empty(value: Value) -> bool:
    """Tell whether nothing has been said: "not yet" is something."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list):
        rows = (row.get("cells") if isinstance(row, dict) else None for row in value)
        return all(cells is not None and all(map(is_empty, cells.values())) for cells in rows)
    return value is None


def default_audience(prompt: Prompt, about: str = "") -> tuple[Audience, ...]:
    """Return who may read an answer once it is shared, as long as its owner does not choose.

    Parameters
    ----------
    prompt
        The prompt.
    about
        Id of the person its workbook is about. To them goes what goes to anybody: the audience *set* is they alone.
    """
    others = set(prompt.audience) - {"me"}
    return tuple(each for each in AUDIENCES if each in prompt.audience or (about and others and each == "set"))


def check_audience(raw: Value, prompt: str = "") -> tuple[Audience, ...]:
    """Return a checked audience: a non-empty selection of `AUDIENCES`, in their order; *me* is always in it.

    Raises
    ------
    AnswerError
        It names somebody we do not know.
    """
    if not isinstance(raw, list | tuple) or set(map(str, raw)) - set(AUDIENCES):
        raise AnswerError("answers.no_such_audience", prompt=prompt, faults=[Fault("answers.no_such_audience")])
    return tuple(each for each in AUDIENCES if each in raw or each == "me")
