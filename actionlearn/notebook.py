"""Notebooks: a `Template` in, a notebook out, and back by reading its cells.

Pure and byte-stable: the same template and parameters give the same bytes. `read` uses ``ast``
alone and executes nothing: the call in the cell is the definition.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from actionlearn.prompts import Prompt
from actionlearn.template import Template

_NAME = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")


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
    """A view, by name, of references."""

    cell_id: str
    name: str
    of: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LivePiece:
    """A live cell; `of` are the references it reads through ``live``."""

    cell_id: str
    source: str
    of: tuple[str, ...]


Piece = Text | PromptPiece | ViewPiece | LivePiece


@dataclass(frozen=True)
class Contents:
    """What a notebook holds, in order."""

    title: str
    template: str
    template_hash: str
    locale: str
    stage: str
    minutes: int
    parameters: Mapping[str, str]
    pieces: tuple[Piece, ...]
    version: int = 1

    @property
    def prompts(self) -> dict[str, Prompt]:
        """Its prompts by id, in order."""
        return {piece.prompt.id: piece.prompt for piece in self.pieces if isinstance(piece, PromptPiece)}

    @property
    def has_live(self) -> bool:
        """Whether it needs a kernel."""
        return any(isinstance(piece, LivePiece) for piece in self.pieces)


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Put values where their ``{name}`` stands, once; every other brace stays as it is."""
    return _NAME.sub(lambda match: str(values[match[1]]) if match[1] in values else match[0], text)


def escape_markdown(text: str) -> str:
    """Return text that no Markdown reader takes for markup or HTML."""
    flat = " ".join(text.split())
    return "".join(c if c.isalnum() or c == " " or not c.isascii() else f"&#{ord(c)};" for c in flat)


def fill_markdown(text: str, values: Mapping[str, Any]) -> str:
    """Put values into Markdown, so that they can only ever be read as text."""
    return fill(text, {name: escape_markdown(str(value)) for name, value in values.items()})


def to_notebook(template: Template, parameters: Mapping[str, str] | None = None) -> NotebookNode:
    """Make the notebook of a template."""
    raise NotImplementedError


def dumps(notebook: NotebookNode) -> str:
    """Return a notebook as the text of its file."""
    raise NotImplementedError


def parameter_values(notebook: NotebookNode) -> dict[str, str]:
    """Return the parameters of a notebook, as injected by papermill where they were."""
    raise NotImplementedError


def read(notebook: NotebookNode) -> Contents:
    """Return what a notebook holds, without executing anything."""
    raise NotImplementedError
