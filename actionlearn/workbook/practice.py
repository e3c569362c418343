"""Practice: a notebook on one's own machine, in stock Voilà or JupyterLab.

Prompts are widgets that save over their comm. The answers are in ``actionlearn-practice`` beside the
notebook: a store like any other, with one person in it. It is made at the first save, so that
running a notebook leaves no trace.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from markupsafe import Markup

from actionlearn import reading
from actionlearn.conditions import Condition
from actionlearn.errors import ActionlearnError, AnswerError, Missing, Refused
from actionlearn.locking import refuse_locked
from actionlearn.prompts import Item, Past, Prompt, Reference, Value, check, offered
from actionlearn.reading import item_for
from actionlearn.template import Card
from actionlearn.views import LOOK_BACK, render
from actionlearn.widgets.live import Drawn, LiveWidget, called, shown_html
from actionlearn.widgets.parts import card_html, heading_html, opening
from actionlearn.widgets.prompt import PromptWidget
from actionlearn.words import hint, say, sentence
from actionlearn.workbook.mode import About, Reading, shipped_prompts

if TYPE_CHECKING:
    from actionlearn.store import Connection, Store
    from actionlearn.store.rows import Draft, Workbook

#: Name of the folder, beside the notebook; the environment may name another.
FOLDER = "actionlearn-practice"
VARIABLE = "ACTIONLEARN_PRACTICE"

_log = logging.getLogger(__name__)


class Practice:
    """Asks with widgets, saves into the practice folder.

    Parameters
    ----------
    about
        The workbook.
    """

    def __init__(self, about: About) -> None:
        self.about = about
        self.folder = Path(os.environ.get(VARIABLE) or FOLDER).absolute()
        self._store: Store | None = None
        self._workbook: Workbook | None = None
        self._drafts: dict[str, Draft] = {}
        self._prompts: dict[str, Prompt] = {}
        self._drawn: list[LiveWidget] = []
        self._when: Condition | None = None  # what opens the section one is in
        if (self.folder / "server.lock").exists():
            raise Refused("answers.folder_of_a_server", folder=str(self.folder))
        if (self.folder / "actionlearn.sqlite").is_file():
            self._remember()

    # What the cells show ------------------------------------------------------------------------

    def opened(self) -> Reading:
        """Say whose this is, and where the answers are."""
        line = say(
            "This notebook is for one person. Your answers are kept on this computer, in {folder}.",
            self.about.locale,
            folder=self.folder.name,
        )
        return Reading(line, str(Markup('<p class="al-note">{}</p>').format(line)))

    def prose(self, markdown: str) -> Reading:
        """Show words of the author's."""
        if self._when is None:
            return Reading(markdown, markdown=markdown)
        return Reading(markdown, f"<div{self._opens(self._when)}>{reading.markdown(markdown)}</div>")

    def section(self, id: str, title: str, when: Condition | None) -> Reading | None:
        """Begin a part; what is in it opens and closes with its heading."""
        self._when = when
        return Reading(title, str(heading_html(title, self._opens(when), id))) if title else None

    def card(self, card: Card, when: Condition | None) -> Reading:
        """Show a card, folded."""
        return Reading(
            f"{card.title}\n\n{card.text}", card_html(card, self.about.locale, self._opens(when, self._when))
        )

    def _opens(self, *whens: Condition | None) -> Markup:
        """Return the attributes that open and close a thing by its own condition and that of its section."""
        given = [when for when in whens if when]
        closed = not all(when.holds(self._items_of(when.of)) for when in given)
        return opening(given[0], closed=closed) if given else Markup("")

    def prompt(self, prompt: Prompt) -> PromptWidget:
        """Ask, with the answer so far."""
        self._prompts[prompt.id] = prompt
        draft = self._drafts.get(prompt.id)
        return PromptWidget(
            prompt,
            partial(self._save, prompt),
            workbook=self.about.workbook or self.about.template,
            value=draft.value if draft else None,
            version=draft.version if draft else 0,
            saved_at=draft.saved_at if draft else "",
            locale=self.about.locale,
            recaps=[item for reference in prompt.recap for item in self._items_of(reference)],
            cut=partial(self._cut, prompt.id),
            offered=offered(prompt, self._items_of(prompt.default_from) if prompt.default_from else ()),
            opens=self._opens(self._when),
            after=self._redraw,
        )

    def view(
        self, name: str, of: tuple[str, ...], roles: Mapping[str, Sequence[str]], when: Condition | None
    ) -> LiveWidget:
        """Draw a view, again at each save."""

        def draw(*_: Value) -> Drawn:
            items = [item for reference in of for item in self._items_of(reference, back=name in LOOK_BACK)]
            return Drawn({"html": render(name, items, self.about.locale, roles).html})

        return self._shown(draw, of, "", when)

    def live(self, function: Callable[..., Any], of: tuple[str, ...], title: str) -> LiveWidget:
        """Draw what a function makes of answers, again at each save."""
        return self._shown(function, of, title)

    def close(self) -> None:
        """Let go of the store."""
        if self._store is not None:
            self._store.close()
            self._store = None

    # Answers ------------------------------------------------------------------------------------

    def _shown(
        self, function: Callable[..., Any], of: tuple[str, ...], title: str, when: Condition | None = None
    ) -> LiveWidget:
        whens = (when, self._when)  # as they are here: further down the page another section begins

        def draw(*values: Value) -> Drawn:
            html = shown_html(called(function, values, self.about.locale))
            return Drawn({"html": f"<div{self._opens(*whens)}>{html}</div>"})

        answers = {reference: self._value(reference) for reference in of}
        widget = LiveWidget(
            draw if any(whens) else function, of, answers=answers, title=title, locale=self.about.locale
        )
        self._drawn.append(widget)
        return widget

    def _redraw(self) -> None:
        for widget in self._drawn:
            widget.answers = {reference: self._value(reference) for reference in widget.of}

    def _open(self) -> Store:
        """Return the store, refusing one that a server uses."""
        from actionlearn.store import open_store
        from actionlearn.store.members import cohorts

        if self._store is None:
            store = open_store(self.folder)
            if any(cohort.id != "practice" for cohort in store.read(cohorts)):
                store.close()
                raise Refused("answers.folder_of_a_server", folder=str(self.folder))
            self._store = store
        return self._store

    def _remember(self) -> None:
        """Read what was answered before."""
        from actionlearn.store import drafts

        store = self._open()
        self._workbook = store.read(self._find)
        if self._workbook is not None:
            self._drafts = store.read(partial(drafts.drafts, workbook=self._workbook.id))

    def _find(self, c: Connection) -> Workbook | None:
        from actionlearn.store import members, workbooks

        if self.about.workbook:
            try:
                return workbooks.workbook(c, self.about.workbook)
            except Missing:
                return None
        me = members.person_by_username(c, "me")
        return workbooks.find_workbook(c, "practice", me.id, self.about.template, 1) if me else None

    def _make(self, c: Connection) -> Workbook:
        from actionlearn.store import members, workbooks

        found = self._find(c)
        if found is not None:
            return found
        about = self.about
        made: dict[str, Any] = {"template": about.template, "template_hash": about.template_hash}
        made |= {"locale": about.locale, "title": about.title}
        if not self.about.workbook:
            return workbooks.practice_workbook(c, **made)
        me = members.person_by_username(c, "me") or members.add_person(c, username="me")
        if not any(cohort.id == "practice" for cohort in members.cohorts(c)):
            members.put_cohort(c, id="practice", name="practice", locale=self.about.locale)
        number = workbooks.next_number(c, "practice", me.id, self.about.template)
        return workbooks.add_workbook(
            c, cohort="practice", owner=me.id, number=number, path="", id=self.about.workbook, **made
        )

    def _save(self, prompt: Prompt, message: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Save one edit; return status and body as the server's API does."""
        try:
            return self._saved(prompt, message)
        except ActionlearnError as error:
            locale = self.about.locale
            told = {"message": sentence(error, locale), "hint": hint(error, locale)}
            return error.status, {"error": {"code": error.code, "values": error.values, **told}}
        except Exception:  # noqa: BLE001 - the page must hear that it was not saved, and the log why
            _log.exception("an answer to %s was not saved", prompt.id)
            return 500, {}

    def _saved(self, prompt: Prompt, message: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        from actionlearn.store import drafts, now
        from actionlearn.store.rows import Behind, Draft

        kinds = {"client": str, "seq": int, "base": int}
        missing = [name for name, kind in kinds.items() if not isinstance(message.get(name), kind)]
        if missing:
            raise AnswerError("answers.bad_message", missing=missing)
        value = check(prompt, message.get("value"))
        refuse_locked(prompt, value, self._drafts, now())
        store = self._open()
        workbook = self._workbook = self._workbook or store.write(self._make)
        reply = store.write(
            lambda c: drafts.save(
                c,
                workbook=workbook.id,
                prompt=prompt.id,
                person=workbook.owner,
                value=value,
                **{name: message[name] for name in kinds},
            )
        )
        if isinstance(reply, Behind):
            return 409, {"head": asdict(reply.head)}
        self._drafts[prompt.id] = Draft(prompt.id, reply.version, value, workbook.owner, reply.saved_at)
        return 200, {"version": reply.version, "saved_at": reply.saved_at}

    def _cut(self, prompt: str, cause: str) -> None:
        from actionlearn.store import drafts
        from actionlearn.store.rows import Cause

        workbook = self._workbook
        if workbook is None or cause not in get_args(Cause):
            return
        with suppress(ActionlearnError):
            self._open().write(lambda c: drafts.cut_revision(c, workbook.id, prompt, cause))  # type: ignore[arg-type]

    # Reading ------------------------------------------------------------------------------------

    def _items_of(self, reference: str, *, back: bool = False) -> list[Item]:
        """Return what was said there, here or in another of one's own workbooks; looking back, with earlier versions."""
        parsed = Reference.parse(reference)
        if parsed.template in ("", self.about.template) and not parsed.every:
            draft = self._drafts.get(parsed.prompt)
            found = [
                Item(
                    reference,
                    draft.value,
                    self.about.title,
                    draft.saved_at if draft.value is not None else "",
                    revisions=self._past(parsed.prompt) if back else (),
                )
                if draft
                else Item(reference)
            ]
        else:
            found = self._others(reference, back=back) or [Item(reference)]
        prompt = self._prompt_of(parsed)
        if prompt is None:
            return found
        asked = partial(item_for, prompt, reference=reference, locale=self.about.locale)
        return [
            replace(asked(i.value, workbook=i.workbook, when=i.when, revisions=i.revisions), ahead=i.ahead)
            for i in found
        ]

    def _past(self, prompt: str) -> tuple[Past, ...]:
        from actionlearn.store import drafts

        workbook = self._workbook
        return self._open().read(lambda c: drafts.past(c, workbook.id, prompt)) if workbook else ()

    def _others(self, reference: str, *, back: bool) -> list[Item]:
        """Return answers in one's other workbooks, as they are now."""
        from actionlearn.store import drafts, members, workbooks

        def act(c: Connection) -> list[Item]:
            me = members.person_by_username(c, "me")
            mine = workbooks.workbooks_of(c, cohort="practice", owner=me.id) if me else []
            here = self._workbook or next(iter(mine), None)
            found = drafts.items(c, here, [reference], revisions=back)[reference] if here else []
            # What is not begun yet comes after all others of its kind.
            return found if self._workbook else [replace(each, ahead=False) for each in found]

        return self._store.read(act) if self._store else []

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
