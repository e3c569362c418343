"""An author's own templates: found beside the programme, kept for the server, before the shipped ones."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from actionlearn import notebook
from actionlearn.cli import main
from actionlearn.cohort.programme.library import Library, templates_folder
from actionlearn.cohort.programme.programme import from_store
from actionlearn.cohort.progress.status import cohort_status
from actionlearn.cohort.workbooks.build import build_cohort, build_workbook
from actionlearn.errors import BadInput, Missing
from actionlearn.server.office.overview import progress_table
from actionlearn.server.workbooks import summaries
from actionlearn.store import Store, open_store
from actionlearn.store.people import members
from actionlearn.store.workbooks import workbooks

from ..support import small_programme

PROGRAMME = small_programme.programme("harvest", "scope")
ROSTER = "username,firstname,lastname,email,lang\nana,Ana,Lima,ana@x.org,pt\nbo,Bo,Berg,bo@x.org,en\n"


def text(id: str, title: str, question: str) -> str:
    """Return the source of a template with one prompt."""
    head = f"template: {id}\ntitle: {title}\nversion: 1\nminutes: 5\nstage: scope\nsummary: {title} in a sentence."
    return f"---\n{head}\n---\nLook.\n\n```{{prompt}} crop\n{question}\n```\n"


@pytest.fixture
def author(tmp_path: Path) -> Path:
    """Write a programme with templates of its own: one in two languages, one in place of a shipped one."""
    own = {
        "harvest.md": text("harvest", "The harvest", "How was it?"),
        "pt/harvest.md": text("harvest", "A colheita", "Como foi?"),
        "scope.md": text("scope", "Our own scope", "Which tree?"),
        "README.md": "Not a template.",
    }
    return small_programme.write(tmp_path / "author", PROGRAMME, ROSTER, own)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Open a store in SQLite."""
    with open_store(tmp_path / "data") as opened:
        yield opened


def built(store: Store, data: Path, author: Path) -> dict[str, notebook.Contents]:
    """Build the cohort and read what came of it, by path."""
    report = build_cohort(store, data, *small_programme.inputs(author))
    assert report.failed == []
    found = store.read(lambda c: workbooks.workbooks_in(c, "orchard"))
    return {
        each.path.partition("/orchard/")[2]: notebook.read(nbformat.read(data / each.path, as_version=4))
        for each in found
    }


def test_own_templates_come_before_the_shipped_ones(store: Store, tmp_path: Path, author: Path):
    """Each learner gets the author's workbook in their language, and the author's own in place of a shipped one."""
    made = built(store, tmp_path / "data", author)
    assert {path: contents.title for path, contents in made.items()} == {
        "ana/harvest-1.ipynb": "A colheita",
        "ana/scope-1.ipynb": "Our own scope",
        "bo/harvest-1.ipynb": "The harvest",
        "bo/scope-1.ipynb": "Our own scope",
    }
    assert made["ana/harvest-1.ipynb"].locale == "pt"
    assert made["ana/harvest-1.ipynb"].prompts["crop"].question == "Como foi?"


def test_the_server_finds_them_when_the_author_is_gone(store: Store, tmp_path: Path, author: Path):
    """“Start another”, a build from the office and the summaries need nothing but the data folder."""
    data = tmp_path / "data"
    built(store, data, author)
    shutil.rmtree(author)
    assert sorted(
        path.relative_to(templates_folder(data, "orchard")).as_posix()
        for path in templates_folder(data, "orchard").rglob("*.md")
    ) == [
        "harvest.md",
        "pt/harvest.md",
        "scope.md",
    ]
    bo = store.read(lambda c: members.person_by_username(c, "bo"))
    assert bo is not None
    another = build_workbook(store, data, "orchard", bo.id, "harvest")
    assert (another.number, another.title) == (2, "The harvest")
    assert summaries.workbook_summary(data, another).summary == "The harvest in a sentence."
    cohort = store.read(lambda c: members.cohort(c, "orchard"))
    from actionlearn.cohort.roster.roster import RosterRow

    rows = [
        RosterRow("ana", "Ana", "Lima", "ana@x.org", locale="pt"),
        RosterRow("cai", "Cai", "Melo", "cai@x.org", locale="pt"),
    ]
    report = build_cohort(store, data, from_store(cohort.programme), rows)
    assert (len(report.made), len(report.unchanged), report.failed) == (2, 2, [])
    with pytest.raises(Missing):
        build_workbook(store, data, "orchard", bo.id, "README")


def test_a_change_of_the_author_reaches_the_server(store: Store, tmp_path: Path, author: Path):
    """Built again, what is kept is what the author has now; without the folder the shipped ones are back."""
    data = tmp_path / "data"
    built(store, data, author)
    bo = store.read(lambda c: members.person_by_username(c, "bo"))
    assert bo is not None
    assert summaries.title(data, "orchard", "harvest", "pt") == "A colheita"
    (author / "templates" / "pt" / "harvest.md").write_text(text("harvest", "Nova colheita", "Então?"), "utf-8")
    assert built(store, data, author)["ana/harvest-1.ipynb"].title == "Nova colheita"
    assert summaries.title(data, "orchard", "harvest", "pt") == "Nova colheita"
    small_programme.write(author, small_programme.programme("plan", "scope", templates=False), ROSTER)
    assert built(store, data, author)["bo/scope-1.ipynb"].title == "What needs to change?"
    assert list(templates_folder(data, "orchard").rglob("*.md")) == []
    with pytest.raises(Missing):
        build_workbook(store, data, "orchard", bo.id, "harvest")


def test_the_table_of_the_office_is_in_the_readers_language(store: Store, tmp_path: Path, author: Path):
    """Titles of workbooks are as the facilitator reads them, whatever the learners read."""
    data = tmp_path / "data"
    built(store, data, author)
    learners = cohort_status(store, data, "orchard")
    assert progress_table(learners, data, "orchard", "en")[0] == ["The harvest", "Our own scope"]
    assert progress_table(learners, data, "orchard", "pt")[0] == ["A colheita", "Our own scope"]
    only = [each for each in learners if each.person.username == "ana"]
    assert progress_table(only, data, "orchard", "en")[0] == ["The harvest", "Our own scope"]
    assert [each.so_far for each in progress_table(only, data, "orchard", "en")[1]] == ["Not begun"]


def test_what_is_wrong_with_them_is_said(author: Path, capsys: pytest.CaptureFixture[str]):
    """`check` reads them with the programme: each fault with its own file and line."""
    with pytest.raises(SystemExit) as ended:
        main(["check", str(author / "programme.toml")])
    assert ended.value.code == 0
    own = author / "templates"
    (own / "harvest.md").write_text(text("harvest", "The harvest", "How was it?").replace("crop", "Crop!"), "utf-8")
    (own / "scope.md").write_text(text("other", "Our own scope", "Which tree?"), "utf-8")
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["check", str(author / "programme.toml")])
    told = capsys.readouterr().out
    assert ended.value.code == 1
    assert f"{own / 'harvest.md'}:" in told
    assert "its template “other”" in told
    assert "The template “harvest” cannot be used." in told
    shutil.rmtree(own)
    with pytest.raises(BadInput) as raised:
        small_programme.inputs(author)
    assert [each.code for each in raised.value.faults] == ["programme.no_templates", "programme.unknown_template"]


def test_nothing_outside_the_folder_is_a_template(tmp_path: Path):
    """An id leads to a file of the folder or to a shipped one, never further."""
    (tmp_path / "secret.md").write_text(text("secret", "Secret", "What?"), "utf-8")
    (tmp_path / "own").mkdir()
    library = Library(tmp_path / "own")
    assert "secret" not in library.ids
    for id in ("../secret", "secret", str(tmp_path / "secret")):
        with pytest.raises(BadInput):
            library.load(id, "en")
