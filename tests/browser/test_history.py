"""The history of an answer in Chromium against the real server: what changed, bringing back, erasing for good."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from actionlearn.server.web.identity import SESSION_COOKIE

from ..support.served_kit import World

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts."""
    made = World(tmp_path_factory.mktemp("history")).start()
    yield made
    made.stop()


@pytest.fixture
def visit(world: World, device: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Open a workbook as its owner; what a page complains of fails the test."""
    trouble: list[str] = []

    def opened(book: str, **options: object) -> Page:
        context = device(**{"viewport": {"width": 1100, "height": 900}, **options})
        where = {"domain": "127.0.0.1", "path": "/"}
        session = world.session[book.split("/")[0]]
        context.add_cookies([{"name": SESSION_COOKIE, "value": session, **where}])
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(f"http://127.0.0.1:{world.port}/workbooks/{world.book[book]}")
        return page

    yield opened
    assert trouble == []


def write(page: Page, prompt: str, *texts: str) -> Locator:
    """Write texts into a prompt one after the other, leaving it each time."""
    area = page.locator(f"#p-{prompt} .al-field textarea")
    for text in texts:
        with page.expect_response(lambda reply: "/revisions/" in reply.url):
            area.fill(text)
            page.locator("h1").click()
            area.blur()
    return area


def opened(page: Page, prompt: str) -> Locator:
    """Open the history of an answer."""
    page.locator(f"#p-{prompt}").get_by_role("button", name="History").click()
    dialog = page.get_by_role("dialog", name="History of this answer")
    expect(dialog.locator(".version").first).to_be_visible()
    return dialog


def faultless(page: Page) -> None:
    """Check a page as it is now: nothing for axe-core, and nothing to scroll sideways for."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("(d => !d.open || d.scrollWidth <= d.clientWidth)(document.getElementById('al-history'))")


def test_an_answer_has_a_history_once_there_is_one(world: World, visit):
    """The button comes with the first save; it is quiet before."""
    page = visit("ben/scope")
    prompt = page.locator("#p-seen")
    expect(prompt.get_by_role("button", name="History")).to_have_count(0)
    prompt.locator("textarea").fill("On Monday")
    expect(prompt.get_by_role("button", name="History")).to_be_visible()


@pytest.mark.ordinary("phone")
@pytest.mark.parametrize(("book", "look"), [("ben/scope", {}), ("will/scope", PHONE)], ids=["laptop", "phone"])
def test_what_changed_is_seen_and_heard_and_an_older_version_is_brought_back(world: World, visit, book, look):
    """Versions newest first, changed words marked and named; bringing one back is saved, and can be undone the same way."""
    page = visit(book, **look)
    area = write(page, "need", "Nobody owns the <i>corridor</i>.", "The night shift owns the <i>corridor</i>.")
    dialog = opened(page, "need")
    versions = dialog.locator(".version")
    expect(versions).to_have_count(2)
    newest, first = versions.nth(0), versions.nth(1)
    expect(newest).to_contain_text("as it is now")
    expect(newest.locator("del")).to_have_text(re.compile("Taken out: +Nobody +End of change."))
    expect(newest.locator("ins")).to_have_text(re.compile("Added: +The night shift +End of change."))
    expect(first.locator(".change")).to_have_text("Nobody owns the <i>corridor</i>.")
    expect(newest.get_by_role("button")).to_have_count(0)
    faultless(page)
    first.get_by_role("button", name="Bring this back").press("Enter")
    expect(dialog.get_by_role("status")).to_have_text("It is back, and saved.")
    expect(versions).to_have_count(3)
    expect(versions.first).to_contain_text("You brought an earlier version back")
    expect(area).to_have_value("Nobody owns the <i>corridor</i>.")
    dialog.get_by_role("button", name="Close").click()
    expect(page.locator("#p-need").get_by_role("button", name="History")).to_be_focused()
    answers = world.ask(book.split("/")[0], "GET", f"/api/workbooks/{world.book[book]}/answers").json["answers"]
    assert answers["need"]["value"] == "Nobody owns the <i>corridor</i>."


def test_opening_the_history_while_typing_shows_what_was_just_typed(visit):
    """The last words are a version too, though focus has not left the question yet."""
    page = visit("ben/scope")
    page.locator("#p-in_the_way textarea").press_sequentially("Just now")
    expect(page.locator("#p-in_the_way-state")).to_have_text(re.compile("Saved"))
    dialog = opened(page, "in_the_way")
    expect(dialog.locator(".version .change")).to_have_text("Just now")


@pytest.mark.ordinary("phone")
@pytest.mark.parametrize("look", [{}, PHONE], ids=["laptop", "phone"])
def test_a_passage_is_erased_for_good_after_being_asked_twice(world: World, visit, look):
    """Selected words are named, what will happen is said, and only the second yes does it; then they are nowhere."""
    page = visit("ana/scope", **look)
    area = page.locator("#p-need .al-field textarea")
    secret = f"secret{len(look)} of Bruno"
    write(page, "need", f"The night hears {secret} and nobody else.")
    start = "The night hears "
    area.evaluate(f"each => each.setSelectionRange({len(start)}, {len(start) + len(secret)})")
    dialog = opened(page, "need")
    dialog.get_by_role("button", name="Erase a passage for good").click()
    words = dialog.get_by_label("The words to erase, exactly as they stand")
    expect(words).to_be_focused()
    expect(words).to_have_value(secret)
    expect(dialog).to_contain_text("This cannot be undone.")
    faultless(page)
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.locator("blockquote")).to_have_text(secret)
    faultless(page)
    dialog.get_by_role("button", name="Keep them").click()
    expect(area).to_have_value(f"{start}{secret} and nobody else.")
    dialog.get_by_role("button", name="Erase a passage for good").click()
    dialog.get_by_role("button", name="Go on").click()
    dialog.get_by_role("button", name="Erase them for good").click()
    expect(dialog.get_by_role("heading", name="Erased.")).to_be_focused()
    dialog.get_by_role("button", name="Go on writing").click()
    expect(area).to_have_value(re.compile("^The night hears \\[.*\\] and nobody else\\.$"))
    assert not any(secret in row for rows in world.rows().values() for row in rows)
    area.press("End")
    area.press_sequentially(" Still here.")
    expect(page.locator("#p-need-state")).to_have_text(re.compile("Saved \\d"))
    expect(page.locator(".al-two")).to_have_count(0)


def test_words_that_are_not_there_are_refused_in_a_sentence(visit):
    """A passage that stands nowhere: said in the dialog, nothing changed."""
    page = visit("ana/scope")
    dialog = opened(page, "need")
    dialog.get_by_role("button", name="Erase a passage for good").click()
    dialog.get_by_label("The words to erase, exactly as they stand").fill("words that nobody ever wrote here")
    dialog.get_by_role("button", name="Go on").click()
    dialog.get_by_role("button", name="Erase them for good").click()
    expect(dialog.get_by_role("alert").locator("visible=true")).not_to_be_empty()
    expect(dialog.get_by_role("heading", name="Erase these words for good?")).to_be_visible()
