"""Three people hold a meeting, each at a device of their own: one writes, loses the network, and another goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from actionlearn import accounts
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import open_store
from actionlearn.store.people import members
from actionlearn.store.workbooks import drafts

from ..support.groups import furnish
from ..support.served_kit import World

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LAPTOP = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a cohort with a furnished room; Dora is of the same set, and reads Portuguese."""
    made = World(tmp_path_factory.mktemp("meeting"))
    with open_store(made.data) as store:
        furnish(made, store)

        def act(c: Any) -> None:
            dora = members.add_person(c, username="dora", firstname="Dora", locale="pt")
            members.grant(c, "autumn", dora.id, "learner", made.set)
            made.person["dora"] = dora.id

        store.write(act)
        made.session["dora"] = accounts.new_session(store, made.person["dora"])
    made.start()
    yield made
    made.stop()


@pytest.fixture
def seat(world: World, device: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Sit down with a device of one's own; what a page complains of fails the test."""
    trouble: list[str] = []

    def sit(who: str, path: str, **options: Any) -> Page:
        context = device(**(options or LAPTOP))
        where = {"domain": "127.0.0.1", "path": "/"}
        context.add_cookies([{"name": SESSION_COOKIE, "value": world.session[who], **where}])
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(f"http://127.0.0.1:{world.port}{path}")
        return page

    yield sit
    assert trouble == []


def pen(page: Page) -> Locator:
    """Find who writes."""
    return page.locator("[data-al-pen]")


def text(page: Page, prompt: str) -> Locator:
    """Find the words of an answer."""
    return page.locator(f"#p-{prompt} .al-field textarea").first


def add(page: Page, prompt: str, line: str) -> None:
    """Add a line while another writes."""
    page.locator(f"#p-{prompt} .al-add > summary").click()
    page.locator(f"#p-{prompt} .al-add textarea").fill(line)
    page.locator(f"#p-{prompt} .al-add form button").click()
    expect(page.locator(f"#p-{prompt} .al-add [role=status]")).not_to_be_empty()


def saved(page: Page, prompt: str) -> None:
    """Wait until an answer is saved."""
    expect(page.locator(f"#p-{prompt}-state")).to_have_attribute("data-state", "saved")


def test_a_meeting_is_held_to_its_end_though_the_scribe_loses_the_network(world: World, seat):
    """All see it live, in their own language; who is cut off keeps what was typed, another goes on, nothing is lost."""
    at = f"/workbooks/{world.book['blue/meeting-2']}"
    ana, ben, dora = seat("ana", at), seat("ben", at), seat("dora", at)
    expect(ben.locator(".meeting")).to_contain_text("What we promised on")

    # Ana puts the pen down and takes it again; the others follow, and cannot type over her.
    pen_button(ana, "give").click()
    expect(text(ben, "questions")).to_be_editable()
    pen_button(ana, "write").click()
    expect(pen(ben)).to_have_text("Ana writes.")
    expect(pen(dora)).to_contain_text("Ana")
    expect(ben.locator("#p-meeting input").first).to_be_disabled()
    ana.locator("#p-meeting input[value=usual]").check()
    expect(dora.locator("#p-meeting input[value=usual]")).to_be_checked()
    expect(text(ben, "questions")).not_to_be_editable()

    # Whose time it is, is the same for all, also after a reload.
    ana.locator("#al-turn").select_option(label="Ben")
    ana.locator("[data-al-time] button").first.click()
    expect(ben.locator("[data-al-turn]")).to_have_text("Ben presents")
    expect(ben.locator("[data-al-left]")).to_have_text(re.compile(r"\d:\d\d"))
    ben.clock.install()
    ben.reload()
    expect(ben.locator("[data-al-left]")).to_have_text(re.compile(r"\d:\d\d"))

    # Ana writes, Dora adds.
    text(ana, "questions").fill("Who gains from it?")
    saved(ana, "questions")
    expect(text(dora, "questions")).to_have_value("Who gains from it?")
    add(dora, "questions", "O que é que perdias?")
    expect(text(ana, "questions")).to_have_value("Who gains from it?\nO que é que perdias?")

    # Ana loses the network, and types on; Ben asks, waits, and takes the pen.
    ana.context.set_offline(True)
    text(ana, "questions").fill("Who gains from it?\nO que é que perdias?\nWhat if not?")
    expect(ana.locator("#p-questions-state")).not_to_have_attribute("data-state", "saved")
    pen_button(ben, "write").click()
    expect(pen(ben)).to_contain_text("You asked for the pen.")
    ben.clock.fast_forward(11_000)
    pen_button(ben, "take").click()
    ben.locator("[data-al-taking] button[value=yes]").click()
    expect(pen(ben)).to_have_text("You write.")
    expect(pen(dora)).to_contain_text("Ben")
    text(ben, "learned").fill("We wait for each other.")
    saved(ben, "learned")

    # Ana is back: what she typed is sent, and she follows.
    ana.context.set_offline(False)
    expect(pen(ana)).to_have_text("Ben writes.", timeout=15_000)
    saved(ana, "questions")
    expect(text(ben, "questions")).to_have_value(
        "Who gains from it?\nO que é que perdias?\nWhat if not?", timeout=15_000
    )
    expect(text(ana, "learned")).to_have_value("We wait for each other.")
    expect(text(ana, "questions")).not_to_be_editable()

    # To the end: who does what, and when they meet again.
    row = ben.locator("#p-actions tbody tr").first
    row.locator("[data-column=who]").fill("Dora")
    row.locator("[data-column=what]").fill("Ring her")
    ben.locator("#p-next_on input").fill("2026-12-01")
    saved(ben, "actions")
    expect(dora.locator("#p-actions [data-column=what]").first).to_have_value("Ring her")
    expect(dora.locator("#p-next_on input")).to_have_value("2026-12-01")
    pen_button(ben, "give").click()
    expect(pen(dora)).not_to_contain_text("Ben")
    expect(text(dora, "learned")).to_be_editable()
    with open_store(world.data) as store:
        said = store.read(lambda c: drafts.drafts(c, world.book["blue/meeting-2"]))
    assert said["questions"].value == "Who gains from it?\nO que é que perdias?\nWhat if not?"


def pen_button(page: Page, act: str) -> Locator:
    """Find the button of the bar that does something."""
    return page.locator(f".meeting-bar-in:first-child [data-al-pen-act={act}]:visible")


@pytest.mark.ordinary("phone")
@pytest.mark.parametrize("options", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_the_pages_of_a_room_are_whole(world: World, seat, options):
    """On a laptop and a phone: nothing beside the screen, and axe finds nothing."""
    page = seat("ben", f"/room/autumn/{world.set}", **options)
    book, meeting = world.book["ana/scope"], world.book["blue/meeting-1"]
    for who, path in (
        ("ben", f"/room/autumn/{world.set}"),
        ("ben", "/board/autumn"),
        ("ben", "/week/autumn"),
        ("ben", f"/entries/{world.entry}"),
        ("ben", f"/workbooks/{meeting}"),
        ("ben", f"/workbooks/{meeting}/sheet"),
        ("ana", f"/workbooks/{book}/show"),
    ):
        at = page if who == "ben" else seat(who, path, **options)
        at.goto(f"http://127.0.0.1:{world.port}{path}")
        at.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")
        assert at.evaluate("document.documentElement.scrollWidth") <= options["viewport"]["width"], path
        found = Axe().run(at)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"


def test_somebody_asks_and_is_answered_on_the_page(world: World, seat):
    """By the forms of the board: put up, answered with an introduction, settled."""
    ben = seat("ben", "/board/autumn")
    ben.locator("#ask-body").fill("Who has a spare hour?")
    ben.locator("#ask-reach").select_option("cohort")
    with ben.expect_navigation():
        ben.get_by_role("button", name="Put it up").click()
    cora = seat("cora", "/board/autumn")
    card = cora.locator("li.letter", has_text="Who has a spare hour?")
    card.locator("details > summary").click()
    card.locator("textarea").fill("You two should talk.")
    card.locator("select").select_option(label="Ana")
    with cora.expect_navigation():
        card.locator("form button").click()
    expect(seat("ana", "/board/autumn").locator("section", has_text="Somebody thought of you")).to_contain_text(
        "spare hour"
    )
    ben.reload()
    mine = ben.locator("li.letter", has_text="Who has a spare hour?")
    expect(mine).to_contain_text("You two should talk: Ana")
    with ben.expect_navigation():
        mine.locator("[data-al-body]").click()
    expect(ben.locator("details", has_text="settled").first).to_be_visible()
