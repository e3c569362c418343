"""After every act of a script on an answer, one step back brings back what was there, and nothing else goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from actionlearn.store import open_store

from ..support.clipboard import FILLED, TEMPLATE, cell, cells, fill_rows, open_book, press_paste, stored, wait_saved
from ..support.served_kit import World

pytestmark = pytest.mark.browser
TWO_ROWS = "Call\tx\t2026-12-01\nWrite\ty\t2026-12-02\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a workbook with tables."""
    made = World(tmp_path_factory.mktemp("paste-undo"))
    with open_store(made.data) as store:
        made.add_workbook(store, "ana", "autumn", "pasted", TEMPLATE)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def page(world: World, device: Callable[..., BrowserContext]) -> Page:
    """Open it."""
    return open_book(world, device(), "ana", "pasted")


def test_a_paste_is_taken_back_by_keys_and_done_again(world: World, page: Page):
    """Ctrl+Z: the table as before the paste; Ctrl+Shift+Z: the rows again. The store has it, too."""
    fill_rows(page, "actions", FILLED)
    press_paste(page, cell(page, "actions", "what"), TWO_ROWS)
    expect(page.locator("#p-actions tbody > tr")).to_have_count(5)
    assert cells(page, "actions")[0] == FILLED[0]
    page.keyboard.press("Control+z")
    expect(page.locator("#p-actions tbody > tr")).to_have_count(3)
    assert cells(page, "actions") == FILLED
    page.keyboard.press("Control+Shift+Z")
    expect(page.locator("#p-actions tbody > tr")).to_have_count(5)
    page.get_by_role("button", name="Take the pasted words out again").click()
    assert cells(page, "actions") == FILLED
    wait_saved(page)
    assert [row["cells"]["what"] for row in stored(world, "ana", "pasted", "actions")] == [row[0] for row in FILLED]


def test_what_was_typed_after_a_paste_stays(page: Page):
    """The paste goes, a cell elsewhere that was written meanwhile does not."""
    fill_rows(page, "actions", FILLED)
    press_paste(page, cell(page, "actions", "what"), TWO_ROWS)
    cell(page, "actions", "learn", 5).fill("typed after it")
    page.get_by_role("button", name="Take the pasted words out again").click()
    expect(page.locator("#p-actions tbody > tr")).to_have_count(3)
    assert cells(page, "actions") == [*FILLED[:2], ["Old three", "typed after it", "2026-11-03", "dropped"]]


def test_a_row_that_was_removed_comes_back_to_its_place(page: Page):
    """By its button, and by keys."""
    fill_rows(page, "actions", FILLED)
    page.locator("#p-actions").get_by_role("button", name="Remove row 2").click()
    expect(page.locator("#p-actions tbody > tr")).to_have_count(2)
    page.get_by_role("button", name="Put the removed row back").click()
    assert cells(page, "actions") == FILLED
    page.locator("#p-actions").get_by_role("button", name="Remove row 1").click()
    page.keyboard.press("Control+z")
    assert cells(page, "actions") == FILLED


def write(page: Page, words: str) -> None:
    """Let the note say this and nothing else."""
    page.locator("#p-note-c").fill(words)
    page.locator("h1").first.click()
    wait_saved(page)


def test_what_another_page_wrote_over_is_brought_back(world: World, page: Page, device: Callable[..., BrowserContext]):
    """A page follows what was saved elsewhere: Ctrl+Z brings back what stood there, and it is saved."""
    write(page, "mine")
    other = open_book(world, device(), "ana", "pasted")
    page.locator("#p-note-c").focus()
    other.locator("#p-note-c").press("End")
    other.keyboard.type(" and theirs")
    wait_saved(other)
    expect(page.locator("#p-note-c")).to_have_value("mine and theirs")
    page.keyboard.press("Control+z")
    expect(page.locator("#p-note-c")).to_have_value("mine")
    wait_saved(page)
    assert stored(world, "ana", "pasted", "note") == "mine"


@pytest.mark.ordinary("Edit both")
@pytest.mark.parametrize(
    ("button", "together", "undo"),
    [
        ("Edit both together", "here\n\nthere", "Take the two apart again"),
        ("Take theirs", "there", "Bring back mine"),
    ],
)
def test_two_versions_that_were_made_one_are_taken_apart(
    world: World, page: Page, device: Callable[..., BrowserContext], button: str, together: str, undo: str
):
    """One's own words are there again as they were."""
    write(page, "before")
    other = open_book(world, device(), "ana", "pasted")
    page.context.set_offline(True)
    page.locator("#p-note-c").fill("here")
    other.locator("#p-note-c").fill("there")
    wait_saved(other)
    page.context.set_offline(False)
    page.get_by_role("button", name=button).click()
    expect(page.locator("#p-note-c")).to_have_value(together)
    page.locator("#p-note-c").press("Control+z")
    expect(page.locator("#p-note-c")).to_have_value("here")
    page.get_by_role("button", name="Do it again").click()
    expect(page.locator("#p-note-c")).to_have_value(together)
    page.get_by_role("button", name=undo).click()
    expect(page.locator("#p-note-c")).to_have_value("here")


def test_a_version_that_was_brought_back_goes_again(page: Page):
    """From the history, with what stood there before one step away."""
    write(page, "first words")
    write(page, "second words")
    page.locator("#p-note").get_by_role("button", name="History").click()
    page.locator("#al-history").get_by_role("button", name="Bring this back").first.click()
    expect(page.locator("#p-note-c")).not_to_have_value("second words")
    page.keyboard.press("Escape")
    page.locator("#p-note-c").press("Control+z")
    expect(page.locator("#p-note-c")).to_have_value("second words")
