"""In our server's kernels: the page has the prompts, views and words already; only live cells draw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from actionlearn.answers.conditions import Condition
from actionlearn.answers.prompts import Prompt
from actionlearn.template import Card
from actionlearn.widgets.live import SECONDS, LiveWidget, ServedLive
from actionlearn.workbook.mode import WorkbookInfo


@dataclass(frozen=True)
class Served:
    """Runs the cells for a page of ours. Opens no store: answers come as messages from the page."""

    about: WorkbookInfo
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def opened(self) -> None:
        """Show nothing: the page has a head of its own."""

    def prose(self, markdown: str) -> None:
        """Show nothing: it is in the page."""

    def prompt(self, prompt: Prompt) -> None:
        """Show nothing: it is in the page."""

    def section(self, id: str, title: str, when: Condition | None) -> None:
        """Show nothing: it is in the page."""

    def card(self, card: Card, when: Condition | None) -> None:
        """Show nothing: it is in the page."""

    def view(self, name: str, of: tuple[str, ...], roles: Mapping[str, Sequence[str]], when: Condition | None) -> None:
        """Show nothing: it is in the page."""

    def live(self, function: Callable[..., Any], of: tuple[str, ...], title: str) -> LiveWidget:
        """Draw without answers; the page sends them as soon as it is connected.

        Its id is the same in each run: what a page says is heard by any kernel that comes in the place of the one it knew.
        """
        name = f"live-{next(self._numbers)}"
        return ServedLive(function, of, title=title, locale=self.about.locale, seconds=SECONDS, model_id=name)

    def close(self) -> None:
        """Do nothing: the page has the store open, not the kernel."""
