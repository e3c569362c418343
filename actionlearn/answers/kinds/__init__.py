"""The kinds of prompt: one record each, and the check of a value against the record.

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

from collections.abc import Mapping, Sequence
from decimal import InvalidOperation

from actionlearn.answers.items import Item, Value
from actionlearn.answers.kinds.cells import CELL_KINDS
from actionlearn.answers.kinds.choice import CHOICES
from actionlearn.answers.kinds.file import FILE
from actionlearn.answers.kinds.kind import Growth, Kind
from actionlearn.answers.kinds.table import TABLE
from actionlearn.answers.prompts import MAX_CHARACTERS, NOT_YET, Prompt, is_empty
from actionlearn.errors import AnswerError

__all__ = ["CELL_KINDS", "KINDS", "Growth", "Kind", "check", "offered_answer"]

#: Every kind by its id.
KINDS: Mapping[str, Kind] = {**CELL_KINDS, **{kind.id: kind for kind in (CHOICES, TABLE, FILE)}}

_CODES = frozenset({"answers.too_long", "answers.too_many_rows", "answers.no_such_option", "answers.out_of_range"})


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
        value = KINDS[prompt.kind].check(prompt, raw)
    except (ValueError, TypeError, InvalidOperation, KeyError) as error:
        code = error.args[0] if error.args and str(error.args[0]) in _CODES else "answers.wrong_kind"
        raise AnswerError(code, prompt=prompt.id, kind=prompt.kind, limit=MAX_CHARACTERS) from None
    return None if is_empty(value) else value


def offered_answer(prompt: Prompt, earlier: Sequence[Item]) -> Item | None:
    """Return the last of earlier answers, where it could be an answer to this prompt as it is."""
    try:
        return earlier[-1] if earlier and check(prompt, earlier[-1].value) == earlier[-1].value else None
    except AnswerError:
        return None
