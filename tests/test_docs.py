"""The documentation says what is there, and what it says works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from actionlearn.answers.kinds import KINDS
from actionlearn.cli import COMMANDS
from actionlearn.cohort.programme import programme
from actionlearn.cohort.roster import roster
from actionlearn.permissions import AUDIENCES
from actionlearn.settings import SETTINGS
from actionlearn.template import parse
from actionlearn.template.front_matter import STAGES
from actionlearn.template.prompts import PROMPT_OPTIONS
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


def test_every_kind_of_fault_names_its_tests():
    """Each named test is there, and each case is named."""
    named = set(re.findall(r"`((?:\w+/)*test_\w+)`", said("fault-kinds.md")))
    assert [each for each in named if not (ROOT / "tests" / f"{each}.py").is_file()] == []
    cases = {f"cases/{path.stem}" for path in (ROOT / "tests" / "cases").glob("test_*.py")}
    assert cases - named == set()


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
        shown = {None: "", False: "no", True: "yes"}.get(setting.default, setting.default)
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
    assert [row.username for row in roster.read_roster(tmp_path / "roster.csv")] == ["zoe", "bea"]


def test_the_picture_of_the_how_to_can_be_drawn():
    """The live cell of the how-to draws what there is, and says so where there is nothing."""
    source = re.search(r"\{code-cell\}\n(.*?)\n```", said("how-to.md"), re.DOTALL)[1]
    names: dict[str, object] = {"live": lambda function, of: names.update(called=function)}
    exec(source, names)

    assert names["called"]({"not_yet": True}) == "No counts yet."
    assert names["called"]([{"row": "1", "cells": {"count": "3"}}])[1] == "1 counts, the last one 3."


class Newcomer:
    """Somebody who follows a page word for word, in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        site = folder / "installed"
        paths = [str(ROOT), str(site), os.environ.get("PYTHONPATH", "")]
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            # What is installed on the way stays in the folder, and needs nothing from elsewhere.
            "PIP_TARGET": str(site),
            "PIP_NO_DEPS": "1",
            "PIP_NO_BUILD_ISOLATION": "0",
            "PIP_NO_INDEX": "1",
        }

    def follow(self, page: str) -> list[str]:
        """Do what each fence of a page says; return the commands that were run."""
        done, last = [], 0
        for fence in re.finditer(r"^(`{3,})(\w+)\n(.*?)^\1$", page, re.DOTALL | re.MULTILINE):
            before, last = page[last : fence.start()], fence.end()
            if fence[2] == "console":
                for line in fence[3].splitlines():
                    assert line.startswith("$ "), line
                    self.run(line[2:])
                    done.append(line[2:])
                continue
            how, name = re.findall(r"(this as|end of)\s+`([^`]+)`", before)[-1]
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            earlier = path.read_text("utf-8") + "\n" if how == "end of" else ""
            path.write_text(earlier + fence[3], "utf-8")
        return done

    def run(self, command: str) -> None:
        """Run one command as typed; a page that is shown until told to stop is told so once it is there."""
        if command.startswith("actionlearn preview"):
            self._look(command)
            return
        if match := re.fullmatch(r"mkdir (\w+) && cd \1", command):
            self.folder /= match[1]
            self.folder.mkdir()
            return
        command = re.sub(r"^pip ", f"{sys.executable} -m pip -q --disable-pip-version-check ", command)
        ran = subprocess.run(command, shell=True, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"

    def _look(self, command: str) -> None:
        words = [*command.split(), "--no-browser"]
        with subprocess.Popen(words, cwd=self.folder, env=self.environment, stderr=subprocess.PIPE, text=True) as shown:
            assert shown.stderr is not None
            said = shown.stderr.readline()
            shown.terminate()
        assert "http://127.0.0.1" in said, said


def test_the_author_s_guide_can_be_followed_word_for_word(tmp_path):
    """Every file of the guide is saved where it says, every command of it runs, in an empty folder."""
    newcomer = Newcomer(tmp_path)
    done = newcomer.follow(said("author.md"))
    made = newcomer.folder

    assert len(done) >= 10
    assert (made / "rule.ipynb").is_file()
    assert (made / "again.ipynb").is_file()
    assert list((made / "actionlearn-data" / "cohorts" / "rules" / "zoe").glob("rule-1.ipynb"))
    rule = parse((made / "rule.md").read_text("utf-8"), made / "rule.md", views=VIEWS)
    assert [prompt.id for prompt in rule.prompts] == ["rule", "origin", "keeper", "ask_on", "first_time", "try"]
    assert [card.id for card in rule.cards] == ["fence"]


def test_every_place_that_is_named_for_developers_is_there():
    """Each file and folder that “Where is what” and the guide for contributors name is in the repository."""
    for page in (ROOT / "docs" / "where-is-what.md", ROOT / "CONTRIBUTING.md"):
        named = re.findall(r"`((?:actionlearn|tests|docs|scripts)/[\w./-]*)", page.read_text("utf-8"))
        assert named
        assert [place for place in named if not (ROOT / place).exists()] == [], page.name
