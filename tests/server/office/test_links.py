"""Sign-in links: where mail is set they go to their person alone, and whose they are is told of each, and of each session."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from actionlearn.store import open_store
from actionlearn.store.people import members

from ...support.served_kit import World
from ...test_mail import Box, mailbox

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning", "ignore:.*:DeprecationWarning:aiosmtpd")


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    """Start a mail server."""
    with mailbox() as made:
        yield made


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, box: Box) -> Iterator[World]:
    """Serve a kit that sends mail; Ana and Ben have an address."""
    given = {"HOST": "127.0.0.1", "PORT": str(box.port), "TLS": "none", "FROM": "kit@example.org", "USER": "us"}
    environment = {f"ACTIONLEARN_MAIL_{name}": value for name, value in {**given, "PASSWORD": "secret"}.items()}
    made = World(tmp_path_factory.mktemp("links"), **environment)

    def act(c: Any) -> None:
        for name in ("ana", "ben"):
            members.update_person(c, made.person[name], email=f"{name}@example.org")

    with open_store(made.data) as store:
        store.write(act)
    yield made.start()
    made.stop()


def words(world: World, who: str) -> str:
    """Return the words of somebody's page about what is held."""
    text = world.ask(who, "GET", "/personal-data").text
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def letter(box: Box, to: str, subject: str) -> str:
    """Return the letter to somebody, once it is there."""
    for _ in range(200):
        found = [text for whom, text in box.letters if whom == [to] and subject in str(text["Subject"])]
        if found:
            return str(found[-1].get_content())
        time.sleep(0.05)
    raise AssertionError([(whom, str(text["Subject"])) for whom, text in box.letters])


def test_whoever_makes_a_link_cannot_use_it(world: World, box: Box):
    """Of one person and of all: the answer has no link, the letter has, and its person is told who made it."""
    for body in ({"username": "ana"}, {}, {"mail": True}):
        answer = world.ask("fay", "POST", "/api/cohorts/autumn/links", body)
        assert answer.status == 200
        assert "/in/" not in answer.text
        assert answer.json["sent"] >= 1
    assert "Fay made a sign-in link for you." in words(world, "ana")
    assert "made a sign-in link for you" not in words(world, "fay").replace("Fay made", "")


def test_a_session_that_begins_is_told_to_whose_it_is(world: World, box: Box):
    """On their page, and by a letter at once."""
    notice = "Somebody signed in as you, with a link."
    before = {who: words(world, who).count(notice) for who in ("ana", "ben")}
    assert world.ask("fay", "POST", "/api/cohorts/autumn/links", {"username": "ben"}).json["sent"] == 1
    token = re.findall(r"/in/([\w-]+)", letter(box, "ben@example.org", "Your way in"))[-1]
    assert world.ask("", "POST", f"/in/{token}").status == 303
    assert "sign out everywhere" in letter(box, "ben@example.org", "Somebody signed in as you")
    assert words(world, "ben").count(notice) == before["ben"] + 1
    assert words(world, "ana").count(notice) == before["ana"]
