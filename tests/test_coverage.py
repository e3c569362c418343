"""What the texts behind the kit ask for is there, row by row; what is not is said to be missing."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random

import nbformat
import pytest

from actionlearn import notebook
from actionlearn.cohort.enrolment.enrol import read_inputs
from actionlearn.cohort.workbooks.build import build_cohort
from actionlearn.store import open_store
from actionlearn.store.workbooks import workbooks

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "templates" / "en"

PROGRAMME = """
[programme]
id = "any"
name = "Any"
organisation = "Ribeira"
time_zone = "Europe/Lisbon"
roster = "roster.csv"

[programme.contact]
name = "Teresa Vaz"
phone = "+351 210 000 000"

[[sets]]
name = "Set A"
coach = "rui"

[[people]]
username = "rui"
firstname = "Rui"
email = "rui@example.org"
role = "coach"
"""


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


@pytest.mark.parametrize(
    ("template", "fence", "place"),
    [
        ("reflect", "{prompt} closer", "reflect.closer"),
        ("journal", "{prompt} act_on", "journal.act_on"),
        ("set-meeting", "{prompt} learned", "set-meeting.learned"),
        ("reflect", "{view} history", "reflect@history"),
    ],
)
def test_what_is_taken_out_is_missed(tmp_path, kit, template, fence, place):
    """Without one prompt, or one view, the rows that name it fail, and no others."""
    copy = tmp_path / "en"
    shutil.copytree(TEMPLATES, copy)
    path = copy / f"{template}.md"
    text = path.read_text("utf-8")
    without = re.sub(rf"(`{{3,}}){re.escape(fence)}\n.*?\n\1\n", "", text, flags=re.DOTALL)
    assert without != text
    path.write_text(without, "utf-8")
    poorer = coverage.Kit(copy)
    named = {row.id for row in ROWS if place in row.where}

    assert named
    assert {row.id for row in ROWS if set(unread(poorer, row)) - set(unread(kit, row))} == named


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


def test_only_the_need_is_required(kit):
    """One question of all of them asks for an answer; the rest may wait."""
    required = [f"{id}.{prompt.id}" for id, each in kit.templates.items() for prompt in each.prompts if prompt.required]

    assert required == ["scope.need"]


@pytest.mark.parametrize("seed", range(3))
def test_any_subset_of_the_workbooks_makes_a_programme(kit, seed, tmp_path):
    """Whichever workbooks a programme picks, each is made whole, whatever the others would have said before it."""
    picked = Random(seed).sample(sorted(kit.templates), 4)
    rows = "".join(f'\n[[workbooks]]\ntemplate = "{id}"\nopens = 2026-01-05\n' for id in picked)
    (tmp_path / "programme.toml").write_text(PROGRAMME + rows, "utf-8")
    (tmp_path / "roster.csv").write_text("username,firstname,lastname,email,set\nana,Ana,Lima,ana@example.org,Set A\n")
    data = tmp_path / "data"
    programme, roster = read_inputs(tmp_path / "programme.toml")
    with open_store(data) as store:
        report = build_cohort(store, data, programme, roster)
        made = store.read(lambda c: workbooks.workbooks_in(c, "any"))

    assert not report.failed
    assert sorted(each.template for each in made) == sorted(picked)
    for each in made:
        assert set(notebook.read(nbformat.read(data / each.path, 4)).prompts) == {
            prompt.id for prompt in kit.templates[each.template].prompts
        }
