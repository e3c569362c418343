"""The websocket that tells a page what was saved on another: for the owner alone, from the server alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from websocket import (
    WebSocket,
    WebSocketBadStatusException,
    WebSocketConnectionClosedException,
    WebSocketTimeoutException,
    create_connection,
)

from actionlearn import accounts
from actionlearn.server.web.channels import SIGNED_OUT
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.server.workbooks.push import MOST, SPOKE, TOO_MANY
from actionlearn.store import open_store

from ...support.served_kit import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts."""
    made = World(tmp_path_factory.mktemp("push")).start()
    yield made
    made.stop()


@pytest.fixture
def connect(world: World) -> Iterator[Any]:
    """Open the page's websocket as somebody."""
    made: list[WebSocket] = []

    def opened(
        who: str = "ana", book: str = "ana/scope", session: str = "", site: str = "same-origin", client: str = ""
    ):
        held = session or (world.session[who] if who else "")
        made.append(
            create_connection(
                f"ws://127.0.0.1:{world.port}/api/workbooks/{world.book[book]}/push?client={client}",
                cookie=f"{SESSION_COOKIE}={held}" if held else None,
                header=[f"Sec-Fetch-Site: {site}"] if site else [],
                origin=f"http://127.0.0.1:{world.port}" if site == "same-origin" else "https://elsewhere.example",
                timeout=10,
            )
        )
        return made[-1]

    yield opened
    for socket in made:
        socket.shutdown()


def heard(socket: WebSocket) -> Any:
    """Return the next thing that the page is told."""
    return json.loads(socket.recv())


def ended(socket: WebSocket, more: int = 0) -> int:
    """Return the code that the server closed with; with more to read, find that there is no more."""
    while True:
        opcode, data = socket.recv_data()
        if opcode == 8 and not more:
            return int.from_bytes(data[:2], "big")


def test_a_page_hears_where_the_workbook_stands_and_what_another_saves(world: World, connect: Any):
    """First the versions and comments there are; then each commit by another client, and not its own."""
    mine = str(uuid4())
    page = connect(client=mine)
    standing = heard(page)
    assert standing["versions"]["need"] >= 1
    assert standing["comments"] == [world.comment]
    scope = world.book["ana/scope"]
    own = world.save("ana", scope, "seen", "by this page", client=mine)
    assert own.status == 200
    other = str(uuid4())
    saved = world.save("ana", scope, "seen", "by another page", client=other, base=own.json["version"]).json
    assert heard(page) == {"prompt": "seen", "value": "by another page", "written": True, **saved}


def test_the_writers_other_workbooks_hear_of_it_and_nobody_elses(world: World, connect: Any):
    """Their recaps may read it: they are told which prompt it was, and ask for the words themselves."""
    other, somebody, scope = connect(book="ana/impact"), connect(who="ben", book="ben/scope"), world.book["ana/scope"]
    heard(other)
    heard(somebody)
    answers = world.ask("ana", "GET", f"/api/workbooks/{scope}/answers").json["answers"]
    said = world.save("ana", scope, "seen", str(uuid4()), base=answers.get("seen", {"version": 0})["version"])
    assert said.status == 200
    assert heard(other) == {"elsewhere": "seen"}
    somebody.settimeout(0.5)
    with pytest.raises(WebSocketTimeoutException):
        somebody.recv()


def test_what_did_not_become_the_head_is_told_to_nobody(world: World, connect: Any):
    """A save that is behind is the business of the page it came from."""
    book = world.book["ana/impact"]
    page = connect(book="ana/impact")
    heard(page)
    assert world.save("ana", book, "changed", "first").status == 200
    assert world.save("ana", book, "changed", "behind").status == 409
    assert world.save("ana", book, "changed", "second", base=1).status == 200
    assert [heard(page)["value"], heard(page)["value"]] == ["first", "second"]


def test_a_released_comment_is_told_and_a_held_one_is_not(world: World, connect: Any):
    """The page hears of a comment once its coach has released it."""
    page = connect()
    heard(page)
    held = world.ask("cora", "POST", f"/api/submissions/{world.submission}/comments", {"prompt": "need", "body": "Hm?"})
    assert held.status == 201
    assert world.ask("cora", "POST", f"/api/comments/{held.json['id']}/release", {}).status == 200
    assert heard(page) == {"comments": [held.json["id"]]}


@pytest.mark.parametrize(
    ("who", "site"),
    [("", "same-origin"), ("ben", "same-origin"), ("cora", "same-origin"), ("ana", "cross-site"), ("ana", "")],
)
def test_nobody_else_and_no_other_site_is_told(connect: Any, who: str, site: str):
    """Another learner, the coach, a stranger, a page of another site: refused before anything is sent."""
    with pytest.raises(WebSocketBadStatusException) as refused:
        connect(who, site=site)
    assert refused.value.status_code in {401, 403, 404}


def test_a_page_that_speaks_is_cut_off(connect: Any):
    """Nothing is taken from a page, not even once."""
    page = connect()
    page.send("words")
    assert ended(page) == SPOKE


def test_a_page_that_sends_much_is_cut_off_before_it_is_read(connect: Any):
    """A large message is not even kept in memory."""
    page = connect()
    page.send("x" * 100_000)
    with pytest.raises((WebSocketConnectionClosedException, OSError)):
        ended(page, 1)


def test_a_person_has_so_many_and_the_newest_are_told(connect: Any):
    """One page too many, and the oldest is told no longer."""
    pages = [connect("will", "will/scope") for _ in range(MOST + 1)]
    assert ended(pages[0]) == TOO_MANY
    assert "versions" in heard(pages[-1])


def test_after_signing_out_a_page_hears_nothing(world: World, connect: Any):
    """A page left open on a device that was signed out is closed, not told."""
    with open_store(world.data) as store:
        session = accounts.new_session(store, world.person["ben"])
        page = connect("ben", "ben/scope", session=session)
        heard(page)
        accounts.sign_out(store, session)
    assert world.save("ben", world.book["ben/scope"], "need", "after").status == 200
    assert ended(page) == SIGNED_OUT
