"""Where "today" stands on a time line: in its own month, whatever the days around it are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, expect

from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import open_store
from actionlearn.store.people import members
from actionlearn.views.timeline import month_name

from ..support.served_kit import World

TEMPLATE = """---
template: days
title: Days
version: 1
minutes: 5
---
```{prompt} steps
:kind: table
:columns:
    what: {label: What, kind: short-text}
    by: {label: By when, kind: date}
What will you do?
```

```{view} timeline
:of: steps
```
"""


@pytest.mark.ordinary("between", "in it")
@pytest.mark.parametrize(
    ("before", "after"),
    [([-70], [70]), ([-70], []), ([], [70]), ([-70, 0], [70])],
    ids=["between", "last", "first", "in it"],
)
def test_today_stands_below_the_name_of_its_month(tmp_path, device: Callable[..., BrowserContext], before, after):
    """Between two months, after the last, before the first, and in a month that has days: the heading above is true."""
    world = World(tmp_path)
    with open_store(world.data) as store:
        book = world.add_workbook(store, "ana", "autumn", "days", TEMPLATE)
    world.start()
    try:
        today = datetime.now(UTC).date()
        days = [today + timedelta(days=each) for each in (*before, *after)]
        rows = [{"row": str(uuid4()), "cells": {"what": f"Step {day}", "by": day.isoformat()}} for day in days]
        assert world.save("ana", book, "steps", rows).status == 200
        context = device(viewport={"width": 390, "height": 844}, timezone_id="UTC", locale="en-GB")
        home = f"http://127.0.0.1:{world.port}"
        context.add_cookies([{"name": SESSION_COOKIE, "value": world.session["ana"], "url": home}])
        page = context.new_page()
        page.goto(f"{home}/workbooks/{book}")
        line = page.locator(".al-view-timeline")
        mark = line.locator("li.al-today")
        expect(mark).to_have_count(1)
        above = mark.evaluate("mark => mark.closest('ol').previousElementSibling.textContent")
        assert above == month_name(date(today.year, today.month, 1), page.evaluate("document.documentElement.lang"))
        every = line.locator("li").all_text_contents()
        assert [n for n, text in enumerate(every) if text == "Today"] == [len(before) - (0 in before)]
    finally:
        world.stop()


def test_the_month_is_named_as_those_beside_it_are(tmp_path, device: Callable[..., BrowserContext]):
    """The page’s heading and those that the server wrote are alike, in another language too."""
    world = World(tmp_path)
    with open_store(world.data) as store:
        book = world.add_workbook(store, "ana", "autumn", "days", TEMPLATE)
        store.write(lambda c: members.update_person(c, world.person["ana"], locale="pt"))
    world.start()
    try:
        today = datetime.now(UTC).date()
        rows = [{"row": str(uuid4()), "cells": {"what": "x", "by": (today + timedelta(days=70)).isoformat()}}]
        assert world.save("ana", book, "steps", rows).status == 200
        context = device(viewport={"width": 390, "height": 844}, timezone_id="UTC")
        home = f"http://127.0.0.1:{world.port}"
        context.add_cookies([{"name": SESSION_COOKIE, "value": world.session["ana"], "url": home}])
        page = context.new_page()
        page.goto(f"{home}/workbooks/{book}")
        language = page.evaluate("document.documentElement.lang")
        headings = page.locator(".al-view-timeline h3")
        expect(headings).to_have_text(
            [month_name(each.replace(day=1), language) for each in (today, today + timedelta(days=70))]
        )
        assert language.startswith("pt")
    finally:
        world.stop()
