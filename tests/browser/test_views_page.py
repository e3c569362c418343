"""Views in an open page: renewed within a second, cards moved by keys, rows pasted from a sheet, a locked prediction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import open_store

from ..support.served_kit import World

TEMPLATE = """---
template: tries
title: Tries
version: 1
minutes: 5
---
```{prompt} attempt
:kind: short-text
What will you try?
```

```{prompt} next
:kind: choice
:options:
    amplify: More of it
    stop: Stop
What now?
```

```{prompt} prediction
:locked-when: next
:later: thought
What do you expect?
```

```{prompt} thought
:kind: short-text
What do you think now?
```

```{view} board
:of: attempt, next, prediction
```

```{prompt} figures
:kind: table
:columns:
    on: {label: Day, kind: date}
    count: {label: Count, kind: number}
What did you count?
```

```{view} runchart
:of: figures
```

```{view} recap
:of: scope.need
```
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a workbook with views."""
    made = World(tmp_path_factory.mktemp("views-page"))
    with open_store(made.data) as store:
        made.add_workbook(store, "ana", "autumn", "tries", TEMPLATE)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def ana(world: World, device: Callable[..., BrowserContext]) -> Page:
    """Open Ana’s workbook where all of it is seen at once."""
    context = device(viewport={"width": 1100, "height": 900})
    where = {"domain": "127.0.0.1", "path": "/"}
    context.add_cookies([{"name": SESSION_COOKIE, "value": world.session["ana"], **where}])
    page = context.new_page()
    page.add_init_script("document.addEventListener('al:link', () => { window.linked = true })")
    page.goto(f"http://127.0.0.1:{world.port}/workbooks/{world.book['ana/tries']}")
    page.wait_for_function("() => window.linked")  # it hears of what is saved elsewhere
    return page


def test_a_card_is_moved_by_keys_and_the_view_follows(world: World, ana: Page):
    """An answer is on the board soon after it is saved; its button, pressed by Enter, saves the decision and keeps the focus."""
    ana.locator("#p-attempt-c").fill("Ask at the counter")
    ana.locator("#p-attempt-c").blur()
    expect(ana.locator("#p-attempt-state")).to_contain_text("Saved", timeout=15_000)
    since = time.perf_counter()
    expect(ana.locator("#view-1 .al-card")).to_contain_text("Ask at the counter", timeout=10_000)
    assert time.perf_counter() - since < 10
    button = ana.locator("#view-1").get_by_role("button", name="More of it")
    button.focus()
    ana.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true", timeout=15_000)
    expect(ana.locator("#p-next input[value=amplify]")).to_be_checked()
    assert ana.evaluate("document.activeElement.dataset.alValue") == "amplify"
    expect(ana.locator("#view-1 section").first).to_contain_text("More of it 1")
    # The prediction is locked by it, and says where a later thought goes.
    expect(ana.locator("#p-prediction .al-locked")).to_be_visible()
    expect(ana.locator("#p-prediction textarea")).to_have_js_property("readOnly", True)
    ana.get_by_role("link", name="Add a later thought").click()
    assert ana.evaluate("document.querySelector('#p-thought-c').matches(':target')")
    assert ana.evaluate("document.documentElement.scrollWidth <= 1100")


def test_rows_are_pasted_from_a_sheet(world: World, ana: Page):
    """Two columns with their heads, weeks and decimal commas: each is a row, saved, and the picture is drawn of them."""
    ana.locator("#p-figures [data-column=on]").first.focus()
    lines = "\n".join(["week\tlate", *(f"2026-W{21 + week}\t{12 + week % 3},5" for week in range(12))])
    ana.evaluate(
        """text => { const data = new DataTransfer(); data.setData('text/plain', text);
        document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})) }""",
        lines,
    )
    expect(ana.locator("#p-figures tbody tr")).to_have_count(12)
    expect(ana.locator("#p-figures [data-column=on]").first).to_have_value("2026-05-18")
    expect(ana.locator("#p-figures-state")).to_contain_text("Saved", timeout=15_000)
    picture = ana.locator("#view-2 img")
    expect(picture).to_be_visible(timeout=10_000)
    assert "Run chart of 12 counts: 12.5 on 18 May 2026" in (picture.get_attribute("alt") or "")
    stored = world.ask("ana", "GET", f"/api/workbooks/{world.book['ana/tries']}/answers").json["answers"]["figures"][
        "value"
    ]
    assert [row["cells"]["count"] for row in stored][:3] == ["12.5", "13.5", "14.5"]


def test_a_view_of_another_workbook_is_renewed(world, ana):
    """What is said in another workbook, on another page, is in the view of an open one without a reload."""
    view = ana.locator('.al-view[data-view="recap"]')
    expect(view).not_to_contain_text("Said on the other page")
    with ana.expect_response(lambda response: "/views/" in response.url):
        saved = world.save("ana", world.book["ana/scope"], "need", "Said on the other page", base=need_version(world))
        assert saved.status == 200
    expect(view).to_contain_text("Said on the other page")


def need_version(world: World) -> int:
    """Return the version of what Ana needs."""
    said = world.ask("ana", "GET", f"/api/workbooks/{world.book['ana/scope']}/answers").json["answers"]
    return int(said["need"]["version"])
