"""Kernels of live cells: whose they are, what may be said to them, and how they end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from actionlearn.server.live.manager import IDLE, WorkbookKernelManager
from actionlearn.server.web.identity import SESSION_COOKIE

from ...support.served_kit import CANARY, World

BROKEN = """\
---
template: broken
title: Broken
version: 1
minutes: 1
stage: scope
summary: A live cell that fails, beside one that does not.
---

```{prompt} need
What?
```

```{code-cell}
:id: bad
def bad(need):
    return need
raise RuntimeError("private words of a traceback")
```

```{code-cell}
:id: good
import os
print("HERE", sorted(os.environ), os.getcwd())
```
"""

SLIDER = """\
---
template: slider
title: Slider
version: 1
minutes: 1
stage: scope
summary: A live cell of the kit, beside a widget of others.
---

```{prompt} need
What?
```

```{code-cell}
:id: letters
live(lambda need: f"{len(need or '')} letters", of=["need"])
```

```{code-cell}
:id: slide
from ipywidgets import IntSlider
IntSlider(4, description="Slide")
```
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve with room for three kernels."""
    made = World(tmp_path_factory.mktemp("live"), ACTIONLEARN_KERNELS="3").start()
    yield made
    made.stop()


def live(world: World, who: str = "ana", book: str = "ana/impact") -> Any:
    """Ask for the live part of a page."""
    return world.ask(who, "POST", f"/api/workbooks/{world.book[book]}/live")


def kernel_id(page: Any) -> str:
    """Return the id of the kernel behind a live part."""
    return str(re.findall(r'(?:data-al-kernel=|"kernelId": )"([\w-]+)"', page.text)[0])


def test_an_ordinary_page_starts_no_kernel(world: World):
    """A workbook without live cells is a page, and a page with live cells starts none by being read."""
    before = len(world.kernels())
    assert world.ask("ana", "GET", f"/workbooks/{world.book['ana/scope']}").status == 200
    assert world.ask("ana", "GET", f"/workbooks/{world.book['ana/impact']}").status == 200
    refused = live(world, "ana", "ana/scope")
    assert refused.status == 400
    assert refused.json["error"]["code"] == "server.no_live_cells"
    assert len(world.kernels()) == before


def test_whoever_asks_while_it_starts_gets_the_same_kernel(world: World):
    """Five tabs at once: one process."""
    with ThreadPoolExecutor(5) as pool:
        pages = list(pool.map(lambda _: live(world), range(5)))
    assert {page.status for page in pages} == {200}, pages[0].text
    assert len({kernel_id(page) for page in pages}) == 1
    assert len(world.kernels()) == 1
    assert 'data-al-model="live-1"' in pages[0].text
    assert "data-al-cell=" in pages[0].text
    assert "voila" not in pages[0].text


def test_the_kernels_sockets_are_in_a_folder_nobody_else_enters(world: World):
    """IPC, below a 0700 folder: another user of the machine can neither read nor write them."""
    live(world)
    (process,) = world.kernels()
    sockets = {Path(each.laddr) for each in process.net_connections("unix") if each.laddr}
    assert len(sockets) >= 5
    for socket in sockets:
        assert socket.parent.stat().st_mode & 0o077 == 0


def test_a_kernel_knows_no_store_and_no_secret(world: World):
    """Its environment is made by allow-list; a failing cell says so in its place, and the next one runs."""
    from actionlearn.store import open_store

    with open_store(world.data) as store:
        world.add_workbook(store, "ben", "autumn", "broken", BROKEN)
    page = live(world, "ben", "ben/broken")
    assert page.status == 200, page.text
    assert "This part stopped with an error." in page.text
    assert "private words of a traceback" not in page.text
    assert "HERE" in page.text
    assert "ACTIONLEARN_SERVER" in page.text
    for secret in ("SECRET_OF_THE_SERVER", CANARY, "ACTIONLEARN_STORE", str(world.data)):
        assert secret not in page.text
    for process in world.kernels():
        assert "SECRET_OF_THE_SERVER" not in process.environ()


async def connect(world: World, who: str, kernel: str) -> WebSocketClientConnection:
    """Open a kernel's channels as somebody."""
    headers = {"Cookie": f"{SESSION_COOKIE}={world.session[who]}", "Origin": f"http://127.0.0.1:{world.port}"}
    url = f"ws://127.0.0.1:{world.port}/api/kernels/{kernel}/channels?session_id={uuid4()}"
    return await websocket_connect(HTTPRequest(url, headers=headers))


def message(kind: str, content: dict[str, Any], channel: str = "shell") -> str:
    """Return a message of a page to its kernel."""
    header = {"msg_id": str(uuid4()), "msg_type": kind, "username": "", "session": str(uuid4()), "version": "5.3"}
    whole = {
        "header": header,
        "parent_header": {},
        "metadata": {"version": "1.0.0"},
        "content": content,
        "channel": channel,
    }
    return json.dumps({**whole, "buffers": []})


@contextlib.asynccontextmanager
async def connected(world: World, kernel: str) -> AsyncIterator[WebSocketClientConnection]:
    """Be the page of a kernel's owner, and close it whole."""
    connection = await connect(world, "ana", kernel)
    try:
        yield connection
    finally:
        connection.close()
        with contextlib.suppress(TimeoutError):
            while await asyncio.wait_for(connection.read_message(), 5) is not None:
                pass  # until the other end has closed, too
        await asyncio.sleep(0.05)


async def replies(world: World, kernel: str, *sent: str, seconds: float = 4, last: str = "") -> list[str]:
    """Send messages and return the kinds of all that came back, up to what comes last and a moment more."""
    found = []
    async with connected(world, kernel) as connection:
        for each in sent:
            await connection.write_message(each)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                got = await asyncio.wait_for(connection.read_message(), left)
            except TimeoutError:
                break
            if got is None:
                break
            found.append(json.loads(got)["msg_type"] if isinstance(got, str) else "binary")
            if found[-1] == last:
                end = time.monotonic() + 0.5  # for what another channel of the kernel is later with
    return found


@pytest.mark.parametrize("who", ["ben", "cora", "fay", "wim"])
def test_nobody_else_connects_to_a_kernel(world: World, who: str):
    """Neither the model nor the channel of somebody else's kernel, though one knows its id."""
    kernel = kernel_id(live(world))
    assert world.ask(who, "GET", f"/api/kernels/{kernel}").status == 404

    async def ask() -> int:
        with pytest.raises(HTTPClientError) as refused:
            await connect(world, who, kernel)
        await asyncio.sleep(0.1)  # the socket is closed after the answer
        return refused.value.code

    assert asyncio.run(ask()) == 404


@pytest.mark.parametrize(
    ("kind", "content", "channel"),
    [
        ("execute_request", {"code": "open('/tmp/owned-4711', 'w')", "silent": False}, "shell"),
        ("execute_request", {"code": "1", "silent": False}, "control"),
        ("shutdown_request", {"restart": False}, "control"),
        ("shutdown_request", {"restart": False}, "shell"),
        ("interrupt_request", {}, "control"),
        ("complete_request", {"code": "o", "cursor_pos": 1}, "shell"),
        ("inspect_request", {"code": "os", "cursor_pos": 1}, "shell"),
        ("history_request", {}, "shell"),
        ("debug_request", {"type": "request", "command": "initialize"}, "control"),
        ("input_reply", {"value": "x"}, "stdin"),
        ("comm_open", {"comm_id": "x", "target_name": "jupyter.widget", "data": {}}, "shell"),
    ],
)
def test_a_page_cannot_say_more_than_widgets_do(world: World, kind: str, content: dict[str, Any], channel: str):
    """No code, no end, no look inside: the message is dropped, and the kernel goes on answering."""
    kernel = kernel_id(live(world))
    info = message("kernel_info_request", {})
    found = asyncio.run(
        replies(world, kernel, message(kind, content, channel), info, "no message", "{}", last="kernel_info_reply")
    )
    assert "kernel_info_reply" in found
    assert not {kind.replace("request", "reply"), "execute_input", "comm_close"} & set(found)
    assert not Path("/tmp/owned-4711").exists()
    assert kernel_id(live(world)) == kernel


def test_the_state_of_widgets_can_be_asked_for(world: World):
    """What Voilà's front-end asks when it connects: the models of all widgets."""
    kernel = kernel_id(live(world))
    opened = {"comm_id": uuid4().hex, "target_name": "jupyter.widget.control", "data": {}, "target_module": None}
    asked = {"comm_id": opened["comm_id"], "data": {"method": "request_states"}}
    found = asyncio.run(replies(world, kernel, message("comm_open", opened), message("comm_msg", asked)))
    assert {"comm_msg", "binary"} & set(found)


async def asked(connection: WebSocketClientConnection, seconds: float = 10) -> list[str]:
    """Ask a kernel who it is; return the kinds of all that comes back, until it has finished."""
    question = message("kernel_info_request", {})
    id = json.loads(question)["header"]["msg_id"]
    await connection.write_message(question)
    found, end = [], time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        try:
            got = await asyncio.wait_for(connection.read_message(), left)
        except TimeoutError:
            break
        if got is None:
            return [*found, "closed"]
        told = json.loads(got) if isinstance(got, str) else {}
        if told.get("msg_type") == "status" and told["content"]["execution_state"] == "dead":
            return [*found, "dead"]
        if told.get("parent_header", {}).get("msg_id") == id:
            found.append(told["msg_type"])
            if {"kernel_info_reply", "status"} <= set(found):
                break
    return found


def test_a_killed_kernel_is_another_before_the_page_notices(world: World):
    """Kill -9 again and again: same id, every request answered, on the channel that was open all the while."""
    kernel = kernel_id(live(world))

    async def act() -> list[list[str]]:
        async with connected(world, kernel) as connection:
            answers = []
            for _ in range(2):
                for process in world.kernels():
                    process.kill()
                answers.append(await asked(connection))
            return answers

    for answer in asyncio.run(act()):
        assert {"kernel_info_reply", "status"} <= set(answer)
    assert world.save("ana", world.book["ana/impact"], "changed", "still saved").status == 200
    assert kernel_id(live(world)) == kernel


def test_a_kernel_that_dies_again_and_again_is_left_alone(world: World):
    """After a few tries in a minute the page is told that it is dead; asking for it starts another."""
    kernel = kernel_id(live(world))

    async def act() -> list[str]:
        found: list[str] = []
        async with connected(world, kernel) as connection:
            for _ in range(6):
                for process in world.kernels():
                    process.kill()
                found += await asked(connection)
                if {"dead", "closed"} & set(found):
                    break
        return found

    assert {"dead", "closed"} & set(asyncio.run(act()))
    assert world.ask("ana", "GET", f"/api/kernels/{kernel}").status == 404
    assert kernel_id(live(world)) != kernel


def test_when_everything_is_killed_everything_comes_back(world: World):
    """The process that kernels are forked from, killed with -9: a new one, and the page is answered, its picture too."""
    kernel = kernel_id(live(world))
    state = {"answers": {"since": "2026-03-02"}}
    update = {"comm_id": "live-1", "data": {"method": "update", "state": state, "buffer_paths": []}}

    async def act() -> tuple[list[str], dict[str, Any]]:
        async with connected(world, kernel) as connection:
            first = min(
                world.children("al-warm"), key=lambda each: each.create_time()
            )  # a fork has its name for a moment
            first.kill()
            answered = await asked(connection, 30)
            await connection.write_message(message("comm_msg", update))
            while True:
                told = json.loads(str(await asyncio.wait_for(connection.read_message(), 10)))
                if told["msg_type"] == "comm_msg" and told["content"]["data"]["method"] == "update":
                    return answered, told["content"]

    answered, said = asyncio.run(act())
    assert "kernel_info_reply" in answered
    assert said["comm_id"] == "live-1"
    assert "No counts yet" in said["data"]["state"]["shown"]["text"]


def test_a_kernel_forgets_what_is_erased(world: World):
    """Erasing a passage ends the kernels of its author's workbooks, which may have been told it; their pages hear of it."""
    first = kernel_id(live(world))
    body = {"prompt": "need", "passage": "The night hears"}

    async def act() -> int | None:
        path = f"/api/workbooks/{world.book['ana/scope']}/erase"
        async with connected(world, first) as connection:
            assert (await asyncio.to_thread(world.ask, "ana", "POST", path, body)).status == 200
            while await asyncio.wait_for(connection.read_message(), 10) is not None:
                pass
            return connection.close_code

    assert asyncio.run(act()) == 1012
    assert world.ask("ana", "GET", f"/api/kernels/{first}").status == 404
    assert kernel_id(live(world)) != first


@pytest.mark.parametrize(
    ("idle", "waiting", "forked", "shown", "came"),
    [
        (30, False, True, True, []),
        (90, True, True, True, []),
        (90, False, True, True, ["sleeps"]),
        (90, False, False, True, [IDLE]),
        (90, False, True, False, [IDLE]),
    ],
    ids=["just used", "at work", "forked", "not to be had again", "no page"],
)
def test_a_kernel_that_nobody_uses_is_not_kept(idle: float, waiting: bool, forked: bool, shown: bool, came: list[Any]):
    """It sleeps where its page can have it back unseen; else it ends, and the page is told that it may ask for another."""
    did: list[Any] = []

    async def end(_: str, why: int) -> None:
        did.append(why)

    channels = [SimpleNamespace(open=waiting)] if shown else []
    live = SimpleNamespace(can_be_renewed=forked, channels=channels, sleep=lambda: did.append("sleeps"))
    used = datetime.now(UTC) - timedelta(seconds=idle)
    kernel = SimpleNamespace(last_activity=used, execution_state="idle")
    kernels: Any = SimpleNamespace(_of=lambda _: live, get_kernel=lambda _: kernel, cull_idle_timeout=60, _end=end)
    asyncio.run(WorkbookKernelManager.cull_kernel_if_idle(kernels, "k"))
    assert did == came


def test_other_widgets_are_sent_to_voilas_front_end(world: World):
    """Their page is told where the front-end is; the next page of that template, and a journey to it, ask for it ahead."""
    from actionlearn.store import open_store

    with open_store(world.data) as store:
        book = world.add_workbook(store, "will", "winter", "slider", SLIDER)
    pages = [("ana", f"/workbooks/{world.book['ana/impact']}"), ("will", f"/workbooks/{book}"), ("will", "/")]
    before = [world.ask(who, "GET", path).text for who, path in pages]
    page = live(world, "will", "will/slider")
    assert kernel_id(page)
    for word in ('id="rendered_cells"', "application/vnd.voila.cell-output+json", "/voila/static/", "data-al-cell="):
        assert word in page.text
    after = [world.ask(who, "GET", path).text for who, path in pages]
    assert ["/voila/static/" in text for text in before + after] == [False] * 4 + [True] * 2


def test_no_more_kernels_than_may_be(world: World):
    """When all places are taken the page is told so, kindly, with 429; nothing is started."""
    from actionlearn.store import open_store

    with open_store(world.data) as store:
        for who, cohort in (("will", "winter"), ("ben", "autumn"), ("ana", "autumn")):
            world.add_workbook(store, who, cohort, f"more-{who}", BROKEN.replace("broken", f"more-{who}"))
    live(world)
    statuses = [live(world, who, f"{who}/more-{who}").status for who in ("will", "ben", "ana")]
    assert statuses.count(429) >= 1
    assert set(statuses) <= {200, 429}
    assert len(world.kernels()) <= 3
    full = live(world, "ana", "ana/more-ana")
    assert full.json["error"]["code"] == "server.kernels_full"
