"""How long it takes until one can write: our page beside stock Voilà with the same notebook.

::

    python benchmarks/page_open.py [--template scope] [--rounds 5]

Both servers run on this machine, one after the other, warm (one page was opened before the clock runs);
each round is a new browser context, so nothing is cached. The clock starts at the click and stops when
the first prompt can be typed into. Stock Voilà starts a kernel for each page and executes the notebook;
our page of a workbook without live cells starts none, and that is the point.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from actionlearn import template

CONTROL = ".al-prompt textarea, .al-prompt input"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@dataclass
class Figures:
    writable: list[float] = field(default_factory=list)
    first_byte: list[float] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    kilobytes: list[float] = field(default_factory=list)
    megabytes: float = 0.0
    processes: int = 0


def free_port() -> int:
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        return int(port.getsockname()[1])


def memory(process: subprocess.Popen[str]) -> tuple[float, int]:
    """Proportional set size of a server and all it has started, and how many processes that is."""
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    full = [each.memory_full_info() for each in family]
    return sum(getattr(each, "pss", each.uss) for each in full) / 1e6, len(family)


def measure(browser: Browser, process: subprocess.Popen[str], sign_in: Callable, address: str, rounds: int) -> Figures:
    figures = Figures()
    before = 0.0
    for number in range(rounds + 1):
        context = browser.new_context()
        page = context.new_page()
        sign_in(page)
        sizes: list[int] = []
        requests: list[str] = []
        page.on("request", lambda request, requests=requests: requests.append(request.url))
        page.on("requestfinished", lambda request, sizes=sizes: sizes.append(request.sizes()["responseBodySize"]))
        start = time.perf_counter()
        page.goto(address, wait_until="commit")
        first = time.perf_counter() - start
        page.locator(CONTROL).first.wait_for(state="visible", timeout=120_000)
        page.locator(CONTROL).first.fill("x")
        writable = time.perf_counter() - start
        page.wait_for_timeout(1500)
        if number == 0:
            before, _ = memory(process)
        else:
            figures.writable.append(writable)
            figures.first_byte.append(first)
            figures.requests.append(len(requests))
            figures.kilobytes.append(sum(sizes) / 1000)
    after, figures.processes = memory(process)
    figures.megabytes = (after - before) / rounds
    return figures


def ours(browser: Browser, name: str, rounds: int) -> Figures:
    command = [sys.executable, "-m", "actionlearn", "preview", str(template.find(name, "en")), "--no-browser"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        found = re.search(r"http://\S+", process.stderr.readline())
        assert found
        door, _, workbook = found[0].partition("?next=")
        address = door.split("/as/")[0] + workbook
        return measure(browser, process, lambda page: page.request.get(door, max_redirects=0), address, rounds)
    finally:
        process.terminate()
        process.wait(20)


def stock(browser: Browser, name: str, rounds: int, folder: Path) -> Figures:
    notebook = folder / f"{name}.ipynb"
    subprocess.run([sys.executable, "-m", "actionlearn", "new", name, "-o", str(notebook)], check=True)
    port = free_port()
    log = (folder / "voila.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "voila", notebook.name, "--no-browser", f"--port={port}"],
        cwd=folder,
        stdout=log,
        stderr=log,
        text=True,
        env={**os.environ, "ACTIONLEARN_PRACTICE": str(folder / "practice")},
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}voila/static/voila.js", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        return measure(browser, process, lambda _: None, address, rounds)
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--template", default="scope")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    found = os.environ.get("ACTIONLEARN_TEST_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path=found, args=FLAGS)
        rows = {
            "actionlearn": ours(browser, asked.template, asked.rounds),
            "stock Voilà": stock(browser, asked.template, asked.rounds, Path(folder)),
        }
        browser.close()
    table = Table(title=f"Opening {asked.template}, {asked.rounds} times, {os.cpu_count()} cores")
    names = (
        "",
        "one can write, median s",
        "worst s",
        "first byte, median s",
        "requests",
        "kB",
        "MB per open page",
        "processes",
    )
    for name in names:
        table.add_column(name, justify="left" if not name else "right")
    for name, row in rows.items():
        table.add_row(
            name,
            f"{statistics.median(row.writable):.2f}",
            f"{max(row.writable):.2f}",
            f"{statistics.median(row.first_byte):.3f}",
            f"{statistics.median(row.requests):.0f}",
            f"{statistics.median(row.kilobytes):,.0f}",
            f"{row.megabytes:.1f}",
            str(row.processes),
        )
    Console().print(table)
    mine, theirs = (statistics.median(row.writable) for row in rows.values())
    print(f"ours / Voilà: 1/{theirs / mine:.1f}")


if __name__ == "__main__":
    main()
