"""The history of an answer and erasing a passage of it, over HTTP, against a running server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from actionlearn.store import open_store

from ...support.served_kit import World

SECRET = "Bruno <of> the “night” shift & his keys"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts."""
    made = World(tmp_path_factory.mktemp("history")).start()
    yield made
    made.stop()


def write(world: World, who: str, prompt: str, *texts: Any, cause: str = "blur") -> str:
    """Type several texts one after the other, each kept; return the workbook."""
    book = world.book[f"{who}/scope"]
    client = str(uuid4())
    for seq, text in enumerate(texts, 1):
        answers = world.ask(who, "GET", f"/api/workbooks/{book}/answers").json["answers"]
        saved = world.save(who, book, prompt, text, client=client, seq=seq, base=answers[prompt]["version"])
        assert saved.status == 200, saved.text
        assert world.ask(who, "POST", f"/api/workbooks/{book}/revisions/{prompt}", {"cause": cause}).status == 204
    return book


def history(world: World, who: str, book: str, prompt: str, query: str = "") -> Any:
    """Ask for the versions of an answer."""
    answer = world.ask(who, "GET", f"/api/workbooks/{book}/history/{prompt}{query}")
    assert answer.status == 200, answer.text
    return answer.json


def test_the_versions_of_an_answer_come_newest_first(world: World):
    """When, why and by whom each was kept, and what changed word by word; all of it text."""
    book = write(world, "ben", "need", "Fewer <b>forms</b> for us", "Fewer calls for us")
    new, old = history(world, "ben", book, "need")["revisions"]
    assert (old["text"], old["changes"]) == ("Fewer <b>forms</b> for us", [["new", "Fewer <b>forms</b> for us"]])
    assert new["changes"] == [["same", "Fewer "], ["gone", "<b>forms</b> "], ["new", "calls "], ["same", "for us"]]
    assert (new["number"], new["cause"], new["by"], new["value"]) == (2, "blur", "Ben", "Fewer calls for us")
    assert new["when"].endswith("Z")


def test_a_version_that_was_brought_back_is_kept_as_such(world: World):
    """Restoring is saving the old words again, kept with its cause."""
    book = write(world, "ben", "in_the_way", "first", "second")
    write(world, "ben", "in_the_way", "first", cause="restore")
    assert [each["cause"] for each in history(world, "ben", book, "in_the_way")["revisions"]] == [
        "restore",
        "blur",
        "blur",
    ]


def test_words_that_never_became_the_answer_are_in_the_history_too(world: World):
    """A conflict is kept, compared with what stood, and nothing is compared with it."""
    book = write(world, "ben", "other_side", "what stood")
    world.save("ben", book, "other_side", "what stood not", base=0)
    write(world, "ben", "other_side", "what stands")
    new, conflict, _ = history(world, "ben", book, "other_side")["revisions"]
    assert (conflict["cause"], conflict["changes"][-1]) == ("conflict", ["new", "stood not"])
    assert new["changes"] == [["same", "what "], ["gone", "stood"], ["new", "stands"]]


def test_a_long_history_comes_in_parts(world: World):
    """A hundred versions at once, and older ones when asked for."""
    book = write(world, "will", "in_the_way", *(f"version {n}" for n in range(103)))
    first = history(world, "will", book, "in_the_way")
    assert (len(first["revisions"]), first["more"]) == (100, True)
    rest = history(world, "will", book, "in_the_way", f"?before={first['revisions'][-1]['number']}")
    assert ([each["text"] for each in rest["revisions"]], rest["more"]) == (
        ["version 2", "version 1", "version 0"],
        False,
    )
    assert first["revisions"][-1]["changes"] == [["same", "version "], ["gone", "2"], ["new", "3"]]


@pytest.mark.parametrize(("who", "status"), [("", 401), ("ben", 403), ("cora", 403), ("fay", 403), ("wim", 403)])
def test_a_history_is_its_owners_alone(world: World, who: str, status: int):
    """Not a coach that it was shared with, nor anybody else."""
    book = world.book["ana/scope"]
    assert world.ask(who, "GET", f"/api/workbooks/{book}/history/need").status == status
    body = {"prompt": "need", "passage": "night"}
    before = world.rows()
    assert world.ask(who, "POST", f"/api/workbooks/{book}/erase", body).status == status
    assert world.rows() == before


def on_disk(data: Path, words: str) -> list[str]:
    """Name every file that has words in it, as they are or as JSON or HTML writes them."""
    import html
    import json

    kinds = {words, json.dumps(words)[1:-1], json.dumps(words, ensure_ascii=False)[1:-1], html.escape(words)}
    needles = {kind.encode() for kind in kinds}
    return [str(file) for file in data.rglob("*") if file.is_file() and any(n in file.read_bytes() for n in needles)]


def test_an_erased_passage_is_nowhere_any_more(world: World):
    """It is gone from the answer, its history, what was shared, the coach's page, the comment and every file."""
    book = write(world, "ana", "seen", f"I asked {SECRET}.", f"I did ask {SECRET}, twice")
    shared = world.ask("ana", "POST", f"/api/workbooks/{book}/share", {"wants": f"Is {SECRET} right?"}).json
    said = world.ask(
        "cora",
        "POST",
        f"/api/submissions/{shared['submission']}/comments",
        {"prompt": "seen", "body": f"Who is {SECRET}?"},
    )
    assert said.status == 201, said.text
    executed(world, shared["submission"])
    assert on_disk(world.data, SECRET)

    answer = world.ask("ana", "POST", f"/api/workbooks/{book}/erase", {"prompt": "seen", "passage": SECRET})
    # The answer, two versions and what was asked; nothing is told of a comment that is still held back.
    assert (answer.status, answer.json) == (200, {"erased": 4})
    assert on_disk(world.data, SECRET) == []
    executed(world, shared["submission"])
    assert on_disk(world.data, SECRET) == []
    assert on_disk(world.data, "Bruno") == []
    page = world.ask("cora", "GET", f"/reviews/{shared['submission']}").text
    assert "[erased by its author]" in page
    assert "no longer verifies" in page
    read = world.ask("cora", "GET", f"/reviews/{shared['submission']}/notebook?as=html").text
    assert "no longer verifies" in read
    last = world.ask("ana", "GET", f"/api/workbooks/{book}/sharing").json["last"]
    assert (last["receipt"], last["number"], last["verifies"]) == (shared["receipt"], shared["number"], False)
    texts = [each["text"] for each in history(world, "ana", book, "seen")["revisions"]]
    assert texts[:2] == ["I did ask [erased by its author], twice", "I asked [erased by its author]."]


def executed(world: World, submission: str) -> None:
    """Wait until every executed notebook is there."""
    deadline = time.monotonic() + 90
    while any("'pending'" in row for row in world.rows()["review"]):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert world.ask("cora", "GET", f"/reviews/{submission}/notebook").status == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "answers.not_json"),
        ({"prompt": "seen"}, 400, "answers.bad_message"),
        ({"prompt": 5, "passage": "x"}, 400, "answers.bad_message"),
        ({"prompt": "seen", "passage": ["x"]}, 400, "answers.bad_message"),
        ({"prompt": "seen", "passage": " "}, 400, "answers.no_passage"),
        ({"prompt": "terrain", "passage": "known"}, 400, "answers.no_words"),
        ({"prompt": "nothing", "passage": "known"}, 404, "answers.no_such_prompt"),
        ({"prompt": "seen", "passage": "never written"}, 404, "answers.no_such_passage"),
    ],
)
def test_what_cannot_be_erased_is_said(world: World, body: Any, status: int, code: str):
    """One clear answer, and nothing is changed."""
    before = world.rows()
    answer = world.ask("ana", "POST", f"/api/workbooks/{world.book['ana/scope']}/erase", body)
    assert (answer.status, answer.json["error"]["code"]) == (status, code)
    assert answer.json["error"]["message"]
    assert world.rows() == before


BACK = """---
template: back
title: Looking back
version: 1
minutes: 5
stage: reflect
summary: Look back.
---
```{view} history
:of: scope.in_the_way, learnt
```

```{prompt} learnt
What did you learn?
```
"""


def test_a_page_looks_back_at_every_version_of_ones_own(world: World):
    """A view of the history stands in the page of its owner, of this workbook and of another."""
    with open_store(world.data) as store:
        back = world.add_workbook(store, "ana", "autumn", "back", BACK)
    assert "will stand here" in world.ask("ana", "GET", f"/workbooks/{back}").text
    write(world, "ana", "in_the_way", "Nobody <has> time")
    world.save("ana", world.book["ana/scope"], "in_the_way", "Nobody has asked", base=1)
    world.save("ana", back, "learnt", "To ask")
    page = world.ask("ana", "GET", f"/workbooks/{back}").text
    drawn = page.split('data-view="history"')[1].split("data-prompt")[0]
    assert "Nobody has asked" in drawn  # one sitting: its last words count
    assert "To ask" in drawn
