"""A workbook's cells as its page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from actionlearn.answers.prompts import Prompt
from actionlearn.notebook import CARD_KEPT, CardPiece, LivePiece, SectionPiece, Text, ViewPiece
from actionlearn.server.workbooks.state import WorkbookState
from actionlearn.widgets.prompt_html import prompt_html
from actionlearn.widgets.section_html import card_html, opening, section_html, waits_html
from actionlearn.widgets.ui_text import ReaderOption


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
        if isinstance(piece, LivePiece) and (comment := comments.get(piece.cell_id)):
            cells.append(_html_cell(f"said-{piece.cell_id}", comment))
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
        return card_html(piece.card, locale, opens, is_start=piece.cell_id == CARD_KEPT)
    waits = ""
    if state.days and (part := state.later.get(piece.id)):
        left = state.days.begins(part.opens) - datetime.now(UTC)
        waits = waits_html(state.days.on(part.opens), left, locale)
    return section_html(piece.id, piece.title, opens, waits)
