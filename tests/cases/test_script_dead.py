"""A page says that something is saved only while its script runs and the store has said so."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ..support.served_kit import World

LOGIN = "<!doctype html><h1>Sign in to the network</h1>"
#: Name -> what is done to the page before it is opened.
DEAD: dict[str, Callable[[Page], Any]] = {
    "scripts blocked": lambda page: page.route(re.compile(r"\.js"), lambda route: route.abort()),
    "a refusal instead of scripts": lambda page: page.route(
        re.compile(r"\.js"), lambda route: route.fulfill(status=403)
    ),
    "a page instead of scripts": lambda page: page.route(
        re.compile(r"\.js"), lambda route: route.fulfill(status=200, content_type="text/html", body=LOGIN)
    ),
    "a script that stops": lambda page: page.add_init_script("delete Promise.prototype.then; delete window.Map"),
    "no getRandomValues": lambda page: page.add_init_script("delete Crypto.prototype.getRandomValues"),
}
#: Browsers that lack something: the page goes on without it.
OLD = {
    "no BroadcastChannel": "delete window.BroadcastChannel",
    "a BroadcastChannel that refuses": "window.BroadcastChannel = class { constructor() { throw new DOMException('no') } }",
    "no :has()": "for (const name of ['querySelector', 'querySelectorAll', 'matches', 'closest'])"
    " { const all = Element.prototype[name]; Element.prototype[name] = function (css) {"
    " if (css.includes(':has(')) throw new DOMException('no', 'SyntaxError'); return all.call(this, css); } }",
    "no AbortSignal.timeout": "delete AbortSignal.timeout",
    "no requestIdleCallback": "delete window.requestIdleCallback",
    "no IndexedDB": "delete window.indexedDB",
    "no local storage": "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })",
    "no WebSocket": "delete window.WebSocket",
}


def opened(page: Page, world: World, who: str = "ana") -> Page:
    """Open a workbook in which something is saved, and type into it."""
    page.goto(f"{page.kit}/workbooks/{world.book[f'{who}/scope']}")
    page.locator("#p-need-c").click()
    page.keyboard.press("Control+End")
    return page


@pytest.mark.ordinary("scripts blocked", "a script that stops")
@pytest.mark.browser
@pytest.mark.parametrize("name", DEAD)
def test_a_page_whose_script_does_not_run_says_that_nothing_is_saved(world: World, seat: Any, name: str):
    """Within five seconds, at the answer and over the whole page, though it had been saved before."""
    page = seat(world, "ana")
    DEAD[name](page)
    opened(page, world)
    page.keyboard.type(" and more")
    line = page.locator("#p-need .al-state")
    expect(line).to_have_css("visibility", "visible", timeout=5000)
    expect(line).to_have_text("Not connected yet: nothing you type here is saved.")
    expect(page.locator("p.stalled").last).to_be_visible(timeout=5000)
    assert "Saved" not in page.locator(".wb-body").inner_text()


@pytest.mark.browser
def test_without_javascript_it_is_said_at_once(world: World, seat: Any):
    """On every page with fields that a script reads."""
    page = seat(world, "ana", java_script_enabled=False)
    page.goto(f"{page.kit}/workbooks/{world.book['ana/scope']}")
    expect(page.locator("noscript .stalled")).to_be_visible()
    expect(page.locator("noscript .stalled")).to_contain_text("Nothing that you type on this page is saved")
    page.goto(f"{page.kit}/board/autumn")
    expect(page.locator("noscript .stalled")).to_be_visible()


@pytest.mark.ordinary("no WebSocket", "no IndexedDB", "no :has")
@pytest.mark.browser
@pytest.mark.parametrize("name", OLD)
def test_a_browser_that_lacks_something_saves_all_the_same(world: World, seat: Any, name: str):
    """And says so once the store has it."""
    page = seat(world, "ben")
    page.add_init_script(OLD[name])
    opened(page, world, "ben")
    page.keyboard.type(f" ({name})")
    expect(page.locator("#p-need .al-state")).to_contain_text("Saved")
    answers = world.ask("ben", "GET", f"/api/workbooks/{world.book['ben/scope']}/answers").json["answers"]
    assert f"({name})" in answers["need"]["value"]
    expect(page.locator("p.stalled").last).to_be_hidden()


@pytest.mark.ordinary("200")
@pytest.mark.browser
@pytest.mark.parametrize("status", [200, 302, 404, 502])
def test_the_page_of_a_proxy_is_no_answer_of_the_store(world: World, seat: Any, status: int):
    """What is answered by HTML is not saved, and is sent again."""
    page = seat(world, "ben")
    opened(page, world, "ben")
    expect(page.locator("html[data-al-started]")).to_have_count(1)
    page.route(
        re.compile(r"/api/"),
        lambda route: route.fulfill(status=200 if status == 302 else status, content_type="text/html", body=LOGIN),
    )
    page.keyboard.type(f" behind a door {status}")
    expect(page.locator("#p-need .al-state")).to_have_attribute("data-state", "waiting")
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#p-need .al-state")).to_contain_text("Saved")
    answers = world.ask("ben", "GET", f"/api/workbooks/{world.book['ben/scope']}/answers").json["answers"]
    assert f"behind a door {status}" in answers["need"]["value"]


@pytest.mark.browser
def test_a_comment_that_a_proxy_answered_is_not_taken_for_said(world: World, seat: Any):
    """Its words stay in the form, and it says why."""
    page = seat(world, "cora")
    page.goto(f"{page.kit}/reviews/{world.submission}")
    form = page.locator("form[data-al-comment]").first
    expect(page.locator("html[data-al-started]")).to_have_count(1)
    page.route(re.compile(r"/api/"), lambda route: route.fulfill(status=200, content_type="text/html", body=LOGIN))
    form.locator("textarea").first.fill("behind a door")
    form.locator("button[value=hold]").click()
    expect(form.locator("[role=alert]")).to_contain_text("cannot be reached")
    expect(form.locator("textarea").first).to_have_value("behind a door")


def test_before_the_script_runs_no_day_is_named(world: World):
    """The server does not know where somebody is: their script says the day."""
    page = world.ask("ana", "GET", f"/workbooks/{world.book['ana/scope']}").text
    states = re.findall(r'<p class="al-state"[^>]*>(.*?)</p>', page)
    assert states
    assert set(states) == {"Not connected yet: nothing you type here is saved."}
