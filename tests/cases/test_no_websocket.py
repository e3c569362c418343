"""Behind a proxy that refuses websockets a meeting and a live cell go on by asking, or say that they stand still."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from actionlearn.store import open_store
from actionlearn.store.groups import meetings

from ..support.groups import furnish
from ..support.narrow_proxy import NarrowProxy, narrow_proxy
from ..support.served_kit import World

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a cohort with a meeting that nobody writes in yet, and a workbook with a live cell that draws what it is told."""
    made = World(tmp_path_factory.mktemp("polled"))
    with open_store(made.data) as store:
        furnish(made, store)
        store.write(lambda c: meetings.change(c, made.book["blue/meeting-2"], scribe=None))
        made.add_workbook(store, "ana", "autumn", "counted", COUNTED)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def proxy(room: World) -> Iterator[NarrowProxy]:
    """Stand before it, and refuse websockets."""
    with narrow_proxy(room.port) as made:
        yield made


def open_at(seat: Any, room: World, proxy: NarrowProxy, who: str, path: str) -> Page:
    """Open a page by that proxy."""
    page: Page = seat(room, who, port=proxy.port)
    page.goto(f"http://127.0.0.1:{proxy.port}{path}")
    expect(page.locator("html[data-al-started]")).to_have_count(1)
    return page


def test_two_hold_a_meeting(room: World, seat: Any, proxy: NarrowProxy):
    """One takes the pen and writes, the other sees who writes and what; and both are told how."""
    at = f"/workbooks/{room.book['blue/meeting-2']}"
    ana, ben = (open_at(seat, room, proxy, who, at) for who in ("ana", "ben"))
    for page in (ana, ben):
        expect(page.locator("[data-al-slow]")).to_be_visible()
    ana.locator("[data-al-pen-act=write][data-al-when=free]").click()
    expect(ben.locator("[data-al-pen]")).to_have_text("Ana writes.")
    ana.locator("#p-meeting input[value=usual]").check()
    ana.locator("#p-questions .al-field textarea").first.fill("Who gains from it?")
    expect(ana.locator("#p-questions-state")).to_contain_text("Saved")
    expect(ben.locator("#p-questions .al-field textarea").first).to_have_value("Who gains from it?")
    ben.locator("[data-al-pen-act=write][data-al-when=theirs]").click()
    ana.locator("[data-al-asked] [data-al-pen-act=give]").click()
    expect(ben.locator("[data-al-pen]")).to_have_text("You write.")


def test_a_page_that_reaches_nobody_says_so(room: World, seat: Any, proxy: NarrowProxy):
    """Who writes is not known without a connection."""
    page = open_at(seat, room, proxy, "ana", f"/workbooks/{room.book['blue/meeting-2']}")
    expect(page.locator("[data-al-slow]")).to_be_visible()
    page.context.set_offline(True)
    expect(page.locator("[data-al-pen]")).to_contain_text("No connection just now")
    page.context.set_offline(False)
    expect(page.locator("[data-al-pen]")).not_to_contain_text("No connection")


def test_what_was_saved_on_another_device_comes(room: World, seat: Any, proxy: NarrowProxy):
    """A workbook of one's own asks, too."""
    path = f"/workbooks/{room.book['ben/scope']}"
    page = open_at(seat, room, proxy, "ben", path)
    assert room.save("ben", room.book["ben/scope"], "need", "said on the phone").status == 200
    expect(page.locator("#p-need-c")).to_have_value("said on the phone", timeout=25_000)


COUNTED = """\
---
template: counted
title: Counted
version: 1
minutes: 1
stage: scope
summary: A live cell of the kit.
---

```{prompt} need
What?
```

```{code-cell}
:id: letters
live(lambda need: f"{len(need or '')} letters", of=["need"])
```
"""


def test_a_live_cell_is_drawn_by_asking(room: World, seat: Any, proxy: NarrowProxy):
    """It says so, and never goes on showing what was true before."""
    page = open_at(seat, room, proxy, "ana", f"/workbooks/{room.book['ana/counted']}")
    live = page.locator("[data-al-live]").first
    expect(live.locator(".al-live-state")).to_contain_text("drawn by asking", timeout=40_000)
    expect(live).to_contain_text("0 letters")
    page.locator("#p-need-c").fill("Wait less")
    expect(live).to_contain_text("9 letters", timeout=40_000)


def test_a_live_cell_that_cannot_be_reached_says_so(room: World, seat: Any, proxy: NarrowProxy):
    """What it shows may be old."""
    page = seat(room, "ana", port=proxy.port)
    page.route("**/exchange", lambda route: route.fulfill(status=403, body=""))
    page.goto(f"{page.kit}/workbooks/{room.book['ana/counted']}")
    live = page.locator("[data-al-live]").first
    page.locator("#p-need-c").fill("Wait longer")
    expect(live.locator(".al-live-state")).to_contain_text("No connection to this part", timeout=40_000)


def test_who_asks_is_there(room: World):
    """Others in the meeting see it, until it has stopped asking."""
    at = f"/api/workbooks/{room.book['blue/meeting-2']}/standing"
    for who in ("ana", "ben"):
        standing = room.ask(who, "GET", f"{at}?client={who}").json
    assert set(standing["here"]) >= {room.person["ana"], room.person["ben"]}
    assert standing["meeting"]["now"]
    assert room.ask("will", "GET", at).status in (403, 404)
    assert room.ask("", "GET", at).status == 401
