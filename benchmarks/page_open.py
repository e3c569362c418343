"""How long until one reads one's own saved words, and until new ones are saved: beside stock Voilà and Streamlit.

::

    pip install '.[bench]'
    python benchmarks/page_open.py [--rounds 7] [--open 10]

The same 24 prompts three times, on this machine, one server after the other, each warm (a page was opened, and
words saved in it, before the clock runs). A round is a new browser context: nothing is cached, as on a new day.
The clock starts at the click. *Own words* stops it when the saved words stand in their field; *saved* when new
words have been typed and the store has them: what our page and our widget in stock Voilà say themselves, and for
Streamlit, which says nothing, a look into its database every 5 ms. Memory is the proportional set size of the
server with all its processes, while so many pages are open, less that with none, by the number of pages.
"""

from __future__ import annotations

import argparse
import math
import os
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from rich.console import Console
from rich.table import Table

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
FIELD = "Question 12"
WORDS = "These words were saved yesterday."

#: Our module tells the page of each acknowledged save.
HEARD = """words => { window.heard = new Promise(done => document.addEventListener('al:saved', event => {
  if (event.detail.value === words) done() })) }"""

#: The saved words stand in a field that has its place and size on the page.
SHOWN = """words => [...document.querySelectorAll('textarea')].some(box =>
  box.value === words && box.checkVisibility() && box.getBoundingClientRect().height > 0)"""

TEMPLATE = """---
template: bench
title: Twenty-four questions
version: 1
minutes: 10
---
Start from the work.

""" + "\n".join(f"```{{prompt}} q{number}\nQuestion {number}?\n```\n" for number in range(1, 25))

#: Seconds after which typed words that the store has not got are lost. Streamlit on a busy machine drops them.
LOST_AFTER = 30

STREAMLIT = """
import sqlite3
import streamlit as st

base = sqlite3.connect("answers.sqlite", timeout=10)
base.execute("CREATE TABLE IF NOT EXISTS answer (prompt TEXT PRIMARY KEY, value TEXT)")
kept = dict(base.execute("SELECT prompt, value FROM answer"))

def save(prompt):
    with base:
        base.execute("INSERT INTO answer VALUES (?, ?) ON CONFLICT (prompt) DO UPDATE SET value = excluded.value",
                     (prompt, st.session_state[prompt]))

st.title("Twenty-four questions")
for number in range(1, 25):
    prompt = f"q{number}"
    st.text_area(f"Question {number}?", kept.get(prompt, ""), key=prompt, on_change=save, args=(prompt,))
"""


@dataclass
class Peer:
    """A server that runs, and how to look at it."""

    name: str
    process: subprocess.Popen[str]
    address: str
    door: str = ""
    database: Path | None = None
    own_words: list[float] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    kilobytes: list[float] = field(default_factory=list)
    megabytes: float = 0.0
    #: How often words were typed and never reached the store.
    lost: int = 0

    def open(self, context: BrowserContext) -> Page:
        """Sign in where one has to; the click comes next."""
        page = context.new_page()
        if self.door:
            page.request.get(self.door, max_redirects=0)
        return page

    def write(self, page: Page, words: str) -> bool:
        """Type words into one field and wait until the store has them; False where it never gets them."""
        box = page.get_by_label(FIELD).first
        box.wait_for(timeout=120_000)
        if self.database is None:
            page.evaluate(HEARD, words)
            box.fill(words)
            page.evaluate("window.heard")
            return True
        box.fill(words)
        page.keyboard.press("Control+Enter")
        end = time.monotonic() + LOST_AFTER
        while not self.has(words):
            if time.monotonic() > end:
                return False
            page.wait_for_timeout(5)
        return True

    def has(self, words: str) -> bool:
        """Tell whether Streamlit's database has the words."""
        with closing(sqlite3.connect(str(self.database))) as base:
            return base.execute("SELECT 1 FROM answer WHERE value = ?", (words,)).fetchone() is not None


def free_port() -> int:
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        return int(port.getsockname()[1])


def memory(process: subprocess.Popen[str]) -> float:
    """Return megabytes, PSS, of a server and all it has started."""
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    return sum(getattr(info, "pss", info.uss) for info in (each.memory_full_info() for each in family)) / 1e6


@contextmanager
def started(command: list[str], folder: Path, health: str = "", **options: object) -> Iterator[subprocess.Popen[str]]:
    with (folder / "log").open("w") as log:
        where = {"stdout": log, "stderr": log} | options
        process = subprocess.Popen([sys.executable, "-m", *command], cwd=folder, text=True, **where)
        try:
            for _ in range(600 if health else 0):
                try:
                    urllib.request.urlopen(health, timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield process
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def actionlearn(folder: Path) -> Iterator[Peer]:
    (folder / "bench.md").write_text(TEMPLATE, "utf-8")
    with started(["actionlearn", "preview", "bench.md", "--no-browser"], folder, stderr=subprocess.PIPE) as process:
        assert process.stderr
        found = re.search(r"http://\S+", process.stderr.readline())
        assert found
        door, _, workbook = found[0].partition("?next=")
        yield Peer("actionlearn", process, door.split("/view-as/")[0] + workbook, door)


@contextmanager
def voila(folder: Path) -> Iterator[Peer]:
    (folder / "bench.md").write_text(TEMPLATE, "utf-8")
    new = [sys.executable, "-m", "actionlearn", "new", "bench.md", "-o", "bench.ipynb"]
    subprocess.run(new, check=True, cwd=folder, stdout=subprocess.DEVNULL)
    port = free_port()
    command = ["voila", "bench.ipynb", "--no-browser", f"--port={port}"]
    with started(command, folder, f"http://127.0.0.1:{port}/voila/static/voila.js") as process:
        yield Peer("stock Voilà", process, f"http://127.0.0.1:{port}/")


@contextmanager
def streamlit(folder: Path) -> Iterator[Peer]:
    (folder / "app.py").write_text(STREAMLIT, "utf-8")
    port = free_port()
    options = [f"--server.port={port}", "--server.headless=true", "--browser.gatherUsageStats=false"]
    command = ["streamlit", "run", "app.py", *options]
    with started(command, folder, f"http://127.0.0.1:{port}/_stcore/health") as process:
        yield Peer("Streamlit", process, f"http://127.0.0.1:{port}/", database=folder / "answers.sqlite")


def measure(browser: Browser, peer: Peer, rounds: int, pages: int) -> None:
    before = browser.new_context()
    page = peer.open(before)
    page.goto(peer.address, wait_until="commit")
    while not peer.write(page, WORDS):
        peer.lost += 1
        page.reload()
    page.wait_for_timeout(1000)
    before.close()
    for _ in range(rounds):
        own_words(browser, peer)
        typed(browser, peer)
    peer.megabytes = resident(browser, peer, pages)


def own_words(browser: Browser, peer: Peer) -> None:
    context = browser.new_context()
    page = peer.open(context)
    sizes: list[int] = []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    start = time.perf_counter()
    page.goto(peer.address, wait_until="commit")
    page.wait_for_function(
        SHOWN,
        arg=WORDS,
        timeout=120_000,
    )
    peer.own_words.append(time.perf_counter() - start)
    page.wait_for_timeout(2500)
    peer.requests.append(len(asked))
    peer.kilobytes.append(sum(sizes) / 1000)
    context.close()


def typed(browser: Browser, peer: Peer) -> None:
    context = browser.new_context()
    page = peer.open(context)
    start = time.perf_counter()
    page.goto(peer.address, wait_until="commit")
    if peer.write(page, f"New words {start}."):
        peer.saved.append(time.perf_counter() - start)
    else:
        peer.lost += 1
    while not peer.write(page, WORDS):  # what the next round looks for
        peer.lost += 1
        page.reload()
    page.wait_for_timeout(600)
    context.close()


def resident(browser: Browser, peer: Peer, pages: int) -> float:
    """Return megabytes for each page, while many are open."""
    time.sleep(5)
    none = memory(peer.process)
    contexts = [browser.new_context() for _ in range(pages)]
    for context in contexts:
        page = peer.open(context)
        page.goto(peer.address)
        page.get_by_label(FIELD).first.wait_for(timeout=120_000)
    time.sleep(3)
    many = memory(peer.process)
    for context in contexts:
        context.close()
    return (many - none) / pages


def show(peers: list[Peer], rounds: int, pages: int) -> None:
    table = Table(title=f"24 prompts, {rounds} rounds, {pages} pages open, {os.cpu_count()} cores")
    names = (
        "",
        "own words, median s",
        "worst",
        "saved, median s",
        "worst",
        "times lost",
        "requests",
        "kB",
        "MB per open page",
    )
    for name in names:
        table.add_column(name, justify="left" if not name else "right")
    for peer in peers:
        table.add_row(
            peer.name,
            f"{statistics.median(peer.own_words):.2f}",
            f"{max(peer.own_words):.2f}",
            f"{statistics.median(peer.saved or [math.inf]):.2f}",
            f"{max(peer.saved, default=math.inf):.2f}",
            str(peer.lost),
            f"{statistics.median(peer.requests):.0f}",
            f"{statistics.median(peer.kilobytes):,.0f}",
            f"{peer.megabytes:.1f}",
        )
    Console(width=120).print(table)
    mine = statistics.median(peers[0].own_words)
    for peer in peers[1:]:
        print(f"own words: actionlearn / {peer.name} = 1/{statistics.median(peer.own_words) / mine:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--open", type=int, default=10)
    asked = parser.parse_args()
    found = os.environ.get("ACTIONLEARN_TEST_CHROMIUM") or shutil.which("chromium")
    peers: list[Peer] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=FLAGS)
        for make in (actionlearn, voila, streamlit):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, make(Path(folder)) as peer:
                measure(browser, peer, asked.rounds, asked.open)
                peers.append(peer)
        browser.close()
    show(peers, asked.rounds, asked.open)


if __name__ == "__main__":
    main()
