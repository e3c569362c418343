"""A submission for reading: each prompt shows the answer that was shared. No widget, no store, no script."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from actionlearn.answers.conditions import Condition
from actionlearn.answers.prompts import Item, Prompt, Reference, Value, is_empty
from actionlearn.answers.rendering import item_for, value_text
from actionlearn.errors import ReviewError
from actionlearn.i18n import say
from actionlearn.i18n.dates import day
from actionlearn.template import Card
from actionlearn.text.markup import Markup
from actionlearn.text.paragraphs import paragraphs
from actionlearn.views import render, title
from actionlearn.widgets.live import called, shown_html, shown_text
from actionlearn.widgets.prompt_html import prompt_html
from actionlearn.widgets.section_html import card_html, heading_html
from actionlearn.workbook.mode import ReadOnlyHtml, WorkbookInfo

#: Version of the shape of a submission's JSON.
FORMAT = 1

#: Seconds that a live cell's function may take: nobody waits for it here, and it may be the first to import much.
SECONDS = 60.0


class Frozen:
    """Shows the answers of a submission.

    Parameters
    ----------
    about
        The workbook.
    submission
        JSON text: who shared what, when, and the answers with their versions and readers.
    """

    def __init__(self, about: WorkbookInfo, submission: str) -> None:
        self.about = about
        self._prompts: dict[str, Prompt] = {}
        self._closed = False  # whether the section one is in is
        self._title = Markup("")  # its heading, as long as nothing in it was shown
        try:
            self._shared: dict[str, Any] = json.loads(submission)
            self._answers: dict[str, dict[str, Any]] = self._shared["answers"]
            self._items = {
                reference: [Item.of(item) for item in items]
                for reference, items in (self._shared.get("items") or {}).items()
            }
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ReviewError("answers.bad_submission") from error
        if self._shared.get("format") != FORMAT:
            raise ReviewError("answers.bad_submission")

    def opened(self) -> ReadOnlyHtml:
        """Say whose words these are, and what they want looked at."""
        locale, shared = self.about.locale, self._shared
        values = {"author": shared.get("author") or "", "title": self.about.title}
        values |= {"number": str(shared.get("number") or ""), "day": day(str(shared.get("shared_at") or ""), locale)}
        if shared.get("reader") == "owner":
            line = say("{author}: {title}, as it stood on {day}", locale, **values)
        else:
            line = say("{author}: {title}, shared on {day} (number {number})", locale, **values)
        erased, wants = str(shared.get("erased_at") or ""), str(shared.get("wants") or "")
        note = say(
            "Its author erased a passage on {day}: the receipt no longer verifies.", locale, day=day(erased, locale)
        )
        asked = Markup('<p class="al-wants-asked"><strong>{}</strong></p>{}').format(
            say("What {author} wants looked at", locale, author=values["author"]), paragraphs(wants)
        )
        gone = Markup('<p class="al-erased">{}</p>').format(note) if erased else ""
        html = Markup('<div class="al-shared"><p>{}</p>{}{}</div>').format(line, gone, asked if wants else "")
        return ReadOnlyHtml("\n\n".join(part for part in (line, note if erased else "", wants) if part), str(html))

    def prose(self, markdown: str) -> ReadOnlyHtml | None:
        """Show words of the author's."""
        return None if self._closed else ReadOnlyHtml(markdown, markdown=markdown)

    def section(self, id: str, title: str, when: Condition | None) -> ReadOnlyHtml | None:
        """Begin a part; of one that is closed only what was answered is shown, under its heading."""
        self._closed, self._title = not self._holds(when), heading_html(title, id=id)
        return None if self._closed or not title else ReadOnlyHtml(title, str(self._title))

    def card(self, card: Card, when: Condition | None) -> ReadOnlyHtml | None:
        """Show a card, folded."""
        if self._closed or not self._holds(when):
            return None
        html = card_html(card, self.about.locale)
        return ReadOnlyHtml(f"{card.title}\n\n{card.text}\n\n{card.question}".strip(), html)

    def _holds(self, when: Condition | None) -> bool:
        return when is None or when.holds(self._items_of(when.of))

    def prompt(self, prompt: Prompt) -> ReadOnlyHtml | None:
        """Show a question with what was answered."""
        self._prompts[prompt.id] = prompt
        locale = self.about.locale
        answer = self._answers.get(prompt.id)
        if self._closed and is_empty((answer or {}).get("value")):
            return None
        heading = self._title if self._closed else ""
        self._title = Markup("")
        shared = answer is not None or self._shared.get("reader") == "owner"
        value, when = (answer or {}).get("value"), str((answer or {}).get("when") or "")
        recaps = [item for reference in prompt.recap for item in self._items_of(reference)]
        html = prompt_html(prompt, value=value, saved_at=when, locale=locale, frozen=True, recaps=recaps, shared=shared)
        return ReadOnlyHtml(
            f"{prompt.question}\n\n{value_text(prompt, locale, value=value)}".strip(), f"{heading}{html}"
        )

    def view(
        self, name: str, of: tuple[str, ...], roles: Mapping[str, Sequence[str]], when: Condition | None
    ) -> ReadOnlyHtml | None:
        """Draw a view of what was shared."""
        if self._closed or not self._holds(when):
            return None
        items = [item for reference in of for item in self._items_of(reference)]
        drawn = render(name, items, self.about.locale, roles)
        named = Markup('<div role="group" aria-label="{}">').format(title(name, self.about.locale))
        return ReadOnlyHtml(drawn.text, f"{named}{drawn.html}</div>")

    def live(self, function: Callable[..., Any], of: tuple[str, ...], title: str) -> ReadOnlyHtml | None:
        """Draw once what a function makes of what was shared."""
        if self._closed:
            return None
        shown = called(function, [self._value(reference) for reference in of], self.about.locale, seconds=SECONDS)
        heading = Markup("<p><strong>{}</strong></p>").format(title) if title else ""
        return ReadOnlyHtml(shown_text(shown), f"{heading}{shown_html(shown)}")

    def close(self) -> None:
        """Do nothing: a submission has nothing open."""

    def _items_of(self, reference: str) -> list[Item]:
        """Return what was said there, and by whom where its author is not who reads it."""
        by = "" if self._shared.get("reader") == "owner" else str(self._shared.get("author") or "")
        return [replace(each, by=by) for each in self._found(reference)]

    def _found(self, reference: str) -> list[Item]:
        """Return what was said there: from this workbook, else from what came with the submission."""
        parsed = Reference.parse(reference)
        here = parsed.template in ("", self.about.template) and not parsed.every
        if reference in self._items or not here:
            return self._items.get(reference) or [Item(reference)]
        answer = self._answers.get(parsed.prompt) or {}
        value, when = answer.get("value"), str(answer.get("when") or "")
        prompt = self._prompts.get(parsed.prompt)
        if prompt is None:
            return [Item(reference=reference, value=value, workbook=self.about.title, when=when)]
        return [
            item_for(prompt, value, reference=reference, workbook=self.about.title, when=when, locale=self.about.locale)
        ]

    def _value(self, reference: str) -> Value:
        items = self._items_of(reference)
        if Reference.parse(reference).every:
            return [item.value for item in items if item.value is not None]
        return items[-1].value if items else None
