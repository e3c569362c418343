"""What the three ways to run a notebook have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from actionlearn.answers.conditions import Condition
from actionlearn.answers.prompts import Prompt
from actionlearn.errors import ActionlearnError
from actionlearn.template import Card
from actionlearn.views import VIEWS


@dataclass(frozen=True)
class WorkbookInfo:
    """What a workbook was made from, and which it is."""

    template: str
    version: int
    template_hash: str
    locale: str
    title: str
    stage: str
    minutes: int
    workbook: str


@dataclass(frozen=True)
class ReadOnlyHtml:
    """Something for reading, in every viewer: HTML and plain text, or Markdown."""

    text: str
    html: str = ""
    markdown: str = ""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        shown = {"text/html": self.html, "text/markdown": self.markdown, "text/plain": self.text}
        return {type: text for type, text in shown.items() if text or type == "text/plain"}


class Mode(Protocol):
    """One way to run a notebook. Each method returns what the cell shows, None for nothing."""

    def opened(self) -> Any:
        """Return the line under the first cell."""

    def prose(self, markdown: str) -> Any:
        """Show words of the author's, parameters already in them."""

    def prompt(self, prompt: Prompt) -> Any:
        """Ask, or show what was answered."""

    def section(self, id: str, title: str, when: Condition | None) -> Any:
        """Begin a part, which is open where the condition holds."""

    def card(self, card: Card, when: Condition | None) -> Any:
        """Show a card, folded."""

    def view(self, name: str, of: tuple[str, ...], roles: Mapping[str, Sequence[str]], when: Condition | None) -> Any:
        """Draw a view."""

    def live(self, function: Callable[..., Any], of: tuple[str, ...], title: str) -> Any:
        """Draw what a function makes of answers."""

    def close(self) -> None:
        """Let go of what is open."""


@cache
def shipped_prompts(template: str, locale: str) -> dict[str, Prompt]:
    """Return the prompts of a shipped template, as a notebook with its defaults asks them."""
    from actionlearn.notebook import read, to_notebook
    from actionlearn.template import find, load

    with suppress(ActionlearnError):
        return read(to_notebook(load(find(template, locale), views=VIEWS))).prompts
    return {}
