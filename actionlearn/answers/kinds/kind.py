"""The record of one kind of prompt: all that the kit knows of it, but for its control and its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from actionlearn.answers.items import Item, Value
from actionlearn.answers.prompts import Prompt
from actionlearn.text.markup import Markup


@dataclass(frozen=True)
class Effort:
    """What an answer is expected to cost: words to type, and clicks (a date or a number is as quick as one)."""

    words: int = 0
    clicks: int = 0


@dataclass(frozen=True)
class Cell:
    """What is otherwise of a kind in a column of a table.

    Parameters
    ----------
    effort
        What filling in one cell costs.
    text
        Writes a stored cell in a language; None where its label, or the value itself, is what people read.
    """

    effort: Effort = Effort(clicks=1)
    text: Callable[[str, str], str] | None = None


@dataclass(frozen=True)
class Growth:
    """How a line is added to an answer while somebody else writes it.

    Parameters
    ----------
    line
        Returns a raw value of the line alone; TypeError where it is none.
    join
        Returns an answer (None where there is none yet) with a checked line at its end.
    """

    line: Callable[[Value], Value]
    join: Callable[[Value, Value], Value]


def plain_text(item: Item, locale: str = "en") -> str:  # noqa: ARG001 - a kind's own text has a language
    """Return a value as it is stored, each of several by its label."""
    if isinstance(item.value, list):
        return ", ".join(item.labels.get(str(each), str(each)) for each in item.value)
    return str(item.value)


def label_text(item: Item, locale: str = "en") -> str:  # noqa: ARG001 - a kind's own text has a language
    """Return the label of what was chosen."""
    return item.labels.get(str(item.value), str(item.value))


def option_ids(prompt: Prompt) -> tuple[str, ...]:
    """Return the ids of the options of a prompt; none for one that is not a choice."""
    return tuple(option.id for option in prompt.options)


@dataclass(frozen=True)
class Kind:
    """One kind of prompt.

    A column of a table is asked as a prompt of its own (`Column.prompt`), by the same functions.

    Parameters
    ----------
    id
        As templates name it, and as it is stored with an answer's words.
    check
        Returns what to store for a JSON value from outside. Raises ValueError (with a code, where there is one),
        TypeError or KeyError for what is no answer.
    sample
        Returns an answer somebody might give, in a language.
    effort
        Returns what an answer is expected to cost.
    interaction
        Type of interaction in xAPI: one of the ten there are.
    several
        Whether its value is a list.
    text, html
        Return an answer in words. They are asked only where something is said, and where it is a list if
        ``several``. Without ``html`` the text stands in paragraphs.
    labels
        Returns labels for people, by value, beyond those of options and columns.
    answers
        Returns what may be said, where that is a list of ids: what a condition can ask for.
    text_fields
        Returns where in an answer there are words, and how long they may be: the key is the id of a column; of an
        answer that is one text, it is empty.
    options
        Options of a prompt in a template that only some kinds have.
    cell
        What it is in a column of a table; None where a column cannot be of this kind.
    growth
        How a set's meeting adds a line to it; None where no line can be added.
    """

    id: str
    check: Callable[[Prompt, Value], Value]
    sample: Callable[[Prompt, str], Value]
    effort: Callable[[Prompt], Effort]
    interaction: str
    several: bool = False
    text: Callable[[Item, str], str] = plain_text
    html: Callable[[Item, str], Markup] | None = None
    labels: Callable[[Prompt, str], Mapping[str, str]] = lambda _prompt, _locale: {}
    answers: Callable[[Prompt], tuple[str, ...]] = option_ids
    text_fields: Callable[[Prompt], dict[str, int]] = lambda _prompt: {}
    options: tuple[str, ...] = ()
    cell: Cell | None = None
    growth: Growth | None = None
