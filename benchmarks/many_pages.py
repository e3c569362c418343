"""What a whole programme at work takes: many pages open, some of them written in, views drawn again.

::

    python benchmarks/many_pages.py [--pages 1000] [--writers 100] [--saves 50] [--seconds 600] [--prompts 24]
    python benchmarks/many_pages.py --growth docs/growth.svg [--seconds 10]

Each page has been opened by a learner of its own, has shown a view, and holds its push channel. Writers save an
answer in turn, so many in a second together; the page of each asks for its view again, every ten seconds at most.
Save and view are timed from the request to the whole reply, as the page has it. Memory is the unique set size of
the server, seen ten times; *flat* means that it does not grow from the second half on. The other end of all
connections is one process on the same machine. Processor time is the server's own, whatever else the machine does;
that of a save has its view in it, and what other pages are told. `--growth` does the same for several numbers of pages and of
prompts, and draws what grows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import resource
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psutil
from live_pages import free_port, running
from rich.console import Console
from rich.table import Table
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from actionlearn.server.web.identity import SESSION_COOKIE

#: Seconds between two drawings of one page's view, at least.
VIEW_SECONDS = 10.0

#: Pages that are opened at once.
TOGETHER = 20


def template_of(prompts: int) -> str:
    asked = "\n".join(f"```{{prompt}} q{number}\nQuestion {number}?\n```\n" for number in range(1, prompts + 1))
    of = ", ".join(f"q{number}" for number in range(1, prompts + 1))
    head = "---\ntemplate: many\ntitle: Many\nversion: 1\nminutes: 10\nstage: scope\nsummary: Many.\n---\n"
    return f"{head}\n{asked}\n```{{view}} recap\n:of: {of}\n```\n"


@dataclass(frozen=True)
class Learner:
    """A learner with a page open."""

    person: str
    session: str
    workbook: str


@dataclass
class Seen:
    """What was seen of one run; times in milliseconds."""

    pages: int
    prompts: int
    opened: list[float] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)
    viewed: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    pushed: int = 0
    descriptors: int = 0
    cpu: float = 0.0
    #: Milliseconds of processor time of the server: for a page that is opened, and for a save with what comes of it.
    opening: float = 0.0
    saving: float = 0.0


def enrolled(data: Path, pages: int, prompts: int) -> list[Learner]:
    """Make a workbook for each learner."""
    from actionlearn import accounts, notebook, template, views
    from actionlearn.cohort.workbooks.parameters import prepare
    from actionlearn.store import open_store
    from actionlearn.store.people import members
    from actionlearn.store.workbooks import workbooks

    parsed = template.parse(template_of(prompts), views=views.VIEWS)
    made: list[tuple[str, str]] = []
    node = notebook.to_notebook(parsed)
    with open_store(data) as store:

        def act(c):
            members.put_cohort(c, id="class", name="Class", locale="en", time_zone="UTC", programme={})
            group = members.put_set(c, "class", "Blue").id
            for number in range(pages):
                person = members.add_person(c, username=f"learner{number}", firstname="L", locale="en").id
                members.grant(c, "class", person, "learner", group)
                id, path = str(uuid4()), f"cohorts/class/learner{number}/many-1.ipynb"
                (data / path).parent.mkdir(parents=True, exist_ok=True)
                (data / path).write_text(prepare(node, {"workbook": id}), "utf-8")
                about = {"template": "many", "template_hash": parsed.hash, "locale": "en", "title": "", "path": path}
                workbooks.add_workbook(c, id=id, cohort="class", owner=person, number=1, **about)
                made.append((person, id))

        store.write(act)
        return [Learner(person, accounts.new_session(store, person), id) for person, id in made]


class Crowd:
    """The browsers of all learners."""

    def __init__(self, address: str, learners: list[Learner], seen: Seen) -> None:
        self._address, self._learners, self._seen = address, learners, seen
        self._channels: list[WebSocketClientConnection] = []
        self._versions: dict[tuple[str, str], int] = {}
        self._drawn: dict[str, float] = {}
        self._clients = {each.workbook: str(uuid4()) for each in learners}
        self._number = 0
        self._cells: str = ""
        self._closed = False

    def _headers(self, learner: Learner) -> dict[str, str]:
        ours = {"X-Requested-With": "actionlearn", "Sec-Fetch-Site": "same-origin"}
        return {**ours, "Cookie": f"{SESSION_COOKIE}={learner.session}", "Origin": f"http://{self._address}"}

    async def _asked(self, learner: Learner, path: str, times: list[float], **more: str) -> bytes:
        start = time.perf_counter()
        reply = await AsyncHTTPClient().fetch(
            f"http://{self._address}/{path}",
            headers=self._headers(learner),
            raise_error=False,
            request_timeout=60,
            **more,
        )
        times.append((time.perf_counter() - start) * 1000)
        if reply.code != 200:
            self._seen.wrong.append(f"{reply.code} {path.split('/')[0]} {reply.error}")
        return bytes(reply.body or b"")

    async def open(self) -> None:
        """Open every page, and its push channel."""
        gate = asyncio.Semaphore(TOGETHER)

        async def one(learner: Learner) -> None:
            async with gate:
                page = await self._asked(learner, f"workbooks/{learner.workbook}", self._seen.opened)
                self._cells = re.search(r'id="([^"]+)" data-view', page.decode())[1]
                client = self._clients[learner.workbook]
                url = f"ws://{self._address}/api/workbooks/{learner.workbook}/push?client={client}"
                request = HTTPRequest(url, headers=self._headers(learner), request_timeout=60)
                channel = await websocket_connect(request, on_message_callback=self._heard)
                self._channels.append(channel)

        await asyncio.gather(*map(one, self._learners))

    def _heard(self, message: object) -> None:
        if message is None and not self._closed:
            self._seen.wrong.append("a push channel was closed")
        self._seen.pushed += 1

    async def work(self, writers: int, rate: float, seconds: float, look: float, process: psutil.Process) -> None:
        """Save so often in a second, each at its time whether or not the one before has been answered."""
        start, tasks = time.perf_counter(), set()
        next_look = 0.0
        for number in range(int(rate * seconds)):
            due = number / rate
            if (wait := start + due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            if due >= next_look:
                looks = asyncio.create_task(self._look(process))
                next_look += look
            task = asyncio.create_task(self._save(self._learners[number % writers]))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(looks, *tasks)
        await self._look(process)

    async def _look(self, process: psutil.Process) -> None:
        # Reading a large map of memory takes a while, in which saves would wait for us and not for the server.
        seen = await asyncio.to_thread(process.memory_full_info)
        self._seen.megabytes.append(seen.uss / 1e6)

    async def _save(self, learner: Learner) -> None:
        self._number += 1
        prompt = f"q{random.randrange(1, self._seen.prompts + 1)}"
        key = (learner.workbook, prompt)
        said = {"person": learner.person, "client": self._clients[learner.workbook], "seq": self._number}
        said |= {"base": self._versions.get(key, 0), "value": f"Words of number {self._number}. " * 5}
        path = f"api/workbooks/{learner.workbook}/answers/{prompt}"
        reply = await self._asked(learner, path, self._seen.saved, method="PUT", body=json.dumps(said))
        self._versions[key] = json.loads(reply or b"{}").get("version", 0)
        now = time.perf_counter()
        if now - self._drawn.get(learner.workbook, -VIEW_SECONDS) >= VIEW_SECONDS:
            self._drawn[learner.workbook] = now
            await self._asked(learner, f"api/workbooks/{learner.workbook}/views/{self._cells}", self._seen.viewed)

    def close(self) -> None:
        """Close all channels."""
        self._closed = True
        for channel in self._channels:
            channel.close()


def run_once(pages: int, prompts: int, writers: int, rate: float, seconds: float) -> Seen:
    seen = Seen(pages, prompts)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        learners = enrolled(folder / "data", pages, prompts)
        port = free_port()
        command = ["actionlearn", "serve", "--data", str(folder / "data"), "--port", str(port)]
        with running(command, folder, f"http://127.0.0.1:{port}/health") as started:
            process = psutil.Process(started.pid)

            async def act() -> None:
                crowd = Crowd(f"127.0.0.1:{port}", learners, seen)
                idle = sum(process.cpu_times()[:2])
                await crowd.open()
                before = sum(process.cpu_times()[:2])
                await crowd.work(min(writers, pages), rate, seconds, seconds / 10, process)
                took = sum(process.cpu_times()[:2]) - before
                seen.cpu, seen.opening = took / seconds, (before - idle) / pages * 1000
                seen.saving = took / len(seen.saved) * 1000
                seen.descriptors = process.num_fds()
                crowd.close()

            asyncio.run(act())
    return seen


def part(times: list[float], of: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * of))] if times else 0.0


def show(all_seen: list[Seen]) -> None:
    table = Table(title=f"Pages open, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; milliseconds")
    head = ("pages", "prompts", "opened", "saves", "median", "99 in 100", "views", "99 in 100", "MB, second half")
    for name in (*head, "descriptors", "cores", "ms a page", "ms a save", "pushed", "wrong"):
        table.add_column(name, justify="right")
    for seen in all_seen:
        half = seen.megabytes[len(seen.megabytes) // 2 :]
        table.add_row(
            *(str(each) for each in (seen.pages, seen.prompts)),
            f"{statistics.median(seen.opened):.0f}",
            str(len(seen.saved)),
            f"{part(seen.saved, 0.5):.1f}",
            f"{part(seen.saved, 0.99):.1f}",
            str(len(seen.viewed)),
            f"{part(seen.viewed, 0.99):.1f}",
            f"{half[0]:.0f} to {half[-1]:.0f}",
            str(seen.descriptors),
            f"{seen.cpu:.2f}",
            f"{seen.opening:.1f}",
            f"{seen.saving:.1f}",
            str(seen.pushed),
            str(len(seen.wrong)),
        )
    Console(width=170).print(table)
    for seen in all_seen:
        for each in sorted(set(seen.wrong))[:10]:
            print(f"{seen.wrong.count(each)} times: {each}")


def draw(by_pages: list[Seen], by_prompts: list[Seen], file: Path) -> None:
    """Draw what grows with pages and with prompts, as SVG."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "actionlearn", "font.size": 9}):
        figure = Figure(figsize=(8, 5.2), layout="constrained")
        axes = figure.subplots(2, 3)
        for row, (each, name) in enumerate(((by_pages, "pages"), (by_prompts, "prompts"))):
            x = [getattr(seen, name) for seen in each]
            kinds = (
                ("a page opened", "ms of processor", [seen.opening for seen in each]),
                ("a save and its view", "ms of processor", [seen.saving for seen in each]),
                ("memory of the server", "MB", [seen.megabytes[-1] for seen in each]),
            )
            for axis, (title, unit, y) in zip(axes[row], kinds, strict=True):
                axis.plot(x, y, marker="o", color="#1f5f8b")
                axis.set(title=title, xlabel=name, ylabel=unit, ylim=(0, max(y) * 1.25), xlim=(0, max(x) * 1.05))
                axis.spines[["top", "right"]].set_visible(False)
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--writers", type=int, default=100)
    parser.add_argument("--saves", type=float, default=50, help="in a second, all writers together")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--prompts", type=int, default=24)
    parser.add_argument("--growth", type=Path, metavar="FILE.svg", help="several sizes instead, and a picture")
    asked = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # the server inherits it
    AsyncHTTPClient.configure(None, max_clients=1000)
    given = (asked.writers, asked.saves, asked.seconds)
    if asked.growth:
        sizes = sorted({max(1, asked.pages * each // 10) for each in (1, 4, 7, 10)})
        few = (min(asked.writers, sizes[0]), *given[1:])  # the same for all, and as many views
        by_pages = [run_once(pages, asked.prompts, *few) for pages in sizes]
        by_prompts = [run_once(sizes[0], prompts, *few) for prompts in (6, 24, 48, 96)]
        show([*by_pages, *by_prompts])
        draw(by_pages, by_prompts, asked.growth)
        return 0
    seen = run_once(asked.pages, asked.prompts, *given)
    show([seen])
    return int(bool(seen.wrong))


if __name__ == "__main__":
    sys.exit(main())
