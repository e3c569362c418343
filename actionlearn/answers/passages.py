"""Finding a passage in what somebody wrote, and putting a mark in its place. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from actionlearn.answers.kinds import KINDS
from actionlearn.answers.kinds.file import TEXT_FIELDS
from actionlearn.answers.prompts import ID, MAX_CHARACTERS, Prompt, Value
from actionlearn.i18n import say

#: One place of a passage: path of the text in its value, where it begins, where it ends.
Span = tuple[str, int, int]


def text_fields(prompt: Prompt) -> dict[str, int]:
    """Return where in an answer there are words, and how long they may be.

    The key is the id of a column; of an answer that is one text, it is empty. There are none in a
    prompt that takes no words.
    """
    return KINDS[prompt.kind].text_fields(prompt)


@dataclass(frozen=True)
class ErasedPassage:
    """Words that are to go for good.

    Parameters
    ----------
    words
        The exact text.
    fields
        As `text_fields` says: what stands in others is never touched.
    locale
        Language of the mark that takes the place.
    """

    words: str
    fields: Mapping[str, int] = field(default_factory=lambda: {"": MAX_CHARACTERS})
    locale: str = "en"

    @property
    def mark(self) -> str:
        """What stands where the words were."""
        return say("[erased by its author]", self.locale)

    @property
    def plain(self) -> ErasedPassage:
        """The same words for what is one text without a limit of its own, such as a comment."""
        return replace(self, fields={"": MAX_CHARACTERS})

    def wherever(self, value: Value) -> ErasedPassage:
        """Return the same words for a value whose prompt is not at hand: in every text but the ids of options."""
        rows = value if isinstance(value, list) else []
        texts = [("", value), *(pair for row in rows if isinstance(row, dict) for pair in row.get("cells", {}).items())]
        values = {
            name for name, text in texts if isinstance(text, str) and (text == self.words or not ID.fullmatch(text))
        }
        return replace(self, fields=dict.fromkeys(values, MAX_CHARACTERS))

    def spans(self, value: Value) -> list[Span]:
        """Return where the words are in a value, without saying them."""
        return [
            (path, start, start + len(self.words))
            for path, text in _texts(value, self.fields)
            for start in _starts(text, self.words)
        ]

    def without(self, value: Value) -> Value:
        """Return a value with the mark in the place of the words; the same value where they are not in it."""
        return _each(value, self.fields, self._text)

    def _text(self, text: str, longest: int) -> str:
        """Replace in one text; where that would make it longer than it may be, nothing but the mark is left."""
        marked = text.replace(self.words, self.mark)
        return self.mark if len(marked) > max(longest, len(text)) else marked


def text_at(value: Value, path: str) -> str:
    """Return the text at a path of a value: its row and column in a table, else empty; nothing where there is none."""
    if not path:
        return value if isinstance(value, str) else ""
    return dict(_texts(value, [path.partition("/")[2]])).get(path, "")


def texts(value: Value, fields: Collection[str]) -> list[tuple[str, str]]:
    """Return each text of a value with its path, in their order."""
    return list(_texts(value, fields))


def words_at(value: Value, spans: Collection[Span], fields: Collection[str]) -> set[str]:
    """Return the texts that stand at spans; empty ones where the value is not that long."""
    texts = dict(_texts(value, fields))
    return {texts.get(path, "")[start:end] for path, start, end in spans}


def blanked(value: Value, passage: ErasedPassage) -> Value:
    """Return a value of which no word is left: for when it is not known which were to go."""
    return _each(value, passage.fields, lambda text, _: passage.mark if text.strip() else text)


def _texts(value: Value, fields: Collection[str]) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and "" in fields:
        yield "", value
    elif isinstance(value, list):
        for number, row in enumerate(value):
            if isinstance(row, dict) and "cells" not in row:
                yield from ((f"{number}/{key}", row[key]) for key in TEXT_FIELDS if key in fields and key in row)
            elif isinstance(row, dict):
                for column, cell in row["cells"].items():
                    if column in fields and isinstance(cell, str):
                        yield f"{row['row']}/{column}", cell


def _each(value: Value, fields: Mapping[str, int], change: Callable[[str, int], str]) -> Value:
    if isinstance(value, str):
        return change(value, fields[""]) if "" in fields else value
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return value
    if any("cells" not in row for row in value):
        same = [
            {key: change(row[key], fields[key]) for key in TEXT_FIELDS if key in fields and key in row} for row in value
        ]
        return [row for row, same_cells in zip(value, same, strict=True) if same_cells.items() <= row.items()] or None
    return [
        {
            **row,
            "cells": {
                column: change(cell, fields[column]) if column in fields and isinstance(cell, str) else cell
                for column, cell in row["cells"].items()
            },
        }
        for row in value
    ]


def _starts(text: str, words: str) -> Iterator[int]:
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + len(words))
