"""The faults. Each begins with an edit in flight and returns the moment its cause was gone."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from playwright.async_api import Error, expect

from faults.lane import Lane
from faults.places import Cluster
from faults.proxy import Weather


@contextlib.asynccontextmanager
async def in_thread(manager: Any) -> AsyncIterator[None]:
    """Enter and leave without holding up the other lanes."""
    await asyncio.to_thread(manager.__enter__)
    try:
        yield
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)


@contextlib.asynccontextmanager
async def weather(lane: Lane, **how: Any) -> AsyncIterator[None]:
    lane.proxy.weather = Weather(**how)
    if how.get("cut"):
        lane.proxy.hang_up()
    try:
        yield
    finally:
        lane.proxy.weather = Weather()


async def cut(lane: Lane) -> float:
    """No connection holds and none can be made, for up to two seconds and a half."""
    async with weather(lane, cut=True):
        await lane.type_on(lane.rng.uniform(0.3, 2.5))
    return time.monotonic()


async def delayed(lane: Lane) -> float:
    """Saves and their replies take up to a second and a half, in any order; now and then the tab is reloaded."""
    async with weather(lane, delay=(0.1, 1.5)):
        await lane.type_on(lane.rng.uniform(0.5, 2.0))
        if lane.rng.random() < 0.3:
            await lane.next_visit()
    return time.monotonic()


async def duplicated(lane: Lane) -> float:
    """Each save arrives twice, the second at once or after newer ones; now and then the tab is reloaded."""
    latest = lane.rng.choice((0.0, 0.3, 1.5))
    async with weather(lane, twice=(0.0, latest)):
        await lane.type_on(lane.rng.uniform(0.5, 1.5))
        if lane.rng.random() < 0.3:
            await lane.next_visit()
    return time.monotonic()


async def lost_reply(lane: Lane) -> float:
    """Saves arrive and are committed, most replies do not; now and then the tab is reloaded."""
    async with weather(lane, lost=lane.rng.choice((1.0, 0.7))):
        await lane.type_on(lane.rng.uniform(0.4, 1.5))
        if lane.rng.random() < 0.3:
            await lane.next_visit()
    return time.monotonic()


async def _away(lane: Lane, leave: Callable[[], Awaitable[None]]) -> float:
    """Leave with an edit in flight: with the network as it is, with saves that do not arrive, or replies that do not."""
    how = lane.rng.choice(({}, {"unheard": True}, {"unheard": True}, {"lost": 1.0}, {"delay": (0.3, 1.2)}))
    async with weather(lane, **how):
        if lane.rng.random() < 0.5 or not lane.in_flight():
            await lane.type(lane.some()[0], 1)
        await leave()
    return time.monotonic()


async def reloaded(lane: Lane) -> float:
    """The tab is reloaded."""

    async def leave() -> None:
        await lane.page.reload(wait_until="commit")

    gone = await _away(lane, leave)
    await lane.ready()
    return gone


async def closed(lane: Lane) -> float:
    """The tab is closed, and the workbook opened again in the same browser profile."""

    async def leave() -> None:
        await lane.page.close()

    gone = await _away(lane, leave)
    await lane.visit(lane.book)
    return gone


async def server(lane: Lane) -> float:
    """The server is killed with -9 and started again."""
    lane.place.kill()
    starting = asyncio.create_task(asyncio.to_thread(lane.place.start))
    await lane.type_on(lane.rng.uniform(0.2, 1.0))
    await starting
    return time.monotonic()


async def kernel(lane: Lane) -> float:
    """The kernel of the page is killed with -9."""
    for process in lane.place.kernels():
        process.kill()
    gone = time.monotonic()
    await lane.type_on(lane.rng.uniform(0.0, 0.5))
    return gone


async def kernel_runs(lane: Lane) -> None:
    """Start the kernel again, where it was killed, and type while it starts."""
    live = lane.page.locator("section[data-al-live]")
    if lane.place.kernels() and await live.get_attribute("data-state") == "live":
        return
    again = live.get_by_role("button")
    with contextlib.suppress(Error, AssertionError):
        await expect(live).not_to_have_attribute("data-state", "live", timeout=8_000)
        if await again.is_visible():
            await again.click(timeout=3_000)
            await lane.type(lane.some()[0], 1)
        await expect(live).to_have_attribute("data-state", "live", timeout=45_000)
        return
    await lane.settled(20)
    await lane.next_visit()
    await expect(live).to_have_attribute("data-state", "live", timeout=60_000)


async def full(lane: Lane) -> float:
    """The disk is full; what is typed cannot be committed until there is room again."""
    async with in_thread(lane.place.full()):
        await lane.type_on(lane.rng.uniform(0.5, 2.0))
        if lane.rng.random() < 0.2:
            await lane.next_visit()
    return time.monotonic()


async def locked(lane: Lane) -> float:
    """Another program holds the store's lock: for ten seconds in every sixth round, else for up to three."""
    seconds = 10.0 if lane.rng.random() < 1 / 6 else lane.rng.uniform(1.0, 3.0)
    async with in_thread(lane.place.locked()):
        until = time.monotonic() + seconds
        await lane.type_on(min(seconds, 2.0))
        await asyncio.sleep(max(0.0, until - time.monotonic()))
    return time.monotonic()


async def postgresql(lane: Lane) -> float:
    """PostgreSQL is restarted, as an upgrade does it or as a crash does."""
    assert isinstance(lane.place, Cluster)
    restart = asyncio.create_task(asyncio.to_thread(lane.place.restart, lane.rng.choice(("fast", "immediate"))))
    await lane.type_on(lane.rng.uniform(0.3, 1.0))
    await restart
    return time.monotonic()


#: Name on the command line -> what it is called in the table, and the fault.
KINDS: dict[str, tuple[str, Callable[[Lane], Awaitable[float]]]] = {
    "kernel": ("kernel killed with -9", kernel),
    "server": ("server killed with -9, started again", server),
    "cut": ("network cut", cut),
    "delayed": ("network delayed", delayed),
    "duplicated": ("saves duplicated", duplicated),
    "lost-reply": ("reply lost", lost_reply),
    "reloaded": ("tab reloaded", reloaded),
    "closed": ("tab closed, opened again", closed),
    "full": ("disk full", full),
    "locked": ("store locked, 1-3 s or 10 s", locked),
    "postgresql": ("PostgreSQL restarted", postgresql),
}
