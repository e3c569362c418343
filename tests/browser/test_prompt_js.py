"""prompt.js in a real browser, against the real store: what is typed is saved, or kept and said."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from .small_server import SmallServer

Until = Callable[[Callable[[], bool]], None]
EDITS = """new Promise(done => { const open = indexedDB.open('actionlearn', 1); open.onsuccess = () => {
  const all = open.result.transaction('edits').objectStore('edits').getAll(); all.onsuccess = () => done(all.result) } })"""


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[SmallServer]:
    """Serve a workbook."""
    server = SmallServer(tmp_path)
    yield server
    server.close()


@pytest.fixture
def book(page: Page, kit: SmallServer) -> Page:
    """Open the workbook."""
    page.goto(kit.url)
    return page


def state(page: Page, prompt: str):
    """Find the line that says how a prompt stands."""
    return page.locator(f"#p-{prompt}-state")


def need(page: Page):
    """Find the first prompt's text."""
    return page.get_by_label("What needs to change?")


def saved(page: Page, prompt: str = "need") -> None:
    """Wait until a prompt says when it was saved."""
    expect(state(page, prompt)).to_have_text(re.compile("Saved \\d"))


def is_state(page: Page, name: str, prompt: str = "need", timeout: float = 5000) -> None:
    """Wait until a prompt is in a state."""
    expect(state(page, prompt)).to_have_attribute("data-state", name, timeout=timeout)


def test_every_kind_is_saved_and_there_again(book, kit, until):
    """Each kind of prompt saves what was answered, in its stored shape, and shows it after a reload."""
    need(book).press_sequentially("Wait <b>less</b>")
    book.get_by_label("A short name?").fill("Queue")
    book.get_by_label("Build").first.check()
    book.locator("#p-tools").get_by_label("Check").check()
    book.locator("#p-tools").get_by_label("Aim").check()
    book.locator("#p-sure").get_by_label("5 Wholly").check()
    book.get_by_label("How many?").fill("12,5")
    book.get_by_label("By when?").fill("2026-10-05")
    book.get_by_label("What, row 1").fill("Call Ana")
    book.locator("#p-actions").get_by_label("By when, row 1").fill("2026-10-06")
    book.locator("#p-actions").get_by_label("State, row 1").select_option("c")
    until(lambda: kit.value("actions") is not None and kit.value("actions")[0]["cells"].get("state") == "c")
    assert kit.value("need") == "Wait <b>less</b>"
    assert kit.value("title") == "Queue"
    assert kit.value("terrain") == "b"
    assert kit.value("tools") == ["a", "c"]
    assert kit.value("sure") == 5
    assert kit.value("count") == "12.5"
    assert kit.value("when") == "2026-10-05"
    assert kit.value("actions")[0]["cells"] == {"what": "Call Ana", "by": "2026-10-06", "state": "c"}
    for id in kit.prompts:
        is_state(book, "saved", id)
    book.reload()
    expect(need(book)).to_have_value("Wait <b>less</b>")
    expect(book.locator("#p-tools").get_by_label("Check")).to_be_checked()
    expect(book.get_by_label("What, row 1")).to_have_value("Call Ana")
    assert book.evaluate(EDITS) == []


def test_it_says_saved_only_after_the_reply(book, kit):
    """While the store has not answered, the page says that it is saving; then when it was saved."""
    kit.delay = 0.6
    need(book).press_sequentially("slow")
    is_state(book, "saving")
    assert kit.value("need") is None
    assert book.evaluate(EDITS)[0]["prompt"] == "need"
    saved(book)
    assert kit.value("need") == "slow"
    expect(book.locator("[data-al-status]")).to_have_attribute("data-state", "saved")


def test_what_was_typed_before_the_script_came_is_saved_and_the_caret_stays(page, kit):
    """One can type at once; when the script arrives it saves that, and moves neither words nor caret."""
    kit.script_delay = 1.5
    page.goto(kit.url, wait_until="commit")
    need(page).press_sequentially("early words")
    need(page).evaluate("each => { each.mark = 1; each.setSelectionRange(3, 5) }")
    assert not page.evaluate("'actionlearn' in window")
    saved(page)
    assert kit.value("need") == "early words"
    assert need(page).evaluate("e => [e.mark, e.selectionStart, e.selectionEnd, e === document.activeElement]") == [
        1,
        3,
        5,
        True,
    ]


def test_a_lost_reply_is_asked_for_again_and_nothing_is_doubled(book, kit, until):
    """When the reply is lost the same edit is sent again, and counts once."""
    kit.failing = "drop"
    need(book).press_sequentially("once")
    is_state(book, "waiting")
    expect(state(book, "need")).to_have_text("Waiting for the network. Your words are kept on this device.")
    expect(book.locator("main > [role=status]")).to_have_text(re.compile("Waiting for the network"))
    kit.failing = ""
    saved(book)
    expect(book.locator("main > [role=status]")).to_have_text("Everything is saved again.")
    sent = [(each["client"], each["seq"]) for each in kit.puts]
    assert len(sent) > len(set(sent)) == 1
    assert kit.value("need") == "once"
    assert kit.store.read(lambda c: c.exec_driver_sql("select version from draft").scalar()) == 1


@pytest.mark.ordinary("503")
@pytest.mark.parametrize("failing", ["down", "503"])
def test_typing_goes_on_while_the_server_is_away(book, kit, failing):
    """All that is typed while the server does not answer is saved when it does, in order."""
    kit.failing = failing
    need(book).press_sequentially("one ")
    is_state(book, "waiting")
    need(book).press_sequentially("two ")
    is_state(book, "waiting")
    kit.failing = ""
    book.evaluate("dispatchEvent(new Event('online'))")
    saved(book)
    assert kit.value("need") == "one two "


def test_edits_left_on_the_device_arrive_at_the_next_visit(device, kit, until):
    """A page that dies with unsent words sends them, as its own, when the workbook is opened again."""
    context: BrowserContext = device()
    first = context.new_page()
    first.goto(kit.url)
    kit.failing = "drop"
    need(first).press_sequentially("kept")
    is_state(first, "waiting")
    kit.failing = "down"
    need(first).press_sequentially(" and more")
    until(lambda: [each["next"] for each in first.evaluate(EDITS)] == [{"value": "kept and more"}])
    client = first.evaluate("actionlearn.client")
    first.close()
    kit.failing = ""
    second = context.new_page()
    second.goto(kit.url)
    expect(need(second)).to_have_value("kept and more")
    saved(second)
    assert kit.value("need") == "kept and more"
    assert {each["client"] for each in kit.puts} == {client}
    until(lambda: second.evaluate(EDITS) == [])


def test_the_last_keystrokes_leave_with_the_closing_tab(device, kit, until):
    """A tab that closes at once after a keystroke has still sent it."""
    page = device().new_page()
    page.goto(kit.url)
    need(page).press_sequentially("bye")
    page.close(run_before_unload=False)
    until(lambda: kit.value("need") == "bye")


def test_two_tabs_never_overwrite_each_other_silently(device, kit, until):
    """The second of two versions does not become the head; both are shown, and the person chooses."""
    context: BrowserContext = device()
    one, two = context.new_page(), context.new_page()
    for each in (one, two):
        each.goto(kit.url)
    need(one).press_sequentially("mine")
    saved(one)
    need(two).press_sequentially("other")
    is_state(two, "two")
    assert kit.value("need") == "mine"
    box = two.get_by_role("group", name="Two versions")
    expect(box.locator(".al-mine")).to_have_text("other")
    expect(box.locator(".al-theirs")).to_have_text("mine")
    need(two).press_sequentially("!")
    expect(box.locator(".al-mine")).to_have_text("other!")
    time.sleep(0.6)
    assert kit.value("need") == "mine"  # autosave waits for the choice
    assert Axe().run(two).violations_count == 0
    box.get_by_role("button", name="Edit both together").click()
    saved(two)
    expect(need(two)).to_have_value("other!\n\nmine")
    assert kit.value("need") == "other!\n\nmine"
    until(lambda: two.evaluate(EDITS) == [])


@pytest.mark.parametrize(("button", "left"), [("Keep mine", "here"), ("Take theirs", "there")])
def test_one_version_is_chosen(book, kit, button, left):
    """Keeping mine makes it the head; taking theirs puts it into the control."""
    kit.save("need", "there", 0)
    need(book).press_sequentially("here")
    is_state(book, "two")
    book.get_by_role("button", name=button).click()
    saved(book)
    expect(need(book)).to_have_value(left)
    assert kit.value("need") == left
    assert {"met", "conflict"} <= set(kit.causes("need"))


def test_an_unresolved_choice_is_there_at_the_next_visit(book, kit, until):
    """Closing the page on two versions loses neither; the next visit asks again."""
    kit.save("need", "there", 0)
    need(book).press_sequentially("here")
    is_state(book, "two")
    book.reload()
    is_state(book, "two")
    expect(need(book)).to_have_value("here")
    book.get_by_role("button", name="Keep mine").click()
    saved(book)
    until(lambda: book.evaluate(EDITS) == [])
    assert kit.value("need") == "here"


@pytest.mark.slow
def test_rows_changed_in_two_places_are_put_together(book, kit, until):
    """Tables that were changed in different rows merge; nobody is asked."""
    book.get_by_label("What, row 1").fill("mine")
    saved(book, "actions")
    row = kit.value("actions")[0]
    other = {"row": "0c4dd9b2-3a5f-4c39-9a5d-6f3b7f3c8a11", "cells": {"what": "theirs"}}
    kit.save("actions", [row, other], 1)
    book.get_by_label("What, row 1").fill("mine still")
    until(lambda: len(kit.value("actions")) == 2 and kit.value("actions")[0]["cells"]["what"] == "mine still")
    expect(book.get_by_label("What, row 2")).to_have_value("theirs")
    saved(book, "actions")


def test_a_table_by_keyboard(book, kit, until):
    """Rows are added, moved, removed and put back with the keyboard alone, focus never lost."""
    book.get_by_label("What, row 1").fill("first")
    book.get_by_role("button", name="Add a row").focus()
    book.keyboard.press("Enter")
    expect(book.get_by_label("What, row 2")).to_be_focused()
    book.keyboard.type("second")
    book.get_by_role("button", name="Move row 2 up").focus()
    book.keyboard.press("Enter")
    expect(book.get_by_role("button", name="Move row 1 up")).to_be_focused()
    until(lambda: [row["cells"]["what"] for row in kit.value("actions") or []] == ["second", "first"])
    book.get_by_role("button", name="Remove row 1").focus()
    book.keyboard.press("Enter")
    expect(book.get_by_role("button", name="Remove row 1")).to_be_focused()
    until(lambda: [row["cells"]["what"] for row in kit.value("actions")] == ["first"])
    book.get_by_role("button", name="Put the removed row back").press("Enter")
    until(lambda: [row["cells"]["what"] for row in kit.value("actions")] == ["second", "first"])


@pytest.mark.slow
def test_a_row_number_stands_on_one_line(book):
    """The tenth row and those after it have their number on one line, as the others, where there is little room."""
    book.set_viewport_size({"width": 660, "height": 900})
    book.add_style_tag(content=".al-prompt { font-size: 1.5rem }")
    book.get_by_label("What, row 1").fill("first")
    for _ in range(10):
        book.get_by_role("button", name="Add a row").click()
    numbers = book.locator("#p-actions tbody th [data-n]")
    expect(numbers.last).to_have_text("11")
    lines = (
        "all => all.map(each => each.getClientRects().length + ':' + Math.round(each.getBoundingClientRect().height))"
    )
    assert len(set(numbers.evaluate_all(lines))) == 1


def test_a_session_that_ends_keeps_the_words(book, kit):
    """When the session has ended the page says so once; after signing in again the words are saved."""
    book.evaluate("document.addEventListener('al:signin', () => (window.asked = (window.asked ?? 0) + 1))")
    kit.signed_in = False
    need(book).press_sequentially("still here")
    is_state(book, "device")
    expect(state(book, "need")).to_have_text(re.compile("Sign in again"))
    assert book.evaluate("window.asked") == 1
    kit.signed_in = True
    book.evaluate("document.dispatchEvent(new Event('al:signedin'))")
    saved(book)
    assert kit.value("need") == "still here"


def test_a_value_that_does_not_fit_is_said_beside_the_prompt(book, kit):
    """What the server does not take stays in the control, with the reason beside it, until it fits."""
    book.get_by_label("How many?").fill("a dozen")
    is_state(book, "device", "count")
    expect(book.locator("#p-count .al-fault")).to_contain_text("does not fit")
    book.reload()
    expect(book.get_by_label("How many?")).to_have_value("a dozen")
    book.get_by_label("How many?").fill("12")
    saved(book, "count")
    assert kit.value("count") == "12"
    expect(book.locator(".al-fault")).to_have_count(0)


def test_not_yet_is_an_answer(book, kit, until):
    """Not yet is said with a button and taken back by typing."""
    button = book.locator("#p-need").get_by_role("button", name="Not yet")
    button.click()
    until(lambda: kit.value("need") == {"not_yet": True})
    expect(button).to_have_attribute("aria-pressed", "true")
    need(book).press_sequentially("Now")
    until(lambda: kit.value("need") == "Now")
    expect(button).to_be_hidden()


def test_leaving_a_prompt_keeps_a_version(book, kit, until):
    """A revision is cut when focus leaves a prompt that was changed, and none for coming by."""
    need(book).press_sequentially("draft")
    book.get_by_label("A short name?").focus()
    until(lambda: kit.causes("need") == ["blur"])
    need(book).focus()
    book.get_by_label("A short name?").focus()
    time.sleep(0.3)
    assert kit.causes("need") == ["blur"]


def test_readers_are_chosen(book, kit):
    """Who may read an answer is set beside it, and the line says so."""
    chooser = book.locator("#p-need .al-audience")
    chooser.locator("summary").click()
    chooser.get_by_label("My set").uncheck()
    expect(chooser.locator("summary")).to_have_text("Read by: me, my coach")
    book.reload()
    expect(book.locator("#p-need .al-audience summary")).to_have_text("Read by: me, my coach")


def test_a_browser_that_keeps_nothing_says_so_and_still_saves(page, kit):
    """Without IndexedDB the page says what it cannot promise, and saving works."""
    page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }")
    page.goto(kit.url)
    expect(page.locator("[data-al-status]")).to_have_text(re.compile("cannot keep words on this device"))
    need(page).press_sequentially("anyway")
    saved(page)
    assert kit.value("need") == "anyway"


def test_another_page_takes_in_what_was_saved_elsewhere(book, kit):
    """A page one comes back to shows what was saved in another place meanwhile."""
    kit.save("need", "from the train", 0)
    book.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(need(book)).to_have_value("from the train")
    need(book).press_sequentially("!")
    saved(book)
    assert kit.value("need") == "from the train!"


def test_axe_finds_nothing(book, phone, kit):
    """axe-core finds nothing wrong, wide or narrow; on a phone nothing runs over the side."""
    for details in book.locator("details").all():
        details.evaluate("each => (each.open = true)")
    assert Axe().run(book).violations_count == 0
    phone.goto(kit.url)
    assert Axe().run(phone).violations_count == 0
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(phone.locator("#p-actions .al-cell-label").first).to_be_visible()


def test_a_device_without_room_says_so_and_still_saves(page, kit):
    """When the quota is full the page says what it cannot promise, never that words are kept here; saving works."""
    page.add_init_script(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('no room', 'QuotaExceededError') }"
    )
    page.goto(kit.url)
    kit.failing = "down"
    need(page).press_sequentially("no room")
    is_state(page, "waiting")
    expect(state(page, "need")).to_have_text("Waiting for the network. Keep this page open.")
    expect(page.locator("[data-al-status]")).to_have_text(re.compile("cannot keep words on this device"))
    kit.failing = ""
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    assert kit.value("need") == "no room"


@pytest.mark.ordinary("-1")
@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_a_day_off_changes_no_time_that_is_shown(page, kit, days):
    """Times come from the server: saved today is shown as today, the page says once that the device's clock is wrong."""
    page.add_init_script(f"const now = Date.now; Date.now = () => now() + {days * 86_400_000}")
    page.goto(kit.url)
    need(page).press_sequentially("in time")
    expect(state(page, "need")).to_have_text(re.compile("^Saved \\d\\d:\\d\\d$"))
    expect(page.locator("[data-al-status]")).to_have_text(
        re.compile("The clock of this device is wrong. The times shown here are right.")
    )
    assert kit.value("need") == "in time"
    shown = state(page, "need").inner_text().removeprefix("Saved ")
    at = kit.store.read(lambda c: c.exec_driver_sql("select saved_at from draft").scalar())
    assert (
        page.evaluate("at => new Intl.DateTimeFormat('en-GB', {timeStyle: 'short'}).format(new Date(at))", at) == shown
    )


def test_why_one_is_asked_to_sign_in_is_in_the_event(book, kit):
    """The page around the prompts gets the code of the server's answer."""
    book.evaluate("document.addEventListener('al:signin', ({detail}) => (window.asked = detail))")
    kit.signed_in = False
    need(book).press_sequentially("x")
    is_state(book, "device")
    assert book.evaluate("window.asked") == {"code": "server.sign_in", "message": ""}


def test_the_words_that_differ_are_marked_in_both_versions(book, kit):
    """Of two long versions one sees at a glance where they differ."""
    kit.save("need", "The day shift walks past it. Nobody asks.", 0)
    need(book).fill("The night shift walks past it. Somebody asks.")
    is_state(book, "two")
    assert book.locator(".al-mine mark").all_inner_texts() == ["night ", "Somebody "]
    assert book.locator(".al-theirs mark").all_inner_texts() == ["day ", "Nobody "]
    expect(book.locator(".al-mine")).to_have_text("The night shift walks past it. Somebody asks.")
