"""What a page with live cells takes when a class opens it at once: beside stock Voilà, in one run.

::

    pip install '.[bench]'
    python benchmarks/live_pages.py [--learners 30] [--ours 100] [--rounds 3] [--clicks 5]

The same notebook of 24 prompts and one live cell. *Last served*: all learners ask in the same moment; the clock
stops when the last one has the whole page and a kernel that has run its cells and answers. For us that is the
page, its live part, and an answer of the kernel through the page's channel; for Voilà, which sends the page when
the cells have run, the end of the page. Memory is the proportional set size of the server with all its processes,
while all of them are open, less that with none, by their number. *Executed* is one notebook made readable for a
coach: our review beside papermill on `python3`, one after the other, in turns. *A click* is one browser that opens
the page again and again, with everything in its cache: from the click until the live cell shows what was saved
before, and until it has answered to what is typed then; and the same on a page with a slider of ipywidgets beside
the live cell, which takes Voilà's front-end with us, too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import psutil
from clicking import Clicks, click
from rich.console import Console
from rich.table import Table
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

from actionlearn.server.web.identity import SESSION_COOKIE

TEMPLATE = (
    """---
template: bench
title: Twenty-four questions
version: 1
minutes: 10
---
Start from the work.

"""
    + "\n".join(f"```{{prompt}} q{number}\nQuestion {number}?\n```\n" for number in range(1, 25))
    + """
```{code-cell}
:id: picture
def picture(words):
    return f"{len(words or '')} letters"


live(picture, of=["q1"])
```
"""
)

#: The same with a widget of others, which the kit does not draw by itself.
OTHER = (
    TEMPLATE.replace("template: bench", "template: other")
    + """
```{code-cell}
:id: slide
from ipywidgets import IntSlider

IntSlider(4)
```
"""
)
WIDGET = ".widget-slider"


@dataclass
class Peer:
    """A server that runs, and what was seen of it."""

    name: str
    process: subprocess.Popen[bytes]
    open: Callable[[int], Awaitable[None]]
    last: dict[int, list[float]] = field(default_factory=dict)
    megabytes: dict[int, float] = field(default_factory=dict)
    cookie: str = ""
    pages: list[Clicks] = field(default_factory=list)


def free_port() -> int:
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        return int(port.getsockname()[1])


def memory(process: subprocess.Popen[bytes]) -> float:
    """Return megabytes, PSS, of a server and all it has started."""
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    total = 0.0
    for each in family:
        try:
            total += each.memory_full_info().pss / 1e6
        except psutil.Error:
            continue  # it has just ended
    return total


@contextmanager
def running(command: list[str], folder: Path, health: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=folder, stdout=log, stderr=log, env=os.environ | more
        )
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(health, timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield process
        finally:
            process.terminate()
            process.wait(60)


def enrolled(folder: Path, learners: int) -> list[tuple[str, str]]:
    """Make a workbook for each of many learners, and one more for the first; return their sessions and workbooks."""
    from actionlearn import accounts, notebook, template
    from actionlearn.cohort.workbooks.parameters import prepare
    from actionlearn.store import open_store
    from actionlearn.store.people import members
    from actionlearn.store.workbooks import workbooks

    parsed = {each.id: each for each in (template.parse(text, views=()) for text in (TEMPLATE, OTHER))}
    data = folder / "data"
    made = []
    with open_store(data) as store:

        def add(c, person: str, name: str, kind: str) -> str:
            id, path = str(uuid4()), f"cohorts/class/{name}/{kind}-1.ipynb"
            (data / path).parent.mkdir(parents=True, exist_ok=True)
            (data / path).write_text(prepare(notebook.to_notebook(parsed[kind]), {"workbook": id}), "utf-8")
            about = {"template": kind, "template_hash": parsed[kind].hash, "locale": "en", "title": "", "path": path}
            workbooks.add_workbook(c, id=id, cohort="class", owner=person, number=1, **about)
            return id

        def act(c):
            members.put_cohort(c, id="class", name="Class", locale="en", time_zone="UTC", programme={})
            group = members.put_set(c, "class", "Blue").id
            for number in range(learners):
                person = members.add_person(c, username=f"learner{number}", firstname="L", locale="en").id
                members.grant(c, "class", person, "learner", group)
                made.append((person, add(c, person, f"learner{number}", "bench")))
            first = made[0][0]
            made.append((first, add(c, first, "learner0", "other")))

        store.write(act)
        return [(accounts.new_session(store, person), id) for person, id in made]


@contextmanager
def actionlearn(folder: Path, learners: int) -> Iterator[Peer]:
    port = free_port()
    address = f"127.0.0.1:{port}"
    known = enrolled(folder, learners)
    channels = []

    async def open_page(number: int) -> None:
        session, workbook = known[number]
        ours = {
            "Cookie": f"{SESSION_COOKIE}={session}",
            "X-Requested-With": "actionlearn",
            "Origin": f"http://{address}",
            "Sec-Fetch-Site": "same-origin",
        }
        client = AsyncHTTPClient()
        page = client.fetch(f"http://{address}/workbooks/{workbook}", headers=ours, request_timeout=300)
        path = f"http://{address}/api/workbooks/{workbook}/live"
        part = await client.fetch(path, method="POST", body="", headers=ours, request_timeout=300)
        assert "Question 24" in (await page).body.decode()
        kernel = part.body.decode().split('data-al-kernel="')[1].split('"')[0]
        url = f"ws://{address}/api/kernels/{kernel}/channels?session_id={uuid4()}"
        channel = await websocket_connect(HTTPRequest(url, headers=ours, request_timeout=300))
        header = {
            "msg_id": uuid4().hex,
            "msg_type": "kernel_info_request",
            "session": "s",
            "username": "",
            "version": "5",
        }
        said = {"header": header, "parent_header": {}, "metadata": {}, "content": {}, "channel": "shell", "buffers": []}
        await channel.write_message(json.dumps(said))
        while json.loads(await channel.read_message() or "{}").get("msg_type") != "kernel_info_reply":
            pass
        channels.append(channel)

    command = ["actionlearn", "serve", "--data", str(folder / "data"), "--port", str(port)]
    with running(command, folder, f"http://{address}/health", ACTIONLEARN_KERNELS="500") as process:
        time.sleep(5)
        (session, live), (_, other) = known[0], known[-1]
        pages = [Clicks(f"http://{address}/workbooks/{live}"), Clicks(f"http://{address}/workbooks/{other}", WIDGET)]
        yield Peer("actionlearn", process, open_page, cookie=session, pages=pages)


@contextmanager
def voila(folder: Path, _: int) -> Iterator[Peer]:
    for name, text in (("bench", TEMPLATE), ("other", OTHER)):
        (folder / f"{name}.md").write_text(text, "utf-8")
        new = [sys.executable, "-m", "actionlearn", "new", f"{name}.md", "-o", f"{name}.ipynb"]
        subprocess.run(new, check=True, cwd=folder, stdout=subprocess.DEVNULL)
    port, second = free_port(), free_port()

    async def open_page(_: int) -> None:
        page = await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}/", request_timeout=600)
        assert "Question 24" in page.body.decode()

    def serve(name: str, port: int) -> AbstractContextManager[subprocess.Popen[bytes]]:
        command = ["voila", f"{name}.ipynb", "--no-browser", f"--port={port}"]
        return running(command, folder, f"http://127.0.0.1:{port}/voila/static/voila.js")

    with serve("bench", port) as process, serve("other", second):
        pages = [Clicks(f"http://127.0.0.1:{port}/"), Clicks(f"http://127.0.0.1:{second}/", WIDGET)]
        yield Peer("stock Voilà", process, open_page, pages=pages)


async def at_once(peer: Peer, first: int, count: int) -> float:
    start = time.perf_counter()
    await asyncio.gather(*(peer.open(number) for number in range(first, first + count)))
    return time.perf_counter() - start


async def measure(peer: Peer, sizes: list[int]) -> None:
    """Open pages for each size in turn: each by learners of its own, so that all stay open."""
    await at_once(peer, 0, 1)
    first = 1
    for size in sizes:
        before = memory(peer.process)
        peer.last.setdefault(size, []).append(await at_once(peer, first, size))
        time.sleep(3)
        peer.megabytes[size] = (memory(peer.process) - before) / size
        first += size


def executed(rounds: int) -> tuple[list[float], list[float]]:
    """Return seconds for one executed notebook: ours, and papermill's on python3."""
    import nbformat
    import papermill

    from actionlearn import kernels, notebook, template
    from actionlearn.reviews.execute import run
    from actionlearn.reviews.visible_answers import VisibleAnswers
    from actionlearn.server.live.manager import BLANK, MODULES

    node = notebook.to_notebook(template.parse(TEMPLATE, views=()))
    told = {"format": 1, "number": 1, "shared_at": "2026-10-05T09:00:00.000Z", "receipt": "", "reader": "coach"}
    said = {**told, "author": "L", "wants": "", "answers": {}, "items": {}, "erased_at": ""}
    given = VisibleAnswers(said, SimpleNamespace(id="w", locale="en", cohort="class"))
    warm = kernels.WarmProcess(MODULES, blank=BLANK)
    warm.start()
    kernels.warm_process(warm)
    ours, stock = [], []
    try:
        for _ in range(rounds + 1):
            start = time.perf_counter()
            run(node, notebook.read(node), given)
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            papermill.execute_notebook(
                nbformat.from_dict(node),
                None,
                {"submission": json.dumps(said)},
                kernel_name="python3",
                progress_bar=False,
            )
            stock.append(time.perf_counter() - start)
    finally:
        kernels.warm_process(none=True)
        warm.close()
    return ours[1:], stock[1:]


def show(peers: list[Peer], runs: tuple[list[float], list[float]]) -> None:
    table = Table(title=f"A live page of 24 prompts, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name in ("at once", *(peer.name for peer in peers), "of Voilà"):
        table.add_column(name, justify="right")
    sizes = sorted({size for peer in peers for size in peer.last})
    for size in sizes:
        times = [statistics.median(peer.last[size]) if size in peer.last else None for peer in peers]
        told = [f"{each:.2f} s" if each else "-" for each in times]
        ratio = f"1/{times[1] / times[0]:.1f}" if all(times) else ""
        table.add_row(f"{size}, last served", *told, ratio)
        sizes_mb = [peer.megabytes.get(size) for peer in peers]
        told = [f"{each:.1f} MB" if each else "-" for each in sizes_mb]
        ratio = f"1/{sizes_mb[1] / sizes_mb[0]:.1f}" if all(sizes_mb) else ""
        table.add_row("memory, each", *told, ratio)
    for number, kind in enumerate(("", ", a page with a slider")):
        for name, heard in (("a click, live cell answered", "clicked"), ("typed, live cell answered", "answered")):
            times = [getattr(peer.pages[number], heard) for peer in peers]
            if all(times):
                told = [statistics.median(each) for each in times]
                table.add_row(f"{name}{kind}", *(f"{each:.2f} s" for each in told), f"1/{told[1] / told[0]:.1f}")
    ours, stock = (statistics.median(each) for each in runs)
    table.add_row("a notebook executed", f"{ours:.2f} s", f"{stock:.2f} s (papermill)", f"1/{stock / ours:.1f}")
    Console(width=120).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=30)
    parser.add_argument("--ours", type=int, default=100, help="so many more for us alone; 0 for none")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--clicks", type=int, default=5, help="pages opened in a browser, one after the other; 0 for none"
    )
    asked = parser.parse_args()
    AsyncHTTPClient.configure(None, max_clients=1000)
    peers = []
    for make in (actionlearn, voila):
        sizes = [1, asked.learners, *([asked.ours] if asked.ours and make is actionlearn else [])]
        folder = Path(tempfile.mkdtemp())
        with make(folder, 1 + sum(sizes)) as peer:
            if asked.clicks:
                click(peer, asked.clicks)
            asyncio.run(measure(peer, sizes))
            peers.append(peer)
        shutil.rmtree(folder, ignore_errors=True)
    show(peers, executed(asked.rounds))


if __name__ == "__main__":
    main()
