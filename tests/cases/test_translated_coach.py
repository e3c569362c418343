"""On a page that the browser has translated: one's own words are one's own, and a quote finds the words that were shared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import open_store
from actionlearn.store.reviews import comments

from ..support.served_kit import World
from ..support.shared_review import SAID, share_one, submission

pytestmark = pytest.mark.browser
TURN = (Path(__file__).parent / "translated-coach" / "turn.js").read_text("utf-8").split("\n", 1)[1]
OWN = "Which of them did you ask?"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve what was shared with a coach."""
    made = World(tmp_path_factory.mktemp("translated"))
    with open_store(made.data) as store:
        for name in ("own", "quote", "picked", "draft"):
            share_one(made, store, name)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def enter(world: World, device: Callable[..., BrowserContext]) -> Callable[[str], Page]:
    """Open a review as its coach."""

    def opened(name: str) -> Page:
        context = device(viewport={"width": 1280, "height": 900})
        where = {"domain": "127.0.0.1", "path": "/"}
        context.add_cookies([{"name": SESSION_COOKIE, "value": world.session["cora"], **where}])
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{world.port}/reviews/{submission(world, name)}")
        page.wait_for_function("() => window.RecogitoJS")
        return page

    return opened


def said(world: World, name: str) -> list[Any]:
    """Return the comments on a review."""
    with open_store(world.data) as store:
        return store.read(lambda c: comments.comments_of(c, submission(world, name)))


def hold(page: Page, words: str) -> None:
    """Write a comment on the first answer, and hold it."""
    page.locator("#t-need").fill(words)
    page.locator("#a-need form[data-al-comment] button[value=hold]").click()
    expect(page.locator("#t-need")).to_have_value("")


def test_one_changes_ones_own_words(world: World, enter: Callable[[str], Page]):
    """“Change” offers what was written, also where a browser took no notice that it is not to be translated."""
    page = enter("own")
    hold(page, OWN)
    page.evaluate(
        "() => { for (const each of document.querySelectorAll('[translate=no]')) each.removeAttribute('translate') }"
    )
    page.evaluate(TURN)
    page.locator("#a-need [data-al-change]").last.click()
    expect(page.locator(".changing textarea")).to_have_value(OWN)
    page.locator(".changing button").first.click()
    expect(page.locator(".changing")).to_have_count(0)
    assert [each.body for each in said(world, "own")] == [OWN]


def test_a_quote_from_a_translated_page_is_of_the_words_that_were_shared(world: World, enter: Callable[[str], Page]):
    """The passage that was selected is quoted whole, as it was written, and that is said."""
    page = enter("quote")
    page.evaluate(TURN)
    page.locator("#a-need .al-answer p").first.click(click_count=3)
    expect(page.locator("#a-need [data-al-quoted] q")).to_have_text(SAID.split("\n\n")[0])
    expect(page.locator("#a-need [data-al-translated]")).to_be_visible()
    hold(page, "About these")
    (comment,) = said(world, "quote")
    assert comment.target["selector"][0]["exact"] == SAID.split("\n\n")[0]


def test_a_passage_is_picked_in_the_words_that_were_shared(world: World, enter: Callable[[str], Page]):
    """The dialog for those without a mouse shows the answer as it was written."""
    page = enter("picked")
    page.evaluate(TURN)
    page.locator("#a-need [data-al-pick]").evaluate("each => each.click()")
    page.locator("[data-al-sentences] button", has_text="Three people pass it").click()
    hold(page, "About this one")
    (comment,) = said(world, "picked")
    assert comment.target["selector"][0]["exact"] == "Three people pass it on every morning."


def test_a_draft_keeps_the_passage_that_it_is_about(world: World, enter: Callable[[str], Page]):
    """After a reload, on this device and on another, the words and the quote are there; released, it lies on them."""
    page = enter("draft")
    page.locator("#a-need [data-al-pick]").evaluate("each => each.click()")
    page.locator("[data-al-sentences] button", has_text="Three people pass it").click()
    with page.expect_response(lambda answer: answer.url.endswith("/draft")):
        page.locator("#t-need").fill("Half of a")
    page.reload()
    for there in (page, enter("draft")):
        expect(there.locator("#t-need")).to_have_value("Half of a")
        expect(there.locator("#a-need [data-al-quoted] q")).to_have_text("Three people pass it on every morning.")
    hold(page, "Half of a comment")
    (comment,) = said(world, "draft")
    assert comment.target["selector"][0]["exact"] == "Three people pass it on every morning."
