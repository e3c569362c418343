"""Sharing waits, or names what others would not read as it stands on the page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ..support.served_kit import World

pytestmark = pytest.mark.browser


@pytest.fixture
def own(tmp_path: Any) -> Iterator[World]:
    """Serve a cohort of one's own: what is shared is counted."""
    made = World(tmp_path).start()
    yield made
    made.stop()


def shared(world: World) -> list[tuple[Any, ...]]:
    """Return what was shared of an answer, in the order of sharing."""
    with sqlite3.connect(f"file:{next(world.data.glob('*.sqlite'))}?mode=ro", uri=True) as store:
        query = (
            "select r.value from submission_item i join revision r on r.id = i.revision join submission s on s.id = i.submission "
            "where s.workbook = ? and i.prompt = 'need' order by s.shared_at"
        )
        found = store.execute(query, [world.book["ana/scope"]]).fetchall()
    store.close()
    return found


def opened(page: Page, world: World) -> Page:
    """Open the workbook."""
    page.goto(f"{page.kit}/workbooks/{world.book['ana/scope']}")
    expect(page.locator("html[data-al-started]")).to_have_count(1)
    return page


def two_versions(seat: Any, world: World) -> Page:
    """Have two versions of an answer wait to be chosen from."""
    here, phone = opened(seat(world, "ana"), world), opened(seat(world, "ana"), world)
    here.context.set_offline(True)
    here.locator("#p-need-c").fill("what is meant, typed on the train")
    expect(here.locator("#p-need .al-state")).to_have_attribute("data-state", "waiting")
    phone.locator("#p-need-c").fill("half a sentence")
    expect(phone.locator("#p-need .al-state")).to_contain_text("Saved")
    here.context.set_offline(False)
    expect(here.locator("#p-need .al-two")).to_be_visible()
    return here


def test_sharing_waits_while_two_versions_do(own: World, seat: Any):
    """It names the answer, and is done once somebody has chosen."""
    before = len(shared(own))
    page = two_versions(seat, own)
    page.locator("[data-al-share]").click()
    dialog = page.locator("#al-share")
    expect(dialog.locator("[data-al-unsettled]")).to_contain_text("has two versions")
    dialog.locator("[data-al-do]").click()
    expect(dialog.locator("form > [role=alert]")).to_contain_text("Some answers are not settled")
    assert len(shared(own)) == before
    dialog.locator("[data-al-unsettled] a").click()
    page.locator("#p-need .al-two button", has_text="Keep mine").click()
    expect(page.locator("#p-need .al-state")).to_contain_text("Saved")
    page.locator("[data-al-share]").click()
    expect(dialog.locator("[data-al-unsettled]")).to_be_hidden()
    dialog.locator("[data-al-do]").click()
    expect(dialog.locator(".receipt h2")).to_be_visible()
    assert "typed on the train" in shared(own)[-1][0]


@pytest.mark.slow
def test_who_wants_to_shares_what_is_saved_all_the_same(own: World, seat: Any):
    """It was named, and is their choice."""
    page = two_versions(seat, own)
    page.locator("[data-al-share]").click()
    page.locator("#al-share [data-al-anyway]").click()
    expect(page.locator("#al-share .receipt h2")).to_be_visible()
    assert "half a sentence" in shared(own)[-1][0]


def test_asking_about_one_answer_waits_too(own: World, seat: Any):
    """The coach would read another text than the page shows."""
    before = len(shared(own))
    page = two_versions(seat, own)
    page.locator("#p-need .al-ask").click()
    page.locator("[data-al-ask-dialog] .buttons .main").click()
    expect(page.locator("[data-al-ask-dialog] [role=alert]")).to_contain_text("two versions")
    assert len(shared(own)) == before


def test_an_answer_that_was_refused_or_cannot_be_saved_is_named(own: World, seat: Any):
    """Sharing says which, and why."""
    page = opened(seat(own, "ana"), own)
    refusal = {"error": {"code": "answers.wrong_kind", "values": {}, "message": "That is no count.", "hint": ""}}
    page.route("**/api/workbooks/*/answers/need", lambda route: route.fulfill(status=422, json=refusal))
    page.route("**/api/workbooks/*/answers/other_side", lambda route: route.abort())
    page.locator("#p-need-c").fill("45%")
    page.locator("#p-other_side-c").fill("not sent")
    expect(page.locator("#p-need .al-fault")).to_be_visible()
    page.locator("[data-al-share]").click()
    named = page.locator("#al-share [data-al-unsettled] li")
    expect(named).to_have_count(2, timeout=20_000)
    expect(named.first).to_contain_text("was not taken")
    expect(named.last).to_contain_text("is not saved yet")
    assert "45%" not in str(shared(own))


@pytest.mark.slow
def test_what_was_saved_elsewhere_is_shown_before_it_is_shared(own: World, seat: Any):
    """A page that heard nothing asks first: nobody shares what they do not see."""
    page = seat(own, "ana")
    page.add_init_script("delete window.WebSocket")
    page.route("**/standing*", lambda route: route.abort())
    opened(page, own)
    head = own.ask("ana", "GET", f"/api/workbooks/{own.book['ana/scope']}/answers").json["answers"]["need"]["version"]
    assert own.save("ana", own.book["ana/scope"], "need", "said elsewhere", base=head).status == 200
    page.locator("[data-al-share]").click()
    expect(page.locator("#al-share [data-al-ready]")).to_be_visible()
    expect(page.locator("#p-need-c")).to_have_value("said elsewhere")
