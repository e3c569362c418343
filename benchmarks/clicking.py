"""One browser that opens a live page again and again: from the click until its live cell has answered."""

from __future__ import annotations

import shutil
import time
from typing import Protocol

from playwright.sync_api import sync_playwright

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


class Clicked(Protocol):
    """A server with a live page, and how long it took."""

    address: str
    cookie: str
    clicked: list[float]
    answered: list[float]


def click(peer: Clicked, rounds: int) -> None:
    """Open the page in a browser that has opened it before, and type into it."""
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        context = browser.new_context()
        if peer.cookie:
            where = {"domain": "127.0.0.1", "path": "/"}
            context.add_cookies([{"name": "actionlearn-session", "value": peer.cookie, **where}])
        for number in range(rounds + 2):
            page = context.new_page()
            start = time.perf_counter()
            page.goto(peer.address, wait_until="commit", timeout=120_000)
            drawn = page.locator(".al-live :text('letters')").first
            drawn.wait_for(timeout=120_000)
            clicked = time.perf_counter() - start
            box = page.get_by_label("Question 1?").first
            words = "x" * (number + 1)
            start = time.perf_counter()
            box.fill(words)
            box.blur()
            page.locator(f".al-live :text-is('{len(words)} letters')").first.wait_for(timeout=120_000)
            answered = time.perf_counter() - start
            page.close()
            if number > 1:  # the first ones fill the cache
                peer.clicked.append(clicked)
                peer.answered.append(answered)
        browser.close()
