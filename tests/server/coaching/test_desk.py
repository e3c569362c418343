"""The coach's desk as it is served: what one is told, what was agreed in both calendars, and bad input."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import vobject

from actionlearn.store import open_store
from actionlearn.store.people import notifications
from actionlearn.store.reviews import coach_answers, notes

from ...support.served_kit import CANARY, World

SEEN = """---
template: seen
title: Seen
version: 1
minutes: 5
stage: scope
summary: x
---

```{prompt} need
:audience: me, coach
What needs to change?
```

```{view} recap
:of: need
```

```{code-cell}
class Square:
    def _repr_svg_(self):
        return "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='90'><rect width='90' height='90'/></svg>"
def drawn(need):
    return Square(), "A square"
live(drawn, of=["need"])
```

```{prompt} after
:audience: me, coach
And after it?
```
"""
RATED = """---
template: rated
title: Rated
version: 1
minutes: 5
---
```{prompt} need
What needs to change?
```

```{prompt} told
:by: coach
:audience: me, coach
What did you tell Ana alone?
```

```{prompt} asked
:by: coach
What would you ask her?
```
"""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve the world."""
    made = World(tmp_path_factory.mktemp("desk")).start()
    yield made
    made.stop()


def days(world: World, who: str) -> dict[str, Any]:
    """Return the days of somebody's calendar, as another program reads them, by their first words."""
    read = vobject.readOne(world.ask(who, "GET", "/calendar/autumn.ics").text)
    return {each.summary.value.split()[0]: each for each in getattr(read, "vevent_list", [])}


def executed(world: World, shared: str, state: str) -> None:
    """Wait until a notebook was executed, with this end."""
    for _ in range(600):
        if any(shared in row and state in row.split(",")[2] for row in world.rows()["review"]):
            return
        time.sleep(0.1)
    raise AssertionError(world.rows()["review"])


def test_one_is_told_on_one_s_first_page_until_one_puts_it_away(world: World):
    """On the journey and on the desk; put away, it is gone; what was told yesterday is not there today."""
    today = datetime.now(UTC).date().isoformat()
    fact = {"said": "comments", "count": 2, "path": "desk"}
    with open_store(world.data) as store:
        for who in ("ana", "cora", "ben"):
            day = "2026-01-01" if who == "ben" else today
            store.write(
                lambda c, who=who, day=day: notifications.record_news(
                    c, [notifications.DailyNews(world.person[who], day, [fact])]
                )
            )  # type: ignore[misc]
    assert "2 new comments for you." in world.ask("ana", "GET", "/").text
    assert '<a href="/desk">2 new comments for you.</a>' in world.ask("cora", "GET", "/desk").text
    assert "new comments for you" not in world.ask("ben", "GET", "/").text
    referer = {**FORM, "Referer": f"http://127.0.0.1:{world.port}/desk"}
    answer = world.ask("cora", "POST", "/notifications/read", b"", referer)
    assert (answer.status, answer.headers["Location"]) == (303, "/desk")
    assert "new comments for you" not in world.ask("cora", "GET", "/desk").text
    assert "2 new comments for you." in world.ask("ana", "GET", "/").text


def test_what_was_turned_down_stays_so(world: World):
    """What is unticked is kept; what was not on the page stays as it was; no hour that there is not is taken."""
    sent = b"shown=comments&shown=shared&shown=x&tell=comments&quiet_from=19:30&quiet_to=06:00"
    assert world.ask("cora", "POST", "/notifications", sent, FORM).headers["Location"] == "/notifications?saved=1"
    page = world.ask("cora", "GET", "/notifications?saved=1").text
    assert 'value="comments" checked' in page
    assert 'value="shared">' in page
    assert 'value="19:30"' in page
    assert "Kept." in page
    world.ask("cora", "POST", "/notifications", b"shown=comments&quiet_from=&quiet_to=", FORM)
    with open_store(world.data) as store:
        kept = store.read(lambda c: notifications.notification_state(c, world.person["cora"]))
    assert (kept.disabled, kept.quiet_from) == (("comments", "shared"), "")
    assert world.ask("cora", "POST", "/notifications", b"quiet_from=25:00", FORM).status == 400
    assert 'value="shared"' not in world.ask("ana", "GET", "/notifications").text


def test_what_was_agreed_is_in_both_calendars(world: World):
    """Under one UID; taken back, both take it out; kept, it is left where it is. A coach's has the learner's name."""
    body = {"body": "Call the depot", "day": "2099-03-01"}
    made = world.ask("ana", "POST", f"/api/coaching/autumn/{world.person['ana']}/agreements", body).json
    mine, hers = days(world, "ana"), days(world, "cora")
    assert mine["Call"].dtstart.value.isoformat() == "2099-03-01"
    assert hers["Ana:"].uid.value in {mine["Call"].uid.value, mine["Agreed"].uid.value}
    assert days(world, "ben") == {}
    uid, before = mine["Call"].uid.value, int(mine["Call"].sequence.value)
    for kept in (True, False):
        world.ask("cora", "POST", f"/api/agreements/{made['id']}", {"kept": kept})
        assert hasattr(days(world, "ana")["Call"], "valarm") is not kept
    world.ask("ana", "DELETE", f"/api/agreements/{made['id']}")
    for who in ("ana", "cora"):
        read = vobject.readOne(world.ask(who, "GET", "/calendar/autumn.ics").text)
        (event,) = (each for each in read.vevent_list if each.uid.value == uid)
        assert event.status.value == "CANCELLED"
        assert int(event.sequence.value) > before
        assert "Call the depot" not in event.serialize()


def test_private_notes_and_words_half_said_are_in_nothing_that_is_taken_along(world: World):
    """No notebook, file, calendar or page of anybody else has them; no letter (see the tests of what is told)."""
    for who in ("ana", "ben"):
        for path in (
            f"/reviews/{world.submission}",
            "/",
            "/calendar/autumn.ics",
            f"/reviews/{world.submission}/notebook",
        ):
            text = world.ask(who, "GET", path).text
            for private in ("Note", "Half", "Held"):
                assert f"{private} {CANARY}" not in text, (who, path)
    assert f"Note {CANARY}" in world.ask("cora", "GET", f"/reviews/{world.submission}").text
    for path in (
        f"/reviews/{world.submission}/notebook",
        f"/reviews/{world.submission}/notebook?as=html",
        "/calendar/autumn.ics",
    ):
        text = world.ask("cora", "GET", path).text
        for private in ("Note", "Half", "Held"):
            assert f"{private} {CANARY}" not in text, path
    taken = ZipFile(BytesIO(world.ask("ana", "GET", f"/workbooks/{world.book['ana/scope']}/take.zip").body))
    assert taken.namelist()
    for name in taken.namelist():
        for private in ("Note", "Half", "Held"):
            assert f"{private} {CANARY}".encode() not in taken.read(name), name
    for file in world.data.rglob("*"):
        if file.is_file() and "sqlite" not in file.name:
            assert f"Note {CANARY}".encode() not in file.read_bytes(), file
    with open_store(world.data) as store:
        assert store.read(lambda c: notes.note(c, world.person["cora"], world.person["ana"])) is not None


def test_a_picture_and_a_part_of_a_view_can_be_spoken_about(world: World):
    """Words of a table, one of nine parts of a picture, all of it; the learner sees which beside their own."""
    with open_store(world.data) as store:
        book = world.add_workbook(store, "ana", "autumn", "seen", SEEN)
    assert world.save("ana", book, "need", "Nobody owns the corridor.").status == 200
    shared = world.ask("ana", "POST", f"/api/workbooks/{book}/share", {"wants": ""}).json["submission"]
    executed(world, shared, "done")
    page = world.ask("cora", "GET", f"/reviews/{shared}").text
    view, live = re.findall(r'id="a-(view-\d+|live-\d+)"', page)

    def say(place: str, source: str, selector: dict[str, Any], body: str) -> Any:
        sent = {"prompt": place, "body": body, "target": {"source": source, "selector": [selector]}}
        said = world.ask("cora", "POST", f"/api/submissions/{shared}/comments", sent).json
        world.ask("cora", "POST", f"/api/comments/{said['id']}/release", {})
        return said["target"]

    words = {"type": "TextQuoteSelector", "exact": "owns   the corridor"}
    assert say(view, "view", words, "Who does?")["selector"][0]["exact"] == "owns the corridor"
    part = {"type": "FragmentSelector", "value": "xywh=percent:66,0,34,34"}
    assert say(live, "picture", part, "What is this?")["source"] == "picture"
    assert say(live, "picture", {"type": "FragmentSelector", "value": "xywh=percent:90,0,34,34"}, "All of it?") is None
    assert say("need", "picture", part, "No picture here") is say(view, "picture", part, "Nor here") is None
    page = world.ask("cora", "GET", f"/reviews/{shared}").text
    assert "In the picture: top right" in page
    assert '<blockquote class="quote">owns the corridor</blockquote>' in page
    assert world.ask("ana", "POST", f"/api/workbooks/{book}/live").status == 200
    mine = world.ask("ana", "GET", f"/workbooks/{book}").text
    assert "owns the corridor</blockquote>" in mine
    assert "In the picture: top right" in mine


def test_what_a_coach_answers_is_read_by_whom_the_question_is_for(world: World):
    """By the learner all of it, once it is released; by their set what is not for the two alone."""
    with open_store(world.data) as store:
        book = world.add_workbook(store, "ana", "autumn", "rated", RATED)
    assert world.save("ana", book, "need", "Less waiting.").status == 200
    shared = world.ask("ana", "POST", f"/api/workbooks/{book}/share", {"wants": ""}).json["submission"]
    said = {"told": f"Alone {CANARY}", "asked": f"Before all {CANARY}"}

    def act(c: Any) -> None:
        for prompt, value in said.items():
            of = {"submission": shared, "coach": world.person["cora"], "client": "c"}
            coach_answers.save(c, **of, prompt=prompt, seq=1, base=0, value=value)
        coach_answers.release(c, shared, world.person["cora"])

    with open_store(world.data) as store:
        store.write(act)
    read = {who: world.ask(who, "GET", f"/reviews/{shared}").text for who in ("ana", "ben", "cora")}
    assert all(said["asked"] in page for page in read.values())
    assert {who for who, page in read.items() if said["told"] in page or "tell Ana alone" in page} == {"ana", "cora"}


def test_a_review_whose_cell_failed_is_read_all_the_same(world: World):
    """The failing cell is named, and every answer is there, those after it too."""
    broken = SEEN.replace("template: seen", "template: broken").replace("class Square", "1 / 0\nclass Square")
    with open_store(world.data) as store:
        book = world.add_workbook(store, "ana", "autumn", "broken", broken)
    for prompt, words in (("need", "Before the cell"), ("after", "Behind the cell")):
        assert world.save("ana", book, prompt, words).status == 200
    shared = world.ask("ana", "POST", f"/api/workbooks/{book}/share", {"wants": ""}).json["submission"]
    executed(world, shared, "failed")
    page = world.ask("cora", "GET", f"/reviews/{shared}").text
    assert "The cell live-1 stopped: ZeroDivisionError" in page
    assert "All answers are here all the same." in page
    assert "Before the cell" in page
    assert "Behind the cell" in page


def test_a_comment_that_cannot_be_is_refused_and_markup_is_words(world: World):
    """100 kB, nothing, on another cohort's work; a double click is one comment; markup is shown as it was written."""
    path = f"/api/submissions/{world.submission}/comments"
    for who, body, status in (
        ("cora", "x" * 100_000, 413),
        ("cora", "  ", 400),
        ("wim", "Hm?", 404),
        ("ben", "?", 403),
    ):
        assert world.ask(who, "POST", path, {"prompt": "need", "body": body}).status == status, (who, body[:9])
    markup = "<img src=x onerror=alert(1)><b>bold</b> & **so**"
    twice = [world.ask("cora", "POST", path, {"prompt": "need", "body": markup}).json["id"] for _ in range(2)]
    assert twice[0] == twice[1]
    page = world.ask("cora", "GET", f"/reviews/{world.submission}").text
    assert "&lt;img src=x onerror=alert(1)&gt;&lt;b&gt;bold&lt;/b&gt; &amp; **so**" in page
    assert "<img src=x" not in page


def test_a_find_is_called_by_what_each_reader_may_read_of_it(world: World):
    """On one's journey by its first words; on the desk by the first that the coach may read, and never by others."""
    with open_store(world.data) as store:
        book = world.add_workbook(store, "ana", "autumn", "sense")
    world.save("ana", book, "stuck", "Nobody reads my form")
    world.save("ana", book, "found", "A list of what breaks twice")
    world.ask("ana", "PUT", f"/api/workbooks/{book}/audience/stuck", {"audience": ["me"]})
    shared = world.ask("ana", "POST", f"/api/workbooks/{book}/share", {"wants": ""}).json["submission"]
    assert "Something I found · Nobody reads my form" in world.ask("ana", "GET", "/").text
    for page in (world.ask("cora", "GET", "/desk").text, world.ask("cora", "GET", f"/reviews/{shared}").text):
        assert "Something I found · A list of what breaks twice" in page
        assert "Nobody reads my form" not in page
