"""The executed notebooks of the three lives: what a coach reads, word for word."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import pytest
from ruamel.yaml import YAML

from actionlearn.answers import attachment_files
from actionlearn.demo import releases as released
from actionlearn.reviews.execute import execute
from actionlearn.stats import time_series
from actionlearn.store import Store, open_store
from actionlearn.store.outbound import releases
from actionlearn.store.records import Workbook
from actionlearn.store.reviews import submissions
from actionlearn.store.workbooks import drafts

from ..support.example_store import AUTUMN, BOOKS, lived

GOLDEN = Path(__file__).parents[1] / "golden" / "reviews"
SHARED = [book for book in BOOKS if book.shared]
#: One of each life in every run, a live one among them; the others with ``scripts/test --all``.
ALWAYS = {"beatriz01-impact-1", "zoe06-plan-1"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path, dict[str, Workbook]]]:
    """Live all of it, once."""
    data = tmp_path_factory.mktemp("lives")
    with open_store(data) as store:
        yield store, data, lived(store, data)


def shown(path: Path) -> str:
    """Return what an executed notebook shows of its owner's words, as text: each cell's id, and what stands there."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    texts = {cell.id: "\n".join(map(_said, cell.outputs)).strip() for cell in notebook.cells if "outputs" in cell}
    # The template's own words are held by workbooks/.
    own = {id: text for id, text in texts.items() if text and not id.startswith(("text-", "card-", "section-"))}
    return "\n".join(f"## {id}\n\n{text}\n" for id, text in own.items())


def _said(output: Any) -> str:
    assert output.output_type != "error", output.get("evalue")
    return str(output.get("data", {}).get("text/plain", output.get("text", "")))


@pytest.mark.parametrize(
    "book",
    [pytest.param(book, marks=() if book.name in ALWAYS else pytest.mark.slow) for book in SHARED],
    ids=lambda book: book.name,
)
def test_an_executed_notebook_reads_as_the_golden_one(place, book):
    """The notebook that a coach reads holds the words that were shared, and nothing that was kept.

    With ACTIONLEARN_WRITE_GOLDEN=1 the golden files are written instead: look at them before they are kept.
    """
    store, data, made = place
    submission = store.read(lambda c: submissions.submissions_of(c, made[book.name].id))[-1]
    review = execute(store, data, submission, "coach")
    assert review.state == "done", review.message
    text, golden = shown(data / review.notebook_path), GOLDEN / f"{book.name}.md"
    if os.environ.get("ACTIONLEARN_WRITE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, "utf-8")

    assert golden.is_file(), f"{golden.name} is missing"
    assert text == golden.read_text("utf-8")


def test_the_lives_hold_a_picture_and_a_table_of_figures(place):
    """What was attached is kept as it is, for its workbook, and the figures of the table are read."""
    store, data, made = place
    found = {}
    for name in ("beatriz01-impact-1", "kwame22-impact-1"):
        id = made[name].id
        (entry,) = store.read(partial(drafts.drafts, workbook=id))["evidence"].value
        assert attachment_files.verified(data, id, [entry]) == [entry]
        found[entry["type"]] = attachment_files.with_texts(data, id, [entry])
    assert set(found) == {"image/png", "text/csv"}
    assert time_series.read(found["text/csv"]).values == (24, 22, 25, 20)


def test_there_is_a_golden_notebook_for_each_shared_one_and_no_other():
    """Each workbook that a life shared has its golden file; none is left of one that is gone."""
    assert {path.stem for path in GOLDEN.glob("*.md")} == {book.name for book in SHARED}


def test_what_is_released_is_released_once_and_stays_withdrawn(place):
    """Each sentence of the example stands where it says; a second start of the demo brings nothing back."""
    store, data, made = place
    path = AUTUMN / "released.yaml"
    told = YAML(typ="base", pure=True).load(path.read_text("utf-8"))

    def out() -> list[releases.Release]:
        released.release(store, data, "autumn-2026", path)
        owners = {book.owner for book in made.values()}
        return [
            each
            for owner in owners
            for each in store.read(partial(releases.of_learner, cohort="autumn-2026", learner=owner))
        ]

    first = out()
    assert sorted(each.words for each in first) == sorted(each["says"] for each in told for _ in each["to"])
    assert out() == first
    for each in first:
        releases.withdraw(store, data, each.id, each.learner, allowed=lambda *_: None)
    assert out() == []
