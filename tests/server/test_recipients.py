"""Who reads: those to whom words were given when they were shared, whoever is where today."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from actionlearn import accounts
from actionlearn.store import Store, open_store
from actionlearn.store.people import members

from ..support.served_kit import CANARY, World

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def add(world: World, store: Store, username: str, role: Any, group: str) -> None:
    """Add somebody to a set of Ana's cohort."""

    def act(c: Any) -> str:
        person = members.add_person(c, username=username, firstname=username.title(), locale="en")
        members.grant(c, "autumn", person.id, role, members.put_set(c, "autumn", group).id)
        return person.id

    world.person[username] = store.write(act)
    world.session[username] = accounts.new_session(store, world.person[username])


def move(world: World, store: Store, username: str, before: str, after: str) -> None:
    """Let somebody learn in another set."""

    def act(c: Any) -> None:
        groups = {each.name: each.id for each in members.sets(c, "autumn")}
        members.revoke(c, "autumn", world.person[username], "learner", groups[before])
        members.grant(c, "autumn", world.person[username], "learner", groups[after])

    store.write(act)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve: Ana shared in Blue and is in Green now; to both came others since."""
    made = World(tmp_path_factory.mktemp("recipients"))
    with open_store(made.data) as store:
        for username, role, group in (
            ("gil", "learner", "Green"),
            ("cole", "coach", "Green"),
            ("nell", "coach", "Blue"),
            ("zed", "learner", "Blue"),
        ):
            add(made, store, username, role, group)
        move(made, store, "ana", "Blue", "Green")
        made.sets = {each.name: each.id for each in store.read(lambda c: members.sets(c, "autumn"))}  # type: ignore[attr-defined]
    made.start()
    yield made
    made.stop()


def reads(world: World, who: str) -> bool:
    """Tell whether somebody reads what Ana shared."""
    answer = world.ask(who, "GET", f"/reviews/{world.submission}")
    assert (answer.status == 200) == ("The night hears" in answer.text)
    assert answer.status in (200, 404)
    return answer.status == 200


def words(world: World, who: str, path: str) -> str:
    """Return the words of a page."""
    page = world.ask(who, "GET", path)
    assert page.status == 200, page.text
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.text)).split())


def test_who_moves_takes_nothing_along_and_loses_nothing(world: World):
    """The set and the coach it was shared with read it; those of the new set, and who came to the old one, do not."""
    assert {who: reads(world, who) for who in ("ana", "ben", "cora", "gil", "cole", "nell", "zed")} == {
        "ana": True,
        "ben": True,
        "cora": True,
        "gil": False,
        "cole": False,
        "nell": False,
        "zed": False,
    }
    for who in ("gil", "cole", "nell", "zed"):
        path = f"/reviews/{world.submission}"
        assert world.ask(who, "GET", f"{path}/notebook").status == 404
        assert world.ask(who, "POST", f"/api/submissions/{world.submission}/comments", {"body": "x"}).status in (
            403,
            404,
        )


def test_rooms_and_desks_list_what_was_given_to_them(world: World):
    """The old set's room and its coach's desk have it, and those of the new one do not."""
    blue, green = (f"/room/autumn/{world.sets[name]}" for name in ("Blue", "Green"))  # type: ignore[attr-defined]
    assert world.submission in world.ask("ben", "GET", blue).text
    assert world.submission not in world.ask("gil", "GET", green).text
    assert world.submission in world.ask("cora", "GET", "/desk").text
    assert world.submission not in world.ask("cole", "GET", "/desk").text


def test_an_agreement_is_for_who_made_it(world: World):
    """The coach of then reads it, and the next one reads none of it, nor has it in a calendar."""
    path = f"/agreements/autumn/{world.person['ana']}"
    assert f"Agreed {CANARY}" in words(world, "cora", path)
    assert CANARY not in words(world, "cole", path)
    assert CANARY not in world.ask("cole", "GET", "/calendar/autumn.ics").text
    assert world.ask("cole", "POST", f"/api/agreements/{world.agreement}", {"kept": True}).status == 403


def test_its_owner_lets_a_newcomer_read_it_or_not(world: World):
    """They are named on the page; the choice is the owner's alone, works without a script, and can be taken back."""
    said = words(world, "ana", "/personal-data")
    assert "Cole, coach" in said
    assert "Gil, in your set" in said
    form = {"cohort": "autumn", "owner": world.person["ana"], "reader": world.person["cole"], "give": "1"}
    for who, status in (("cole", 403), ("ben", 403), ("ana", 303)):
        assert world.ask(who, "POST", "/personal-data/consent", urlencode(form).encode(), FORM).status == status
    assert reads(world, "cole")
    assert world.submission in world.ask("cole", "GET", "/desk").text
    assert f"Agreed {CANARY}" in words(world, "cole", f"/agreements/autumn/{world.person['ana']}")
    assert not reads(world, "nell")
    taken = urlencode({**form, "give": "0"}).encode()
    assert world.ask("ana", "POST", "/personal-data/consent", taken, FORM).status == 303
    assert not reads(world, "cole")
    assert world.submission not in world.ask("cole", "GET", "/desk").text


def test_shared_again_it_is_for_those_of_now(world: World):
    """The same state is another sharing where others would read it; who read the first does not read the second."""
    book = world.book["ana/scope"]
    again = world.ask("ana", "POST", f"/api/workbooks/{book}/share", {"wants": f"Look at {CANARY}"})
    assert again.json["submission"] != world.submission
    path = f"/reviews/{again.json['submission']}"
    assert {who: world.ask(who, "GET", path).status for who in ("gil", "cole", "ben", "cora")} == {
        "gil": 200,
        "cole": 200,
        "ben": 404,
        "cora": 404,
    }
    assert reads(world, "ben")
    assert not reads(world, "gil")


def test_an_export_has_what_its_person_may_read(world: World):
    """A former coach's has the comment, and not the words it quotes; nobody's has what is not said."""
    for who, has, lacks in (
        ("ana", f"Why {CANARY}", f"Held {CANARY}"),
        ("cora", f"Held {CANARY}", f"Private {CANARY}"),
        ("cole", "Cole", CANARY),
    ):
        answer = world.ask(who, "GET", "/personal-data/all.zip")
        with zipfile.ZipFile(io.BytesIO(answer.body)) as file:
            text = file.read("held.json").decode("utf-8")
        json.loads(text)
        assert has in text
        assert lacks not in text
