"""Answers as views and live cells get them, and the references that lead to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: A JSON value as it is stored.
Value = Any

#: ``need``, ``scope.need`` or ``experiment*.result``.
_REFERENCE = re.compile(r"(?:(?P<template>[a-z][a-z0-9-]*)(?P<every>\*)?\.)?(?P<prompt>[a-z][a-z0-9_]{0,39})")


#: The parameter of a workbook that says which one of its kind it goes on from, by its number.
AFTER = "after"


def numbered_title(title: str, number: int) -> str:
    """Return what a workbook is called by its number: the first of its kind by its title alone."""
    return f"{title} {number}" if number > 1 else title


@dataclass(frozen=True)
class Reference:
    """Where an answer is: ``need`` here, ``scope.need`` in the newest scope, ``scope*.need`` in all of them."""

    prompt: str
    template: str = ""
    every: bool = False

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Read a reference.

        Raises
        ------
        ValueError
            Where the text is none.
        """
        match = _REFERENCE.fullmatch(text.strip())
        if not match:
            raise ValueError(text)
        return cls(match["prompt"], match["template"] or "", bool(match["every"]))

    def __str__(self) -> str:
        prefix = f"{self.template}{'*' * self.every}." if self.template else ""
        return prefix + self.prompt


@dataclass(frozen=True)
class Past:
    """An earlier version of an answer: its value, when it was said, and why it was kept."""

    value: Value
    when: str
    cause: str = ""


@dataclass(frozen=True)
class Item:
    """One answer as a view or a live cell reads it.

    Parameters
    ----------
    reference
        The reference that led here, as written.
    value
        As stored; None where nothing was said.
    workbook
        Title and number of the workbook it is in ("Experiment 2").
    when
        When it was last said: ISO 8601 in UTC, empty where nothing was said.
    question
        The question it answers, in words.
    kind
        The kind of the prompt.
    labels
        Labels of options and columns by id, for people.
    revisions
        Earlier versions, the oldest first, where a view looks back: of one's own all that were kept,
        of somebody else's those that were shared.
    kinds
        Kind of each column of a table, in their order.
    options
        Ids of the options in their order, by column; those of a prompt itself under the empty name.
    role
        What it is to the view that reads it, where the view's author says so.
    place
        Id of the workbook it is in, for who may answer there; empty for all others.
    by
        Who said it, where somebody else reads it; empty where one reads one's own words.
    ahead
        It is one of ``experiment*.happened``, seen from an experiment, and in this very one or in a later one.
    before
        It is in the workbook that the one it is seen from goes on from.
    number
        Which of its kind its workbook is, where that is known.
    after
        Number of the workbook of its kind that its own goes on from; 0 for none.
    """

    reference: str
    value: Value = None
    workbook: str = ""
    when: str = ""
    question: str = ""
    kind: str = "long-text"
    labels: Mapping[str, str] = field(default_factory=dict)
    revisions: tuple[Past, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    role: str = ""
    place: str = ""
    by: str = ""
    ahead: bool = False
    before: bool = False
    number: int = 0
    after: int = 0

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Item:
        """Return an item from its JSON object."""
        return cls(**{**raw, "revisions": tuple(Past(**each) for each in raw.get("revisions", ()))})


def continued_number(parameters: Mapping[str, str]) -> int:
    """Return the number of the workbook of its kind that one goes on from; 0 for none."""
    number = parameters.get(AFTER, "")
    return int(number) if number.isdecimal() else 0


@dataclass(frozen=True)
class PromptAnswer:
    """One prompt of somebody's workbooks, with what they said to it; an item without a value where that is nothing.

    Parameters
    ----------
    workbook
        Id of the workbook.
    template, number
        What it is one of, and the how manyth.
    prompt
        Id of the prompt.
    version
        How often it was saved.
    item
        The answer, with the words of its prompt and the title of the workbook.
    about
        What the workbook is about: how the first text in it begins; empty while there is none.
    of_set
        Whether the workbook is their set's.
    """

    workbook: str
    template: str
    number: int
    prompt: str
    version: int
    item: Item
    about: str = ""
    of_set: bool = False
