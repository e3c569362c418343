"""A calendar that has a day learns that it was removed or done; a calendar without days is a file that opens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import vobject

from actionlearn.store import open_store

from ..support.served_kit import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve Ana's plan."""
    made = World(tmp_path_factory.mktemp("calendar"))
    with open_store(made.data) as store:
        made.add_workbook(store, "ana", "autumn", "plan")
    yield made.start()
    made.stop()


def days(world: World, who: str) -> dict[str, Any]:
    """Return the events of somebody's file by what they are called."""
    text = world.ask(who, "GET", "/calendar/autumn.ics").text
    events = getattr(vobject.readOne(text), "vevent_list", [])
    return {event.summary.value: event for event in events if not event.summary.value.startswith("Agreed")}


def test_what_is_removed_or_done_is_told_to_the_calendar_that_has_it(world: World):
    """Cancelled, or there without a reminder; what was never in a file is in none."""
    rows = [
        {"row": str(uuid4()), "cells": {"what": what, "by": f"2027-01-{day}", "state": "open"}}
        for what, day in (("Ring the yard", 10), ("Write it down", 11), ("Ask Eva", 12))
    ]
    book, client = world.book["ana/plan"], str(uuid4())
    assert world.save("ana", book, "actions", rows, client=client).status == 200
    first = days(world, "ana")
    assert {name: first[name].status.value for name in first} == dict.fromkeys(
        ("Ring the yard", "Write it down", "Ask Eva"), "CONFIRMED"
    )
    rows[1]["cells"]["state"] = "done"
    assert world.save("ana", book, "actions", rows[1:], client=client, seq=2, base=1).status == 200
    after = days(world, "ana")
    assert after["Ring the yard"].status.value == "CANCELLED"
    assert after["Write it down"].status.value == "CONFIRMED"
    assert not hasattr(after["Write it down"], "valarm")
    assert hasattr(after["Ask Eva"], "valarm")
    assert {after[name].uid.value for name in after} == {first[name].uid.value for name in first}
    assert int(after["Ring the yard"].sequence.value) > int(first["Ring the yard"].sequence.value)
    assert world.save("ana", book, "actions", None, client=client, seq=3, base=2).status == 200
    assert {event.status.value for event in days(world, "ana").values()} == {"CANCELLED"}


def test_a_file_without_days_has_something_in_it(world: World):
    """RFC 5545 asks for a component, and some calendars refuse a file that has none."""
    text = world.ask("ben", "GET", "/calendar/autumn.ics").text
    assert "BEGIN:VTIMEZONE" in text
    assert vobject.readOne(text).vtimezone.tzid.value
