"""One question a screen on a phone; a wide screen, paper and a page without script show everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import open_store

from ..support.served_kit import World

TEXT = """---
template: way
title: A way
version: 1
minutes: 5
stage: scope
summary: x
---

Start from the work.

```{prompt} need
:kind: long-text
What needs to change?
```

Now the others.

```{prompt} others
:kind: long-text
Who else sees it?
```

```{prompt} luck
:folded:
What if it were luck?
```

```{prompt} words
In a word?
```

That is all.
"""
WEEKS = """---
template: weeks
title: Small steps
version: 1
minutes: 5
stage: scope
summary: x
---

```{prompt} thing
What will you take?
```

```{section} ask
:when: thing
:opens: week 2
Week two
```

Somebody knows.

```{prompt} asked
What did they say?
```

```{section} rest
```

That is all.
"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts."""
    made = World(tmp_path_factory.mktemp("steps")).start()
    with open_store(made.data) as store:
        made.add_workbook(store, "ana", "autumn", "way", TEXT)
        made.add_workbook(store, "ana", "autumn", "weeks", WEEKS)
    yield made
    made.stop()


@pytest.fixture
def come(world: World, device: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Open the workbook on a device of Ana's."""

    def opened(hash: str = "", *, book: str = "way", **options: object) -> Page:
        context = device(**{**PHONE, **options})
        where = {"domain": "127.0.0.1", "path": "/"}
        context.add_cookies([{"name": SESSION_COOKIE, "value": world.session["ana"], **where}])
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{world.port}/workbooks/{world.book[f'ana/{book}']}{hash}")
        return page

    return opened


def shown(page: Page) -> list[str]:
    """Return which questions are seen."""
    return page.evaluate(
        "[...document.querySelectorAll('.al-prompt')].filter(e => e.checkVisibility()).map(e => e.dataset.prompt)"
    )


def test_a_phone_shows_one_question_with_what_stands_before_it(come: Callable[..., Page], world: World, until) -> None:
    """Next and Back turn, words are kept and saved, sharing is at the end, and axe finds nothing."""
    page = come()
    where = page.get_by_role("button", name="1 of 3")
    expect(where).to_be_visible()
    assert shown(page) == ["need"]
    expect(page.get_by_text("Start from the work.")).to_be_visible()
    expect(page.get_by_text("Now the others.")).to_be_hidden()
    page.locator("#p-need textarea").fill("Kept between steps")
    page.get_by_role("button", name="Next").click()
    assert shown(page) == ["others", "luck"]
    expect(page.locator(".wb-text", has_text="Now the others.")).to_be_focused()
    assert page.locator(".wb-head").bounding_box()["height"] <= 1, "a title to be heard, no longer to be seen"
    page.get_by_role("button", name="Next").click()
    assert shown(page) == ["words"]
    expect(page.get_by_text("That is all.")).to_be_visible()
    expect(page.get_by_role("button", name="Share with my coach")).to_be_visible()
    expect(page.get_by_role("button", name="Next")).to_be_hidden()
    assert not Axe().run(page).response["violations"]
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Back").click()
    expect(page.locator("#p-need textarea")).to_have_value("Kept between steps")
    answers = f"/api/workbooks/{world.book['ana/way']}/answers"
    until(lambda: world.ask("ana", "GET", answers).json["answers"].get("need", {}).get("value") == "Kept between steps")


def test_the_list_leads_to_any_question_and_an_address_to_its_own(come: Callable[..., Page]) -> None:
    """By keyboard alone; a reload stays where one was."""
    page = come("#p-others")
    assert shown(page) == ["others", "luck"]
    page.get_by_role("button", name="2 of 3").press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Who else sees it?")).to_be_focused()
    assert not Axe().run(page).response["violations"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert shown(page) == ["words"]
    page.reload()
    expect(page.get_by_role("button", name="3 of 3")).to_be_visible()
    assert shown(page) == ["words"]
    page.evaluate("location.hash = '#p-need'")
    expect(page.get_by_role("button", name="1 of 3")).to_be_visible()


def test_a_closed_part_is_no_step(come: Callable[..., Page]) -> None:
    """A question that a condition closes is left out, and is there again once it opens."""
    page = come()
    turn = "shut => { document.getElementById('p-others').hidden = shut; document.dispatchEvent(new CustomEvent('al:turned')) }"
    page.evaluate(turn, True)
    expect(page.get_by_role("button", name="1 of 2")).to_be_visible()
    page.evaluate(turn, False)
    expect(page.get_by_role("button", name="1 of 3")).to_be_visible()


@pytest.mark.slow
def test_everything_is_shown_where_it_can_be(come: Callable[..., Page]) -> None:
    """On a wide screen, on paper, and without script."""
    everything = ["need", "others", "luck", "words"]
    wide = come(viewport={"width": 1100, "height": 800}, is_mobile=False)
    assert shown(wide) == everything
    expect(wide.get_by_role("navigation", name="Questions")).to_be_hidden()
    paper = come()
    paper.emulate_media(media="print")
    assert shown(paper) == everything
    assert shown_without_script(come) == 3


def shown_without_script(come: Callable[..., Page]) -> int:
    """Return how many questions a phone without script shows."""
    page = come(java_script_enabled=False)
    return sum(page.locator(".al-prompt").nth(each).is_visible() for each in range(3))


@pytest.mark.slow
def test_a_folded_question_is_no_step_of_its_own(come: Callable[..., Page]) -> None:
    """It stands with the question before it, opens when pressed, and by its own address."""
    page = come("#p-others")
    expect(page.locator("[data-al-where]")).to_contain_text("2 of 3")
    assert shown(page) == ["others", "luck"]
    box = page.locator("#p-luck textarea")
    expect(box).to_be_hidden()
    page.locator("#p-luck summary").first.click()
    expect(box).to_be_visible()
    page = come("#p-luck")
    expect(page.locator("[data-al-where]")).to_contain_text("2 of 3")
    expect(page.locator("#p-luck textarea")).to_be_visible()


def test_a_week_opens_by_itself(come):
    """Until its day a section says when it opens, once an answer asks for it; on the day it opens on the open page."""
    page = come(book="weeks", viewport={"width": 1280, "height": 800}, is_mobile=False)
    page.clock.install()
    page.reload()
    waits = page.get_by_text("Opens on ")
    expect(waits).to_be_hidden()
    page.locator("#p-thing").get_by_role("textbox").fill("A meeting")
    expect(waits).to_be_visible()
    expect(page.get_by_role("heading", name="Week two")).to_be_visible()
    assert shown(page) == ["thing"]
    assert not Axe().run(page).response["violations"]
    page.clock.fast_forward(7 * 24 * 60 * 60 * 1000)
    expect(page.locator("#p-asked")).to_be_visible()
    expect(page.get_by_text("Somebody knows.")).to_be_visible()
    expect(waits).to_have_count(0)
