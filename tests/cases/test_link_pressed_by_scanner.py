"""A sign-in link that a scanner of mail has pressed still lets its person in, and the scanner out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest

from actionlearn import accounts
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import open_store

from ..support.served_kit import World

FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": ""}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts."""
    made = World(tmp_path_factory.mktemp("scanner")).start()
    yield made
    made.stop()


def press(world: World, path: str) -> str:
    """Press the button of a link's page; return the session that began, or nothing."""
    answer = world.ask("", "POST", path, b"", FORM)
    cookies = " ".join(answer.headers.get_all("Set-Cookie") or [])
    found = re.search(rf"{SESSION_COOKIE}=([^;\"]+)", cookies)
    assert answer.status == (303 if found else 401)
    return found[1] if found else ""


def test_whoever_comes_second_is_let_in_and_the_first_signed_out(world: World):
    """Their page says so before and after; a third press is refused, and says what to do."""
    with open_store(world.data) as store:
        path = f"/in/{accounts.new_link(store, world.person['ben'])}"
    assert "The link works once" in world.ask("", "GET", path).text
    assert world.ask("", "HEAD", path).status in (200, 405)
    world.session["scanner"] = press(world, path)
    assert world.ask("scanner", "GET", "/").status == 200
    assert "You can use it once more" in world.ask("", "GET", path).text
    world.session["ben himself"] = press(world, path)
    assert world.ask("scanner", "GET", "/personal-data").status != 200
    page = world.ask("ben himself", "GET", "/personal-data")
    assert page.status == 200
    assert "with a link for the second time. Where it was used first was signed out." in unescape(page.text)
    assert press(world, path) == ""
    assert world.ask("ben himself", "GET", "/").status == 200
    assert world.ask("ben", "GET", "/").status == 200, "other devices stay signed in"
