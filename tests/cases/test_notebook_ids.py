"""A notebook whose cells have lost their ids is the same workbook: its questions are found by what its cells say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from actionlearn import notebook, template, views
from actionlearn.notebook import PromptPiece

Change = Callable[[dict[str, Any]], object]


def give_other_ids(node: dict[str, Any]) -> None:
    """Give them other ids."""
    for number, cell in enumerate(node["cells"]):
        cell["id"] = f"{number:08x}"


def take_ids(node: dict[str, Any]) -> None:
    """Leave them out, as formats before 4.5 do."""
    node["nbformat_minor"] = 4
    for cell in node["cells"]:
        del cell["id"]


def give_one_id(node: dict[str, Any]) -> None:
    """Give all the same."""
    for cell in node["cells"]:
        cell["id"] = "same"


def take_tags(node: dict[str, Any]) -> None:
    """Leave out ids, tags and all else."""
    take_ids(node)
    for cell in node["cells"]:
        cell["metadata"] = {}


def make_one_cell(node: dict[str, Any]) -> None:
    """Put all code cells behind the parameters into one, as somebody does who joins cells."""
    code = [
        cell
        for cell in node["cells"][1:]
        if cell["cell_type"] == "code" and "live" not in cell["metadata"].get("tags", [])
    ]
    code[0]["source"] = "\n\n".join(cell["source"] for cell in code)
    node["cells"] = [cell for cell in node["cells"] if cell not in code[1:]]


def split_into_lines(node: dict[str, Any]) -> None:
    """Write sources as lists of lines."""
    take_ids(node)
    for cell in node["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)


CHANGES = [give_other_ids, take_ids, give_one_id, take_tags, make_one_cell, split_into_lines]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("name", ["plan", "impact", "experiment"])
def test_every_question_has_its_cell(tmp_path: Path, name: str, change: Change):
    """Its id is the prompt's again; parameters, texts and live cells are what they were, and no two cells have one id."""
    made = notebook.to_notebook(template.load(template.find(name, "en"), views=views.VIEWS))
    before = notebook.read(made)
    node = json.loads(json.dumps(made))
    change(node)
    file = tmp_path / "workbook.ipynb"
    file.write_text(json.dumps(node), "utf-8")
    again = notebook.load(file)
    after = notebook.read(again)
    ids = [cell["id"] for cell in again.cells]
    assert len({*ids}) == len(ids)
    assert [each.prompt for each in after.pieces if isinstance(each, PromptPiece)] == list(before.prompts.values())
    assert set(after.prompts) <= set(ids)
    assert after.parameters == before.parameters
    assert after.whens.keys() >= before.prompts.keys()
    sources = [cell["source"] for cell in again.cells if "live" in cell["metadata"].get("tags", [])]
    assert sources == [cell["source"] for cell in made.cells if "live" in cell["metadata"].get("tags", [])]


def test_a_notebook_as_it_was_made_is_left_as_it_is(tmp_path: Path):
    """Whatever is there already stays: ids, tags, metadata."""
    made = notebook.to_notebook(template.load(template.find("impact", "en"), views=views.VIEWS))
    file = tmp_path / "workbook.ipynb"
    file.write_text(notebook.dumps(made), "utf-8")
    assert notebook.load(file) == made
