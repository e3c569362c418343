"""What opens, comes back and changes while somebody writes: in Chromium, on a small cohort of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, expect

from actionlearn import accounts
from actionlearn.cohort.workbooks.build import build_cohort
from actionlearn.store import open_store
from actionlearn.store.people import members
from actionlearn.store.workbooks import workbooks

from ..support import small_programme
from .test_pages import LAPTOP, SERVE, faultless

HEAD = "---\ntemplate: {}\ntitle: {}\nversion: {}\nminutes: 5\nstage: scope\nsummary: A sentence.\n---\n"
WEATHER = HEAD.format("weather", "The weather", 1) + "```{prompt} rain\nWhat about the rain?\n```\n"
KIND = "```{prompt} kind\n:kind: choice\n:options:\n    dry: Dry\n    wet: Wet\nWhich year?\n```\n"
HARVEST = f"""{HEAD.format("harvest", "The harvest", 1)}
```{{prompt}} rain
:default-from: weather.rain
What about the rain, still?
```

{KIND}
```{{card}} questions-first
:when: kind
```

```{{section}} wet
:when: kind = wet
A wet year
```

```{{prompt}} drains
Where did it stand?
```

```{{view}} recap
:of: kind
:when: drains
```

```{{section}} rest
```

```{{prompt}} crop
How was it?
```
"""
NEW = HEAD.format("harvest", "The harvest", 2) + KIND + "```{prompt} crop\nHow was the harvest?\n```\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Serve one learner's two workbooks."""
    folder = tmp_path_factory.mktemp("flows")
    data = folder / "data"
    templates = {"weather.md": WEATHER, "harvest.md": HARVEST}
    small_programme.write(folder, small_programme.programme("weather", "harvest"), templates=templates)
    with open_store(data) as store, socket.socket() as probe:
        build_cohort(store, data, *small_programme.inputs(folder))
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "ACTIONLEARN_DATA": str(data), "ACTIONLEARN_PORT": str(port)}
        server = subprocess.Popen([sys.executable, "-c", SERVE], env=environment, stderr=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}/"
            for _ in range(300):
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}health", timeout=2):
                    break
                time.sleep(0.2)
            yield SimpleNamespace(address=address, store=store, data=data, folder=folder)
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture(scope="module")
def ana(place: SimpleNamespace, chromium: Browser) -> Page:
    """Sign Ana in."""
    page = chromium.new_context(viewport=LAPTOP).new_page()
    who = place.store.read(lambda c: members.person_by_username(c, "ana"))
    page.goto(f"{place.address}in/{accounts.new_link(place.store, who.id)}")
    page.locator("form button").first.click()
    page.wait_for_url(lambda url: "/in/" not in url)
    return page


def opened(place: SimpleNamespace, page: Page, template: str) -> None:
    """Open Ana's workbook of a template."""

    def look(c):
        who = members.person_by_username(c, "ana")
        return workbooks.find_workbook(c, "orchard", who.id, template, 1)

    page.goto(f"{place.address}workbooks/{place.store.read(look).id}")


def written(page: Page, prompt: str, words: str) -> None:
    """Write an answer, and wait until it is saved."""
    page.locator(f"#p-{prompt}-c").fill(words)
    expect(page.locator(f"#p-{prompt}-state")).to_have_attribute("data-state", "saved", timeout=15_000)
    expect(page.locator(f"#p-{prompt}")).not_to_have_attribute("data-version", "0", timeout=15_000)


def test_an_earlier_answer_is_kept_by_a_press(place, ana):
    """What was said elsewhere stands in the control, with where it is from; kept, it is this answer too."""
    opened(place, ana, "weather")
    written(ana, "rain", "Too much of it")
    opened(place, ana, "harvest")
    offer = ana.locator("#p-rain .al-offer")
    expect(ana.locator("#p-rain-c")).to_have_value("Too much of it")
    expect(offer).to_contain_text("From “The weather”")
    offer.get_by_role("button", name="Keep").click()
    expect(offer).to_have_count(0)
    expect(ana.locator("#p-rain")).to_have_attribute("data-version", "1", timeout=15_000)
    ana.reload()
    expect(ana.locator("#p-rain .al-offer")).to_have_count(0)
    expect(ana.locator("#p-rain-c")).to_have_value("Too much of it")


def test_parts_cards_and_pictures_open_as_one_answers(place, ana):
    """Nothing of it is there before; an answer opens it in the open page, and another one closes it again."""
    opened(place, ana, "harvest")
    card, part, view = (
        ana.locator(each) for each in ("[data-card='questions-first']", "#p-drains", ".al-view[data-view]")
    )
    for each in (card, part, view):
        expect(each).to_be_hidden()
    expect(ana.locator("[data-al-answered]")).to_have_text("1 of 3 answered")
    ana.get_by_role("radio", name="Wet").check()
    expect(card).to_be_visible()
    expect(part).to_be_visible()
    expect(view).to_be_hidden()
    written(ana, "drains", "Under the plums")
    expect(view).to_be_visible()
    expect(view).to_contain_text("Wet", timeout=15_000)
    faultless(ana)
    ana.get_by_role("radio", name="Dry").check()
    expect(part).to_be_hidden()
    expect(view).to_be_hidden()
    expect(card).to_be_visible()
    written(ana, "crop", "Small, and sweet")


@pytest.mark.slow
def test_a_need_leads_to_a_card_that_is_tried(place, ana):
    """From the journey by a sentence of one's own to a page; kept, it waits on the journey until it was tried."""
    ana.goto(place.address)
    faultless(ana)
    ana.get_by_role("link", name="Look for it").click()
    ana.locator("summary", has_text="It does not work").click()
    faultless(ana)
    ana.get_by_role("link", name="It keeps coming back, whatever we do").click()
    faultless(ana)
    ana.get_by_role("button", name="Keep this and try it").click()
    ana.wait_for_url("**/workbooks/*")
    expect(ana.locator("details.al-card > summary").first).to_have_text(
        "What you kept: Five whys, and where they run out"
    )
    kept = ana.url
    ana.goto(place.address)
    expect(ana.locator(".waits li")).to_have_text(["Five whys, and where they run out"])
    ana.goto(kept)
    written(ana, "tried", "With the pickers, at the gate")
    ana.goto(place.address)
    expect(ana.locator(".waits li")).to_have_count(0)


@pytest.mark.slow
def test_a_newer_version_is_looked_at_and_taken(place, ana):
    """The page says that there is one; what is different is shown; taken, answers stay, also those no longer asked for."""
    (place.folder / "templates" / "harvest.md").write_text(NEW, "utf-8")
    build_cohort(place.store, place.data, *small_programme.inputs(place.folder))
    opened(place, ana, "harvest")
    ana.get_by_role("link", name="See what is different").click()
    expect(ana.locator("main")).to_contain_text("How was the harvest?")
    expect(ana.locator("main")).to_contain_text("Where did it stand?")
    faultless(ana)
    ana.get_by_role("button", name="Take the newer version").click()
    ana.wait_for_url("**/workbooks/*")
    expect(ana.locator("#p-crop-c")).to_have_value("Small, and sweet")
    expect(ana.locator("#p-crop .al-question")).to_have_text("How was the harvest?")
    expect(ana.get_by_text("Under the plums")).to_be_visible()
    expect(ana.get_by_role("link", name="See what is different")).to_have_count(0)
    faultless(ana)
