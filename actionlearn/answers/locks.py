"""Locking: a prediction stays as it was once it is put to the test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from actionlearn.answers.conditions import Condition
from actionlearn.answers.items import Item, Value
from actionlearn.answers.prompts import Prompt
from actionlearn.errors import AnswerError

#: How long an answer may still arrive that was sent before the one that closes it.
GRACE = timedelta(minutes=1)


class SavedAnswer(Protocol):
    """An answer as it is stored."""

    @property
    def value(self) -> Any:
        """What was said."""

    @property
    def saved_at(self) -> str:
        """When: ISO 8601 in UTC."""


def check_not_locked(prompt: Prompt, value: Value, answers: Mapping[str, SavedAnswer], now: str) -> None:
    """Refuse to change an answer that another has closed; to say the same once more changes nothing.

    Parameters
    ----------
    prompt
        What is answered.
    value
        The answer that came in.
    said
        The answers of the workbook so far, by prompt.
    now
        This instant.

    Raises
    ------
    AnswerError
        It is closed.
    """
    when = Condition.parse(prompt.locked_when) if prompt.locked_when else None
    decided = answers.get(when.of) if when else None
    if when is None or decided is None or not when.holds([Item(when.of, decided.value)]):
        return
    head = answers.get(prompt.id)
    if (head.value if head else None) == value:
        return
    if datetime.fromisoformat(now) - datetime.fromisoformat(decided.saved_at) > GRACE:
        raise AnswerError("answers.locked", prompt=prompt.id)
