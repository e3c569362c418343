"""Attaching files in Chromium: sent, shown, kept on the device; and a word on how one asks, for who switched it on."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import open_store

from ..support.served_kit import World

TEXT = """---
template: proof
title: What shows it
version: 1
minutes: 5
stage: scope
summary: x
---

```{prompt} shown
:kind: file
What shows it?
```

```{prompt} ask
:kind: short-text
:for-set:
What will you ask your set?
```
"""
TABLE = {"name": "late orders.csv", "mimeType": "text/csv", "buffer": b"week,late\n1,12\n"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a workbook that takes files, of one megabyte at most."""
    made = World(tmp_path_factory.mktemp("attaching"), ACTIONLEARN_FILE_MB="1")
    with open_store(made.data) as store:
        made.add_workbook(store, "ana", "autumn", "proof", TEXT)
    yield made.start()
    made.stop()


@pytest.fixture
def page(world: World, device: Callable[..., BrowserContext]) -> Page:
    """Open Ana's workbook on a phone."""
    context = device(viewport={"width": 390, "height": 844})
    address = f"http://127.0.0.1:{world.port}"
    context.add_cookies([{"name": SESSION_COOKIE, "value": world.session["ana"], "url": address}])
    opened = context.new_page()
    opened.goto(f"{address}/workbooks/{world.book['ana/proof']}")
    expect(opened.locator("#p-shown .al-pick")).to_be_visible()
    return opened


def attach(page: Page, *files: dict) -> None:
    """Choose files."""
    page.set_input_files("#p-shown input[type=file]", list(files))


def test_a_file_is_attached_shown_and_taken_off(page, world):
    """It is sent and saved, a picture is shown, both stand there after a reload, and one can be removed again."""
    made = io.BytesIO()
    Image.new("RGB", (900, 300), "teal").save(made, "PNG")
    attach(page, TABLE, {"name": "board.png", "mimeType": "image/png", "buffer": made.getvalue()})
    rows = page.locator("#p-shown .al-files li")
    expect(rows).to_have_count(2)
    expect(page.locator("#p-shown .al-files progress")).to_have_count(0)
    expect(page.locator("#p-shown .al-state")).to_contain_text("Saved")
    page.reload()
    expect(rows.nth(1).or_(rows.nth(0)).locator("img").first).to_be_visible()
    assert page.evaluate("document.querySelector('#p-shown img').naturalWidth") == 900
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert not Axe().run(page).response["violations"]
    page.get_by_role("button", name="Remove board.png").click()
    expect(rows).to_have_count(1)
    expect(page.locator("#p-shown .al-attach-said")).to_have_text("board.png is no longer attached.")
    with page.expect_download() as download:
        page.get_by_role("link", name="late orders.csv").click()
    assert download.value.suggested_filename == "late orders.csv"


@pytest.mark.slow
def test_what_is_not_taken_is_said(page):
    """A drawing with a script, and one too large, are refused in words; nothing stays in the list."""
    before = page.locator("#p-shown .al-files li").count()
    said = page.locator("#p-shown .al-attach-said")
    attach(page, {"name": "x.png", "mimeType": "image/png", "buffer": b"<svg onload=alert(1)>"})
    expect(said).to_contain_text("Files of this kind are not taken")
    attach(page, {"name": "big.txt", "mimeType": "text/plain", "buffer": b"a" * 1_100_000})
    expect(said).to_contain_text("big.txt is larger than 1 MB")
    page.fill("#p-shown .al-link input", "javascript:alert(1)")
    page.get_by_role("button", name="Add the link").click()
    expect(said).to_contain_text("https://")
    expect(page.locator("#p-shown .al-files li")).to_have_count(before)


def test_without_the_server_it_is_kept_on_the_device(page):
    """It says that it is not saved yet, survives a reload, and is sent when the server is there again."""
    page.route("**/files/shown?*", lambda route: route.abort())
    attach(page, {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"what they said"})
    waiting = page.locator("#p-shown .al-wait")
    expect(waiting).to_contain_text("Not saved yet: it is on this device")
    page.reload()
    expect(waiting).to_contain_text("Not saved yet")
    send = page.get_by_role("button", name="Send it now")
    expect(send).to_be_visible()
    page.unroute("**/files/shown?*")
    send.evaluate_all("buttons => buttons.forEach((button) => button.click())")  # the page may be first
    expect(page.get_by_role("link", name="notes.txt")).to_be_visible()
    expect(waiting).to_have_count(0)


@pytest.mark.slow
def test_a_word_on_how_one_asks_is_off_until_switched_on(page):
    """Off at first; switched on it speaks after a save, and stays on for the next visit."""
    page.set_viewport_size({"width": 1000, "height": 800})  # a phone shows one question at a time
    line, switch = page.locator(".al-remark"), page.get_by_role("button", name="A word on how I ask")
    page.fill("#p-ask-c", "Have you tried talking to her?")
    expect(page.locator("#p-ask .al-state")).to_contain_text("Saved")
    expect(line).to_be_empty()
    switch.click()
    expect(line).to_contain_text("There may be advice in this.")
    page.fill("#p-ask-c", "What did you see?")
    expect(line).to_be_empty()
    page.fill("#p-ask-c", "Did it help?")
    page.locator("#p-ask-c").blur()
    page.reload()
    expect(line).to_contain_text("A yes or a no")
