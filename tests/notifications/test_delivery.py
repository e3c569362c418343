"""What people are told: facts, once a day, by the clocks where they are, and nobody's words."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from actionlearn.mail import MailError
from actionlearn.notifications import delivery
from actionlearn.notifications.news import KINDS, NewsWindow, facts, line
from actionlearn.permissions import Actor, Membership
from actionlearn.settings import read_settings
from actionlearn.store import Store, open_store, shifted
from actionlearn.store.people import members, notifications
from actionlearn.store.people.notifications import NotificationState
from actionlearn.store.records import Suggestion
from actionlearn.store.reviews import comments, notes, recipients

from ..support.served_kit import CANARY, World

#: After all that the world did, whatever the hour is.
NOON = (datetime.now(UTC) + timedelta(1)).replace(hour=12, minute=0, second=0, microsecond=0)
SET_UP = read_settings({"mail_host": "mail.example.org", "mail_from": "kit@example.org"}, {})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Ana has shared and was answered; she and her coach have addresses, and something is agreed for tomorrow."""
    made = World(tmp_path_factory.mktemp("digest"))
    day = (NOON + timedelta(1)).date().isoformat()

    def act(c: Any) -> None:
        for username in ("ana", "cora"):
            members.update_person(c, made.person[username], email=f"{username}@example.org")
        agreed = {"cohort": "autumn", "learner": made.person["ana"], "by": made.person["cora"]}
        notes.add_agreement(c, **agreed, body=f"Agreed {CANARY}", day=day)

    with open_store(made.data) as store:
        store.write(act)
    return made


@pytest.fixture
def world(whole: World, tmp_path: Path) -> World:
    """Copy it for one test."""
    made = copy(whole)
    made.data = tmp_path / "data"
    shutil.copytree(whole.data, made.data)
    return made


@pytest.fixture
def store(world: World) -> Iterator[Store]:
    """Open its store."""
    with open_store(world.data) as opened:
        yield opened


class Box:
    """Takes letters, and fails as it is told."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.closed = self.full = False

    def __call__(self, settings: Any) -> Box:
        return self

    def __enter__(self) -> Self:
        if self.closed:
            raise MailError("mail.unreachable", host="", port=0)
        return self

    def __exit__(self, *_: object) -> None: ...

    def send(self, letter: Any) -> None:
        if self.full:
            raise MailError("mail.not_taken", address=letter.address)
        self.letters.append(letter)


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Box:
    """Put a box where letters go."""
    made = Box()
    monkeypatch.setattr(delivery, "Mailer", made)
    return made


def go(store: Store, now: datetime = NOON, settings: Any = SET_UP) -> delivery.DeliveryReport:
    """Go round once."""
    return delivery.deliver_all(store, Path(store.where).parent, settings, "https://learn.example.org/", now)


def told(store: Store, world: World, who: str) -> list[str]:
    """Return what somebody was told, in words."""
    kept = store.read(lambda c: notifications.notification_state(c, world.person[who]))
    return [line(each, "en") for each in kept.facts]


def test_facts_are_told_and_nobody_s_words(world: World, store: Store, box: Box):
    """Counts and days, in the page's words and the letter's; nothing that was written is in the row or the letter."""
    done = go(store)
    tomorrow = (NOON + timedelta(1)).strftime("%A")
    assert [each.split(",")[0] for each in told(store, world, "ana")] == [
        "One new comment for you.",
        f"Something you agreed on is for {tomorrow}",
    ]
    assert told(store, world, "cora")[0].startswith("Something you agreed on")
    assert told(store, world, "ben") == told(store, world, "fay") == []
    assert (done.notified, done.letters, done.failed) == (2, 2, 0)
    assert {each.address for each in box.letters} == {"ana@example.org", "cora@example.org"}
    for letter in box.letters:
        assert CANARY not in letter.text + letter.subject
        assert "https://learn.example.org/notifications" in letter.text
    assert CANARY not in str(world.rows()["notification_state"])


def test_once_a_day_also_after_a_restart(world: World, store: Store, box: Box):
    """A second round, another process, and one that begins while another is in it: nobody is told or sent twice."""
    with ThreadPoolExecutor(4) as many:
        done = list(many.map(lambda _: go(store), range(4)))
    assert sum(each.notified for each in done) == sum(each.letters for each in done) == len(box.letters) == 2
    store.close()
    command = [sys.executable, "-m", "actionlearn", "tell", "--data", str(world.data)]
    with open_store(world.data) as again:
        before = world.rows()["notification_state"]
        assert go(again, NOON + timedelta(hours=5)) == delivery.DeliveryReport()
        assert subprocess.run(command, capture_output=True, check=True, text=True).stdout.startswith("Told: 0.")
        assert world.rows()["notification_state"] == before


def test_a_fact_is_told_once(world: World, store: Store, box: Box):
    """The next day what was told is not told again, though it still waits; what is new since then is."""
    go(store)
    go(store, NOON + timedelta(1))
    assert told(store, world, "ana") == []
    at = (NOON + timedelta(1, hours=3)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    store.write(lambda c: comments.release_comment(c, world.held, at))
    go(store, NOON + timedelta(2))
    assert told(store, world, "ana") == ["One new comment for you."]
    assert len(box.letters) == 3


def test_each_kind_can_be_turned_down(world: World, store: Store, box: Box):
    """What somebody turned down is not told them; without letters it still stands on their page."""
    store.write(lambda c: notifications.save_choices(c, world.person["ana"], ["mail", "agreed"], "", ""))
    go(store)
    assert told(store, world, "ana") == ["One new comment for you."]
    assert [each.address for each in box.letters] == ["cora@example.org"]
    store.write(lambda c: notifications.save_choices(c, world.person["ana"], KINDS, "", ""))
    go(store, NOON + timedelta(1))
    assert told(store, world, "ana") == []


def test_a_coach_who_coaches_no_more_is_told_nothing(world: World, store: Store, box: Box):
    """Removed in the middle: not of answers under their old comments, not of what was agreed."""
    ana, cora = world.person["ana"], world.person["cora"]
    told_by = {"submission": world.submission, "prompt": "need", "parent": world.comment, "by": ana, "body": "Yes."}
    store.write(lambda c: comments.add_comment(c, **told_by, released=True))
    (group,) = store.read(lambda c: members.sets(c, "autumn"))
    actor = store.read(lambda c: members.actor(c, cora))
    since = NewsWindow(actor, shifted(NOON.isoformat(), days=0), NOON.date())
    assert {each["said"] for each in store.read(lambda c: facts(c, since))} == {"comments", "agreed"}
    store.write(lambda c: members.revoke(c, "autumn", cora, "coach", group.id))
    # Of another cohort still: who they are there opens nothing here.
    store.write(lambda c: members.grant(c, "winter", cora, "coach"))
    actor = store.read(lambda c: members.actor(c, cora))
    assert store.read(lambda c: facts(c, replace(since, actor=actor))) == []


def test_a_coach_hears_how_many_shared(world: World, store: Store, box: Box):
    """Of what is new on the desk, and no longer once it was opened; asked about one answer, apart."""
    actor = Actor(world.person["cora"], frozenset({Membership("autumn", "coach")}))
    with_verdict = NewsWindow(actor, NOON.isoformat(), NOON.date())
    assert "shared" not in {each["said"] for each in store.read(lambda c: facts(c, with_verdict))}  # she has answered
    other = store.write(lambda c: members.add_person(c, username="carl").id)
    fresh = replace(with_verdict, actor=Actor(other, frozenset({Membership("autumn", "coach")})))
    assert "shared" not in {each["said"] for each in store.read(lambda c: facts(c, fresh))}  # it was not given to him
    ana = world.person["ana"]
    store.write(lambda c: recipients.put_consent(c, cohort="autumn", owner=ana, reader=other, by=ana))
    found = store.read(lambda c: facts(c, fresh))
    assert [line(each, "en") for each in found if each["said"] == "shared"] == ["One learner shared with you."]


def test_days_of_the_programme(world: World, store: Store, box: Box):
    """A workbook that opens today, and one that is suggested until tomorrow and not shared; each on one day."""
    today, tomorrow = NOON.date(), NOON.date() + timedelta(1)
    suggested = [("impact", today, today + timedelta(30)), ("scope", today - timedelta(9), tomorrow)]
    rows = [Suggestion("autumn", t, a.isoformat(), b.isoformat(), n) for n, (t, a, b) in enumerate(suggested)]
    store.write(lambda c: members.put_suggestions(c, "autumn", rows))

    def said(who: str, **more: Any) -> list[str]:
        actor = store.read(lambda c: members.actor(c, world.person[who]))
        since = NewsWindow(actor, NOON.isoformat(), **{"today": today, **more})
        found = store.read(lambda c: facts(c, since, ["comments", "agreed"]))
        return [each["said"] for each in found]

    assert said("ben") == ["due"]  # he has no workbook of the other
    assert said("ana") == ["opens"]  # hers of the first is shared
    assert said("ana", on=today.isoformat()) == said("ben", today=tomorrow, on=today.isoformat()) == []
    assert said("ben", today=tomorrow) == ["due"]  # yesterday nobody told


@pytest.mark.parametrize(
    ("quiet", "zone", "at", "left_alone"),
    [
        (("", ""), "UTC", "2026-10-05T07:59", True),
        (("", ""), "UTC", "2026-10-05T08:00", False),
        (("", ""), "UTC", "2026-10-05T18:00", True),
        (("", ""), "Pacific/Auckland", "2026-10-05T20:00", False),  # nine in the morning of the next day there
        (("12:00", "14:00"), "UTC", "2026-10-05T13:00", True),
        (("12:00", "14:00"), "UTC", "2026-10-05T14:00", False),
        (("09:00", "09:00"), "UTC", "2026-10-05T09:00", False),  # none
        # Clocks go forward from one to two: half past one is never there, and quiet hours end with it.
        (("22:00", "01:30"), "Europe/Lisbon", "2026-03-29T00:59", True),
        (("22:00", "01:30"), "Europe/Lisbon", "2026-03-29T01:00", False),
        # Clocks go back from two to one: half past one is there twice.
        (("22:00", "01:30"), "Europe/Lisbon", "2026-10-25T00:29", True),
        (("22:00", "01:30"), "Europe/Lisbon", "2026-10-25T00:31", False),
        (("22:00", "08:00"), "Europe/Lisbon", "2026-10-25T07:30", True),  # an hour later than the day before
        (("22:00", "08:00"), "Europe/Lisbon", "2026-10-24T07:30", False),
    ],
)
def test_quiet_hours_are_what_clocks_show_there(quiet: Any, zone: str, at: str, left_alone: bool):
    """In the reader's time zone, over midnight, and on the days that clocks change."""
    there = datetime.fromisoformat(at).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    assert delivery.is_quiet(NotificationState("x", (), *quiet), there) is left_alone


def test_a_day_is_told_once_when_clocks_go_back_or_somebody_travels(world: World, store: Store, box: Box):
    """The hour that is there twice, and a day that one has a second time further west, are not told twice."""
    ana = world.person["ana"]
    store.write(lambda c: notifications.save_choices(c, ana, [], "00:00", "00:00"))
    store.write(lambda c: members.update_person(c, ana, time_zone="Pacific/Kiritimati"))
    first = datetime(2026, 10, 24, 11, tzinfo=UTC)  # the 25th there
    go(store, first)
    assert store.read(lambda c: notifications.notification_state(c, ana)).notified_on == "2026-10-25"
    store.write(lambda c: members.update_person(c, ana, time_zone="Europe/Lisbon"))
    for hours in range(37):  # the rest of the 24th, and the 25th with its 25 hours
        go(store, first + timedelta(hours=hours))
        assert store.read(lambda c: notifications.notification_state(c, ana)).notified_on == "2026-10-25"
    go(store, datetime(2026, 10, 26, 0, 0, tzinfo=UTC))
    assert store.read(lambda c: notifications.notification_state(c, ana)).notified_on == "2026-10-26"


def test_a_letter_that_may_have_gone_is_not_sent_twice(world: World, store: Store, box: Box):
    """A server that is not there is asked again; a letter it did not take is not; in quiet hours none goes."""
    box.closed = True
    assert go(store) == delivery.DeliveryReport(2, 0, 0)
    box.closed = False
    assert go(store, NOON.replace(hour=19)) == delivery.DeliveryReport()
    store.write(lambda c: notifications.dismiss(c, world.person["cora"]))  # read on the page: no letter of it
    box.full = True
    assert go(store, NOON.replace(hour=13)) == delivery.DeliveryReport(0, 0, 1)
    box.full = False
    assert go(store, NOON.replace(hour=14)) == delivery.DeliveryReport()
    assert go(store, NOON, read_settings({}, {})) == delivery.DeliveryReport()
    assert box.letters == []


def test_what_was_never_told_is_not_dug_up(world: World, store: Store, box: Box):
    """Whoever is told for the first time hears of the last days alone; nor is there a letter on a day without news."""
    done = go(store, NOON + timedelta(30))
    assert done == delivery.DeliveryReport()
    assert told(store, world, "ana") == []
    since = NewsWindow(Actor(""), "2026-10-20T12:00:00.000Z", date(2026, 10, 20), at="2026-09-01T12:00:00.000Z")
    assert since.instant == "2026-10-13T12:00:00.000Z"
    assert delivery.quiet_hours(NotificationState("x")) == (time(18), time(8))


def test_a_crowd_is_told_in_parts(world: World, store: Store, box: Box, monkeypatch: pytest.MonkeyPatch):
    """What people have in common is asked once for a part of them, and after each part others have their turn."""
    asked: list[str] = []
    listening = (store._engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    event.listen(*listening)
    pauses: list[float] = []
    delivery.deliver_all(store, world.data, SET_UP, "https://learn.example.org/", NOON, rest=pauses.append)
    few, parts = len(asked), len(pauses)

    def come(c: Any) -> None:
        for number in range(40):
            members.grant(c, "autumn", members.add_person(c, username=f"more{number}").id, "learner")

    store.write(come)
    asked.clear()
    delivery.deliver_all(
        store, world.data, SET_UP, "https://learn.example.org/", NOON + timedelta(1), rest=pauses.append
    )
    assert len(asked) <= few + 5  # what a Monday, or another day, asks besides
    assert parts == 1
    monkeypatch.setattr(delivery, "BATCH_SIZE", 20)
    delivery.deliver_all(
        store, world.data, SET_UP, "https://learn.example.org/", NOON + timedelta(2), rest=pauses.append
    )
    assert len(pauses) - parts == 1 + 3
    event.remove(*listening)
