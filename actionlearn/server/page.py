"""The page of a workbook, rendered by Voilà's exporter in our own template.

A page is made from the cells of the notebook, read with ``ast``, and the answers in the store:
prompts, recaps and views are in the first HTML, nothing is executed and no kernel is started.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from jinja2 import Environment, FileSystemLoader
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from voila.exporter import VoilaExporter

from actionlearn import notebook, views
from actionlearn.errors import Missing, Refused, ServerError
from actionlearn.notebook import Contents, LivePiece, PromptPiece, Text, ViewPiece
from actionlearn.prompts import Item, Reference, is_empty
from actionlearn.reading import day, item_for
from actionlearn.review import gather
from actionlearn.roles import Actor, may
from actionlearn.server import rendering
from actionlearn.server.base import Page
from actionlearn.store import drafts, reviews, workbooks
from actionlearn.store.rows import Comment, Draft, Workbook
from actionlearn.widgets.prompt_html import prompt_html, ui_words
from actionlearn.words import say

if TYPE_CHECKING:
    from actionlearn.store import Connection

log = logging.getLogger("actionlearn.server")

#: Stage of a template -> what it is called.
STAGES = {
    "start": "Start",
    "scope": "Scope",
    "plan": "Plan",
    "experiment": "Experiment",
    "reflect": "Reflect",
    "impact": "Impact",
}

#: Modules a page loads, those that are there.
SCRIPTS = ("prompt.js", "share.js", "page.js")


@lru_cache(maxsize=512)
def _read(path: Path, _changed: int, _size: int) -> Contents:
    return notebook.read(nbformat.read(path, as_version=4))


def contents_of(data: Path, workbook: Workbook) -> Contents:
    """Return what a workbook's notebook holds; read again when the file has changed.

    Raises
    ------
    Missing
        There is no such file.
    ServerError
        It is no notebook of ours.
    """
    path = (data / workbook.path).resolve()
    if not path.is_relative_to(data.resolve()) or not path.is_file():
        raise Missing("server.no_workbook_file")
    stamp = path.stat()
    try:
        return _read(path, stamp.st_mtime_ns, stamp.st_size)
    except (ValueError, KeyError, TypeError, SyntaxError) as error:
        raise ServerError("server.notebook_unreadable") from error


@dataclass(frozen=True)
class State:
    """All a page shows of one workbook, read in one act of the store."""

    workbook: Workbook
    contents: Contents
    drafts: Mapping[str, Draft]
    audiences: Mapping[str, Sequence[str]]
    items: Mapping[str, Sequence[Item]]
    comments: tuple[Comment, ...]

    def items_for(self, references: Iterable[str]) -> list[Item]:
        """Return the items that references lead to: in this workbook, and in others."""
        found: list[Item] = []
        for each in references:
            if each in self.items:
                found += self.items[each]
            elif prompt := self.contents.prompts.get(each):
                draft = self.drafts.get(each)
                value, when = (draft.value, draft.saved_at) if draft else (None, "")
                found.append(item_for(prompt, value, when=when, locale=self.contents.locale))
        return found

    @property
    def elsewhere(self) -> dict[str, Any]:
        """Values of the owner's other workbooks by reference, for live cells: one, or a list for all of a kind."""
        return {
            name: [item.value for item in each] if Reference.parse(name).every else each[0].value if each else None
            for name, each in self.items.items()
        }

    @property
    def answered(self) -> int:
        """How many prompts have something in them."""
        said = (self.drafts.get(id) for id in self.contents.prompts)
        return sum(1 for draft in said if draft and not is_empty(draft.value))


def owned(c: Connection, actor: Actor | None, id: str, act: Any = "open") -> Workbook:
    """Return a workbook, where somebody may do something to it.

    Raises
    ------
    Missing, Refused
        There is none; it is not theirs.
    """
    workbook = workbooks.workbook(c, id)
    if not may(actor, act, workbooks.thing(c, workbook)):
        raise Refused("server.refused")
    return workbook


def state_of(c: Connection, data: Path, actor: Actor | None, id: str) -> State:
    """Return all a page shows of one workbook.

    Raises
    ------
    Missing, Refused
        There is none; it is not theirs.
    """
    workbook = owned(c, actor, id)
    contents = contents_of(data, workbook)
    elsewhere = [each for each in references_of(contents) if Reference.parse(each).template]
    items = gather.shared_items(c, data, workbook, elsewhere, gather.OWNER) if elsewhere else {}
    return State(
        workbook,
        contents,
        drafts.drafts(c, id),
        drafts.audiences(c, id),
        items,
        tuple(reviews.comments_for_workbook(c, id, released_only=True)),
    )


def references_of(contents: Contents) -> list[str]:
    """Return every reference that a notebook's pieces name, once."""
    found: dict[str, None] = {}
    for piece in contents.pieces:
        if isinstance(piece, PromptPiece):
            found.update(dict.fromkeys(piece.prompt.recap))
        elif isinstance(piece, ViewPiece | LivePiece):
            found.update(dict.fromkeys(piece.of))
    return list(found)


class _NoFiles:
    """What Voilà's Markdown reader asks for files to put into a page: there are none."""

    def file_exists(self, path: str) -> bool:  # noqa: ARG002 - the shape of a contents manager
        """Tell that there is no such file, so that no Markdown can read one of the server's."""
        return False


class PageExporter(VoilaExporter):  # type: ignore[misc]
    """Voilà's exporter with our templates: compiled once, escaping whatever is not marked safe."""

    @property
    def environment(self) -> Environment:
        """The Jinja environment of the templates."""
        environment: Environment = super().environment
        if not environment.autoescape:
            environment.autoescape = True
            environment.add_extension("jinja2.ext.i18n")
            # Voilà gives this filter at each rendering; compiling needs its name before.
            environment.filters.setdefault("trusted", lambda output: output)
        return environment


@cache
def exporter(file: str = "index.html.j2") -> PageExporter:
    """Return the exporter of one of our templates. There is one of each, so that Jinja compiles once."""
    here = Path(__file__).parent / "voila_template"
    return PageExporter(
        template_name="actionlearn",
        template_file=file,
        template_paths=[str(here)],
        extra_loaders=[FileSystemLoader([here, rendering.html_folder()])],
        contents_manager=_NoFiles(),
        default_preprocessors=[],
    )


async def rendered(file: str, node: Any, **values: Any) -> str:
    """Render a notebook with one of our templates."""
    parts = exporter(file).generate_from_notebook_node(node, resources={}, extra_context=values)
    return "".join([part async for part, _ in parts])


def page_notebook(state: State, locale: str, comments: Mapping[str, str]) -> Any:
    """Return the workbook as a notebook whose cells have their outputs: nothing is executed for it.

    Parameters
    ----------
    state
        What the page shows.
    locale
        The reader's language, for the kit's own words.
    comments
        HTML of the comments on each prompt.
    """
    return new_notebook(cells=[_cell(piece, state, locale, comments) for piece in state.contents.pieces])


def _cell(piece: Any, state: State, locale: str, comments: Mapping[str, str]) -> Any:
    if isinstance(piece, Text):
        return new_markdown_cell(piece.markdown, id=piece.cell_id)
    if isinstance(piece, LivePiece):
        return new_code_cell(id=piece.cell_id, metadata={"al_live": True})
    if isinstance(piece, ViewPiece):
        drawn = views.render(piece.name, state.items_for(piece.of), locale)
        html = f'<div class="al-view" id="{piece.cell_id}" data-view="{piece.name}">{drawn.html}</div>'
    else:
        draft = state.drafts.get(piece.prompt.id)
        html = prompt_html(
            piece.prompt,
            value=draft.value if draft else None,
            saved_at=draft.saved_at if draft else "",
            version=draft.version if draft else 0,
            audience=state.audiences.get(piece.prompt.id),
            locale=locale,
            recaps=state.items_for(piece.prompt.recap),
            comments_html=comments.get(piece.prompt.id, ""),
        )
    return new_code_cell(id=piece.cell_id, outputs=[new_output("display_data", data={"text/html": html})])


def comments_html(state: State, base_url: str, locale: str, person: str) -> dict[str, str]:
    """Return the comments on each prompt as HTML; those on the whole workbook under the empty key."""
    threads: dict[str, list[dict[str, Any]]] = {}
    for comment in state.comments:
        if comment.parent is None:
            replies = [_said(each, locale, person) for each in state.comments if each.parent == comment.id]
            thread = {**_said(comment, locale, person), "replies": replies}
            threads.setdefault(comment.prompt or "", []).append(thread)
    return {
        prompt: rendering.render("comments.html", base_url=base_url, locale=locale, threads=each, prompt=prompt)
        for prompt, each in threads.items()
    }


def _said(comment: Comment, locale: str, person: str) -> dict[str, Any]:
    at = comment.released_at or comment.created_at
    return {**asdict(comment), "at": at, "when": day(at, locale), "mine": comment.by == person}


async def page_html(state: State, *, base_url: str, locale: str, person: Any, preview: str = "", **values: Any) -> str:
    """Return the whole page of a workbook.

    Parameters
    ----------
    state
        What it shows.
    base_url
        Path of the kit.
    locale
        The reader's language.
    person
        Who it is made for.
    preview
        Stamp of the template it previews; empty for a workbook of a cohort.
    **values
        More for the frame of the page, such as its places.
    """
    workbook, contents = state.workbook, state.contents
    same = {"base_url": base_url, "locale": locale}
    home = base_url
    comments = comments_html(state, base_url, locale, person.id)
    number = f" {workbook.number}" if workbook.number > 1 else ""
    title = contents.title + number
    header = rendering.render(
        "workbook_header.html",
        **same,
        title=title,
        stage=say(STAGES.get(contents.stage, contents.stage), locale),
        minutes=contents.minutes,
        answered=state.answered,
        total=len(contents.prompts),
        home=home,
    )
    footer = rendering.render(
        "workbook_footer.html",
        **same,
        take=f"{base_url}w/{workbook.id}/take.zip",
        signin=f"{base_url}in",
        username=person.username,
    )
    page = {
        "title": title,
        "workbook": workbook.id,
        "person": person.id,
        "locale": contents.locale,
        "words": ui_words(locale),
        "live": contents.has_live,
        "values": state.elsewhere,
        "header": header,
        "footer": footer,
        "comments": comments.get("", ""),
        "scripts": [script for script in SCRIPTS if rendering.asset(script)],
        "preview": preview,
    }
    return await rendered(
        "index.html.j2",
        page_notebook(state, locale, comments),
        **rendering.namespace(base_url, locale),
        page=page,
        person=person,
        **values,
    )


class WorkbookPage(Page):
    """The page of a workbook, for its owner alone."""

    async def get(self, id: str) -> None:
        """Show it. The page and what is in it are one state of the store."""
        state = await self.read(lambda c: state_of(c, self.data, self.actor, id))
        html = await page_html(
            state,
            base_url=self.base_url,
            locale=self.locale,
            person=self.signed_in(),
            preview=self.kit.settings.get("preview", ""),
            places=self.places(),
        )
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(html)


async def warm() -> None:
    """Compile the templates before the first learner asks."""
    await asyncio.to_thread(lambda: [exporter(file).template for file in ("index.html.j2", "live.html.j2")])


@cache
def front_end(base_url: str, extensions: tuple[str, ...]) -> dict[str, Any]:
    """Return what Voilà's front-end is told: where its files are, and which extensions it may load.

    Parameters
    ----------
    base_url
        Path of the kit.
    extensions
        Names of the extensions that may be loaded; nothing comes from elsewhere.
    """
    from voila.configuration import VoilaConfiguration
    from voila.utils import get_page_config

    settings = {"mathjax_url": None, "mathjax_config": None}
    configuration = VoilaConfiguration(extension_allowlist=list(extensions))
    config: dict[str, Any] = get_page_config(base_url, settings, log, configuration)
    return {**config, "baseUrl": base_url, "jupyterLabTheme": "light", "fullMathjaxUrl": "", "mathjaxConfig": ""}
