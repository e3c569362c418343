"""A blank cell at the beginning of a row stays blank, and the rest in its columns: pasted as text, as HTML, dropped as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from actionlearn.store import open_store

from ..support.clipboard import TEMPLATE, cell, cells, drop, fill_rows, open_book, press_paste
from ..support.served_kit import World

pytestmark = pytest.mark.browser
RIGHT = [["", "Who holds it", "2026-10-05", ""], ["Write", "", "2026-10-06", ""]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a workbook with tables."""
    made = World(tmp_path_factory.mktemp("paste-blank"))
    with open_store(made.data) as store:
        made.add_workbook(store, "ana", "autumn", "pasted", TEMPLATE)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def page(world: World, device: Callable[..., BrowserContext]) -> Page:
    """Open it, with a table that is blank."""
    page = open_book(world, device(), "ana", "pasted")
    fill_rows(page, "actions", [["", "", "", ""]])
    return page


@pytest.mark.parametrize("name", ["tabs", "html"])
def test_a_row_that_begins_with_a_blank_cell_is_pasted_into_its_columns(page: Page, inputs: Any, name: str):
    """The blank, the words and the day each in its own column."""
    press_paste(page, cell(page, "actions", "what"), **inputs[name])
    expect(page.locator("#p-actions tbody > tr")).to_have_count(2)
    assert cells(page, "actions") == RIGHT


@pytest.mark.ordinary("cp1252-file with commas", "utf-16-file]")
@pytest.mark.parametrize("name", ["file", "file with commas"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_file_that_is_dropped_is_read_alike(page: Page, inputs: Any, name: str, encoding: str):
    """Whatever its encoding and the sign between its cells."""
    drop(cell(page, "actions", "what"), "rows.csv", inputs[name]["text"].encode(encoding))
    expect(page.locator("#p-actions tbody > tr")).to_have_count(2)
    assert cells(page, "actions") == RIGHT
