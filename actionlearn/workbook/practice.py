"""Practice: a notebook on one's own machine, in stock Voilà or JupyterLab.

Prompts are widgets that save over their comm. The answers are in ``actionlearn-practice`` beside the
notebook: a store like any other, with one person in it. It is made at the first save, so that
running a notebook leaves no trace.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from actionlearn.answers import rendering
from actionlearn.answers.conditions import Condition
from actionlearn.answers.kinds import offered_answer
from actionlearn.answers.prompts import Item, Prompt, Reference, Value
from actionlearn.answers.rendering import item_for
from actionlearn.i18n import say
from actionlearn.template import Card
from actionlearn.text.markup import Markup
from actionlearn.views import LOOK_BACK, render, title
from actionlearn.widgets.live import DrawnResult, LiveWidget, called, shown_html
from actionlearn.widgets.prompt import PromptWidget
from actionlearn.widgets.section_html import card_html, heading_html, opening
from actionlearn.workbook.mode import ReadOnlyHtml, WorkbookInfo, shipped_prompts
from actionlearn.workbook.practice_store import PracticeStore

#: Name of the folder, beside the notebook; the environment may name another.
FOLDER = "actionlearn-practice"
VARIABLE = "ACTIONLEARN_PRACTICE"


class Practice:
    """Asks with widgets, saves into the practice folder.

    Parameters
    ----------
    about
        The workbook.
    """

    def __init__(self, about: WorkbookInfo) -> None:
        self.about = about
        #: What its prompts, and the buttons that move a card, call this notebook.
        self.key = about.workbook or about.template
        self.folder = Path(os.environ.get(VARIABLE) or FOLDER).absolute()
        self._practice = PracticeStore(about, self.folder)
        self._prompts: dict[str, Prompt] = {}
        self._drawn: list[LiveWidget] = []
        self._when: Condition | None = None  # what opens the section one is in

    # What the cells show ------------------------------------------------------------------------

    def opened(self) -> ReadOnlyHtml:
        """Say whose this is, and where the answers are."""
        line = say(
            "This notebook is for one person. Your answers are kept on this computer, in {folder}.",
            self.about.locale,
            folder=self.folder.name,
        )
        return ReadOnlyHtml(line, str(Markup('<p class="al-note">{}</p>').format(line)))

    def prose(self, markdown: str) -> ReadOnlyHtml:
        """Show words of the author's."""
        if self._when is None:
            return ReadOnlyHtml(markdown, markdown=markdown)
        return ReadOnlyHtml(markdown, f"<div{self._opens(self._when)}>{rendering.markdown(markdown)}</div>")

    def section(self, id: str, title: str, when: Condition | None) -> ReadOnlyHtml | None:
        """Begin a part; what is in it opens and closes with its heading."""
        self._when = when
        return ReadOnlyHtml(title, str(heading_html(title, self._opens(when), id))) if title else None

    def card(self, card: Card, when: Condition | None) -> ReadOnlyHtml:
        """Show a card, folded."""
        return ReadOnlyHtml(
            f"{card.title}\n\n{card.text}", card_html(card, self.about.locale, self._opens(when, self._when))
        )

    def _opens(self, *whens: Condition | None) -> Markup:
        """Return the attributes that open and close a thing by its own condition and that of its section."""
        given = [when for when in whens if when]
        closed = not all(when.holds(self._items_of(when.of)) for when in given)
        book = Markup(' data-book="{}"').format(self.key)
        return book + opening(given[0], closed=closed) if given else Markup("")

    def prompt(self, prompt: Prompt) -> PromptWidget:
        """Ask, with the answer so far."""
        self._prompts[prompt.id] = prompt
        draft = self._practice.drafts.get(prompt.id)
        return PromptWidget(
            prompt,
            partial(self._practice.save, prompt),
            workbook=self.key,
            value=draft.value if draft else None,
            version=draft.version if draft else 0,
            saved_at=draft.saved_at if draft else "",
            locale=self.about.locale,
            recaps=[item for reference in prompt.recap for item in self._items_of(reference)],
            cut=partial(self._practice.cut, prompt.id),
            offered=offered_answer(prompt, self._items_of(prompt.default_from) if prompt.default_from else ()),
            opens=self._opens(self._when),
            after=self._redraw,
        )

    def view(
        self, name: str, of: tuple[str, ...], roles: Mapping[str, Sequence[str]], when: Condition | None
    ) -> LiveWidget:
        """Draw a view, again at each save."""

        def draw(*_: Value) -> DrawnResult:
            items = [item for reference in of for item in self._items_of(reference, back=name in LOOK_BACK)]
            return DrawnResult(
                {"html": render(name, items, self.about.locale, roles).html + self._elsewhere(name, items)}
            )

        return self._shown(draw, of, title(name, self.about.locale), when)

    def _elsewhere(self, name: str, items: Sequence[Item]) -> str:
        """Say where cards are moved that are of another notebook: here nobody is there to save it."""
        if name != "board" or not any(item.value is not None and not item.place for item in items):
            return ""
        line = say("A card of another notebook is moved in that notebook.", self.about.locale)
        return str(Markup('<p class="al-more">{}</p>').format(line))

    def live(self, function: Callable[..., Any], of: tuple[str, ...], title: str) -> LiveWidget:
        """Draw what a function makes of answers, again at each save."""
        return self._shown(function, of, title)

    def close(self) -> None:
        """Let go of the store."""
        self._practice.close()

    # Answers ------------------------------------------------------------------------------------

    def _shown(
        self, function: Callable[..., Any], of: tuple[str, ...], title: str, when: Condition | None = None
    ) -> LiveWidget:
        whens = (when, self._when)  # as they are here: further down the page another section begins

        def draw(*values: Value) -> DrawnResult:
            html = shown_html(called(function, values, self.about.locale))
            return DrawnResult({"html": f"<div{self._opens(*whens)}>{html}</div>"})

        answers = {reference: self._value(reference) for reference in of}
        widget = LiveWidget(
            draw if any(whens) else function, of, answers=answers, title=title, locale=self.about.locale
        )
        self._drawn.append(widget)
        return widget

    def _redraw(self) -> None:
        for widget in self._drawn:
            widget.answers = {reference: self._value(reference) for reference in widget.of}

    # Reading ------------------------------------------------------------------------------------

    def _items_of(self, reference: str, *, back: bool = False) -> list[Item]:
        """Return what was said there, here or in another of one's own workbooks; looking back, with earlier versions."""
        parsed = Reference.parse(reference)
        if parsed.template in ("", self.about.template) and not parsed.every:
            draft = self._practice.drafts.get(parsed.prompt)
            found = [
                Item(
                    reference=reference,
                    value=draft.value,
                    workbook=self.about.title,
                    when=draft.saved_at if draft.value is not None else "",
                    revisions=self._practice.past(parsed.prompt) if back else (),
                    place=self._practice.workbook,
                )
                if draft
                else Item(reference)
            ]
        else:
            found = self._practice.others(reference, back=back) or [Item(reference)]
        prompt = self._prompt_of(parsed)
        if prompt is None:
            return found
        asked = partial(item_for, prompt, reference=reference, locale=self.about.locale)
        return [
            replace(
                asked(i.value, workbook=i.workbook, when=i.when, revisions=i.revisions),
                ahead=i.ahead,
                place=self.key if i.place == self._practice.workbook else "",
            )
            for i in found
        ]

    def _prompt_of(self, reference: Reference) -> Prompt | None:
        """Return the prompt that was asked: of this notebook, else of the shipped template."""
        asked = self._prompts.get(reference.prompt) if reference.template in ("", self.about.template) else None
        if asked or not reference.template:
            return asked
        return shipped_prompts(reference.template, self.about.locale).get(reference.prompt)

    def _value(self, reference: str) -> Value:
        items = self._items_of(reference)
        if Reference.parse(reference).every:
            return [item.value for item in items if item.value is not None]
        return items[-1].value if items else None
