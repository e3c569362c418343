"""The API of answers, over HTTP, against a running server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from ...support.served_kit import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts."""
    made = World(tmp_path_factory.mktemp("answers")).start()
    yield made
    made.stop()


def head(world: World, prompt: str) -> dict[str, Any]:
    """Return an answer of Ben's as the server gives it."""
    book = world.book["ben/scope"]
    found: dict[str, Any] = world.ask("ben", "GET", f"/api/workbooks/{book}/answers").json["answers"][prompt]
    return found


def test_a_save_is_there_when_it_is_answered(world: World):
    """What is acknowledged is read back, also after the server has stopped and started."""
    saved = world.save("ben", world.book["ben/scope"], "need", "Words <b>&</b> quotes “ ” 😀")
    assert saved.status == 200
    assert saved.json["version"] == 1
    assert saved.json["saved_at"].endswith("Z")
    assert world.stop() == 0
    world.start()
    assert head(world, "need")["value"] == "Words <b>&</b> quotes “ ” 😀"


def test_the_same_edit_again_gets_the_same_answer(world: World):
    """A repeat after a lost reply is no second version."""
    client = str(uuid4())
    first = world.save("ben", world.book["ben/scope"], "seen", "once", client=client)
    again = world.save("ben", world.book["ben/scope"], "seen", "once", client=client)
    assert (again.status, again.json) == (first.status, first.json)


def test_an_edit_behind_the_head_gets_the_head(world: World):
    """Two places at once: the second is told, with the words that stand, and does not overwrite them."""
    book = world.book["ben/scope"]
    world.save("ben", book, "other_side", "first")
    behind = world.save("ben", book, "other_side", "second")
    assert behind.status == 409
    assert behind.json["head"]["value"] == "first"
    assert behind.json["head"]["version"] == 1
    assert head(world, "other_side")["value"] == "first"


@pytest.mark.parametrize(
    ("prompt", "value", "status", "code"),
    [
        ("need", 5, 422, "answers.wrong_kind"),
        ("need", ["x"], 422, "answers.wrong_kind"),
        ("terrain", "no-such-option", 422, "answers.no_such_option"),
        ("need", "x" * 300_000, 422, "answers.too_long"),
        ("nothing", "x", 404, "answers.no_such_prompt"),
        ("need; drop table", "x", 404, "answers.no_such_prompt"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(world: World, prompt: str, value: Any, status: int, code: str):
    """A wrong kind, an unknown option, too much, an unknown prompt: one shape of error, nothing stored."""
    before = world.rows()
    from urllib.parse import quote

    answer = world.save("ben", world.book["ben/scope"], quote(prompt), value)
    assert answer.status == status, answer.text
    error = answer.json["error"]
    assert error["code"] == code
    assert error["message"]
    assert "<" not in error["message"]
    assert {"code", "values", "message", "hint", "reference"} <= set(error)
    assert world.rows() == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "answers.bad_message"),
        (b"{", "answers.not_json"),
        (b"[]", "answers.not_json"),
        (b"\xff\xfe", "answers.not_json"),
        (b"[" * 100_000, "answers.not_json"),
        (b'{"person":"x"}', "answers.bad_message"),
    ],
)
def test_a_message_that_is_none_is_refused(world: World, body: bytes, code: str):
    """No JSON, no object, half an object: refused with a sentence."""
    answer = world.ask("ben", "PUT", f"/api/workbooks/{world.book['ben/scope']}/answers/need", body)
    assert answer.status == 400
    assert answer.json["error"]["code"] == code


@pytest.mark.parametrize(
    "fields",
    [
        {"seq": -1},
        {"seq": True},
        {"seq": 2**70},
        {"seq": "1"},
        {"base": None},
        {"base": 1.5},
        {"client": "me"},
        {"client": 7},
    ],
)
def test_fields_of_the_wrong_kind_are_refused(world: World, fields: dict[str, Any]):
    """Numbers that are none and clients without a uuid never reach the store."""
    answer = world.save("ben", world.book["ben/scope"], "need", "x", **fields)
    assert answer.status == 400, answer.text
    assert answer.json["error"]["code"] == "answers.bad_message"


def test_a_future_base_is_refused(world: World):
    """A version that does not exist cannot be followed."""
    answer = world.save("ben", world.book["ben/scope"], "need", "x", base=99)
    assert answer.json["error"]["code"] == "answers.future_base"


def test_more_than_a_megabyte_is_refused(world: World):
    """1 MB of text is 413, with a sentence."""
    answer = world.save("ben", world.book["ben/scope"], "need", "x" * 1_100_000)
    assert answer.status == 413
    assert answer.json["error"]["code"] == "server.too_large"


def test_a_page_made_for_somebody_else_saves_nothing(world: World):
    """Another person signed in meanwhile on this device: 401, so that the page keeps the words."""
    answer = world.save("ben", world.book["ben/scope"], "need", "x", person=world.person["ana"])
    assert answer.status == 401
    assert answer.json["error"]["code"] == "answers.other_person"


def test_a_session_that_ended_saves_nothing(world: World):
    """401, and not a page of sign-in HTML."""
    answer = world.ask("", "PUT", f"/api/workbooks/{world.book['ben/scope']}/answers/need", {})
    assert answer.status == 401
    assert answer.json["error"]["code"] == "server.sign_in"


def test_who_may_read_is_the_learners_choice(world: World):
    """An audience is kept; one that does not exist is refused."""
    path = f"/api/workbooks/{world.book['ben/scope']}/audience/need"
    assert world.ask("ben", "PUT", path, {"audience": ["coach"]}).json == {"audience": ["me", "coach"]}
    assert head(world, "need")["audience"] == ["me", "coach"]
    assert world.ask("ben", "PUT", path, {"audience": ["everybody"]}).status == 422


def test_a_revision_is_cut_once(world: World):
    """Two tellings of the same rest are one kept version."""
    book = world.book["ben/scope"]
    world.save("ben", book, "in_the_way", "kept")
    before = len(world.rows()["revision"])
    for _ in range(2):
        assert world.ask("ben", "POST", f"/api/workbooks/{book}/revisions/in_the_way", {"cause": "blur"}).status == 204
    assert len(world.rows()["revision"]) == before + 1
    assert world.ask("ben", "POST", f"/api/workbooks/{book}/revisions/in_the_way", {"cause": "share"}).status == 400


def test_sharing_twice_is_one_receipt(world: World):
    """The same state shared twice has one number and one receipt, also when both come at once."""
    path = f"/api/workbooks/{world.book['will/scope']}/share"
    world.save("will", world.book["will/scope"], "need", "A thing to share")
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: world.ask("will", "POST", path, {"wants": "all of it"}), range(4)))
    assert {reply.status for reply in replies} == {200}
    assert len({reply.json["receipt"] for reply in replies}) == 1
    assert len({reply.json["number"] for reply in replies}) == 1
