"""The documentation says what is there, and what it says works."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from actionlearn.cli import COMMANDS
from actionlearn.cohort import programme, roster
from actionlearn.prompts import KINDS
from actionlearn.roles import AUDIENCES
from actionlearn.settings import SETTINGS
from actionlearn.template import parse
from actionlearn.template.header import STAGES
from actionlearn.template.questions import PROMPT_OPTIONS
from actionlearn.views import VIEWS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]


def fences(text: str, language: str) -> list[str]:
    """Return what stands in the fences of a language."""
    return re.findall(rf"^(`{{3,}}){language}\n(.*?)^\1$", text, re.DOTALL | re.MULTILINE)


def said(name: str) -> str:
    """Return a page of the documentation."""
    return (DOCS / name).read_text("utf-8")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_link_leads_somewhere(path):
    """A link to a file of the repository leads to one."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_file_that_is_named_is_there(path):
    """A file of the package or of the tests that a page names is there."""
    for named in re.findall(r"`((?:actionlearn|tests|templates|examples)/[\w/.-]+)`", path.read_text("utf-8")):
        assert (ROOT / named).exists(), named


def test_the_reference_has_every_name():
    """The reference names every kind, option, stage, audience, view, command and setting there is."""
    text = said("reference.md")

    for name in (*KINDS, *PROMPT_OPTIONS, *STAGES, *VIEWS, *(setting.variable for setting in SETTINGS)):
        assert f"`{name}`" in text, name
    for name in COMMANDS:
        assert re.search(rf"`{name}[ `]", text), name
    assert ", ".join(AUDIENCES) in text


def test_the_reference_has_the_right_defaults():
    """The default of a setting is in its row of the reference."""
    rows = dict(re.findall(r"^\| `(ACTIONLEARN_\w+)` \| (?:`(.*?)` )?\|", said("reference.md"), re.MULTILINE))

    for setting in SETTINGS:
        shown = {False: "no", True: "yes"}.get(setting.default, setting.default)
        assert rows[setting.variable] == str(shown)


def test_the_files_of_the_tutorial_have_no_fault(tmp_path):
    """The template, the programme and the roster that the tutorial has one write are without a fault."""
    text = said("tutorial.md")
    ((_, template),) = fences(text, "markdown")
    ((_, toml),) = fences(text, "toml")
    ((_, csv),) = fences(text, "text")
    (tmp_path / "programme.toml").write_text(toml, "utf-8")
    (tmp_path / "roster.csv").write_text(csv, "utf-8")

    assert parse(template, views=VIEWS).id == "walk"
    assert programme.load(tmp_path / "programme.toml").id == tomllib.loads(toml)["programme"]["id"]
    assert [row.username for row in roster.read(tmp_path / "roster.csv")] == ["zoe", "bea"]


def test_the_picture_of_the_how_to_can_be_drawn():
    """The live cell of the how-to draws what there is, and says so where there is nothing."""
    source = re.search(r"\{code-cell\}\n(.*?)\n```", said("how-to.md"), re.DOTALL)[1]
    names: dict[str, object] = {"live": lambda function, of: names.update(called=function)}
    exec(source, names)

    assert names["called"]({"not_yet": True}) == "No counts yet."
    assert names["called"]([{"row": "1", "cells": {"count": "3"}}])[1] == "1 counts, the last one 3."
