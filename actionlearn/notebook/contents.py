"""What a notebook holds, and how values enter its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from actionlearn.answers.conditions import Condition, Questions
from actionlearn.answers.kinds import KINDS
from actionlearn.answers.prompts import ID, Column, Option, Prompt
from actionlearn.answers.schedule import OpeningDay, ScheduledSection
from actionlearn.errors import TemplateError
from actionlearn.permissions import AUDIENCES
from actionlearn.template import Card

_NAME = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")

#: Keywords of a ``prompt(…)`` call that say the same in a `Prompt`.
KEYWORDS = (
    *("kind", "required", "audience", "by", "hint", "low", "high", "low_label", "high_label"),
    *("recap", "default_from", "for_set", "locked_when", "later", "folded"),
)


@dataclass(frozen=True)
class Text:
    """Markdown to show, parameters already put in and escaped."""

    cell_id: str
    markdown: str


@dataclass(frozen=True)
class PromptPiece:
    """A prompt, parameters already put in as plain text."""

    prompt: Prompt

    @property
    def cell_id(self) -> str:
        """The id of its cell is the id of the prompt."""
        return self.prompt.id


@dataclass(frozen=True)
class ViewPiece:
    """A view, by name, of references; its options say what some of them are to it, and what makes it appear."""

    cell_id: str
    name: str
    of: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    when: Condition | None = None


@dataclass(frozen=True)
class LivePiece:
    """A live cell; `of` are the references it reads through ``live``."""

    cell_id: str
    source: str
    of: tuple[str, ...]


@dataclass(frozen=True)
class SectionPiece:
    """What begins here, what opens it and the day it waits for; its title with the parameters put in, as plain text."""

    cell_id: str
    id: str
    title: str = ""
    when: Condition | None = None
    opens: OpeningDay | None = None


@dataclass(frozen=True)
class CardPiece:
    """A card, and what makes it appear. The card's locale is empty where it is the workbook's."""

    cell_id: str
    card: Card
    when: Condition | None = None


#: Id of the cell of the card that a workbook began with.
CARD_KEPT = "card-kept"

Piece = Text | PromptPiece | SectionPiece | CardPiece | ViewPiece | LivePiece


@dataclass(frozen=True)
class Contents:
    """What a notebook holds, in order; `first` are ids and sources of the cells a kernel runs before the live ones."""

    title: str
    template: str
    template_hash: str
    locale: str
    stage: str
    minutes: int
    parameters: Mapping[str, str]
    pieces: tuple[Piece, ...]
    version: int = 1
    owner: str = "person"
    about: str = ""
    per: str = "many"
    first: tuple[tuple[str, str], ...] = ()

    @cached_property
    def prompts(self) -> dict[str, Prompt]:
        """Its prompts by id, in order."""
        return {piece.prompt.id: piece.prompt for piece in self.pieces if isinstance(piece, PromptPiece)}

    @cached_property
    def has_live(self) -> bool:
        """Whether it needs a kernel."""
        return any(isinstance(piece, LivePiece) for piece in self.pieces)

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Every reference its pieces name, once, in order."""
        found: dict[str, None] = {}
        for piece in self.pieces:
            if isinstance(piece, PromptPiece):
                found.update(dict.fromkeys(piece.prompt.recap))
                found.update(dict.fromkeys(filter(None, [piece.prompt.default_from])))
            if isinstance(piece, SectionPiece | CardPiece | ViewPiece) and piece.when:
                found[piece.when.of] = None
            if isinstance(piece, ViewPiece | LivePiece):
                found.update(dict.fromkeys(piece.of))
        return tuple(found)

    @cached_property
    def whens(self) -> dict[str, tuple[Condition, ...]]:
        """What has to hold for each piece to be shown, by id of its cell: its section's condition, and its own."""
        found: dict[str, tuple[Condition, ...]] = {}
        section: Condition | None = None
        for piece in self.pieces:
            own = piece.when if isinstance(piece, SectionPiece | CardPiece | ViewPiece) else None
            if isinstance(piece, SectionPiece):
                section, own = own, None
            found[piece.cell_id] = tuple(each for each in (section, own) if each)
        return found

    @cached_property
    def parts(self) -> tuple[ScheduledSection, ...]:
        """The sections that wait for their day."""
        found: list[ScheduledSection] = []
        waits = False
        for piece in self.pieces:
            if isinstance(piece, SectionPiece):
                waits = piece.opens is not None
                if piece.opens:
                    found.append(ScheduledSection(piece.id, piece.title, piece.opens))
            elif waits and isinstance(piece, PromptPiece):
                found[-1] = replace(found[-1], prompts=(*found[-1].prompts, piece.prompt.id))
        return tuple(found)

    @cached_property
    def questions(self) -> Questions:
        """What its owner answers, and when it is asked."""
        whens = self.whens
        asked = {id: whens[id] for id, prompt in self.prompts.items() if prompt.by == "learner"}
        return Questions(asked, self.parts)

    def closed(self, holds: Callable[[Condition], bool]) -> frozenset[str]:
        """Return the ids of the cells that are not shown, as far as conditions hold."""
        return frozenset(id for id, whens in self.whens.items() if not all(map(holds, whens)))


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Put values where their ``{name}`` stands, once; every other brace stays as it is.

    Raises
    ------
    TemplateError
        One of them is no text.
    """
    return _NAME.sub(lambda match: text_parameter(match[1], values[match[1]]) if match[1] in values else match[0], text)


def text_parameter(name: str, value: object) -> str:
    """Return the value of a parameter, which is text: of ``no``, ``0042`` and ``12:30`` YAML makes something else.

    Raises
    ------
    TemplateError
        It is no text, so what somebody wrote is lost.
    """
    if isinstance(value, str):
        return value
    raise TemplateError("template.parameter_no_text", name=name, value=str(value)[:60])


def escape_markdown(text: str) -> str:
    """Return text that no Markdown reader takes for markup or HTML: a character reference is only ever text."""
    flat = " ".join(text.split())
    return "".join(c if c.isalnum() or c == " " or not c.isascii() else f"&#{ord(c)};" for c in flat)


def fill_markdown(text: str, values: Mapping[str, Any]) -> str:
    """Put values into Markdown, so that they can only ever be read as text."""
    return fill(text, {name: escape_markdown(text_parameter(name, value)) for name, value in values.items()})


def make_prompt(id: str, question: str, **keywords: Any) -> Prompt:
    """Return the prompt that a ``prompt(…)`` call defines; what is no keyword of a prompt is a parameter's value.

    Raises
    ------
    ValueError
        The call makes no prompt: a wrong id, kind, audience, option or column.
    """
    fields = {name: keywords.pop(name) for name in KEYWORDS if name in keywords}
    options, columns = keywords.pop("options", {}), keywords.pop("columns", {})
    for name in ("hint", "low_label", "high_label"):
        if name in fields:
            fields[name] = fill(str(fields[name]), keywords)
    for name in ("audience", "recap"):
        if name in fields:
            fields[name] = tuple(fields[name])
    if not ID.fullmatch(id) or fields.get("kind", "long-text") not in KINDS:
        raise ValueError(id)
    if set(fields.get("audience", ())) - set(AUDIENCES):
        raise ValueError("audience")
    return Prompt(
        id=id,
        question=fill(str(question), keywords),
        options=_options(options, keywords),
        columns=tuple(_make_column(key, column, keywords) for key, column in dict(columns).items()),
        **fields,
    )


def _options(options: Mapping[str, str], values: Mapping[str, Any]) -> tuple[Option, ...]:
    return tuple(Option(id, fill(str(label), values)) for id, label in dict(options).items())


def _make_column(id: str, column: Mapping[str, Any] | str, values: Mapping[str, Any]) -> Column:
    fields: Mapping[str, Any] = {"label": column} if isinstance(column, str) else column
    options = _options(fields.get("options", {}), values)
    return Column(
        id=id, label=fill(str(fields["label"]), values), kind=fields.get("kind", "short-text"), options=options
    )
