"""While a word is being composed nothing touches its field; what came meanwhile is applied after; half a word is sent to nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from actionlearn.store import open_store

from ..support.clipboard import TEMPLATE, cell, cells, fill_rows, open_book, stored, wait_saved
from ..support.served_kit import World

pytestmark = pytest.mark.browser

#: Notes whatever a script does to a field, and when.
WATCH = """control => { window.touched = []; let composing = false;
  control.addEventListener('compositionstart', () => composing = true); control.addEventListener('compositionend', () => composing = false);
  const proto = Object.getPrototypeOf(control);
  for (const name of ['value', 'selectionStart', 'selectionEnd']) { const { get, set } = Object.getOwnPropertyDescriptor(proto, name);
    Object.defineProperty(control, name, { get() { return get.call(this) }, set(to) { if (composing) window.touched.push(name); set.call(this, to) } }) }
  for (const name of ['setSelectionRange', 'setRangeText']) control[name] = function (...args) { if (composing) window.touched.push(name); return proto[name].apply(this, args) };
  new MutationObserver(() => composing && window.touched.push('attribute')).observe(control, { attributes: true }) }"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a workbook."""
    made = World(tmp_path_factory.mktemp("ime"))
    with open_store(made.data) as store:
        made.add_workbook(store, "ana", "autumn", "pasted", TEMPLATE)
    made.start()
    yield made
    made.stop()


def compose(keys: CDPSession, text: str) -> None:
    """Put a word together, as an input method does; it is not put in yet."""
    keys.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})


@pytest.fixture
def pages(world: World, device: Callable[..., BrowserContext]) -> tuple[Page, Page, CDPSession]:
    """Open it twice, and say how to compose in the first."""
    first, second = (open_book(world, device(), "ana", "pasted") for _ in range(2))
    return first, second, first.context.new_cdp_session(first)


def test_a_word_that_is_composed_while_another_page_saves_is_there_once(world: World, pages):
    """Mine or theirs, or both to choose from; never doubled, never half."""
    first, second, keys = pages
    first.locator("#p-note-c").fill("前")
    wait_saved(first)
    expect(second.locator("#p-note-c")).to_have_value("前")
    first.locator("#p-note-c").evaluate(WATCH)
    first.locator("#p-note-c").press("End")
    compose(keys, "かい")
    second.locator("#p-note-c").press("End")
    second.keyboard.type(" elsewhere")
    wait_saved(second)
    first.wait_for_function("() => window.actionlearn.prompts.get('note').newer")
    compose(keys, "かいぎ")
    keys.send("Input.insertText", {"text": "会議"})
    first.wait_for_function("() => !window.actionlearn.prompts.get('note').composing")
    text = first.locator("#p-note-c").input_value()
    assert text.count("会議") == 1
    assert "かい" not in text
    assert first.evaluate("window.touched") == []
    assert "か" not in str(stored(world, "ana", "pasted", "note"))


def test_rows_of_another_page_come_in_once_the_word_is_there(world: World, pages):
    """A table is put together after the word, with the rows of both."""
    first, second, keys = pages
    fill_rows(first, "actions", [["one", "", "", ""]])
    expect(cell(second, "actions", "what")).to_have_value("one")
    cell(first, "actions", "what").evaluate(WATCH)
    cell(first, "actions", "what").press("End")
    compose(keys, "かい")
    second.get_by_role("button", name="Add a row").first.click()
    second.keyboard.type("two")
    second.locator("h1").first.click()
    wait_saved(second)
    first.wait_for_function("() => window.actionlearn.prompts.get('actions').newer")
    assert len(cells(first, "actions")) == 1
    keys.send("Input.insertText", {"text": "会議"})
    expect(cell(first, "actions", "what", 2)).to_have_value("two")
    expect(cell(first, "actions", "what")).to_have_value("one会議")
    wait_saved(first)
    assert [row["cells"]["what"] for row in stored(world, "ana", "pasted", "actions")] == ["one会議", "two"]
    assert "attribute" not in first.evaluate("window.touched")


def test_half_a_word_is_not_sent(world: World, pages):
    """However long somebody looks for the right sign."""
    first, _, keys = pages
    first.locator("#p-note-c").fill("前")
    wait_saved(first)
    first.locator("#p-note-c").press("End")
    with first.expect_request(lambda request: "/answers/title" in request.url):
        compose(keys, "かい")
        first.evaluate("window.actionlearn.prompts.get('title').edit('meanwhile', { atOnce: true })")
    wait_saved(first)
    assert stored(world, "ana", "pasted", "note") == "前"
    keys.send("Input.insertText", {"text": "会議"})
    first.wait_for_function("() => window.actionlearn.prompts.get('note').acked === '前会議'")
