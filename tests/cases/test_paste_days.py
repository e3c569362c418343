"""Days are read as people write them; what may be either of two is asked; what is none is named and keeps its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from actionlearn.store import open_store

from ..support.clipboard import TEMPLATE, cell, cells, fill_rows, open_book, press_paste, stored, wait_saved
from ..support.served_kit import World

pytestmark = pytest.mark.browser
ROW = ["Old", "kept", "2026-11-01", "open"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a workbook with tables."""
    made = World(tmp_path_factory.mktemp("paste-days"))
    with open_store(made.data) as store:
        made.add_workbook(store, "ana", "autumn", "pasted", TEMPLATE)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def page(world: World, device: Callable[..., BrowserContext], inputs: Any, name: str) -> Page:
    """Open it with one row, and paste."""
    page = open_book(world, device(), "ana", "pasted")
    fill_rows(page, "actions", [ROW])
    press_paste(page, cell(page, "actions", "what"), inputs[name]["text"])
    expect(page.locator("#p-actions tbody > tr")).to_have_count(3)
    assert cells(page, "actions")[0] == ROW
    return page


def days(page: Page) -> list[str]:
    """Return the days of the rows that were pasted."""
    return [row[2] for row in cells(page, "actions")[1:]]


@pytest.mark.ordinary("German", "American")
@pytest.mark.parametrize(
    "name", ["German", "British", "British, one of them sure", "American, one of them sure", "in words"]
)
def test_a_day_is_read_as_the_sheet_writes_it(page: Page, inputs: Any, name: str):
    """One day that can be nothing else tells how its whole column is written."""
    assert days(page) == inputs[name]["days"]
    expect(page.locator("#p-actions .al-misfits")).to_have_count(0)


@pytest.mark.parametrize("name", ["Portuguese", "slashes that may be either"])
def test_what_may_be_either_of_two_days_is_asked(world: World, page: Page, inputs: Any, name: str):
    """Until then the words stand where the day will be, the rest is saved; one press reads the whole column."""
    assert days(page) == inputs[name]["two"]
    wait_saved(page)
    rows = stored(world, "ana", "pasted", "actions")
    assert [sorted(row["cells"]) for row in rows[1:]] == [["learn", "what"]] * 2
    page.reload()
    expect(page.locator("#p-actions .al-misfits")).to_contain_text("can be read in two ways")
    assert days(page) == inputs[name]["two"]
    page.get_by_role("button", name=inputs[name]["choose"], exact=True).click()
    expect(page.locator("#p-actions .al-misfits")).to_have_count(0)
    assert days(page) == inputs[name]["days"]
    wait_saved(page)
    assert [row["cells"]["by"] for row in stored(world, "ana", "pasted", "actions")[1:]] == inputs[name]["days"]


@pytest.mark.ordinary("no day")
@pytest.mark.parametrize("name", ["no day", "a year typed too fast"])
def test_what_is_no_day_refuses_itself_alone(world: World, page: Page, inputs: Any, name: str):
    """Its words stay where they are, it is named with its row, and everything beside it is saved."""
    assert days(page) == inputs[name]["none"]
    expect(page.locator("#p-actions .al-misfits")).to_contain_text("By when, row 2")
    wait_saved(page)
    rows = stored(world, "ana", "pasted", "actions")
    assert [row["cells"].get("by") for row in rows] == ["2026-11-01", None, "2026-10-06"]
    cell(page, "actions", "by", 2).fill("5.10.2026")
    page.locator("h1").first.click()
    expect(page.locator("#p-actions .al-misfits")).to_have_count(0)
    expect(cell(page, "actions", "by", 2)).to_have_value("2026-10-05")
