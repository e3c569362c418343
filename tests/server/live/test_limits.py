"""What one person, and one kernel with all it has started, may take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from actionlearn.kernels import can_sandbox
from actionlearn.server.live.manager import GRACE, most_of_one
from actionlearn.store import open_store

from ...support.forks import until as wait
from ...support.served_kit import World
from .test_live import kernel_id, live

TEMPLATE = """---
template: NAME
title: Takes much
version: 1
minutes: 1
stage: scope
summary: A live cell that takes what it can.
---

```{prompt} need
What?
```

```{code-cell}
:id: take
CODE
```
"""

#: Run in the kernel, not once for all: what is left behind lies outside the memory of a process.
FILL = """get_ipython()
for number in range(6):
    with open(f"fill{number}", "wb") as file: file.write(b"x" * 60 * 1024 * 1024)"""
CHILDREN = """get_ipython()
import os, time
for _ in range(70):
    if os.fork() == 0:
        time.sleep(600)"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve with room for eight kernels, two of one person."""
    made = World(tmp_path_factory.mktemp("limits"), ACTIONLEARN_KERNELS="8")
    with open_store(made.data) as store:
        for number in range(5):
            made.add_workbook(
                store,
                "ana",
                "autumn",
                f"more{number}",
                TEMPLATE.replace("NAME", f"more{number}").replace("CODE", "1 + 1"),
            )
        for name, code in (("fill", FILL), ("children", CHILDREN)):
            made.add_workbook(store, "ben", "autumn", name, TEMPLATE.replace("NAME", name).replace("CODE", code))
    yield made.start()
    made.stop()


@pytest.mark.slow
def test_one_person_does_not_take_all_kernels(world: World):
    """Who asks for more than one may gives up what they used longest ago; nobody else waits, and nothing unused stays."""
    assert most_of_one(8) == 2
    assert most_of_one(40) == 6
    pages = [live(world, "ana", f"ana/more{number}") for number in range(5)]
    assert [page.status for page in pages] == [200] * 5
    assert len(world.kernels()) == 2
    gone = [world.ask("ana", "GET", f"/api/kernels/{kernel_id(page)}").status for page in pages]
    assert gone == [404, 404, 404, 200, 200]
    assert live(world, "ben", "ben/scope").status == 400  # it has no live part; asked all the same
    assert wait(lambda: not world.kernels(), GRACE + 20)


@pytest.mark.skipif(not can_sandbox(), reason="this system has no walls")
@pytest.mark.parametrize(("name", "word"), [("fill", "disk"), ("children", "processes")])
def test_a_kernel_that_takes_too_much_is_ended_with_all_it_has_started(world: World, name: str, word: str):
    """Disk and processes are the family's: it ends within seconds, its folder and its children with it."""
    page = live(world, "ben", f"ben/{name}")
    folders = {Path(each.cwd()).parent for each in world.kernels()}
    assert page.status in (200, 500)
    assert wait(lambda: any(line.get("message") == f"live cell takes too much: {word}" for line in world.lines()), 30)
    assert wait(lambda: not world.children("al-kernel"), 30)
    assert wait(lambda: not any(folder.exists() for folder in folders), 10)
    assert world.ask("ben", "GET", "/health").status == 200
    assert psutil.Process(world.process.pid if world.process else 0).is_running()
