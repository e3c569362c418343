"""A session that ends while somebody writes: they sign in again in place, and no word is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from actionlearn import accounts
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import Store, open_store
from actionlearn.store.workbooks import drafts

from ..support.served_kit import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts."""
    made = World(tmp_path_factory.mktemp("again")).start()
    yield made
    made.stop()


@pytest.fixture
def store(world: World) -> Iterator[Store]:
    """Open the store beside the server."""
    with open_store(world.data) as opened:
        yield opened


@pytest.fixture
def page(world: World, store: Store, device: Callable[..., BrowserContext]) -> Page:
    """Open Ben's workbook on a device of his."""
    context = device(viewport={"width": 1280, "height": 900})
    address = f"http://127.0.0.1:{world.port}/"
    token = accounts.new_session(store, world.person["ben"])
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address}])
    made = context.new_page()
    made.goto(f"{address}workbooks/{world.book['ben/scope']}")
    return made


def said(store: Store, world: World, prompt: str) -> object:
    """Return what the store has of an answer of Ben's."""
    draft = store.read(lambda c: drafts.drafts(c, world.book["ben/scope"])).get(prompt)
    return draft.value if draft else None


def test_the_words_are_saved_after_signing_in_again_in_place(world: World, store: Store, page: Page, until):
    """The dialog comes over the page; a wrong code is told; with a good one it goes, and all that was typed is saved."""
    need = page.locator("#p-need textarea")
    need.press_sequentially("Nobody owns ")
    expect(page.locator("#p-need .al-state")).to_have_attribute("data-state", "saved")
    accounts.sign_out_everywhere(store, world.person["ben"])
    need.press_sequentially("the corridor")

    dialog = page.get_by_role("dialog", name="Please sign in again")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("What you typed is kept here")
    assert said(store, world, "need") == "Nobody owns "
    code = dialog.get_by_label("Code from your other device")
    code.fill("AAAAAAAA")
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    assert said(store, world, "need") == "Nobody owns "

    code.fill(accounts.new_code(store, world.person["ben"]))
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(need).to_have_value("Nobody owns the corridor")
    expect(page.locator("#p-need .al-state")).to_have_attribute("data-state", "saved")
    assert said(store, world, "need") == "Nobody owns the corridor"
    need.press_sequentially(" at night")
    until(lambda: said(store, world, "need") == "Nobody owns the corridor at night")


def test_who_signs_in_as_somebody_else_meanwhile_is_told(world: World, store: Store, page: Page, until):
    """In another tab Ana signed in: Ben's words are not saved as hers; they wait until he is back, and are saved then."""
    need, dialog = page.locator("#p-seen textarea"), page.get_by_role("dialog", name="Please sign in again")
    address = f"http://127.0.0.1:{world.port}/"
    ana = {"name": SESSION_COOKIE, "value": accounts.new_session(store, world.person["ana"]), "url": address}
    page.context.add_cookies([ana])
    need.press_sequentially("On Tuesday")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("alert")).to_contain_text("somebody else")
    assert said(store, world, "seen") is None
    dialog.get_by_label("Code from your other device").fill(accounts.new_code(store, world.person["ben"]))
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog).to_be_hidden()
    until(lambda: said(store, world, "seen") == "On Tuesday")
