"""Text that a running server is sent, in every place that keeps some: stored without what no database can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from actionlearn.store import Store, open_store
from actionlearn.store.groups import entries, postings
from actionlearn.store.reviews import notes
from actionlearn.text.clean import storable

from ..support.served_kit import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts."""
    made = World(tmp_path_factory.mktemp("text")).start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def store(world: World) -> Iterator[Store]:
    """Open the store beside the server."""
    with open_store(world.data) as opened:
        yield opened


def _sent(world: World, who: str, method: str, path: str, body: dict[str, Any]) -> Any:
    """Send it, and return what the server answers to what it takes."""
    answer = world.ask(who, method, path, body)
    assert answer.status in (200, 201, 204), answer.text
    return answer.json if answer.body else None


def _saved(world: World, who: str, path: str, prompt: str, text: str) -> str:
    """Save it as an answer is saved, on what stands there, and return what stands there then."""
    before = world.ask(who, "GET", path).json["answers"].get(prompt, {"version": 0})
    message = {"person": world.person[who], "client": str(uuid4()), "seq": 1, "base": before["version"]}
    _sent(world, who, "PUT", f"{path}/{prompt}", {**message, "value": text})
    return str(world.ask(who, "GET", path).json["answers"][prompt]["value"])


def in_answer(world: World, _: Store, text: str) -> str:
    """Save it as an answer."""
    return _saved(world, "ben", f"/api/workbooks/{world.book['ben/scope']}/answers", "need", text)


def in_private_note(world: World, _: Store, text: str) -> str:
    """Write it into the private note on a review."""
    return _saved(world, "cora", f"/api/submissions/{world.submission}/answers", "Note", text)


def in_comment(world: World, _: Store, text: str) -> str:
    """Comment with it."""
    said = _sent(world, "cora", "POST", f"/api/submissions/{world.submission}/comments", {"body": text})
    return str(said["body"])


def in_comment_draft(world: World, store: Store, text: str) -> str:
    """Begin to comment with it."""
    draft = {"place": "on need", "body": text}
    _sent(world, "cora", "PUT", f"/api/submissions/{world.submission}/draft", draft)
    return store.read(lambda c: notes.comment_drafts(c, world.person["cora"], world.submission))["on need"]


def in_place_of_comment_draft(world: World, store: Store, text: str) -> str:
    """Begin to comment at a place that is called so."""
    path = f"/api/submissions/{world.submission}/draft"
    _sent(world, "ana", "PUT", path, {"place": text, "body": "words"})
    (place,) = store.read(lambda c: notes.comment_drafts(c, world.person["ana"], world.submission))
    _sent(world, "ana", "PUT", path, {"place": place, "body": ""})
    return place


def in_question(world: World, _: Store, text: str) -> str:
    """Keep it as a question of one's own."""
    return str(_sent(world, "cora", "POST", "/api/questions", {"body": text})["body"])


def in_agreement(world: World, _: Store, text: str) -> str:
    """Agree on it."""
    path = f"/api/coaching/autumn/{world.person['ana']}/agreements"
    return str(_sent(world, "cora", "POST", path, {"body": text})["body"])


def in_posting(world: World, store: Store, text: str) -> str:
    """Put it on the board."""
    sent = {"kind": "ask", "reach": "cohort", "body": text}
    id = _sent(world, "ana", "POST", "/api/cohorts/autumn/postings", sent)["id"]
    kept = store.read(lambda c: postings.posting(c, id)).body
    _sent(world, "ana", "DELETE", f"/api/postings/{id}", {})
    return kept


def in_shown_answer(world: World, store: Store, text: str) -> str:
    """Say it about an answer that is shown."""
    book = world.book["ana/scope"]
    _sent(world, "ana", "PUT", f"/api/workbooks/{book}/shown/need", {"reach": "cohort", "note": text})
    return store.read(lambda c: entries.shown_of(c, book))["need"].note


PLACES: tuple[Callable[[World, Store, str], str], ...] = (
    in_answer,
    in_private_note,
    in_comment,
    in_comment_draft,
    in_place_of_comment_draft,
    in_question,
    in_agreement,
    in_posting,
    in_shown_answer,
)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
@settings(
    max_examples=8,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(inner=st.text(st.characters(codec=None), max_size=40))
@example(inner="\x00")
@example(inner="\ud800")
@example(inner="\x00 \udfff\x00🙂")
def test_any_text_is_stored_as_it_was_sent_but_for_what_no_database_holds(
    world: World, store: Store, place: Callable[[World, Store, str], str], inner: str
):
    """A lone surrogate becomes a question mark and NUL goes, in every place alike; nothing is refused for them."""
    text = f"a{inner}b"
    stored = place(world, store, text)
    assert stored == (" ".join(storable(text).split()) if place is in_question else storable(text))
