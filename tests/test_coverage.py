"""What the texts behind the kit ask for is there, row by row; what is not is said to be missing."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "templates" / "en"


def _load():
    """Return scripts/coverage.py as a module."""
    spec = spec_from_file_location("coverage_rows", ROOT / "scripts" / "coverage.py")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses ask for it
    spec.loader.exec_module(module)
    return module


coverage = _load()
GROUPS = coverage.read()
ROWS = [row for group in GROUPS for row in group.rows]
PUBLISHED = [row for group in GROUPS if len(group.id) == 1 for row in group.rows]


@pytest.fixture(scope="module")
def kit():
    """Return what there is."""
    return coverage.Kit()


def unread(kit, row):
    """Return the places of a row that are not there."""
    return [place for place in row.where if not kit.has(place)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_what_a_row_names_is_there(kit, row):
    """Every place that a row names is there; a row without a place says what is missing."""
    assert unread(kit, row) == []
    assert row.where or row.open
    assert row.item.strip()
    assert row.who.strip()


def test_the_lists_of_the_texts_are_whole():
    """Each list that a text makes has all its items, and no row stands twice."""
    ids = [row.id for row in ROWS]
    assert len(ids) == len(set(ids))
    beginnings = {"gram-[0-9]": 10, "hart-1": 4, "hart-2": 7, "hart-3": 4, "lifelong": 6, "flow": 13}
    activities = {"jarche-exposure", "jarche-practice", "jarche-conversation", "jarche-reflect"}
    knowledge = {"jarche-seek", "jarche-sense", "jarche-share", "jarche-personal", "jarche-knowledge"}
    content = {"mcewan-find", "mcewan-critique", "mcewan-adapt", "mcewan-applied", "mcewan-just-in-time"}

    for beginning, count in beginnings.items():
        assert sum(bool(re.match(beginning, id)) for id in ids) == count, beginning
    assert activities | knowledge | content <= set(ids)
    assert {group.id for group in GROUPS} >= set("abcdef")


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row.id)
def test_a_part_of_a_published_workbook_has_a_prompt(kit, row):
    """Each part of the published workbooks A-F is asked for somewhere, or is a thing the kit itself keeps."""
    assert any("." in place or ":" in place for place in row.where)


def test_a_prompt_that_is_taken_out_is_missed(tmp_path, kit):
    """Without one prompt, exactly the rows that name it fail; so it is for an option, a column, a view, a card."""
    copy = tmp_path / "en"
    shutil.copytree(TEMPLATES, copy)
    for path in copy.glob("*.md"):  # what recalls it goes, too, or the template would be at fault
        path.write_text(
            re.sub(r"^:(recap|default-from|when|of):.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE), "utf-8"
        )
    plan = copy / "plan.md"
    text = re.sub(
        r"(`{3,})\{(prompt|view|card)\} (?!actions)\w[\w-]*\n.*?\n\1\n", "", plan.read_text("utf-8"), flags=re.DOTALL
    )
    plan.write_text(text, "utf-8")
    poorer = coverage.Kit(copy)
    expected = {row.id for row in ROWS if any(re.match(r"plan[.@#](?!actions)", place) for place in row.where)}

    assert len(expected) >= 10
    assert {row.id for row in ROWS if set(unread(poorer, row)) - set(unread(kit, row))} == expected


@pytest.mark.parametrize(
    "place",
    [
        "scope.nothing",
        "nothing.need",
        "scope.need=nothing",
        "plan.actions/nothing",
        "reflect@nothing",
        "scope#nothing",
        "template:nothing",
        "parameter:scope.nothing",
        "card:nothing",
        "view:nothing",
        "option:nothing",
        "header:nothing",
        "programme:nothing",
        "route:desk.Nothing",
        "command:nothing",
        "command:cohort nothing",
        "test:tests/test_nothing.py::*",
        "test:tests/test_coverage.py::test_nothing",
        "nothing",
    ],
)
def test_what_is_not_there_is_not_found(kit, place):
    """No way of writing a place finds what is not there."""
    assert not kit.has(place)


def test_the_page_is_made_from_the_rows():
    """docs/coverage.md is what scripts/coverage.py makes of the rows."""
    assert coverage.PAGE.read_text("utf-8") == coverage.page(GROUPS), "run scripts/coverage.py"
    row = replace(ROWS[0], open="the moon")
    assert "the moon" in coverage.page([replace(GROUPS[0], rows=(row,))])
