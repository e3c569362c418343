"""When everybody has gone, nothing of them is left: no descriptor, process or socket."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psutil
import pytest
from websocket import WebSocket

from actionlearn import accounts
from actionlearn.store import open_store
from actionlearn.store.people import members

from ..support.served_kit import World
from .live.test_live import kernel_id, live
from .test_websockets import connect

#: A second workbook with live cells.
TWO = """---
template: two
title: Two
version: 1
minutes: 1
stage: scope
summary: A live cell.
---

```{prompt} need
What?
```

```{code-cell}
:id: count
print(1 + 1)
```
"""

PEOPLE, PAGES, KERNELS = 25, 300, 50


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve twenty-five more learners, each with two live workbooks."""
    made = World(tmp_path_factory.mktemp("leaving"), ACTIONLEARN_KERNELS=str(KERNELS + 5))
    with open_store(made.data) as store:
        for name in (f"learner{number:02}" for number in range(PEOPLE)):
            person = store.write(lambda c, name=name: members.add_person(c, username=name, firstname=name, locale="en"))
            store.write(lambda c, who=person.id: members.grant(c, "autumn", who, "learner"))
            made.person[name], made.session[name] = person.id, accounts.new_session(store, person.id)
            made.add_workbook(store, name, "autumn", "impact")
            made.add_workbook(store, name, "autumn", "two", TWO)
    made.start()
    yield made
    made.stop()


def held(world: World) -> dict[str, int]:
    """Return what the server holds of the system."""
    assert world.process is not None
    process = psutil.Process(world.process.pid)
    return {
        "descriptors": process.num_fds(),
        "sockets": len(process.net_connections("all")),
        "kernels": len(world.kernels()),
        "threads": process.num_threads(),
    }


def wait(true: Callable[[], bool], seconds: float = 120) -> bool:
    """Wait for something, and tell whether it came about."""
    end = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.5)
    return found


@pytest.mark.slow
def test_nothing_is_left_of_three_hundred_pages_and_fifty_kernels(world: World):
    """Opened all at once, twice, and closed: the server holds afterwards what it held after the first time."""
    names = [name for name in world.person if name.startswith("learner")]
    books = [f"{name}/impact" for name in names] + [f"{name}/two" for name in names]
    after = []
    for _ in range(2):
        sockets: list[WebSocket] = []
        with ThreadPoolExecutor(8) as pool:
            shown = list(pool.map(lambda book: live(world, book.split("/")[0], book), books))
            assert {page.status for page in shown} == {200}
            assert len({kernel_id(page) for page in shown}) == KERNELS == len(world.kernels())
            paths = [
                (book, f"/api/kernels/{kernel_id(page)}/channels?session_id={uuid4()}")
                for book, page in zip(books, shown, strict=True)
            ]
            pushes = [(book, f"/api/workbooks/{world.book[book]}/push") for book in books] * (PAGES // KERNELS)
            sockets += pool.map(lambda each: connect(world, each[0].split("/")[0], each[1]), paths + pushes)
        assert len(sockets) == PAGES + KERNELS
        full = held(world)
        assert full["sockets"] >= PAGES + KERNELS
        for socket in sockets:
            with contextlib.suppress(OSError):
                socket.shutdown()
        assert wait(lambda: not world.kernels()), held(world)
        assert wait(lambda: held(world)["sockets"] < 60), held(world)
        after.append(held(world))
    assert wait(lambda: held(world)["descriptors"] <= after[0]["descriptors"] + 5), (after, held(world))
    last = held(world)
    assert last["kernels"] == 0
    assert last["sockets"] <= after[0]["sockets"] + 5, (after, last)
    assert last["threads"] <= after[0]["threads"] + 5, (after, last)
    print(after, last)  # noqa: T201 - the numbers are told
