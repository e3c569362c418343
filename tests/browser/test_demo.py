"""The demo: a bar on every page to be somebody else, and a browser only where there is a screen."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from actionlearn.cli import browser

from ..support.served_kit import World

SERVE = """
from actionlearn.server import serve
from actionlearn.server.web.context import DemoPerson
from actionlearn.settings import read_settings
ana, cora = DemoPerson("ana", "Ana", "learner"), DemoPerson("cora", "Cora", "coach")
serve.serve(read_settings(), demo_people=(ana, cora, DemoPerson("fay", "Fay", "facilitator")))
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts as a demo in which one can be three people."""
    world = World(tmp_path_factory.mktemp("demo"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        world.port = free.getsockname()[1]
    environment = {**os.environ, "ACTIONLEARN_DATA": str(world.data), "ACTIONLEARN_PORT": str(world.port)}
    with world.log.open("ab") as log:
        server = subprocess.Popen([sys.executable, "-c", SERVE], env=environment, stdout=log, stderr=log)
    try:
        for _ in range(600):
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{world.port}/health", timeout=2):
                break
            assert server.poll() is None, world.log.read_text("utf-8")
            time.sleep(0.1)
        yield world
    finally:
        server.terminate()
        server.wait(30)


def faultless(page: Page) -> None:
    """Check that axe-core finds nothing and nothing is wider than the screen."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


@pytest.mark.ordinary("phone")
@pytest.mark.parametrize("screen", ["page", "phone"])
def test_every_page_of_the_demo_says_who_one_is_and_whom_one_can_be(demo: World, request, screen: str):
    """One press and one is the coach; who one is stands first, without a link; axe-core finds nothing in it."""
    page: Page = request.getfixturevalue(screen)
    bar = page.get_by_role("complementary", name="Demo")
    home = f"http://127.0.0.1:{demo.port}/"
    page.goto(f"{home}in")
    expect(bar.get_by_role("link")).to_have_count(3)
    faultless(page)
    bar.get_by_role("link", name="be Ana (learner)").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ana")
    for path in ("", f"workbooks/{demo.book['ana/scope']}", f"reviews/{demo.submission}", "nothing"):
        page.goto(home + path)
        expect(bar).to_have_text("Demoyou are Ana (learner)be Cora (coach)be Fay (facilitator)")
        expect(bar.get_by_role("link")).to_have_count(2)
        faultless(page)
    bar.get_by_role("link", name="be Cora (coach)").click()
    expect(page).to_have_url(f"{home}desk")
    expect(bar.locator("span[data-name]")).to_have_text("you are Cora (coach)")
    bar.get_by_role("link", name="be Fay (facilitator)").click()
    expect(page).to_have_url(f"{home}office/autumn")
    faultless(page)


@pytest.mark.slow
def test_outside_the_demo_there_is_no_such_bar(tmp_path: Path):
    """The ordinary server offers to be nobody else."""
    world = World(tmp_path).start()
    try:
        assert 'class="demo"' not in world.ask("ana", "GET", "/").text
        assert world.ask("ana", "GET", "/view-as/cora").status == 404
    finally:
        world.stop()


@pytest.mark.parametrize(
    ("display", "found", "opened"),
    [
        ({}, webbrowser.BackgroundBrowser("firefox"), False),
        ({"DISPLAY": ":0"}, webbrowser.BackgroundBrowser("firefox"), True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, webbrowser.BackgroundBrowser("firefox"), True),
        ({"DISPLAY": ":0"}, webbrowser.GenericBrowser("w3m"), False),
        ({"DISPLAY": ":0"}, None, False),
    ],
    ids=["no-screen", "x11", "wayland", "text-browser", "none"],
)
def test_a_browser_is_opened_where_one_can_look(monkeypatch, display, found, opened):
    """Only a browser with windows is opened, and only where there is a screen; never one in the terminal."""
    asked: list[str] = []

    def get() -> object:
        if found is None:
            raise webbrowser.Error
        return found

    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in display.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(webbrowser, "get", get)
    for kind in (webbrowser.BackgroundBrowser, webbrowser.GenericBrowser):
        monkeypatch.setattr(kind, "open", lambda self, url, *_: asked.append(url) or True)
    assert browser.show_page("http://127.0.0.1:1/") is opened
    assert asked == (["http://127.0.0.1:1/"] if opened else [])
