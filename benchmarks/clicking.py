"""One browser that opens a live page again and again: from the click until its live cell has answered."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from typing import Protocol

from playwright.sync_api import BrowserContext, sync_playwright

from actionlearn.server.web.identity import SESSION_COOKIE

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@dataclass
class Clicks:
    """A live page, and what was seen of it.

    Parameters
    ----------
    address
        Where it is.
    widget
        What else has to be there, as a selector.
    clicked, answered
        Seconds until the live cell showed what was saved, and what was typed then.
    """

    address: str
    widget: str = ""
    clicked: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)


class Clicked(Protocol):
    """A server with live pages."""

    cookie: str
    pages: list[Clicks]


def click(peer: Clicked, rounds: int) -> None:
    """Open the pages in a browser that has opened them before, and type into them."""
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        context = browser.new_context()
        if peer.cookie:
            where = {"domain": "127.0.0.1", "path": "/"}
            context.add_cookies([{"name": SESSION_COOKIE, "value": peer.cookie, **where}])
        for seen in peer.pages:
            for number in range(rounds + 2):
                times = _once(context, seen, number)
                if number > 1:  # the first ones fill the cache
                    seen.clicked.append(times[0])
                    seen.answered.append(times[1])
        browser.close()


def _once(context: BrowserContext, seen: Clicks, saved: int) -> tuple[float, float]:
    """Open a page in which so many letters are saved, and type one more."""
    page = context.new_page()
    start = time.perf_counter()
    page.goto(seen.address, wait_until="commit", timeout=120_000)
    # What it shows without the words that were saved is no answer yet.
    page.locator(f".al-live :text-is('{saved} letters')").first.wait_for(timeout=120_000)
    if seen.widget:
        page.locator(seen.widget).first.wait_for(timeout=120_000)
    clicked = time.perf_counter() - start
    box = page.get_by_label("Question 1?").first
    start = time.perf_counter()
    box.fill("x" * (saved + 1))
    box.blur()
    page.locator(f".al-live :text-is('{saved + 1} letters')").first.wait_for(timeout=120_000)
    answered = time.perf_counter() - start
    page.close()
    return clicked, answered
