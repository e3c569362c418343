"""What is held about a person: all of it in one file for them, and none of it left where they are erased."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from actionlearn.cli import commands
from actionlearn.store import open_store
from actionlearn.store.reviews import queue

from ..support.served_kit import CANARY, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Fill two cohorts; Ana wrote, shared and was answered, and Ben opened it."""
    made = World(tmp_path)
    with open_store(made.data) as store:
        store.write(lambda c: queue.mark_opened(c, made.submission, made.person["ben"]))
    return made


def test_an_export_has_everything_but_secrets_and_what_is_held_back(world: World, tmp_path: Path):
    """Answers, versions, what was shared, released comments, sessions without their hash, who opened it."""
    path = tmp_path / "ana.json"
    typed = ["people", "export", "ana", "-o", str(path), "--data", str(world.data)]
    assert CliRunner().invoke(commands, typed).exit_code == 0
    assert path.stat().st_mode & 0o077 == 0
    told = json.loads(path.read_text("utf-8"))
    assert [each["name"] for each in told["opened_by"]] == ["Ben"]
    assert {"person", "membership", "workbook", "draft", "revision", "submission", "comment", "session"} <= set(
        told["rows"]
    )
    text = path.read_text("utf-8")
    assert f"Private {CANARY}" in text
    assert f"Why {CANARY}" in text
    assert f"Held {CANARY}" not in text
    assert '"hash"' not in text
    assert CliRunner().invoke(commands, typed).exit_code == 1  # nothing is overwritten


def test_nothing_of_an_erased_person_is_left(world: World):
    """No row, no file and no byte of theirs; everybody else has what they had. Twice is once."""
    before = world.rows()
    assert CliRunner().invoke(commands, ["people", "erase", "ana", "--yes", "--data", str(world.data)]).exit_code == 0
    after = world.rows()
    after.pop("question")  # a coach's own, to ask again
    assert CANARY not in str(after)
    assert not {"'ana'", "'Ana'"} & set(str(after).replace(",", " ").split())
    for row in before["draft"] + before["workbook"]:
        mine = world.book["ana/scope"] in row or world.book["ana/impact"] in row
        assert mine != (row in after["draft"] + after["workbook"])
    for file in world.data.rglob("*"):
        assert "ana" not in file.relative_to(world.data).parts
        for said in ("Private", "The night hears", "Look at", "Held"):
            assert not file.is_file() or f"{said} {CANARY}".encode() not in file.read_bytes(), file
    assert CliRunner().invoke(commands, ["people", "erase", "ana", "--yes", "--data", str(world.data)]).exit_code == 1
