"""One workbook open in two places, in Chromium against the real server: told within two seconds, nothing overwritten."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from actionlearn import accounts
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import open_store
from actionlearn.store.workbooks import workbooks

from ..support.served_kit import World

TEXT = """---
template: pair
title: Two places
version: 1
minutes: 5
stage: scope
summary: x
---

```{prompt} need
:kind: long-text
What needs to change?
```

```{prompt} others
:kind: long-text
Who else sees it?
```

```{prompt} words
:kind: short-text
:recap: need
In a word?
```

```{prompt} actions
:kind: table
:columns:
    what: What
    by: {label: By when, kind: date}
What will you do first?
```

```{view} recap
:of: need, others
```
"""
AT_MOST = 2000  # ms from the commit on one page until another shows it
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts."""
    made = World(tmp_path_factory.mktemp("places")).start()
    yield made
    made.stop()


@pytest.fixture
def book(world: World, request: pytest.FixtureRequest) -> str:
    """Make a workbook of its own for a test."""
    with open_store(world.data) as store:
        return world.add_workbook(store, "ana", "autumn", f"pair-{abs(hash(request.node.name))}", TEXT)


@pytest.fixture
def place(world: World, device: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Open a workbook on another device of Ana's; what a page complains of fails the test."""
    trouble: list[str] = []

    def opened(book: str, **options: object) -> Page:
        context = device(**{"viewport": {"width": 1100, "height": 900}, **options})
        where = {"domain": "127.0.0.1", "path": "/"}
        context.add_cookies([{"name": SESSION_COOKIE, "value": world.session["ana"], **where}])
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        with page.expect_websocket():
            page.goto(f"http://127.0.0.1:{world.port}/workbooks/{book}")
        return page

    yield opened
    assert trouble == []


def need(page: Page):
    """Find the first prompt's text."""
    return page.locator("#p-need textarea")


def is_state(page: Page, name: str, prompt: str = "need") -> None:
    """Wait until a prompt is in a state."""
    expect(page.locator(f"#p-{prompt}-state")).to_have_attribute("data-state", name)


def saved(page: Page, prompt: str = "need") -> None:
    """Wait until a prompt says when it was saved."""
    expect(page.locator(f"#p-{prompt}-state")).to_have_text(re.compile("Saved \\d"))


def book_name(world: World, book: str) -> str:
    """Return the template of a workbook."""
    with open_store(world.data) as store:
        return store.read(lambda c: workbooks.workbook(c, book)).template


def stored(world: World, book: str) -> dict[str, object]:
    """Return the answers as the server has them."""
    answers = world.ask("ana", "GET", f"/api/workbooks/{book}/answers").json["answers"]
    return {name: each["value"] for name, each in answers.items()}


def test_another_page_shows_a_change_within_two_seconds_and_writes_on_from_it(world, book, place):
    """What one page saves the other shows; a save from there follows it, without a conflict."""
    one, two = place(book), place(book)
    need(one).fill("from the train")
    saved(one)
    expect(need(two)).to_have_value("from the train", timeout=AT_MOST)
    need(two).press("End")
    need(two).press_sequentially(", and home")
    saved(two)
    expect(need(one)).to_have_value("from the train, and home", timeout=AT_MOST)
    assert stored(world, book)["need"] == "from the train, and home"


@pytest.mark.slow
def test_the_caret_stays_where_it_was_in_the_words(world, book, place):
    """Somebody who reads with the caret in the text keeps caret and selection though words came in before them."""
    one, two = place(book), place(book)
    need(one).fill("Nobody owns the corridor.")
    saved(one)
    expect(need(two)).to_have_value("Nobody owns the corridor.", timeout=AT_MOST)
    need(two).focus()
    need(two).evaluate("each => each.setSelectionRange(16, 24)")
    need(one).fill("At night nobody owns the corridor.")
    expect(need(two)).to_have_value("At night nobody owns the corridor.", timeout=AT_MOST)
    assert need(two).evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == "corridor"
    expect(two.locator("main > [role=status].al-vh")).to_have_text("This answer was changed in another place just now.")


def test_words_that_are_being_written_are_not_overwritten(world, book, place):
    """A page with words of its own under way keeps them, and asks; a newer version from elsewhere is what it shows."""
    one, two = place(book), place(book)
    two.route("**/answers/need", lambda route: route.abort())
    need(two).press_sequentially("here")
    is_state(two, "waiting")
    need(one).fill("there")
    saved(one)
    time.sleep(1)
    expect(need(two)).to_have_value("here")
    two.unroute("**/answers/need")
    two.evaluate("dispatchEvent(new Event('online'))")
    is_state(two, "two")
    expect(need(two)).to_have_value("here")
    need(one).fill("there, later")
    expect(two.locator(".al-theirs")).to_have_text("there, later", timeout=AT_MOST)
    two.get_by_role("button", name="Keep mine").click()
    saved(two)
    expect(need(one)).to_have_value("here", timeout=AT_MOST)
    assert stored(world, book)["need"] == "here"


def test_views_and_recaps_follow_what_is_saved_here_and_elsewhere(book, place):
    """Earlier answers shown on the page are those of now, without a reload and without moving the caret."""
    one, two = place(book), place(book)
    two.locator("#p-words .al-input").first.focus()
    need(one).fill("The <b>corridor</b>")
    for page in (one, two):
        expect(page.locator("#view-1")).to_contain_text("The <b>corridor</b>", timeout=4000)
        expect(page.locator("#p-words .al-recaps")).to_contain_text("The <b>corridor</b>", timeout=4000)
    expect(two.locator("#p-words .al-input").first).to_be_focused()


def test_rows_written_in_two_places_are_put_together(world, book, place):
    """Each writes a row of the same table; both are in the store and on both pages, and nobody is asked."""
    one, two = place(book), place(book)
    first = one.locator("#p-actions tbody tr").first
    first.locator("[data-column=what]").fill("Ask Rui")
    saved(one, "actions")
    expect(two.locator("#p-actions [data-column=what]").first).to_have_value("Ask Rui", timeout=AT_MOST)
    for page in (one, two):
        page.locator("#p-actions").get_by_role("button", name="Add a row").click()
    two.route("**/answers/actions", lambda route: route.abort())
    two.keyboard.type("Walk the corridor")
    is_state(two, "waiting", "actions")
    one.keyboard.type("Count the bells")
    saved(one, "actions")
    two.unroute("**/answers/actions")
    two.evaluate("dispatchEvent(new Event('online'))")
    saved(two, "actions")
    everything = {"Ask Rui", "Walk the corridor", "Count the bells"}
    for page in (one, two):
        rows = page.locator("#p-actions tbody [data-column=what]")
        expect(rows).to_have_count(3, timeout=AT_MOST)
        assert {each.input_value() for each in rows.all()} == everything
    assert {row["cells"]["what"] for row in stored(world, book)["actions"]} == everything
    expect(two.locator(".al-two")).to_have_count(0)


@pytest.mark.slow
def test_an_empty_row_somebody_is_in_stays(book, place):
    """A row that was just added has no words yet; a change from elsewhere does not take it away."""
    one, two = place(book), place(book)
    two.locator("#p-actions").get_by_role("button", name="Add a row").click()
    one.locator("#p-actions [data-column=what]").first.fill("Ask Rui")
    expect(two.locator("#p-actions [data-column=what]").first).to_have_value("Ask Rui", timeout=AT_MOST)
    two.keyboard.type("Mine")
    expect(one.locator("#p-actions [data-column=what]").nth(1)).to_have_value("Mine", timeout=AT_MOST)


@pytest.mark.ordinary("phone")
@pytest.mark.parametrize("look", [{}, PHONE], ids=["laptop", "phone"])
def test_two_versions_are_merged_by_hand_with_the_keyboard(world, book, place, look):
    """Both texts stand side by side with what differs marked; together in the answer they are made one, then done."""
    one, two = place(book), place(book, **look)
    two.route("**/answers/need", lambda route: route.abort())
    need(two).press_sequentially("The night shift walks past it.")
    is_state(two, "waiting")
    need(one).fill("The day shift walks past it.")
    saved(one)
    two.unroute("**/answers/need")
    two.evaluate("dispatchEvent(new Event('online'))")
    box = two.get_by_role("group", name="Two versions")
    expect(box).to_contain_text("Nothing is lost")
    expect(box.locator(".al-mine mark")).to_have_text("night")
    expect(box.locator(".al-theirs mark")).to_have_text("day")
    assert Axe().run(two).violations_count == 0
    assert two.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box.get_by_role("button", name="Edit both together").focus()
    two.keyboard.press("Enter")
    expect(need(two)).to_be_focused()
    expect(need(two)).to_have_value("The night shift walks past it.\n\nThe day shift walks past it.")
    expect(box.locator(".al-mine")).to_have_text("The night shift walks past it.")
    expect(box.locator(".al-theirs")).to_have_text("The day shift walks past it.")
    assert Axe().run(two).violations_count == 0
    two.keyboard.press("Control+A")
    two.keyboard.type("Both shifts walk past it.")
    saved(two)
    box.get_by_role("button", name="Done").focus()
    two.keyboard.press("Enter")
    expect(box).to_have_count(0)
    expect(need(two)).to_be_focused()
    expect(need(one)).to_have_value("Both shifts walk past it.", timeout=AT_MOST)
    assert stored(world, book)["need"] == "Both shifts walk past it."


def test_a_comment_that_comes_in_is_shown_when_asked_for(world, place):
    """A notice, not a jump; pressed, the comment stands beside its question, and half an answer is still there."""
    page = place(world.book["ana/scope"])
    beside = page.locator("#p-need .al-comments")
    beside.locator("summary").click()
    beside.locator("textarea").fill("Half an answer")
    sent = {"prompt": "need", "body": "Who would lose <i>something</i>?"}
    comment = world.ask("cora", "POST", f"/api/submissions/{world.submission}/comments", sent).json["id"]
    page.wait_for_timeout(300)
    expect(page.locator("[data-al-news]")).to_be_empty()
    world.ask("cora", "POST", f"/api/comments/{comment}/release", {})
    news = page.locator("[data-al-news]")
    expect(news).to_contain_text("A comment came in.", timeout=AT_MOST)
    expect(beside.locator("textarea").first).to_be_focused()
    assert Axe().run(page).violations_count == 0
    news.get_by_role("button", name="Show it").click()
    expect(beside).to_contain_text("Who would lose <i>something</i>?")
    expect(page.locator(f"#c-{comment}")).to_be_focused()
    expect(beside.locator("textarea").first).to_have_value("Half an answer")
    expect(news).to_be_empty()


def test_after_the_server_was_away_a_page_catches_up(world, book, place):
    """A page that heard nothing while the server was started again shows what was saved meanwhile."""
    page = place(book)
    world.stop()
    world.start(world.port)
    world.save("ana", book, "need", "while you were away")
    expect(need(page)).to_have_value("while you were away", timeout=15_000)


def test_a_page_goes_on_saving_as_soon_as_the_server_is_back(world, book, place):
    """It waits for the connection, and then not for the end of a long back-off."""
    page = place(book)
    world.stop()
    need(page).fill("written meanwhile")
    is_state(page, "waiting")
    page.evaluate("window.actionlearn.prompts.get('need').tries = 50")
    page.wait_for_timeout(2500)
    world.start(world.port)
    back = time.monotonic()
    saved(page)
    assert time.monotonic() - back < 6
    assert stored(world, book)["need"] == "written meanwhile"


@pytest.mark.slow
def test_words_of_another_workbook_follow_it(world, book, place):
    """A recap of what another workbook says is renewed when that is written, while this page is open."""
    later = TEXT.replace(":recap: need", f":recap: {book_name(world, book)}.need")
    with open_store(world.data) as store:
        id = world.add_workbook(store, "ana", "autumn", f"later-{book[:6]}", later)
    reading, writing = place(id), place(book)
    need(writing).fill("Said in the other")
    saved(writing)
    expect(reading.locator("#p-words .al-recaps")).to_contain_text("Said in the other", timeout=2 * AT_MOST)


def test_a_session_that_ends_while_one_types_is_taken_up_in_place(world, book, place):
    """Signed out in the middle of typing: the page asks for a code, and the words are saved under the new session."""
    page = place(book)
    with open_store(world.data) as store:
        person = world.person["ana"]
        page.context.clear_cookies()
        need(page).press_sequentially("still here")
        door = page.get_by_role("dialog", name="Please sign in again")
        expect(door).to_be_visible()
        is_state(page, "device")
        expect(door).to_contain_text("kept here")
        code = accounts.new_code(store, person)
    door.get_by_label("Code from your other device").fill(code)
    door.get_by_role("button", name="Sign in").click()
    expect(door).to_be_hidden()
    saved(page)
    assert stored(world, book)["need"] == "still here"
    world.save("ana", book, "others", "heard again")
    expect(page.locator("#p-others textarea")).to_have_value("heard again", timeout=AT_MOST)


def test_the_page_is_told_why_it_is_asked_to_sign_in(world, book, place):
    """The event carries the code and the sentence of the server's own answer."""
    page = place(book)
    page.evaluate("document.addEventListener('al:signin', ({detail}) => (window.asked = detail))")
    page.context.clear_cookies()
    where = {"domain": "127.0.0.1", "path": "/"}
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": world.session["ben"], **where}])
    need(page).press_sequentially("whose")
    expect(page.get_by_role("dialog", name="Please sign in again")).to_contain_text("somebody else")
    detail = page.evaluate("window.asked")
    assert detail["code"] == "answers.other_person"
    assert detail["message"]
    assert stored(world, book)["need"] is None
