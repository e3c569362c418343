"""A workbook that goes by weeks: a section waits for its day, by the clocks where its owner is, and hides no word."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from actionlearn.answers.schedule import OpeningDay, ScheduledSection, WorkbookDays, not_yet_open, weeks
from actionlearn.cohort.progress.status import cohort_status
from actionlearn.cohort.workbooks.build import build_cohort, build_workbook
from actionlearn.errors import TemplateError
from actionlearn.exports import lrs
from actionlearn.notebook import read, to_notebook
from actionlearn.notifications.delivery import deliver_all
from actionlearn.permissions import Actor
from actionlearn.reviews.share import preview_share
from actionlearn.server.journey import page as journey_page
from actionlearn.server.journey import steps
from actionlearn.server.web import reader as web_reader
from actionlearn.server.workbooks import state
from actionlearn.settings import read_settings
from actionlearn.store import Connection, Store, now, open_store
from actionlearn.store.outbound import statements
from actionlearn.store.people import members, notifications
from actionlearn.store.workbooks import drafts, revisions, schedule, workbooks
from actionlearn.template import parse

from ..support import small_programme

HEAD = "---\ntemplate: {id}\ntitle: Small steps\nversion: 1\nminutes: 5\nstage: scope\nsummary: A sentence.\n---\n"
STEPS = (
    HEAD.format(id="steps")
    + """
```{prompt} thing
What is it?
```
```{section} watch
:opens: week 1
Week one
```
```{prompt} watched
What did you see?
```
```{section} ask
:when: watched
:opens: week 2
Week two
```
```{prompt} asked
:required:
What did they say?
```
```{section} rest
:opens: day 10
```
```{prompt} rested
And then?
```
"""
)
FIRST = date(2026, 1, 5)  # a Monday, and what `orchard` suggests


@pytest.mark.parametrize(("text", "after"), [("week 1", 0), (" week  2 ", 7), ("week 53", 364), ("day 1", 0), ("day 366", 365)])  # fmt: skip
def test_a_day_is_counted_from_the_first(text, after):
    """The first week and the first day begin as the workbook opens."""
    opens = OpeningDay.parse(text)
    assert opens.after == after
    assert OpeningDay.parse(str(opens)) == opens


@pytest.mark.parametrize("text", ["", "2", "week", "week 0", "week 54", "day 367", "weeks 2", "2 weeks", "week two", "week 2.5", "week -1", "monday", "week ٢"])  # fmt: skip
def test_what_is_no_day_is_a_fault_with_its_line(text):
    """There is nothing to guess at."""
    with pytest.raises(ValueError):
        OpeningDay.parse(text)
    with pytest.raises(TemplateError) as caught:
        parse(STEPS.replace("day 10", text), views=())
    assert [(fault.line, fault.code) for fault in caught.value.faults] == [(30, "template.bad_day")]


@pytest.mark.parametrize(
    ("zone", "first", "begins"),
    [
        ("Europe/Lisbon", date(2026, 3, 22), datetime(2026, 3, 29, tzinfo=UTC)),  # clocks change an hour later
        ("Europe/Lisbon", date(2026, 3, 23), datetime(2026, 3, 29, 23, tzinfo=UTC)),
        ("Africa/Cairo", date(2026, 4, 17), datetime(2026, 4, 23, 22, tzinfo=UTC)),  # there is no midnight: it is one
        ("America/Havana", date(2026, 10, 25), datetime(2026, 11, 1, 4, tzinfo=UTC)),  # midnight comes twice
        ("Pacific/Apia", date(2011, 12, 23), datetime(2011, 12, 30, 10, tzinfo=UTC)),  # the whole day was left out
    ],
)
def test_a_day_begins_at_midnight_there_or_right_after(zone, first, begins):
    """A second before it is still the day before, whatever clocks do in that night."""
    where, opens = ZoneInfo(zone), OpeningDay("week", 2)
    assert WorkbookDays(first, first, where).begins(opens) == begins
    for instant, come in ((begins.timestamp() - 1, False), (begins.timestamp(), True)):
        today = datetime.fromtimestamp(instant, where).date()
        assert WorkbookDays(first, today, where).come(opens) is come


def test_the_last_day_there_is_has_no_day_after_it():
    """A year 9999 is no reason to stop."""
    assert WorkbookDays(date.max, date.max).on(OpeningDay("week", 53)) == date.max


def test_what_was_written_stays_whatever_dates_are_moved():
    """A part with a word in it waits for nothing; where nobody counts days, no part does."""
    parts = (
        ScheduledSection("a", "", OpeningDay("week", 2), ("one", "two")),
        ScheduledSection("b", "", OpeningDay("day", 10), ("three",)),
    )
    days = WorkbookDays(FIRST, FIRST)
    assert not_yet_open(parts, days, {}) == parts
    assert not_yet_open(parts, days, {"two": "A word", "three": " "}) == parts[1:]
    assert not_yet_open(parts, None, {}) == ()
    assert (weeks(parts), weeks(parts[1:])) == (2, 0)
    assert [WorkbookDays(FIRST, date(2026, 1, day)).week for day in (4, 5, 11, 12)] == [0, 1, 1, 2]


def test_a_notebook_says_which_day_a_section_waits_for():
    """Template, notebook and what is read from it say the same, and the call is one that Python reads."""
    parts = read(to_notebook(parse(STEPS, views=()))).parts
    assert parts == (
        ScheduledSection("watch", "Week one", OpeningDay("week", 1), ("watched",)),
        ScheduledSection("ask", "Week two", OpeningDay("week", 2), ("asked",)),
        ScheduledSection("rest", "", OpeningDay("day", 10), ("rested",)),
    )


def test_without_a_server_everything_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A notebook by itself does not know when it was begun: only its answers open and close it."""
    from actionlearn import workbook

    monkeypatch.setenv("ACTIONLEARN_PRACTICE", str(tmp_path))
    monkeypatch.delenv("ACTIONLEARN_SERVER", raising=False)
    for more in ({}, {"submission": '{"format": 1, "answers": {}}'}):
        workbook.open_workbook(template="steps", **more)
        shown = workbook.section("later", "Later", opens="week 9").html
        workbook._close()
        assert "Later" in shown
        assert "hidden" not in shown


class Garden:
    """Ana, who learns in Lisbon time, with a workbook that goes by weeks."""

    def __init__(self, store: Store, data: Path) -> None:
        self.store, self.data = store, data
        self.ana = store.read(lambda c: members.person_by_username(c, "ana"))
        (self.book,) = store.read(lambda c: workbooks.workbooks_in(c, "orchard"))

    def say(self, prompt: str, value: str) -> None:
        key = {"workbook": self.book.id, "prompt": prompt, "person": self.ana.id, "client": str(uuid4())}
        self.store.write(lambda c: drafts.save(c, **key, seq=1, base=0, value=value))

    def actor(self, c: Connection) -> Actor:
        return members.actor(c, self.ana.id)

    def page(self) -> state.WorkbookState:
        return self.store.read(lambda c: state.workbook_state(c, self.data, self.actor(c), self.book.id))

    def step(self, locale: str = "en") -> steps.Step:
        reader = web_reader.Reader(self.ana, locale, self.data, "/")
        (mine,) = self.store.read(lambda c: journey_page.journey(c, self.actor(c), reader))
        return next(each for each in mine.steps if each.href == f"/workbooks/{self.book.id}")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it once."""
    source = small_programme.programme("steps").replace('time_zone = "UTC"', 'time_zone = "Europe/Lisbon"')
    folder, data = tmp_path_factory.mktemp("author"), tmp_path_factory.mktemp("grown") / "data"
    small_programme.write(folder, source, templates={"steps.md": STEPS})
    with open_store(data) as store:
        build_cohort(store, data, *small_programme.inputs(folder))
    return data


@pytest.fixture
def garden(grown: Path, tmp_path: Path) -> Iterator[Garden]:
    """Copy it for one test."""
    shutil.copytree(grown, tmp_path / "data")
    with open_store(tmp_path / "data") as store:
        yield Garden(store, tmp_path / "data")


def at(monkeypatch: pytest.MonkeyPatch, instant: str) -> datetime:
    """Let it be an instant."""
    moment = datetime.fromisoformat(instant)

    class Then(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return moment.astimezone(tz)

    for module in (schedule, journey_page.dates):
        monkeypatch.setattr(module, "datetime", Then)
    import actionlearn.cohort.progress.status as looks

    monkeypatch.setattr(looks, "datetime", Then)
    return moment


def test_weeks_open_one_by_one(garden: Garden, monkeypatch: pytest.MonkeyPatch):
    """Page, journey, office and what is missing at sharing count what is open; a week that was missed waits."""

    def asked() -> list[str]:
        shown = list(garden.page().progress.asked)
        ((learner),) = cohort_status(garden.store, garden.data, "orchard")
        assert learner.workbooks[0].prompts == len(shown)
        return shown

    def missing() -> list[str]:
        contents = garden.page().contents
        return [each.id for each in garden.store.read(lambda c: preview_share(c, garden.book, contents)).missing]

    at(monkeypatch, "2026-01-04T23:59:59Z")
    assert asked() == ["thing"]
    assert garden.step().state == "later"
    at(monkeypatch, "2026-01-05T00:00:00Z")
    assert asked() == ["thing", "watched"]
    assert garden.step().state_words == "Week 1 of 2 · Nothing written yet"
    garden.say("thing", "A meeting")
    garden.say("watched", "Eleven minutes")
    assert list(garden.page().later) == ["ask", "rest"]
    step = garden.step()
    assert (step.state_words, step.dates) == ("Week 1 of 2 · 2 of 2 answered", "more opens on Monday 12 January")
    assert garden.step("pt").dates == "abre mais a 12 de janeiro, segunda-feira"
    assert not step.behind
    assert missing() == []
    at(monkeypatch, "2026-01-12T00:00:00Z")
    assert asked() == ["thing", "watched", "asked"]
    assert garden.step().state_words == "Week 2 of 2 · 2 of 3 answered"
    assert missing() == ["asked"]
    at(monkeypatch, "2026-02-12T00:00:00Z")
    assert asked() == ["thing", "watched", "asked", "rested"]
    assert garden.step().state_words == "2 of 4 answered"


def test_a_workbook_with_a_week_to_come_is_not_complete(garden: Garden, monkeypatch: pytest.MonkeyPatch):
    """Every open question is answered, and a learning record store is told how far that is: complete is another thing."""

    def told() -> set[str]:
        lrs.check_connection(garden.store, lambda book: state.notebook_contents(garden.data, book))
        return {each.verb for each in garden.store.read(lambda c: statements.due(c, "9999", 99))}

    def say(*prompts: str) -> None:
        for prompt in prompts:
            garden.say(prompt, "A word")
            garden.store.write(
                lambda c, prompt=prompt: revisions.cut_revision(c, garden.book.id, prompt, "blur", now())
            )

    garden.store.write(statements.begin)
    at(monkeypatch, "2026-01-06T12:00:00Z")
    say("thing", "watched")
    assert "progressed" in told()
    assert "completed" not in told()
    at(monkeypatch, "2026-02-12T12:00:00Z")
    say("asked", "rested")
    assert "completed" in told()


def test_a_word_that_was_written_is_never_put_away(garden: Garden, monkeypatch: pytest.MonkeyPatch):
    """The programme's dates are moved after somebody wrote: what has a word in it stays open."""
    at(monkeypatch, "2026-01-20T00:00:00Z")
    for prompt in ("thing", "watched", "asked"):
        garden.say(prompt, "A word")
    (suggested,) = garden.store.read(lambda c: members.suggestions(c, "orchard"))
    later = replace(suggested, opens="2026-03-05")
    garden.store.write(lambda c: members.put_suggestions(c, "orchard", [later]))
    assert garden.page().progress.asked == ("thing", "watched", "asked")
    assert list(garden.page().later) == ["rest"]


def test_one_s_own_is_counted_from_the_day_it_was_begun(garden: Garden):
    """Where its owner is: late in the evening in Lisbon it is another day in Auckland already."""
    one = build_workbook(garden.store, garden.data, "orchard", garden.ana.id, "steps")
    made = datetime.fromisoformat(one.created_at)
    assert garden.store.read(lambda c: schedule.days_of(c, one, made)).first == made.astimezone(ZoneInfo("Europe/Lisbon")).date()  # fmt: skip
    late = replace(one, created_at="2026-01-31T23:30:00.000Z")
    garden.store.write(lambda c: members.update_person(c, garden.ana.id, time_zone="Pacific/Auckland"))
    assert garden.store.read(lambda c: schedule.days_of(c, late)).first == date(2026, 2, 1)
    assert garden.store.read(lambda c: schedule.days_of(c, garden.book)).first == FIRST


def test_a_week_that_opens_is_told_once(garden: Garden):
    """Not before it can be written in, not with the workbook's own first day, and not a second time."""
    settings = read_settings({}, {})

    def told(day: str) -> list[tuple[str, Any]]:
        deliver_all(garden.store, garden.data, settings, "https://x.org/", datetime.fromisoformat(f"{day}T12:00:00Z"))
        kept = garden.store.read(lambda c: notifications.notification_state(c, garden.ana.id))
        return [(each["said"], each.get("count")) for each in kept.facts]

    assert told("2026-01-05") == [("opens", None)]
    garden.say("watched", "Eleven minutes")
    assert told("2026-01-06") == []
    assert told("2026-01-13") == [("part", 2)]  # nobody looked yesterday
    assert told("2026-01-14") == [("part", None)]
    assert told("2026-01-15") == []


@pytest.mark.parametrize(
    ("zone", "opens", "begins"),
    [
        ("Europe/Lisbon", "2026-03-29", "2026-03-29T00:00:00Z"),  # an hour of that day is left out
        ("Europe/Lisbon", "2026-03-30", "2026-03-29T23:00:00Z"),
        ("Europe/Lisbon", "2026-10-25", "2026-10-24T23:00:00Z"),  # an hour of that day comes twice
        ("Europe/Lisbon", "2026-10-26", "2026-10-26T00:00:00Z"),
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z"),  # that day has no midnight
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"),  # that day has two
    ],
)
def test_a_suggestion_comes_on_its_day_also_when_clocks_change(garden: Garden, monkeypatch, zone, opens, begins):
    """Not a second before that day begins where the programme is, nor an hour after; and it is told on that day."""
    (suggested,) = garden.store.read(lambda c: members.suggestions(c, "orchard"))
    garden.store.write(lambda c: members.put_suggestions(c, "orchard", [replace(suggested, opens=opens)]))
    cohort = garden.store.read(lambda c: members.cohort(c, "orchard"))
    same = {"id": cohort.id, "name": cohort.name, "locale": cohort.locale, "programme": cohort.programme}
    garden.store.write(lambda c: members.put_cohort(c, **same, time_zone=zone))
    moment = datetime.fromisoformat(begins)
    at(monkeypatch, (moment - timedelta(seconds=1)).isoformat())
    assert garden.step().state == "later"
    at(monkeypatch, begins)
    assert (garden.step().state, garden.step().state_words) == ("new", "Week 1 of 2 · Nothing written yet")
    deliver_all(garden.store, garden.data, read_settings({}, {}), "https://x.org/", moment + timedelta(hours=12))
    assert [
        each["said"] for each in garden.store.read(lambda c: notifications.notification_state(c, garden.ana.id)).facts
    ] == ["opens"]
