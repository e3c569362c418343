"""The page of a workbook, rendered by Voilà's exporter in our own template.

A page is made from the cells of the notebook, read with ``ast``, and the answers in the store:
prompts, recaps and views are in the first HTML, nothing is executed and no kernel is started.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actionlearn.answers.items import numbered_title
from actionlearn.answers.rendering import recap_html
from actionlearn.server.rendering import pages
from actionlearn.server.rendering.voila_exporter import exporter, rendered
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.voila_frontend import preload_urls
from actionlearn.server.workbooks import summaries, views
from actionlearn.server.workbooks.comments_html import comments_html
from actionlearn.server.workbooks.meeting import MeetingPanel, meeting_panel
from actionlearn.server.workbooks.notebook import page_notebook
from actionlearn.server.workbooks.state import WorkbookState, workbook_state
from actionlearn.store import Connection
from actionlearn.widgets.prompt_html import ui_words

log = logging.getLogger("actionlearn.server")


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
        newer=f"{base_url}workbooks/{state.workbook.id}/upgrade" if state.newer else "",
    )
    take = f"{base_url}workbooks/{state.workbook.id}/take.zip"
    mine = {
        "take": take,
        "signin": f"{base_url}in",
        "username": username,
        "last": state.shared_at,
        "subject": state.about_name,
        "ours": state.workbook.owner if state.workbook.owner_kind == "set" else "",
        "missing": _missing(state, base_url),
        "show": f"{base_url}workbooks/{state.workbook.id}/show" if _missing(state, base_url) else "",
        "release": f"{base_url}releases/{state.workbook.cohort}?w={state.workbook.id}" if state.releases else "",
    }
    footer = pages.render("workbooks/footer.html", **same, **mine)
    if state.orphaned_answers:
        orphans = [(recap_html(item, locale), comments.get(item.reference, "")) for item in state.orphaned_answers]
        footer = pages.render("workbooks/orphaned_answers.html", **same, items=orphans) + footer
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
        stamp = await asyncio.to_thread(self.kit.preview) if self.kit.preview else ""
        reader = self.reader

        def look(c: Connection) -> tuple[WorkbookState, MeetingPanel | None]:
            state = workbook_state(c, self.data, self.actor, id, self.locale)
            return state, meeting_panel(c, reader, state.workbook)

        state, meeting = await self.read(look)
        if stamp:  # its author sees all of it
            state = replace(state, days=None)
        html = await page_html(
            state,
            base_url=self.base_url,
            locale=self.locale,
            person=reader.person,
            meeting=meeting,
            preview=stamp,
            places=self.navigation(),
            demo=self.demo_bar(),
            hidden_origin=self.hidden_origin(),
            file_mb=self.kit.settings.file_mb,
        )
        self.send_html(html)


async def warm() -> None:
    """Compile the templates, and load what reads Markdown, before the first learner asks.

    All of them: where there is no descriptor left to read one, an error page is to be had still.
    """
    await asyncio.to_thread(_warm)


def _warm() -> None:
    empty: dict[str, Any] = {"locale": "en", "header": "", "comments": "", "footer": "", "words": {}, "values": {}}
    node = {"cells": [{"cell_type": "markdown", "id": "text", "source": "*A page*"}]}
    rendered("workbooks/page.html", node, **pages.namespace("/", "en"), page=empty)
    pages.compile_all()
    exporter("live/voila_cells.html").template  # noqa: B018 - it is read when it is asked for
