"""Words that wait on a device: told on the journey, told when the browser has removed them, and given back to an older store."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from actionlearn.server.web.identity import SESSION_COOKIE

from ..support.served_kit import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Serve a cohort of one's own."""
    made = World(tmp_path).start()
    yield made
    made.stop()


@pytest.fixture
def ana(world: World, device: Callable[..., BrowserContext]) -> Page:
    """Open a page as Ana."""
    context = device()
    context.add_cookies([{"name": SESSION_COOKIE, "value": world.session["ana"], "domain": "127.0.0.1", "path": "/"}])
    context.set_default_timeout(15_000)
    return context.new_page()


def at(world: World, path: str = "") -> str:
    """Return an address of the kit."""
    return f"http://127.0.0.1:{world.port}/{path}"


def book(world: World) -> str:
    """Return the address of Ana's workbook."""
    return at(world, f"workbooks/{world.book['ana/scope']}")


def type_unsent(page: Page, world: World, words: str) -> None:
    """Type what the store does not get, and leave."""
    page.goto(book(world))
    page.route(re.compile(r"/api/workbooks/.*/answers/"), lambda route: route.abort())
    page.locator("#p-need-c").fill(words)
    expect(page.locator("#p-need .al-state")).to_have_attribute("data-state", "waiting")


def test_words_that_wait_are_told_on_the_journey(world: World, ana: Page):
    """With the workbook in which they wait; once they are sent, nothing is told."""
    ana.add_init_script("navigator.storage.persist = async () => (window.name = 'asked')")
    type_unsent(ana, world, "typed on the train")
    assert ana.evaluate("window.name") == "asked"
    ana.goto(at(world))
    told = ana.locator("[data-al-waiting]")
    expect(told).to_contain_text("are not saved yet")
    ana.unroute_all()
    told.locator("a").first.click()
    expect(ana.locator("#p-need-c")).to_have_value("typed on the train")
    expect(ana.locator("#p-need .al-state")).to_contain_text("Saved")
    ana.goto(at(world))
    expect(ana.locator("html[data-al-started]")).to_have_count(1)
    expect(told).to_be_hidden()


FORGET = "new Promise((go) => { const request = indexedDB.deleteDatabase('actionlearn'); request.onsuccess = request.onerror = go; })"


@pytest.mark.ordinary("localStorage")
@pytest.mark.parametrize("also", ["", "localStorage.clear()"])
def test_words_that_the_browser_removed_are_told(world: World, ana: Page, also: str):
    """On the journey until they are put away, and in the workbook."""
    type_unsent(ana, world, "typed on the train")
    ana.goto(at(world, "notifications"))
    ana.evaluate(FORGET)
    ana.evaluate(also or "0")
    ana.unroute_all()
    ana.goto(at(world))
    told = ana.locator("[data-al-waiting]")
    expect(told).to_contain_text("your browser has removed them")
    ana.goto(book(world))
    expect(ana.locator("[data-al-status]")).to_contain_text("your browser has removed them")
    ana.goto(at(world))
    expect(ana.locator("html[data-al-started]")).to_have_count(1)
    expect(told).to_be_hidden()


@pytest.mark.slow
def test_words_that_were_sent_leave_no_mark(world: World, ana: Page):
    """Nobody is told of a loss that was none."""
    type_unsent(ana, world, "typed on the train")
    ana.unroute_all()
    ana.evaluate("dispatchEvent(new Event('online'))")
    expect(ana.locator("#p-need .al-state")).to_contain_text("Saved")
    assert ana.evaluate("localStorage.getItem('actionlearn-waiting')") is None
    assert "actionlearn-waiting" not in ana.evaluate("document.cookie")


def run(command: str, *more: str) -> None:
    """Run a command of the kit."""
    subprocess.run([sys.executable, "-m", "actionlearn", command, *more], check=True, capture_output=True)


@pytest.mark.ordinary("gone on from it")
@pytest.mark.parametrize("known", [True, False], ids=["gone on from it", "came later"])
def test_a_page_gives_its_words_back_to_a_store_that_was_restored(world: World, ana: Page, tmp_path: Path, known: bool):
    """The page was told "saved", and the store has an older answer: it saves again, or asks, and never stays silent."""
    file = tmp_path / "backup.tar.gz"
    head = world.ask("ana", "GET", f"/api/workbooks/{world.book['ana/scope']}/answers").json["answers"]["need"][
        "version"
    ]
    if known:
        ana.goto(book(world))
        expect(ana.locator("html[data-al-started]")).to_have_count(1)
    run("backup", "--data", str(world.data), "-o", str(file))
    assert world.save("ana", world.book["ana/scope"], "need", "older words", base=head).status == 200
    if not known:
        ana.goto(book(world))
    expect(ana.locator("#p-need-c")).to_have_value("older words")
    ana.locator("#p-need-c").fill("older words and newer ones")
    expect(ana.locator("#p-need .al-state")).to_contain_text("Saved")
    world.stop()
    shutil.move(world.data, tmp_path / "gone")
    run("restore", str(file), "--data", str(world.data))
    world.start(world.port)
    if known:
        answers = f"/api/workbooks/{world.book['ana/scope']}/answers"
        for _ in range(200):
            if world.ask("ana", "GET", answers).json["answers"]["need"]["value"] == "older words and newer ones":
                break
            ana.wait_for_timeout(100)
        else:
            raise AssertionError(world.ask("ana", "GET", answers).json["answers"]["need"])
    else:
        expect(ana.locator("#p-need .al-state")).to_have_attribute("data-state", "two", timeout=20_000)
    ana.reload()
    expect(ana.locator("#p-need-c")).to_have_value("older words and newer ones")
