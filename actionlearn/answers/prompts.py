"""Prompts: one question with an id, and what may be said to it.

The stored shape of a value is final, whatever the language it was written in:

============ ===========================================================================
kind         value
============ ===========================================================================
short-text   a string on one line
long-text    a string
choice       the id of an option
choices      a list of ids of options, in the order of the options
scale        an integer from ``low`` to ``high``
number       a decimal string, such as ``"12.5"``
date         ``"YYYY-MM-DD"``
table        ``[{"row": uuid, "cells": {column id: value}}]``, a cell by its column's kind
file         ``[{"file": sha256, "name": …, "size": …, "type": …}]`` or ``[{"link": …}]``
============ ===========================================================================

Nothing said yet is ``None``; "not yet" is ``{"not_yet": True}`` in any kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID

from actionlearn.answers import attachments
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
    """One column of a table; ``kind`` is any kind but ``table`` and ``choices``."""

    id: str
    label: str
    kind: str = "short-text"
    options: tuple[Option, ...] = ()


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
        A key of `KINDS`.
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


def check(prompt: Prompt, raw: Value) -> Value:
    """Return the value to store for what came in.

    Parameters
    ----------
    prompt
        The prompt it answers.
    raw
        A JSON value from a page, a widget or a file.

    Returns
    -------
    Value
        The value in the stored shape of the prompt's kind; None for nothing.

    Raises
    ------
    AnswerError
        The value is of the wrong kind or too long. Says which prompt and what was expected.
    """
    if raw is None or raw == NOT_YET:
        return raw
    try:
        value = KINDS[prompt.kind](prompt, raw)
    except (ValueError, TypeError, InvalidOperation, KeyError) as error:
        code = error.args[0] if error.args and str(error.args[0]) in _CODES else "answers.wrong_kind"
        raise AnswerError(code, prompt=prompt.id, kind=prompt.kind, limit=MAX_CHARACTERS) from None
    return None if is_empty(value) else value


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


def offered_answer(prompt: Prompt, earlier: Sequence[Item]) -> Item | None:
    """Return the last of earlier answers, where it could be an answer to this prompt as it is."""
    try:
        return earlier[-1] if earlier and check(prompt, earlier[-1].value) == earlier[-1].value else None
    except AnswerError:
        return None


_CODES = frozenset({"answers.too_long", "answers.too_many_rows", "answers.no_such_option", "answers.out_of_range"})


def _text(_: Prompt | Column, raw: Value) -> str:
    if not isinstance(raw, str):
        raise TypeError
    # Lone surrogates cannot be stored as UTF-8 and NUL not in PostgreSQL: neither is ever meant.
    clean = raw.replace("\x00", "").encode("utf-8", "replace").decode()
    if len(clean) > MAX_CHARACTERS:
        raise ValueError("answers.too_long")
    return clean


def _short(prompt: Prompt | Column, raw: Value) -> str:
    text = " ".join(_text(prompt, raw).splitlines())
    if len(text) > MAX_SHORT:
        raise ValueError("answers.too_long")
    return text


def _choice(prompt: Prompt | Column, raw: Value) -> str:
    if raw == "":
        return ""
    if raw not in {option.id for option in prompt.options}:
        raise ValueError("answers.no_such_option")
    return str(raw)


def _choices(prompt: Prompt, raw: Value) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(each, str) for each in raw):
        raise TypeError
    if set(raw) - {option.id for option in prompt.options}:
        raise ValueError("answers.no_such_option")
    return [option.id for option in prompt.options if option.id in raw]


def _scale(prompt: Prompt | Column, raw: Value) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise TypeError
    low, high = (prompt.low, prompt.high) if isinstance(prompt, Prompt) else (1, 5)
    if not low <= raw <= high:
        raise ValueError("answers.out_of_range")
    return raw


_NUMBER = re.compile(r"[+-]?(\d{1,30}([.,]\d{0,30})?|[.,]\d{1,30})")


def _number(_: Prompt | Column, raw: Value) -> str:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise TypeError
    text = str(raw).strip().replace("\N{MINUS SIGN}", "-")
    if not text:
        return ""
    if not _NUMBER.fullmatch(text):
        raise ValueError
    return format(Decimal(text.replace(",", ".")), "f")


def _date(_: Prompt | Column, raw: Value) -> str:
    if not isinstance(raw, str):
        raise TypeError
    if not raw:
        return ""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", raw):
        raise ValueError
    return date.fromisoformat(raw).isoformat()


def _table(prompt: Prompt, raw: Value) -> list[dict[str, Value]]:
    if not isinstance(raw, list):
        raise TypeError
    if len(raw) > MAX_ROWS:
        raise ValueError("answers.too_many_rows")
    columns = {column.id: column for column in prompt.columns}
    rows: list[dict[str, Any]] = []
    for row in raw:
        if not isinstance(row, dict) or set(row) != {"row", "cells"} or not isinstance(row["cells"], dict):
            raise TypeError
        if not isinstance(row["row"], str):
            raise TypeError
        cells = {id: _cell(columns[id], value) for id, value in row["cells"].items()}
        rows.append({"row": str(UUID(row["row"])), "cells": {id: v for id, v in cells.items() if not is_empty(v)}})
    if len({row["row"] for row in rows}) < len(rows):
        raise ValueError
    if sum(len(str(value)) for row in rows for value in row["cells"].values()) > MAX_CHARACTERS:
        raise ValueError("answers.too_long")
    return rows


def _cell(column: Column, raw: Value) -> Value:
    return None if raw is None else CELL_KINDS[column.kind](column, raw)


def _attached(_: Prompt, raw: Value) -> list[dict[str, Value]]:
    return attachments.check_entries(raw)


#: Kinds that a table's column may have.
CELL_KINDS: dict[str, Callable[..., Value]] = {
    "short-text": _short,
    "long-text": _text,
    "choice": _choice,
    "scale": _scale,
    "number": _number,
    "date": _date,
}

#: Kind -> the function that checks a value of it.
KINDS: dict[str, Callable[..., Value]] = {**CELL_KINDS, "choices": _choices, "table": _table, "file": _attached}


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
