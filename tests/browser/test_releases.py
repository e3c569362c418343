"""Releasing on the page: picking sentences, reading them as a manager, taking them back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from actionlearn import accounts
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import open_store
from actionlearn.store.people import members

from ..support.served_kit import World
from .test_pages import LAPTOP, faultless


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Serve Ana, whose manager is Mona."""
    made = World(tmp_path)
    with open_store(made.data) as store:

        def act(c):
            person = members.add_person(c, username="mona", firstname="Mona", locale="en")
            members.grant(c, "autumn", person.id, "manager")
            told = {"people": [{"username": "mona", "role": "manager", "learners": ["ana"]}]}
            members.put_cohort(c, id="autumn", name="Autumn", programme=told)
            return person.id

        made.person["mona"] = store.write(act)
        made.session["mona"] = accounts.new_session(store, made.person["mona"])
    made.start()
    yield made
    made.stop()


def test_a_learner_picks_sentences_and_takes_one_back(world: World, device):
    """The manager reads these alone, also behind an emoji; one goes from their open page once it is withdrawn."""
    book = world.book["ana/scope"]
    world.save("ana", book, "seen", "Late again 🌙🌙. I shouted.\nWe will try a board.")
    home = f"http://127.0.0.1:{world.port}"

    def opened(who: str, path: str):
        context: BrowserContext = device(viewport=LAPTOP)
        context.add_cookies([{"name": SESSION_COOKIE, "value": world.session[who], "url": home}])
        page = context.new_page()
        page.goto(home + path)
        return page

    ana = opened("ana", f"/releases/autumn?w={book}")
    for words in ("We will try a board.", "Late again"):
        ana.get_by_role("button", name=words).press("Space")
    ana.get_by_label("Mona").check()
    ana.get_by_role("button", name="Release them").click()
    expect(ana.get_by_role("button", name="Withdraw")).to_have_count(2)
    faultless(ana)
    mona = opened("mona", "/received")
    expect(mona.locator("figure blockquote")).to_have_text(["Late again 🌙🌙.", "We will try a board."])
    expect(mona.locator("figure")).to_have_count(1)  # of one answer, with its question
    assert "shouted" not in mona.content()
    faultless(mona)
    ana.get_by_role("button", name="Withdraw").filter(has_text="Late again").click()
    expect(ana.get_by_role("button", name="Withdraw")).to_have_count(1)
    mona.evaluate("dispatchEvent(new Event('focus'))")
    expect(mona.locator("blockquote")).to_have_text(["We will try a board."])
