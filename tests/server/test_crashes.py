"""Live code that does its worst behind a page, and a server that is killed, stopped, started twice, or has no room."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from tornado.websocket import WebSocketClientConnection

from actionlearn.errors import ServerError
from actionlearn.kernels import available
from actionlearn.server import serve
from actionlearn.store import open_store

from ..support.forks import gone, until
from ..support.served_kit import World
from .live.test_live import connect, connected, kernel_id, live, message

pytestmark = pytest.mark.skipif(not available(), reason="this system cannot fork kernels")

WORST = """\
---
template: worst
title: Worst
version: 1
minutes: 1
stage: scope
summary: A live cell that does what it is told.
---

```{prompt} need
What?
```

```{code-cell}
:id: worst
import os, subprocess, sys, threading, time
from actionlearn.workbook import live, served

served.SECONDS = 1.0


def told(word):
    if word == "endless":
        while True:
            try:
                time.sleep(0.01)
            except Exception:
                pass
    if word == "deaf":
        while True:
            try:
                time.sleep(0.01)
            except BaseException:
                pass
    if word == "memory":
        return len(bytearray(2**32))
    if word == "forks":
        for _ in range(3):
            if os.fork() == 0:
                time.sleep(600)
    if word == "threads":
        for _ in range(50):
            threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    if word == "exits":
        sys.exit(3)
    if word == "prints":
        for _ in range(1000):
            print("x" * 1_000_000)
    if word == "large":
        return "x" * 20_000_000
    if word == "leaves":
        no = subprocess.DEVNULL
        code = "import subprocess; subprocess.Popen(['sleep', '611'], start_new_session=True)"
        subprocess.run([sys.executable, "-c", code], stdout=no, stderr=no, stdin=no)
    return f"drawn: {word}"


live(told, of=["need"])
```
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Have a folder for temporary files with a short name, which shall be empty again."""
    with tempfile.TemporaryDirectory(prefix="t") as made:
        yield Path(made)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, place: Path) -> Iterator[World]:
    """Serve a workbook whose live cell does what it is told."""
    made = World(tmp_path_factory.mktemp("worst"), TMPDIR=str(place))
    with open_store(made.data) as store:
        made.add_workbook(store, "ana", "autumn", "worst", WORST)
    yield made.start()
    made.stop()


def model_of(page: Any) -> str:
    """Return the id of the widget in a live part."""
    found = re.search(r'data-al-model="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


async def shown(connection: WebSocketClientConnection, model: str, word: str, seconds: float = 30) -> list[str]:
    """Say a word to the live cell; return what it showed, until it has finished with it."""
    update = {"comm_id": model, "data": {"method": "update", "state": {"answers": {"need": word}}, "buffer_paths": []}}
    said = message("comm_msg", update)
    id = json.loads(said)["header"]["msg_id"]
    await connection.write_message(said)
    found: list[str] = []
    async with asyncio.timeout(seconds):
        while (got := await connection.read_message()) is not None:
            told = json.loads(got) if isinstance(got, str) else {}
            if told.get("parent_header", {}).get("msg_id") != id:
                continue
            state = told["content"].get("data", {}).get("state", {})
            if "shown" in state:
                found.append(state["shown"].get("text", ""))
            if told["content"].get("execution_state") == "idle":
                return found
    raise AssertionError("the channel was closed")


async def told(world: World, kernel: str, model: str, *words: str) -> list[str]:
    """Say words to the live cell, one after the other; return the last it showed for each."""
    async with connected(world, kernel) as connection:
        return [(await shown(connection, model, word) or [""])[-1] for word in words]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("endless", "took too long"),
        ("memory", "could not be drawn"),
        ("exits", "could not be drawn"),
        ("forks", "drawn: forks"),
        ("threads", "drawn: threads"),
        ("prints", "drawn: prints"),
        ("large", "too large"),
    ],
)
def test_what_a_live_cell_does_ends_with_its_call(world: World, word: str, said: str):
    """The page is told in the picture's place, and the same kernel draws the next answer."""
    page = live(world, "ana", "ana/worst")
    assert page.status == 200, page.text
    first, second = asyncio.run(told(world, kernel_id(page), model_of(page), word, "well"))
    assert said in first
    assert second == "drawn: well"
    assert kernel_id(live(world, "ana", "ana/worst")) == kernel_id(page)


@pytest.mark.slow
def test_a_call_that_nothing_stops_ends_with_its_kernel(world: World):
    """After twenty seconds another kernel is there; the page is told that its word is done, and may say the next."""
    page = live(world, "ana", "ana/worst")
    first, second = asyncio.run(told(world, kernel_id(page), model_of(page), "deaf", "well"))
    assert first == ""
    assert second == "drawn: well"


def test_two_servers_do_not_share_a_folder(world: World):
    """The second one is refused, and says who serves which folder."""
    assert world.process is not None
    command = [sys.executable, "-m", "actionlearn", "serve", "--data", str(world.data), "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert str(world.data) in done.stderr
    assert str(world.process.pid) in done.stderr
    assert world.ask("ana", "GET", "/").status == 200


def test_a_full_disk_is_said_and_over_when_it_is(world: World):
    """No file can be written: the live part cannot start, and says so; the page is there. With room, it starts."""
    assert world.process is not None
    server = psutil.Process(world.process.pid)
    world.ask("ana", "POST", f"/api/workbooks/{world.book['ana/scope']}/erase", {"prompt": "need", "passage": "nobody"})
    few = server.rlimit(psutil.RLIMIT_FSIZE)
    server.rlimit(psutil.RLIMIT_FSIZE, (0, few[1]))
    try:
        refused = live(world, "ana", "ana/impact")
        page = world.ask("ana", "GET", f"/workbooks/{world.book['ana/impact']}")
    finally:
        server.rlimit(psutil.RLIMIT_FSIZE, few)
    assert refused.json["error"]["code"] == "server.kernel_failed"
    assert page.status == 200
    assert live(world, "ana", "ana/impact").status == 200


def test_what_a_killed_server_left_is_cleared_by_the_next(world: World, place: Path):
    """Kill -9: its kernels end with it, and its folder of dead sockets goes as soon as another server starts."""
    assert live(world, "ana", "ana/worst").status == 200
    assert world.process is not None
    left, family = set(place.iterdir()), world.children()
    world.process.send_signal(signal.SIGKILL)
    world.process.wait()
    assert until(lambda: gone(*(each.pid for each in family)))
    world.start()
    assert live(world, "ana", "ana/worst").status == 200
    assert not left & set(place.iterdir())


def test_nothing_is_left_when_the_server_is_asked_to_stop(world: World, place: Path):
    """SIGTERM with kernels at work, and what a live cell has let go of: no process and no file is left."""
    page = live(world, "ana", "ana/worst")

    async def act() -> None:
        connection = await connect(world, "ana", kernel_id(page))
        await shown(connection, model_of(page), "leaves")
        with contextlib.suppress(Exception):
            await shown(connection, model_of(page), "forks")
        connection.close()

    asyncio.run(act())
    strays = [each.pid for each in psutil.process_iter(["cmdline"]) if each.info["cmdline"] == ["sleep", "611"]]
    family = world.children()
    assert len(family) >= 4
    assert world.stop() == 0
    assert until(lambda: gone(*strays, *(each.pid for each in family)))
    assert list(place.iterdir()) == []
    world.start()


def test_a_folder_with_too_long_a_name_is_not_taken_for_sockets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Another one is, where there is one; else the sentence says what to do."""
    far = tmp_path / ("long" * 30)
    far.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(far))
    made = serve._runtime(tmp_path)
    try:
        assert not made.is_relative_to(far)
        assert made.stat().st_mode & 0o077 == 0
    finally:
        made.rmdir()

    def full(**_: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(ServerError, match=r"server\.no_runtime") as refused:
        serve._runtime(tmp_path)
    assert refused.value.values["folder"] == str(far)


def test_a_folder_that_is_not_ours_is_not_removed(tmp_path: Path):
    """What the note of a dead server names is removed only where it is such a folder."""
    dear = tmp_path / "dear"
    dear.mkdir()
    (tmp_path / "server.runtime").write_text(str(dear))
    serve._runtime(tmp_path).rmdir()
    assert dear.is_dir()
