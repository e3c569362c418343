"""What is held about somebody, as a page and a file for them alone; who read their work; and what a coach never sees."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from html import unescape

import pytest
from click.testing import CliRunner

from actionlearn.cli import commands

from ...support.served_kit import CANARY, World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts."""
    made = World(tmp_path_factory.mktemp("held")).start()
    yield made
    made.stop()


def held(world: World, who: str) -> str:
    """Return the words of somebody's page."""
    page = world.ask(who, "GET", "/personal-data")
    assert page.status == 200, page.text
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.text)).split())


def test_who_reads_a_review_is_told_to_whose_it_is(world: World):
    """Opened, taken as a file, exported by whoever runs the server: each by name and once a day; one's own is not."""
    for path in (
        f"/reviews/{world.submission}",
        f"/reviews/{world.submission}",
        f"/reviews/{world.submission}/notebook",
    ):
        assert world.ask("cora", "GET", path).status == 200
    assert world.ask("ben", "GET", f"/reviews/{world.submission}/notebook?as=html").status == 200
    assert world.ask("ana", "GET", f"/reviews/{world.submission}").status == 200
    said = held(world, "ana")
    assert said.count("Cora") == 2
    assert said.count("Ben") == 1
    assert "read it" in said
    assert "took it as a file" in said
    assert "Cora" not in held(world, "ben")
    with sqlite3.connect(f"file:{next(world.data.glob('*.sqlite'))}?mode=ro", uri=True) as store:
        notes = list(store.execute("SELECT person, act, thing FROM audit WHERE thing LIKE 'submission %'"))
    store.close()
    assert {thing for _, _, thing in notes} == {f"submission {world.submission}"}
    assert world.person["ana"] not in {person for person, _, _ in notes}
    assert CANARY not in str(notes)


def test_an_export_by_whoever_runs_the_server_is_told(world: World, tmp_path):
    """Somebody who took all that is held stands on the page, too."""
    typed = ["people", "export", "ben", "-o", str(tmp_path / "ben.json"), "--data", str(world.data)]
    assert CliRunner().invoke(commands, typed).exit_code == 0
    assert "Whoever runs this server All that is stored about you took a copy" in held(world, "ben").replace("  ", " ")


def test_the_file_has_what_the_page_counts(world: World):
    """Every row about oneself, and the files; nothing that others hold back, and no secret."""
    answer = world.ask("ana", "GET", "/personal-data/all.zip")
    assert answer.status == 200
    with zipfile.ZipFile(io.BytesIO(answer.body)) as file:
        text = file.read("held.json").decode("utf-8")
    told = json.loads(text)
    assert {"person", "draft", "submission", "comment", "session", "audit"} <= told["rows"].keys()
    assert f"Private {CANARY}" in text
    assert f"Why {CANARY}" in text
    assert f"Held {CANARY}" not in text
    assert f"Note {CANARY}" not in text
    assert '"hash"' not in text
    assert world.session["ana"] not in text


def test_a_journey_leads_to_it(world: World):
    """From the card and from the menu of every page."""
    assert world.ask("ana", "GET", "/").text.count('href="/personal-data"') == 2
    assert world.ask("cora", "GET", "/desk").text.count('href="/personal-data"') == 1


def coach_sees(world: World) -> list[str]:
    """Return all that a coach can ask for about a learner."""
    cora, way = "cora", f"autumn/{world.person['ana']}"
    paths = [
        "/desk",
        "/desk/autumn",
        f"/agreements/{way}",
        f"/reviews/{world.submission}",
        f"/reviews/{world.submission}/notebook",
    ]
    paths += [f"/api/coaching/{way}/answers", f"/api/submissions/{world.submission}/answers", "/api/questions"]
    pages = [world.ask(cora, "GET", path) for path in paths]
    assert {page.status for page in pages} == {200}
    return [page.text for page in pages]


def test_a_coach_sees_nothing_of_what_a_learner_does_that_is_not_shared(world: World):
    """Reading, writing, choosing who reads, seeing a comment, taking it along, signing in: all looks as before."""
    book = world.book["ana/scope"]
    before = coach_sees(world)
    for path in (
        "/",
        f"/workbooks/{book}",
        f"/workbooks/{book}/take.zip",
        "/personal-data",
        "/missing/autumn",
        "/cards/autumn",
    ):
        assert world.ask("ana", "GET", path).status == 200
    assert world.save("ana", book, "seen", "Only for me").status == 200
    assert world.ask("ana", "PUT", f"/api/workbooks/{book}/audience/seen", {"audience": ["me"]}).status == 200
    assert world.ask("ana", "POST", f"/api/workbooks/{book}/revisions/seen", {"cause": "rest"}).status == 204
    assert world.ask("ana", "POST", f"/api/comments/{world.comment}/seen", {}).status in (200, 204)
    half = {"place": "on need", "body": "Not yet said"}
    assert world.ask("ana", "PUT", f"/api/submissions/{world.submission}/draft", half).status in (200, 204)
    assert world.ask("ana", "POST", f"/api/submissions/{world.submission}/opened", {}).status in (200, 204)
    assert coach_sees(world) == before
