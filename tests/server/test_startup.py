"""What a server does when it starts: goes on with what the last one left, and forgets what is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from actionlearn.reviews import share
from actionlearn.server.scheduled.cleanup import DailyCleanup
from actionlearn.server.web.context import ServerContext
from actionlearn.server.workbooks.state import notebook_contents
from actionlearn.settings import read_settings
from actionlearn.store import Store, now, open_store, shifted
from actionlearn.store.people import sessions
from actionlearn.store.records import Submission
from actionlearn.store.reviews import reviews
from actionlearn.store.workbooks import drafts, workbooks

from ..support.served_kit import World

SLOW = """\
---
template: slow
title: Slow
version: 1
minutes: 1
stage: scope
summary: A live cell that takes longer than anybody waits.
---

```{prompt} need
What?
```

```{code-cell}
:id: long
import time
time.sleep(600)
```
"""


def shared_with_nobody_serving(world: World, store: Store, name: str = "scope") -> Submission:
    """Answer and share a workbook of Ben's, as a server does just before it dies."""
    book = store.read(lambda c: workbooks.workbook(c, world.book[f"ben/{name}"]))
    contents = notebook_contents(world.data, book)
    ben = world.person["ben"]
    key = {"workbook": book.id, "prompt": "need", "person": ben, "client": str(uuid4()), "seq": 1, "base": 0}
    store.write(lambda c: drafts.save(c, **key, value="Nobody owns it.", now=now()))
    return store.write(lambda c: share.freeze(c, book, contents, ben, "", now()))


def test_what_was_shared_as_the_server_died_is_executed_by_the_next(tmp_path: Path):
    """A submission is committed and the server gone: the next one executes it, and its readers lack nothing."""
    world = World(tmp_path)
    with open_store(world.data) as store:
        made = shared_with_nobody_serving(world, store)
        world.start(cold=True)
        try:
            deadline = time.monotonic() + 90
            while states(store, made.id) != {"coach": "done", "set": "done"}:
                assert time.monotonic() < deadline, states(store, made.id)
                time.sleep(0.2)
        finally:
            assert world.stop() == 0
        assert (world.data / f"reviews/autumn/{made.id}/coach.ipynb").is_file()


def test_a_server_that_stops_while_it_executes_leaves_it_to_the_next(
    tmp_path: Path, until: Callable[[Callable[[], bool]], None]
):
    """A notebook whose kernel ended with the server has not failed: the next server executes it."""
    world = World(tmp_path)
    with open_store(world.data) as store:
        world.add_workbook(store, "ben", "autumn", "slow", SLOW)
        made = shared_with_nobody_serving(world, store, "slow")
        world.start(cold=True)
        try:  # a kernel started cold, or forked: beside the processes that kernels are forked from
            until(lambda: world.runs("ipykernel_launcher") or len(world.children()) > 2)
        finally:
            assert world.stop() == 0
        assert set(states(store, made.id).values()) == {"pending"}


def states(store: Store, submission: str) -> dict[str, str]:
    """Return how the executed notebooks of a submission stand, by reader."""
    return {each.reader: each.state for each in store.read(lambda c: reviews.reviews_of(c, submission))}


def test_what_is_over_is_forgotten_at_the_start(tmp_path: Path, until: Callable[[Callable[[], bool]], None]):
    """Sessions, links and replies that nobody can use any more go; those that somebody may use stay."""
    world = World(tmp_path)
    long_ago = shifted(now(), days=-200)
    with open_store(world.data) as store:
        ana, scope = world.person["ana"], world.book["ana/scope"]
        save: dict[str, Any] = {"workbook": scope, "prompt": "seen", "person": ana, "client": "old", "seq": 1}

        def act(c: Any) -> None:
            sessions.put_session(c, "old-session", ana, long_ago)
            sessions.put_link(c, "old-link", ana, long_ago, shifted(long_ago, hours=1))
            sessions.put_link(c, "new-link", ana, now(), shifted(now(), hours=1))
            drafts.save(c, **save, base=0, value="Words", now=long_ago)

        store.write(act)
        world.start(cold=True)
        try:
            until(lambda: store.read(lambda c: sessions.session(c, "old-session")) is None)
            assert store.read(lambda c: sessions.link(c, "old-link")) is None
            assert store.read(lambda c: sessions.link(c, "new-link")) is not None
            assert world.ask("ana", "GET", "/").status == 200
            assert not any("old" in row for row in world.rows()["acknowledgement"])
            assert store.read(lambda c: drafts.drafts(c, scope))["seen"].value == "Words"
        finally:
            world.stop()


async def _twice(daily: DailyCleanup) -> None:
    await daily.start()
    assert daily._clock.is_running()
    assert daily._clock.callback_time == 24 * 60 * 60 * 1000
    await daily.clean_up()
    daily.stop()
    assert not daily._clock.is_running()


def test_and_every_day_after_that(sqlite_store: Store, tmp_path: Path):
    """It is done again each day while the server runs; a store that cannot just now stops nothing."""
    import asyncio

    asyncio.run(_twice(DailyCleanup(ServerContext(sqlite_store, tmp_path, read_settings()))))
    sqlite_store.close()
    asyncio.run(DailyCleanup(ServerContext(sqlite_store, tmp_path, read_settings())).clean_up())
