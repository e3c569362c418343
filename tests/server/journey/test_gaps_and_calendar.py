"""What is for the learner alone, as the server gives it: a word on asking, what might be missing, the calendar."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import vobject

from ...support.served_kit import CANARY, World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts; Ana has days and words of her own."""
    made = World(tmp_path_factory.mktemp("advising")).start()
    impact = made.book["ana/impact"]
    for prompt, value in {
        "look_again": "2026-12-01",
        "since": "2026-10-01",
        "luck": CANARY,
        "changed": CANARY,
    }.items():
        assert made.save("ana", impact, prompt, value).status == 200
    yield made
    made.stop()


def test_a_learner_gets_their_own_days_as_a_file(world):
    """The calendar is a download with the learner's days in it, and nobody else's."""
    answer = world.ask("ana", "GET", "/calendar/autumn.ics")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "attachment" in answer.headers["Content-Disposition"]
    found = vobject.readOne(answer.text).vevent_list
    assert sorted(each.dtstart.value.isoformat() for each in found) == [
        *("2026-10-31", "2026-11-30", "2026-12-01", "2026-12-30", "2099-10-05"),
    ]
    here = f"http://127.0.0.1:{world.port}"
    assert all(each.url.value.startswith((f"{here}/workbooks/", f"{here}/agreements/")) for each in found)
    # A day is named by what it is about; it is the learner's own file, and each of its days is private in it.
    named = [each for each in found if CANARY in each.serialize()]
    assert {each.summary.value for each in named} == {f"{CANARY} · Look again: what has changed?", f"Agreed {CANARY}"}
    assert {each.getChildValue("class") for each in found} == {"PRIVATE"}


def test_nobody_else_has_them_in_a_calendar(world):
    """Another learner of the set gets an empty calendar, a coach what was agreed alone, anybody else none."""
    assert "VEVENT" not in world.ask("ben", "GET", "/calendar/autumn.ics").text
    agreed = vobject.readOne(world.ask("cora", "GET", "/calendar/autumn.ics").text).vevent_list
    assert [each.dtstart.value.isoformat() for each in agreed] == ["2099-10-05"]
    for who in ("fay", "will", "wim"):
        assert world.ask(who, "GET", "/calendar/autumn.ics").status == 403


def test_what_might_be_missing_is_the_learners_own(world):
    """A page of at most three questions that lead to prompts; a coach and a facilitator get none of it."""
    page = world.ask("ana", "GET", "/missing/autumn")
    assert page.status == 200
    assert "Who would say the same without being asked?" in page.text
    assert f"/workbooks/{world.book['ana/impact']}#p-agree" in page.text
    assert page.text.count('class="letter card"') <= 3
    assert "Nothing that this page would notice" in world.ask("ben", "GET", "/missing/autumn").text
    for who in ("cora", "fay", "will"):
        assert world.ask(who, "GET", "/missing/autumn").status == 403


def test_a_word_on_how_a_question_is_asked(world):
    """Of the answer as it is saved, one sentence; none for an open question, none for what is not there."""
    book = world.book["ana/scope"]
    for text, remark in (("Have you tried asking her?", "advice"), ("What did you see?", "")):
        version = world.ask("ana", "GET", f"/api/workbooks/{book}/answers").json["answers"]["ask"]["version"]
        assert world.save("ana", book, "ask", text, base=version).status == 200
        said = world.ask("ana", "GET", f"/api/workbooks/{book}/asking/ask").json["remark"]
        assert (remark in said) if remark else said == ""
    assert world.ask("ana", "GET", f"/api/workbooks/{book}/asking/nothing").status == 404
    assert world.ask("cora", "GET", f"/api/workbooks/{book}/asking/ask").status == 403


def test_the_journey_leads_there(world):
    """The journey has a way to both."""
    page = world.ask("ana", "GET", "/").text
    assert "/missing/autumn" in page
    assert "/calendar/autumn.ics" in page


def test_a_workbook_leads_to_what_might_be_missing(world: World):
    """The page of one's own workbook has the link; it is never more than a question for whoever asks."""
    page = world.ask("ana", "GET", f"/workbooks/{world.book['ana/impact']}")
    assert 'href="/missing/autumn"' in page.text
