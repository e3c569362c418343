"""Words that are no sheet are text where the caret is; cells of a sheet are rows; nothing else changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from actionlearn.store import open_store

from ..support.clipboard import FILLED, TEMPLATE, cell, cells, fill_rows, open_book, press_paste, wait_saved
from ..support.served_kit import World

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a workbook with tables."""
    made = World(tmp_path_factory.mktemp("paste-lines"))
    with open_store(made.data) as store:
        made.add_workbook(store, "ana", "autumn", "pasted", TEMPLATE)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def page(world: World, device: Callable[..., BrowserContext]) -> Page:
    """Open it."""
    return open_book(world, device(), "ana", "pasted")


@pytest.mark.ordinary("two paragraphs", "a letter that is laid", "words beside", "first cell with a line")
@pytest.mark.parametrize(
    "name",
    [
        "two paragraphs of a letter",
        "a chat message of two lines",
        "one cell of a sheet with a line break",
        "a row of a sheet, its first cell with a line break",
        "two cells beside each other, no day among them",
        "one column of a sheet",
        "a letter that is laid out in a table",
        "a list with tabs after its dots",
        "words beside a table",
    ],
)
def test_every_pasted_word_is_there_and_nothing_else_has_changed(page: Page, inputs: Any, name: str):
    """Pasted into the second of three filled rows: rows of a sheet come between, a text into its cell."""
    fill_rows(page, "actions", FILLED)
    press_paste(page, cell(page, "actions", "what", 2), inputs[name]["text"], inputs[name]["html"])
    page.wait_for_function("() => !window.actionlearn.prompts.get('actions').unacknowledged")
    wait_saved(page)
    after = cells(page, "actions")
    words = inputs[name]["text"].replace('"', " ").replace("\t", " ").split()
    said = " ".join(" ".join(row) for row in after)
    assert [word for word in words if words.count(word) > said.count(word)] == []
    assert after[0] == FILLED[0]
    assert after[-1] == FILLED[2]
    rows = ("sheet" in name and "one cell" not in name) or "cells beside" in name
    assert (FILLED[1] in after) == rows
    assert len(after) == {True: 3 + (2 if "column" in name else 1), False: 3}[rows]
