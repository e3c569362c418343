"""What hangs on answers in a page: parts that a condition opens, earlier answers that are offered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from actionlearn.answers.items import Item

from .small_server import SmallServer


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[SmallServer]:
    """Serve a workbook."""
    server = SmallServer(tmp_path)
    yield server
    server.close()


def part(id: str, condition: str, hidden: str = "") -> str:
    """Return a part that hangs on an answer."""
    return f"<section id='{id}' data-when='{condition}' {hidden}>Only then.</section>"


def test_parts_open_and_close_as_answers_change(page: Page, kit: SmallServer) -> None:
    """At once, by what is chosen, by what is not, and by whether anything was said; unknown answers change nothing."""
    kit.extra = (
        part("one", '{"of": "terrain", "in": ["b", "c"], "not": [], "answered": true}', "hidden")
        + part("other", '{"of": "terrain", "in": [], "not": ["a"], "answered": true}', "hidden")
        + part("any", '{"of": "need", "in": [], "not": [], "answered": true}', "hidden")
        + part("many", '{"of": "tools", "in": ["a"], "not": []}', "hidden")
        + part("unknown", '{"of": "scope.kind", "in": ["a"], "not": []}')
    )
    page.goto(kit.url)
    one, other, some = page.locator("#one"), page.locator("#other"), page.locator("#any")
    terrain = page.locator("#p-terrain")
    terrain.get_by_label("Aim").check()
    expect(one).to_be_hidden()
    expect(other).to_be_hidden()
    terrain.get_by_label("Build").check()
    expect(one).to_be_visible()
    expect(other).to_be_visible()
    terrain.get_by_role("button", name="Clear").click()
    expect(one).to_be_hidden()
    expect(other).to_be_hidden()
    page.get_by_label("What needs to change?").press_sequentially("W")
    expect(some).to_be_visible(timeout=200)
    page.get_by_label("What needs to change?").fill("")
    page.locator("#p-need").get_by_role("button", name="Not yet").click()
    expect(some).to_be_hidden()
    page.locator("#p-tools").get_by_label("Check").check()
    expect(page.locator("#many")).to_be_hidden()
    page.locator("#p-tools").get_by_label("Aim").check()
    expect(page.locator("#many")).to_be_visible()
    expect(page.locator("#unknown")).to_be_visible()


@pytest.fixture
def offering(kit: SmallServer) -> SmallServer:
    """Serve a workbook that offers an earlier answer."""
    day = "2026-10-03T09:00:00.000Z"
    kit.offered["need"] = Item("plan.aim", "Fewer late orders", "Plan", day)
    return kit


@pytest.mark.slow
def test_an_earlier_answer_is_offered_and_counts_as_nothing(page: Page, offering: SmallServer) -> None:
    """It stands in the control with where it is from, and is saved neither by looking nor by leaving."""
    page.goto(offering.url)
    need = page.get_by_label("What needs to change?")
    expect(need).to_have_value("Fewer late orders")
    expect(page.get_by_text("From “Plan”, 3 October 2026")).to_be_visible()
    need.focus()
    page.get_by_label("A short name?").press_sequentially("Queue")
    expect(page.locator("#p-title-state")).to_contain_text("Saved ")
    assert page.evaluate("window.actionlearn.prompts.get('need').acked") is None
    assert offering.value("need") is None


def test_an_earlier_answer_is_kept_by_its_button(page: Page, offering: SmallServer, until) -> None:
    """It is saved then, the mark goes, and the keyboard stays in the question."""
    page.goto(offering.url)
    page.get_by_role("button", name="Keep").click()
    until(lambda: offering.value("need") == "Fewer late orders")
    expect(page.get_by_text("From “Plan”")).to_have_count(0)
    expect(page.get_by_label("What needs to change?")).to_be_focused()
    page.reload()
    expect(page.get_by_label("What needs to change?")).to_have_value("Fewer late orders")
    expect(page.get_by_role("button", name="Keep")).to_have_count(0)


def test_an_earlier_answer_is_this_one_once_it_is_edited(page: Page, offering: SmallServer, until) -> None:
    """Also where it is edited back to what it was."""
    page.goto(offering.url)
    need = page.get_by_label("What needs to change?")
    need.press("End")
    need.press_sequentially("!")
    expect(page.get_by_role("button", name="Keep")).to_have_count(0)
    until(lambda: offering.value("need") == "Fewer late orders!")
    need.press("Backspace")
    until(lambda: offering.value("need") == "Fewer late orders")


@pytest.mark.slow
def test_a_line_grows_with_its_words_and_stays_a_line(page: Page, kit: SmallServer, until) -> None:
    """Long words are not cut on a phone; Enter and pasted lines make no second line."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(kit.url)
    line = page.get_by_label("A short name?")
    before = line.bounding_box()
    line.fill("late orders " * 12)
    line.press("Enter")
    after = line.bounding_box()
    assert before
    assert after
    assert after["height"] > before["height"] * 1.8
    assert line.evaluate("each => each.scrollHeight <= each.clientHeight + 1")
    line.fill("one\n two")
    until(lambda: kit.value("title") == "one two")
