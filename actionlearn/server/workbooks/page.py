"""The page of a workbook, rendered by Voilà's exporter in our own template.

A page is made from the cells of the notebook, read with ``ast``, and the answers in the store:
prompts, recaps and views are in the first HTML, nothing is executed and no kernel is started.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from actionlearn.answers.items import numbered_title
from actionlearn.answers.prompts import Prompt
from actionlearn.answers.rendering import day, recap_html
from actionlearn.notebook import CARD_KEPT, CardPiece, LivePiece, SectionPiece, Text, ViewPiece
from actionlearn.server.groups import meetings
from actionlearn.server.journey.page import Reader
from actionlearn.server.rendering import pages
from actionlearn.server.rendering.voila_exporter import exporter, rendered
from actionlearn.server.reviews import coach_prompts
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.voila_frontend import preload_urls
from actionlearn.server.workbooks import summaries, views
from actionlearn.server.workbooks.state import WorkbookState, workbook_state
from actionlearn.store import Connection
from actionlearn.store.records import Comment
from actionlearn.widgets.prompt_html import prompt_html, ui_words
from actionlearn.widgets.section_html import card_html, opening, section_html, waits_html
from actionlearn.widgets.ui_text import ReaderOption

log = logging.getLogger("actionlearn.server")


def page_notebook(
    state: WorkbookState, locale: str, comments: Mapping[str, str], drawn: Mapping[str, str]
) -> dict[str, Any]:
    """Return the workbook as a notebook whose cells have their outputs: nothing is executed for it.

    Parameters
    ----------
    state
        What the page shows.
    locale
        The reader's language, for the kit's own words.
    comments
        HTML of the comments on each prompt.
    drawn
        HTML of the views by cell.
    """
    cells: list[Any] = []
    end = ""  # of the section one is in
    for piece in [*state.contents.pieces, None]:
        if end and (piece is None or isinstance(piece, SectionPiece)):
            cells.append(_html_cell(f"end-{len(cells)}", end))
        if piece is not None:
            cells.append(_cell(piece, state, locale, comments, drawn))
        if isinstance(piece, SectionPiece):
            end = "</div></section>" if piece.id in state.later else "</section>"
        if isinstance(piece, LivePiece) and (said := comments.get(piece.cell_id)):
            cells.append(_html_cell(f"said-{piece.cell_id}", said))
    # Not by nbformat's makers, which check each cell against a schema: half of the time of a page.
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def _code_cell(id: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "id": id, "metadata": {}, "source": "", "outputs": [], **more}


def _html_cell(id: str, html: str) -> dict[str, Any]:
    return _code_cell(id, outputs=[{"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}])


def _cell(
    piece: Any, state: WorkbookState, locale: str, comments: Mapping[str, str], drawn: Mapping[str, str]
) -> dict[str, Any]:
    if isinstance(piece, Text):
        return {"cell_type": "markdown", "id": piece.cell_id, "metadata": {}, "source": piece.markdown}
    if isinstance(piece, LivePiece):
        return _code_cell(piece.cell_id, metadata={"al_live": True})
    if isinstance(piece, SectionPiece | CardPiece):
        html = _opened(piece, state, locale)
    elif isinstance(piece, ViewPiece):
        html = drawn[piece.cell_id] + comments.get(piece.cell_id, "")
    else:
        html = _asked(piece.prompt, state, locale, comments.get(piece.prompt.id, ""))
    return _html_cell(piece.cell_id, html)


def _asked(prompt: Prompt, state: WorkbookState, locale: str, comments: str) -> str:
    draft, audience = state.drafts.get(prompt.id), tuple(state.audience(prompt))
    recaps, offered = state.items_for(prompt.recap), state.offered(prompt)
    if not (draft or recaps or offered or comments):
        return _untouched(prompt, audience, state.whose, locale)
    return prompt_html(
        prompt,
        value=draft.value if draft else None,
        saved_at=draft.saved_at if draft else "",
        version=draft.version if draft else 0,
        audience=audience,
        whose=state.whose,
        locale=locale,
        recaps=recaps,
        offered=offered,
        comments_html=comments,
    )


@lru_cache(maxsize=2048)
def _untouched(prompt: Prompt, audience: tuple[str, ...], whose: ReaderOption, locale: str) -> str:
    """Return a prompt that nothing was said to. It is the same for everybody, and all may open it in one minute."""
    return prompt_html(prompt, audience=audience, whose=whose, locale=locale)


def _opened(piece: SectionPiece | CardPiece, state: WorkbookState, locale: str) -> str:
    """Return what opens by an answer, as open as it is now."""
    opens = opening(piece.when, closed=piece.when is not None and not state.holds(piece.when))
    if isinstance(piece, CardPiece):
        return card_html(piece.card, locale, opens, kept=piece.cell_id == CARD_KEPT)
    waits = ""
    if state.days and (part := state.later.get(piece.id)):
        left = state.days.begins(part.opens) - datetime.now(UTC)
        waits = waits_html(state.days.on(part.opens), left, locale)
    return section_html(piece.id, piece.title, opens, waits)


def comments_html(state: WorkbookState, base_url: str, locale: str, person: str) -> dict[str, str]:
    """Return the comments on each prompt as HTML; those on the whole workbook under the empty key."""
    threads: dict[str, list[dict[str, Any]]] = {}
    for comment in state.comments:
        if comment.parent is None:
            replies = [_said(each, locale, person) for each in state.comments if each.parent == comment.id]
            thread = {**_said(comment, locale, person), "replies": replies, "passage": state.passages.get(comment.id)}
            threads.setdefault(comment.prompt or "", []).append(thread)
    asked = state.contents.prompts
    answers = {
        id: coach_prompts.answers_html(asked[id], list(said), locale)
        for id, said in state.coached.items()
        if id in asked
    }
    return {
        prompt: answers.get(prompt, "")
        + pages.render(
            "workbooks/comments.html",
            base_url=base_url,
            locale=locale,
            threads=threads.get(prompt, []),
            prompt=prompt,
            asked=prompt in asked,
        )
        for prompt in {**threads, **answers}
    }


def _said(comment: Comment, locale: str, person: str) -> dict[str, Any]:
    at = comment.released_at or comment.created_at
    return {**asdict(comment), "at": at, "when": day(at, locale), "mine": comment.by == person}


def _around(
    state: WorkbookState, title: str, base_url: str, locale: str, username: str, comments: Mapping[str, str]
) -> tuple[str, str]:
    """Return what stands above and below the prompts."""
    same = {"base_url": base_url, "locale": locale}
    contents = state.contents
    header = pages.render(
        "workbooks/header.html",
        **same,
        title=title,
        stage=summaries.stage(contents.stage, locale),
        minutes=contents.minutes,
        answered=len(state.progress.answered),
        total=len(state.progress.asked),
        home=base_url,
        owner=state.workbook.owner_kind,
        subject=state.about_name,
        newer=f"{base_url}w/{state.workbook.id}/upgrade" if state.newer else "",
    )
    take = f"{base_url}w/{state.workbook.id}/take.zip"
    mine = {
        "take": take,
        "signin": f"{base_url}in",
        "username": username,
        "last": state.shared_at,
        "subject": state.about_name,
        "ours": state.workbook.owner if state.workbook.owner_kind == "set" else "",
        "missing": _missing(state, base_url),
        "show": f"{base_url}w/{state.workbook.id}/show" if _missing(state, base_url) else "",
        "release": f"{base_url}releases/{state.workbook.cohort}?w={state.workbook.id}" if state.releases else "",
    }
    footer = pages.render("workbooks/footer.html", **same, **mine)
    if state.orphaned_answers:
        said = [(recap_html(item, locale), comments.get(item.reference, "")) for item in state.orphaned_answers]
        footer = pages.render("workbooks/orphaned_answers.html", **same, items=said) + footer
    return header, footer


def _missing(state: WorkbookState, base_url: str) -> str:
    """Return where one asks what might be missing on one's own way; empty where the workbook is no part of it."""
    book = state.workbook
    return "" if book.about or book.owner_kind == "set" else f"{base_url}missing/{book.cohort}"


async def page_html(
    state: WorkbookState, *, base_url: str, locale: str, person: Any, preview: str = "", **values: Any
) -> str:
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
    comments = comments_html(state, base_url, locale, person.id)
    title = numbered_title(contents.title, workbook.number)
    header, footer = _around(state, title, base_url, locale, person.username, comments)
    page = {
        "title": title,
        "workbook": workbook.id,
        "cohort": workbook.cohort,
        "person": person.id,
        "locale": contents.locale,
        "words": ui_words(locale, state.whose),
        "live": contents.has_live,
        "ahead": preload_urls(base_url, [contents.template_hash]) if contents.has_live else (),
        "values": state.other_values,
        "header": header,
        "footer": footer,
        "comments": comments.get("", ""),
        "preview": preview,
    }
    return rendered(
        "workbooks/page.html",
        page_notebook(state, locale, comments, await views.render_views(state, locale)),
        **pages.namespace(base_url, locale),
        page=page,
        person=person,
        **values,
    )


class WorkbookPage(PageHandler):
    """The page of a workbook, for its owner alone."""

    async def get(self, id: str) -> None:
        """Show it. The page and what is in it are one state of the store."""
        stamp = self.kit.preview() if self.kit.preview else ""
        person = self.signed_in()
        reader = Reader(person, self.locale, self.data, self.base_url)

        def look(c: Connection) -> tuple[WorkbookState, meetings.MeetingPanel | None]:
            state = workbook_state(c, self.data, self.actor, id, self.locale)
            return state, meetings.meeting_panel(c, reader, state.workbook)

        state, meeting = await self.read(look)
        if stamp:  # its author sees all of it
            state = replace(state, days=None)
        html = await page_html(
            state,
            base_url=self.base_url,
            locale=self.locale,
            person=person,
            meeting=meeting,
            preview=stamp,
            places=self.navigation(),
            demo=self.demo_bar(),
            file_mb=self.kit.settings["file_mb"],
        )
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(html)


async def warm() -> None:
    """Compile the templates, and load what reads Markdown, before the first learner asks."""
    await asyncio.to_thread(_warm)


def _warm() -> None:
    empty: dict[str, Any] = {"locale": "en", "header": "", "comments": "", "footer": "", "words": {}, "values": {}}
    node = {"cells": [{"cell_type": "markdown", "id": "text", "source": "*A page*"}]}
    rendered("workbooks/page.html", node, **pages.namespace("/", "en"), page=empty)
    exporter("live/voila_cells.html").template  # noqa: B018 - it is read when it is asked for
