"""The sample lives: answers, shares and comments that fit the workbooks they belong to."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from actionlearn.prompts import check, is_empty
from actionlearn.template import find, load
from actionlearn.views import VIEWS

EXAMPLE = Path(__file__).parents[1] / "examples" / "autumn"
LIVES = json.loads((EXAMPLE / "answers.json").read_text("utf-8"))["people"]
BOOKS = [(username, book) for username, books in LIVES.items() for book in books]
NAMED = [f"{username}-{book['template']}-{book['number']}" for username, book in BOOKS]


def roster() -> dict[str, dict[str, str]]:
    """Return the rows of the roster by username."""
    with (EXAMPLE / "roster.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["username"]: row for row in csv.DictReader(file)}


def programme() -> dict[str, list[dict[str, object]]]:
    """Return the programme as it is written."""
    return tomllib.loads((EXAMPLE / "programme.toml").read_text("utf-8"))


def prompts_of(username, book):
    """Return the prompts of a workbook in its owner's language."""
    locale = roster()[username]["lang"]
    return {p.id: p for p in load(find(book["template"], locale), views=VIEWS).prompts}


def instant(text: str) -> datetime:
    """Read an instant, which has to be in the form the store keeps."""
    assert re.fullmatch(r"2026-1[01]-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text), text
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(("username", "book"), BOOKS, ids=NAMED)
def test_every_answer_is_as_the_store_would_keep_it(username, book):
    """Each answer has a prompt in the learner's language and is already in the shape of its kind."""
    prompts = prompts_of(username, book)

    for id, answer in book["answers"].items():
        assert check(prompts[id], answer["value"]) == answer["value"]
        assert not is_empty(answer["value"])
        assert instant(answer["at"])


@pytest.mark.parametrize(("username", "book"), BOOKS, ids=NAMED)
def test_what_was_shared_was_written_before_and_commented_after(username, book):
    """Sharing comes after a workbook's answers, comments come after that and stand at prompts that were shared."""
    if "shared" not in book:
        assert "comments" not in book
        return
    shared = instant(book["shared"]["at"])
    assert all(instant(answer["at"]) <= shared for answer in book["answers"].values())
    assert book["shared"]["wants"].strip()
    for comment in book["comments"]:
        assert instant(comment["at"]) > shared
        assert comment["body"].strip()
        if comment["prompt"] is not None:
            assert "coach" in prompts_of(username, book)[comment["prompt"]].audience
            assert comment["prompt"] in book["answers"]


@pytest.mark.parametrize(("username", "book"), BOOKS, ids=NAMED)
def test_the_coach_of_the_set_comments(username, book):
    """Comments are by the coach whom the programme gives to the learner's set."""
    coach_of = {each["name"]: each["coach"] for each in programme()["sets"]}

    writers = {comment["by"] for comment in book.get("comments", [])}
    assert writers <= {coach_of[roster()[username]["profile_field_set"]]}


def test_a_prediction_is_older_than_what_happened():
    """In every experiment the prediction was written on an earlier day than the outcome."""
    experiments = [book["answers"] for _, book in BOOKS if book["template"] == "experiment"]

    assert len(experiments) >= 7
    for answers in experiments:
        assert instant(answers["prediction"]["at"]).date() < instant(answers["happened"]["at"]).date()


def test_each_life_is_numbered_in_the_order_it_was_lived():
    """A learner's first, second and third workbook of a template follow one another in time."""
    for books in LIVES.values():
        for template in {book["template"] for book in books}:
            series = [book for book in books if book["template"] == template]
            started = [min(instant(a["at"]) for a in book["answers"].values()) for book in series]
            assert [book["number"] for book in series] == list(range(1, len(series) + 1))
            assert started == sorted(started)


def test_there_is_something_of_everything_to_see():
    """Between them the lives hold a held comment, a "not yet", a second scope, and both languages."""
    comments = [comment for _, book in BOOKS for comment in book.get("comments", [])]
    values = [answer["value"] for _, book in BOOKS for answer in book["answers"].values()]

    assert {comment["released"] for comment in comments} == {True, False}
    assert {"not_yet": True} in values
    assert ("scope", 2) in [(book["template"], book["number"]) for _, book in BOOKS]
    assert {roster()[username]["lang"] for username in LIVES} == {"en", "pt"}
