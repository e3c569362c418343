"""The coach's desk in Chromium: reviews by keyboard alone, both sides at once, and nothing that is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from actionlearn.reviews import share
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.server.workbooks.state import notebook_contents
from actionlearn.store import now, open_store
from actionlearn.store.records import Review
from actionlearn.store.reviews import comments, reviews, submissions
from actionlearn.store.workbooks import drafts, workbooks

from ..support.served_kit import World
from .test_pages import LAPTOP, PHONE, faultless

TEXT = """---
template: {name}
title: Review {name}
version: 1
minutes: 5
stage: scope
summary: x
---

```{{prompt}} need
:kind: long-text
:audience: me, coach
What needs to change?
```

```{{prompt}} aim
:audience: me, coach
What for?
```
"""
SAID = "Nobody owns the corridor. Three people pass it on every morning. Then the shift ends."
ASKED = "Who has not been asked yet?"
MANY = 4


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a coach's desk on which reviews wait."""
    made = World(tmp_path_factory.mktemp("desk"))
    with open_store(made.data) as store:
        for number in range(MANY):
            name = f"r{number}"
            share_one(made, store, made.add_workbook(store, "ana", "autumn", name, TEXT.format(name=name)))
    made.start()
    yield made
    made.stop()


def share_one(world: World, store: Any, book: str) -> None:
    """Answer and share a workbook; no notebook is executed, which others test: the answers are there all the same."""
    ana = world.person["ana"]
    key = {"workbook": book, "person": ana, "client": book, "base": 0}

    def write(c: Any) -> None:
        for prompt, value in (("need", SAID), ("aim", "To sleep at night.")):
            drafts.save(c, **key, seq=1, prompt=prompt, value=value, now=now())

    store.write(write)
    workbook = store.read(lambda c: workbooks.workbook(c, book))
    shared = share.share(store, workbook, notebook_contents(world.data, workbook), ana, "", now())
    store.write(lambda c: reviews.put_review(c, Review(shared.id, "coach", "done")))


@pytest.fixture
def enter(world: World, device: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody, on a device of their own; what a page complains of fails the test."""
    trouble: list[str] = []

    def opened(who: str, path: str, **options: object) -> Page:
        context = device(**{"viewport": LAPTOP, **options})
        where = {"domain": "127.0.0.1", "path": "/"}
        context.add_cookies([{"name": SESSION_COOKIE, "value": world.session[who], **where}])
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(f"http://127.0.0.1:{world.port}{path}")
        return page

    yield opened
    assert trouble == []


def submission(world: World, number: int) -> str:
    """Return the newest that was shared of one of them."""
    with open_store(world.data) as store:
        return store.read(lambda c: submissions.submissions_of(c, world.book[f"ana/r{number}"]))[0].id


def test_a_coach_goes_through_reviews_by_keyboard_alone(world: World, enter: Callable[..., Page]):
    """Open, read, comment on a sentence, put in a question by a few letters, release, next: no mouse, again and again."""
    page = enter("cora", "/desk")
    expect(page.get_by_role("heading", name="Waiting for you")).to_be_visible()
    for key in ("j", "j", "Enter"):  # past the one that was begun
        page.keyboard.press(key)
    for number in range(MANY):
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Review r{number}")
        page.wait_for_load_state("load")  # its script hears keys from then on
        page.keyboard.press("j")
        expect(page.locator("#a-need")).to_be_focused()
        page.keyboard.press("q")
        expect(page.get_by_role("dialog", name="Comment on a passage")).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Three people pass it on every morning.")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#t-need")).to_be_focused()
        page.keyboard.press("Tab")  # past “about the whole answer instead”, which stands before it
        expect(page.get_by_label("A question from the bank").first).to_be_focused()
        page.keyboard.type("asked yet")
        page.keyboard.press("Enter")
        expect(page.locator("#t-need")).to_have_value(ASKED)
        page.keyboard.press("Control+Shift+Enter")
        comment = page.locator("#a-need .comment")
        expect(comment).to_contain_text(ASKED)
        expect(comment.locator("blockquote")).to_have_text("Three people pass it on every morning.")
        expect(page.locator("#a-need")).to_be_focused()
        page.keyboard.press("J")
    page.wait_for_url(lambda url: submission(world, MANY - 1) not in url)
    page.keyboard.press("u")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits for you.")
    with open_store(world.data) as store:
        for number in range(MANY):
            id = submission(world, number)
            (said,) = store.read(lambda c, shared=id: comments.comments_of(c, shared))  # type: ignore[misc]
            assert said.body == ASKED
            assert said.released_at
            assert said.target


@pytest.mark.slow
def test_a_learner_edits_and_shares_again_while_the_coach_comments(world: World, enter: Callable[..., Page]):
    """What was commented on and what was written meanwhile both stay; the coach sees what changed since."""
    first, book = submission(world, 1), world.book["ana/r1"]
    coach, learner = enter("cora", f"/reviews/{first}"), enter("ana", f"/workbooks/{book}")
    for key in ("j", "q", "Tab", "Enter"):
        coach.keyboard.press(key)
    coach.locator("#t-need").fill("What ends with the shift?")
    learner.locator("#p-need-c").fill(SAID.replace("shift", "day"))
    expect(learner.locator("#p-need")).to_have_attribute("data-version", "2")
    assert world.ask("ana", "POST", f"/api/workbooks/{book}/share", {"wants": "The number"}).status == 200
    coach.keyboard.press("Control+Shift+Enter")
    expect(coach.locator("#a-need .comment", has_text="What ends with the shift?")).to_be_visible()
    learner.reload()
    expect(learner.locator("#p-need-c")).to_have_value(SAID.replace("shift", "day"))
    expect(learner.get_by_text("What ends with the shift?")).to_be_visible()
    expect(learner.locator("mark").last).to_have_text("Three people pass it on every morning.")
    again = submission(world, 1)
    assert again != first
    coach.goto(f"http://127.0.0.1:{world.port}/reviews/{again}")
    coach.keyboard.press("j")
    coach.keyboard.press("w")
    expect(coach.locator("#a-need .since ins")).to_have_text("day")
    expect(coach.locator("#a-need .since del")).to_have_text("shift")


def test_what_a_coach_writes_survives(world: World, enter: Callable[..., Page]):
    """A private note a reload; a comment half said the end of the server, on the device and on another one."""
    review, way = f"/reviews/{submission(world, 2)}", f"/agreements/autumn/{world.person['ana']}"
    page = enter("cora", way)
    page.locator(".margin-note textarea").fill("Ask her about the night shift.")
    expect(page.locator(".margin-note [data-state]")).to_have_attribute("data-state", "saved")
    page.reload()
    expect(page.locator(".margin-note textarea")).to_have_value("Ask her about the night shift.")
    page.goto(f"http://127.0.0.1:{world.port}{review}")
    with page.expect_response(lambda answer: answer.url.endswith("/draft")):
        page.locator("#t-aim").fill("And who sleeps")
    assert world.process is not None
    world.process.kill()
    world.process.wait(30)
    page.locator("#t-aim").fill("And who sleeps then?")
    world.start(world.port)
    page.reload()
    expect(page.locator("#t-aim")).to_have_value("And who sleeps then?")
    with open_store(world.data) as store:
        there = "SELECT body FROM comment_draft WHERE place = 'on aim'"
        page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('actionlearn-half'))")
        assert store.read(lambda c: c.exec_driver_sql(there).scalar()) == "And who sleeps then?"
    other = enter("cora", review)
    expect(other.locator("#t-aim")).to_have_value("And who sleeps then?")


def test_what_belongs_to_the_desk_is_faultless(world: World, enter: Callable[..., Page]):
    """axe-core finds nothing on what was agreed, what one is told, and a review with its dialogs, on a phone in the dark."""
    page = enter("cora", f"/agreements/autumn/{world.person['ana']}", viewport=PHONE, color_scheme="dark")
    for path in ("", "/notifications", "/desk", f"/reviews/{submission(world, 1)}"):
        if path:
            page.goto(f"http://127.0.0.1:{world.port}{path}")
        faultless(page)
    page.keyboard.press("j")
    page.keyboard.press("q")
    faultless(page)
    page.get_by_role("button", name="Cancel").click()
    page.keyboard.press("?")
    faultless(page)
