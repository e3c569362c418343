"""The learner's calendar: what is in it, and that another program reads it the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from actionlearn.answers.items import Item, PromptAnswer
from actionlearn.exports.ical import Day, calendar, days, plain_text

LISBON = ZoneInfo("Europe/Lisbon")
NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)
ROW = "00000000-0000-4000-8000-000000000001"
LABELS = {"what": "What", "by": "By when", "state": "State", "open": "Not yet", "done": "Done", "dropped": "Dropped"}


def table(**cells: Any) -> PromptAnswer:
    """Return a table of one row."""
    item = Item("actions", [{"row": ROW, "cells": cells}], "Plan", "2026-10-12T20:00:00.000Z", "", "table", LABELS)
    return PromptAnswer("w1", "plan", 1, "actions", 3, item)


def dated(template: str, prompt: str, value: Any, version: int = 1) -> PromptAnswer:
    """Return a prompt for a date."""
    return PromptAnswer(
        f"w-{template}",
        template,
        1,
        prompt,
        version,
        Item(prompt, value, "One small try", "2026-10-12T20:00:00.000Z", "", "date"),
    )


def read(found: list[Day], zone: ZoneInfo = LISBON, now: datetime = NOW) -> list[Any]:
    """Return the events as another library reads them."""
    text = calendar(found, name="My journey", zone=zone, now=now).decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    read = vobject.readOne(text)
    assert read.version.value == "2.0"
    return list(getattr(read, "vevent_list", []))


def test_a_step_becomes_an_all_day_event():
    """A dated step is an all-day event with its words, that a second parser reads."""
    (event,) = read(
        days([table(what="Stand at the counter", by="2026-10-24", state="open")], address="https://x.example/")
    )
    assert event.dtstart.value == date(2026, 10, 24)
    assert event.dtend.value == date(2026, 10, 25)
    assert event.summary.value == "Stand at the counter"
    assert event.url.value == "https://x.example/workbooks/w1#p-actions"
    assert event.getChildValue("class") == "PRIVATE"
    assert (event.status.value, event.transp.value) == ("CONFIRMED", "TRANSPARENT")


def test_all_kinds_of_days_are_there():
    """Steps, what comes next, reviews, follow-ups at 30, 60 and 90 days, and meetings; figures of the past are not."""
    counts = Item(
        "figures", [{"row": ROW, "cells": {"on": "2026-10-02", "count": "3"}}], "", "", "", "table", {"on": "Day"}
    )
    found = days(
        [
            dated("experiment", "next_on", "2026-10-26"),
            dated("experiment", "look_on", "2026-10-30"),
            dated("impact", "since", "2026-10-01"),
            dated("impact", "look_again", "2026-12-01"),
            dated("set-meeting", "next_on", "2026-11-03"),
            PromptAnswer("w3", "impact", 1, "figures", 1, counts),
            dated("journal", "on", "2026-10-09"),
        ]
    )
    assert [each.on.isoformat() for each in found] == [
        *("2026-10-26", "2026-10-30", "2026-10-31", "2026-11-03"),
        *("2026-11-30", "2026-12-01", "2026-12-30"),
    ]
    assert len({each.uid for each in found}) == 7


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"who": "Eva", "what": "calls the depot"}, "Eva: calls the depot"),
        ({"cue": "When it rings", "act": "I will count to three"}, "I will count to three"),
        ({"force": "Habit"}, "Habit"),
        ({"who": "Eva"}, "Eva"),
        ({}, "A step"),
    ],
)
def test_a_step_is_called_by_its_words(cells, words):
    """What somebody does, and who, rather than the first thing in the row."""
    item = Item(
        "t",
        [{"row": ROW, "cells": {**cells, "by": "2026-10-24"}}],
        "",
        "",
        "",
        "table",
        dict.fromkeys([*cells, "by"], "x"),
    )
    assert [each.summary for each in days([PromptAnswer("w", "plan", 1, "t", 1, item)])] == [words]


def test_a_changed_day_is_the_same_event_with_a_higher_sequence():
    """The UID is stable when the day moves and the words change; SEQUENCE rises with the version."""
    before, after = dated("experiment", "next_on", "2026-10-26"), dated("experiment", "next_on", "2026-10-27", 5)
    (old,), (new,) = read(days([before])), read(days([after]))
    assert old.uid.value == new.uid.value
    assert int(old.sequence.value) < int(new.sequence.value)


def test_a_dropped_step_is_cancelled_and_a_done_one_rings_no_more():
    """What was dropped is taken out of the calendar that has it; what was done stays there, without its reminder."""
    (event,) = read(days([table(what="Call", by="2026-10-24", state="dropped")]))
    assert event.status.value == "CANCELLED"
    assert not hasattr(event, "valarm")
    (event,) = read(days([table(what="Call", by="2026-10-24", state="done")]))
    assert event.status.value == "CONFIRMED"
    assert not hasattr(event, "valarm")


def test_what_was_taken_out_is_cancelled():
    """A row that was removed and a day that was cleared stand in no answer: a calendar that has them learns it."""
    step, look = table(what="Call", by="2026-10-24", state="open"), dated("experiment", "look_on", "2026-10-26")
    before = {(each.workbook, each.prompt): [each.item.value] for each in (step, look)}
    gone = [replace(each, version=9, item=replace(each.item, value=None)) for each in (step, look)]
    events = read(days(gone, earlier=before))
    assert [event.status.value for event in events] == ["CANCELLED"] * 2
    assert [int(event.sequence.value) for event in events] == [9, 9]
    assert [event.uid.value for event in events] == [day.uid for day in days([step, look])]
    (moved,) = days([replace(step, item=replace(step.item, value=step.item.value))], earlier=before)
    assert not moved.cancelled


@pytest.mark.parametrize(
    ("on", "zone", "rings"),
    [
        ("2026-10-24", "Europe/Lisbon", "2026-10-24T08:00"),  # the day before clocks go back
        ("2026-10-25", "Europe/Lisbon", "2026-10-25T09:00"),
        ("2026-03-29", "Europe/Lisbon", "2026-03-29T08:00"),  # clocks go forward
        ("2026-03-28", "Europe/Lisbon", "2026-03-28T09:00"),
        ("2026-10-24", "Pacific/Kiritimati", "2026-10-23T19:00"),
        ("2026-11-01", "America/St_Johns", "2026-11-01T12:30"),
    ],
)
def test_the_reminder_is_at_nine_there_also_when_clocks_change(on, zone, rings):
    """Nine in the morning where the learner is, in UTC, on both sides of a clock change; the day stays the day."""
    (event,) = read(days([table(what="Call", by=on)]), ZoneInfo(zone), datetime(2026, 1, 1, tzinfo=UTC))
    assert event.dtstart.value.isoformat() == on
    assert event.valarm.trigger.value.astimezone(UTC).isoformat().startswith(rings)


def test_a_day_that_is_over_rings_no_more():
    """Whoever takes the file late is not told of all that has been."""
    over, now, ahead = read(days([table(what="Call", by=f"2026-10-{day}") for day in (19, 20, 21)]))
    assert not hasattr(over, "valarm")
    assert hasattr(now, "valarm")
    assert hasattr(ahead, "valarm")


@given(st.text(max_size=300))
def test_no_text_gets_out_of_its_line(text):
    """Whatever is typed is one summary of one event: no line of its own, no property, no component."""
    (event,) = read(days([table(what=f"x {text} y", by="2026-10-24")]))
    assert event.summary.value == plain_text(f"x {text} y")
    assert sorted(event.contents) == sorted(read(days([table(what="x", by="2026-10-24")]))[0].contents)


@pytest.mark.parametrize(
    "text",
    [
        "a\r\nBEGIN:VALARM\r\nACTION:AUDIO",
        "a\nATTACH:https://evil.example",
        "\u2028X:1",
        "a\rb",
        "a\\nb; c, d:e",
        "\u202egnp.exe",
    ],
)
def test_an_injection_stays_words(text):
    """Line ends of every kind, commas, colons and backslashes in a step are only ever its words."""
    raw = calendar(days([table(what=text, by="2026-10-24")]), name=text, zone=LISBON, now=NOW)
    unfolded = raw.replace(b"\r\n ", b"").decode()
    assert sum(line.startswith("BEGIN:") for line in unfolded.split("\r\n")) == 3
    assert not any(line.startswith(("ATTACH", "ACTION:AUDIO", "X:1")) for line in unfolded.split("\r\n"))
    assert "\r" not in unfolded.replace("\r\n", "")
    assert "\u202e" not in unfolded


@pytest.mark.parametrize(
    "value", [None, "", "soon", "2026-02-30", {"not_yet": True}, ["2026-10-01"], "9999-12-31", "0001-01-01"]
)
def test_what_is_no_day_is_no_event(value):
    """Half a date, not yet, a day past the last there is: no event, and no fault."""
    found = days([dated("experiment", "next_on", value), dated("impact", "since", value), table(what="x", by=value)])
    calendar(found, name="x", zone=ZoneInfo("Pacific/Kiritimati"), now=NOW)
    if value not in ("9999-12-31", "0001-01-01"):
        assert found == []


def test_an_empty_calendar_is_a_calendar():
    """Without a day it is a file that a calendar opens."""
    assert read([]) == []
    assert replace(days([table(by="2026-10-24")])[0], uid="").summary == "A step"
