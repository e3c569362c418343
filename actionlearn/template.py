"""Templates: MyST Markdown in, a checked `Template` out.

`parse` reads the text of one workbook's template and either returns a `Template` or raises one
`TemplateError` with every fault of the file, each with its line and what to write instead.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from actionlearn.prompts import Prompt

STAGES = ("start", "scope", "plan", "experiment", "reflect", "impact")


@dataclass(frozen=True)
class Parameter:
    """One thing that differs from cohort to cohort or from learner to learner."""

    name: str
    kind: str = "text"
    default: str = ""
    label: str = ""

    def check(self, raw: str) -> str:
        """Return the value to use for what came in."""
        return raw


@dataclass(frozen=True)
class Prose:
    """Markdown between the directives; ``{name}`` where a parameter of `parameters` goes."""

    text: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """A picture or table computed from answers."""

    name: str
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """A piece of just-in-time content."""

    id: str
    text: str = ""


@dataclass(frozen=True)
class LiveCell:
    """A code cell of the author's own; `of` are the references it reads through ``live``."""

    source: str
    id: str = ""
    of: tuple[str, ...] = ()


Block = Prose | Prompt | View | Card | LiveCell


@dataclass(frozen=True)
class Template:
    """One workbook as its author wrote it."""

    id: str
    title: str
    version: int
    minutes: int
    stage: str
    summary: str
    locale: str
    parameters: tuple[Parameter, ...]
    blocks: tuple[Block, ...]
    hash: str
    path: Path | None = None

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """Its prompts, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Prompt))

    @property
    def views(self) -> tuple[View, ...]:
        """Its views, in order."""
        return tuple(block for block in self.blocks if isinstance(block, View))

    @property
    def live_cells(self) -> tuple[LiveCell, ...]:
        """Its live cells, in order."""
        return tuple(block for block in self.blocks if isinstance(block, LiveCell))


def parse(text: str, path: Path | None = None, *, views: Collection[str], cards: Collection[str]) -> Template:
    """Read a template."""
    raise NotImplementedError


def load(path: Path, *, views: Collection[str], cards: Collection[str]) -> Template:
    """Read a template from a file."""
    raise NotImplementedError


def shipped() -> dict[str, dict[str, Path]]:
    """Return the templates that came with the kit: locale -> id -> file."""
    raise NotImplementedError


def find(template_id: str, locale: str = "en") -> Path:
    """Return the file of a shipped template, in English where there is none in the locale."""
    raise NotImplementedError
