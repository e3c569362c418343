"""Building a cohort: everybody gets their workbooks, once, whatever happens on the way."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import nbformat
import papermill
import pytest

from actionlearn import i18n
from actionlearn import notebook as notebooks
from actionlearn import template as templates
from actionlearn.accounts import new_links, peek_link
from actionlearn.cohort import files
from actionlearn.cohort.enrolment.enrol import Change, plan, read_inputs
from actionlearn.cohort.enrolment.links import PersonLink, as_csv, make_links
from actionlearn.cohort.programme.programme import Programme, load
from actionlearn.cohort.progress.status import cohort_status
from actionlearn.cohort.roster.roster import read_roster
from actionlearn.cohort.workbooks import build as building
from actionlearn.cohort.workbooks import placement as placing
from actionlearn.cohort.workbooks.build import build_cohort, build_workbook, prepare
from actionlearn.cohort.workbooks.report import BuildReport
from actionlearn.errors import BadInput, BuildError, Missing, RosterError, StoreError, TooMany
from actionlearn.permissions import may
from actionlearn.store import Store, open_store
from actionlearn.store.people import members
from actionlearn.store.reports import build_failures
from actionlearn.store.workbooks import drafts, workbooks

AUTUMN = Path(__file__).parents[2] / "examples" / "autumn"


def of_learners(whole: Programme) -> Programme:
    """Return a programme without the workbooks of sets and managers: test_set_workbooks.py builds those."""
    people = tuple(each.model_copy(update={"learners": ()}) for each in whole.people)
    books = tuple(each for each in whole.workbooks if each.template != "set-meeting")
    return whole.model_copy(update={"workbooks": books, "people": people})


PROGRAMME = of_learners(load(AUTUMN / "programme.toml"))
ROWS = read_roster(AUTUMN / "roster.csv")
SUGGESTED = len(PROGRAMME.workbooks)
ALL = SUGGESTED * len(ROWS)
FEW = [ROWS[0], ROWS[5], ROWS[14]]  # one in Portuguese, one with an apostrophe, one written from right to left


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Name a data folder."""
    return tmp_path / "data"


@pytest.fixture
def kept(data: Path) -> Iterator[Store]:
    """Open a store in SQLite; what a database does is tested in test_store.py."""
    with open_store(data) as store:
        yield store


@pytest.fixture
def own_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Templates that a test may change."""
    folder = tmp_path / "templates"
    shutil.copytree(templates.packs.own(), folder)
    monkeypatch.setattr(templates.packs, "packs", lambda: {"actionlearn": folder})
    return folder


def write(store: Store, path: str, cohort: str = "autumn-2026") -> None:
    """Write an answer in a workbook, as a learner does."""
    workbook = next(each for each in store.read(lambda c: workbooks.workbooks_in(c, cohort)) if each.path == path)
    said = {"prompt": "need", "value": "Orders leave late", "client": str(uuid4()), "seq": 1, "base": 0}
    store.write(lambda c: drafts.save(c, workbook=workbook.id, person=workbook.owner, **said))


def everything(data: Path) -> dict[str, bytes]:
    """Every file of the cohorts by path."""
    found = (path for path in (data / "cohorts").rglob("*") if path.is_file())
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in found}


def counts(report: BuildReport) -> tuple[int, int, int, int, int]:
    """Return how many were made, made again, left, kept, and failed."""
    return tuple(len(getattr(report, name)) for name in ("made", "changed", "unchanged", "preserved", "failed"))  # type: ignore[return-value]


def suggesting(*names: str) -> Programme:
    """Return the programme with only some of its workbooks."""
    wanted = tuple(each for each in PROGRAMME.workbooks if each.template in names)
    return PROGRAMME.model_copy(update={"workbooks": wanted})


def test_the_example_cohort(store: Store, tmp_path: Path):
    """Thirty learners get five workbooks each, in their language, with their own parameters, in any database."""
    data, told = tmp_path / "data", []
    report = build_cohort(store, data, PROGRAMME, ROWS, progress=lambda *said: told.append(said))
    assert counts(report) == (ALL, 0, 0, 0, 0)
    assert len(report.people.new) == len(ROWS) + len(PROGRAMME.people)
    assert [done for done, _, _ in told] == list(range(1, ALL + 1))

    made = store.read(lambda c: workbooks.workbooks_in(c, "autumn-2026"))
    assert len({each.id for each in made}) == len({each.path for each in made}) == ALL
    mine = next(each for each in made if each.path == "cohorts/autumn-2026/beatriz01/scope-1.ipynb")
    notebook = nbformat.read(data / mine.path, as_version=4)
    nbformat.validate(notebook)
    values = notebooks.parameter_values(notebook)
    assert values["workbook"] == mine.id
    assert values["firstname"] == "Beatriz"
    assert values["organisation"] == PROGRAMME.words["pt"].organisation
    contents = notebooks.read(notebook)
    assert (contents.locale, contents.template_hash, contents.title) == ("pt", mine.template_hash, mine.title)
    assert values["organisation"] in contents.prompts["need"].question
    assert (mine.number, mine.locale, mine.started_at) == (1, "pt", None)
    assert mine.parameters == {name: values[name] for name in mine.parameters}


def test_a_notebook_tells_nothing_of_the_machine(kept: Store, data: Path):
    """A learner's notebook holds no path, no time and no cell id by chance: the same again is the same bytes."""
    build_cohort(kept, data, suggesting("scope"), FEW)
    text = (data / "cohorts/autumn-2026/zoe06/scope-1.ipynb").read_text("utf-8")
    assert str(data) not in text
    assert "input_path" not in text
    assert "start_time" not in text
    source = notebooks.to_notebook(templates.load(templates.find("scope", "en"), views=("recap", "steps")))
    before = notebooks.dumps(source)
    assert prepare(source, {"workbook": "w"}) == prepare(source, {"workbook": "w"})
    assert notebooks.dumps(source) == before


def test_parameters_stand_where_papermill_puts_them():
    """What is left out of papermill's own way changes no cell, and nothing of what it notes of the parameters."""
    source = notebooks.to_notebook(templates.load(templates.find("scope", "en"), views=("recap", "steps")))
    given = {"organisation": 'Ribeira\'s "docks"', "workbook": "w"}
    whole = papermill.execute_notebook(source, None, parameters=given, prepare_only=True, progress_bar=False)
    ours = nbformat.reads(prepare(source, given), as_version=4)
    assert [(each.cell_type, each.source) for each in ours.cells] == [
        (each.cell_type, each.source) for each in whole.cells
    ]
    assert ours.metadata.papermill.parameters == whole.metadata.papermill.parameters
    assert [each.metadata.get("tags", []) for each in ours.cells] == [each.metadata.tags for each in whole.cells]


@pytest.mark.parametrize(
    "name",
    ['"""', "\\", 'a"b', "O'Brien", "{firstname}", "\\N{BULLET}", "${HOME}", "</script>", "%s", "ليلى", "𝔘", "a\\"],
)
def test_no_name_is_code(kept: Store, data: Path, name: str):
    """A name is a string in the notebook, whatever is in it."""
    row = replace(FEW[1], firstname=name)
    build_cohort(kept, data, suggesting("reflect"), [row])
    notebook = nbformat.read(data / "cohorts/autumn-2026/zoe06/reflect-1.ipynb", as_version=4)
    assert notebooks.parameter_values(notebook)["firstname"] == name
    injected = ast.parse(notebook.cells[1].source)
    assert all(isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant) for each in injected.body)


def test_a_second_run_changes_nothing(kept: Store, data: Path):
    """A second run finds everything as it should be, and writes the same manifest."""
    build_cohort(kept, data, PROGRAMME, FEW)
    before = everything(data)
    assert counts(build_cohort(kept, data, PROGRAMME, FEW)) == (0, 0, 3 * SUGGESTED, 0, 0)
    assert everything(data) == before


def test_only_what_is_missing_is_made(kept: Store, data: Path):
    """A new learner and a file that went missing or was damaged are seen to, the others left alone."""
    build_cohort(kept, data, suggesting("scope", "plan"), FEW[:2])
    before = everything(data)
    (data / "cohorts/autumn-2026/zoe06/plan-1.ipynb").unlink()
    (data / "cohorts/autumn-2026/zoe06/scope-1.ipynb").write_text("{", "utf-8")
    report = build_cohort(kept, data, suggesting("scope", "plan"), FEW)
    assert counts(report) == (2, 2, 2, 0, 0)
    after = everything(data)
    assert {path: after[path] for path in before if "manifest" not in path} == {
        path: content for path, content in before.items() if "manifest" not in path
    }


def test_a_changed_template_rebuilds_what_nobody_has_touched(kept: Store, data: Path, own_templates: Path):
    """After a change of the template, untouched workbooks are made again under their id; touched ones are kept."""
    build_cohort(kept, data, suggesting("scope"), FEW)
    before = everything(data)
    ids = {each.path: each.id for each in kept.read(lambda c: workbooks.workbooks_in(c, "autumn-2026"))}
    write(kept, "cohorts/autumn-2026/zoe06/scope-1.ipynb")
    source = own_templates / "en" / "scope.md"
    source.write_text(
        source.read_text("utf-8").replace("When did you last see it", "When did you last watch it"), "utf-8"
    )

    report = build_cohort(kept, data, suggesting("scope"), FEW)
    assert report.preserved == ["cohorts/autumn-2026/zoe06/scope-1.ipynb"]
    assert report.changed == ["cohorts/autumn-2026/learner15/scope-1.ipynb"]
    assert report.unchanged == ["cohorts/autumn-2026/beatriz01/scope-1.ipynb"]  # hers is the Portuguese one
    after = everything(data)
    assert after[report.preserved[0]] == before[report.preserved[0]]
    assert b"last watch it" in after[report.changed[0]]
    assert ids == {each.path: each.id for each in kept.read(lambda c: workbooks.workbooks_in(c, "autumn-2026"))}
    assert counts(build_cohort(kept, data, suggesting("scope"), FEW)) == (0, 0, 2, 1, 0)


def test_somebody_begins_to_write_while_it_is_built(kept: Store, data: Path, monkeypatch: pytest.MonkeyPatch):
    """A workbook touched between the look and the rebuild is kept all the same."""
    build_cohort(kept, data, suggesting("scope"), FEW[:1])
    path = "cohorts/autumn-2026/beatriz01/scope-1.ipynb"
    before = everything(data)[path]
    really = placing.prepare_text

    def slowly(*given: object) -> str:
        write(kept, path)
        return really(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(placing, "prepare_text", slowly)
    renamed = [replace(FEW[0], firstname="Bia")]
    report = build_cohort(kept, data, suggesting("scope"), renamed)
    assert (report.preserved, report.changed) == ([path], [])
    assert everything(data)[path] == before


def test_a_touched_workbook_whose_file_is_gone_comes_back(kept: Store, data: Path, own_templates: Path):
    """The file of a workbook with answers is made again as it was; with another template it is named."""
    build_cohort(kept, data, suggesting("scope"), FEW[1:2])
    path = "cohorts/autumn-2026/zoe06/scope-1.ipynb"
    write(kept, path)
    before = everything(data)[path]
    (data / path).unlink()
    assert build_cohort(kept, data, suggesting("scope"), [replace(FEW[1], firstname="Zoe")]).changed == [path]
    assert everything(data)[path] == before
    (data / path).unlink()
    with (own_templates / "en" / "scope.md").open("a", encoding="utf-8") as file:
        file.write("\nOne more sentence.\n")
    report = build_cohort(kept, data, suggesting("scope"), FEW[1:2])
    assert [each.fault.code for each in report.failed] == ["cohort.lost"]


def test_one_that_fails_is_named_and_the_rest_goes_on(kept: Store, data: Path, monkeypatch: pytest.MonkeyPatch):
    """A learner whose workbook cannot be made is named with the reason; the others get theirs; later it is made."""
    really = placing.prepare_text

    def sometimes(notebook: object, parameters: dict[str, str]) -> str:
        if parameters["firstname"] == "Zoë":
            raise OSError(28, "No space left on device")
        return really(notebook, parameters)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(placing, "prepare_text", sometimes)
        report = build_cohort(kept, data, suggesting("scope", "plan"), FEW)
    assert counts(report) == (4, 0, 0, 0, 2)
    assert [(each.username, each.template) for each in report.failed] == [("zoe06", "scope"), ("zoe06", "plan")]
    assert i18n.sentence(report.failed[0].fault) == "It could not be made: No space left on device."
    noted = kept.read(lambda c: build_failures.build_failures(c, "autumn-2026"))
    assert [(name, each.template, each.code) for name, each in noted] == [
        ("Zoë O'Brien", "plan", "cohort.not_made"),
        ("Zoë O'Brien", "scope", "cohort.not_made"),
    ]
    assert counts(build_cohort(kept, data, suggesting("scope", "plan"), FEW)) == (2, 0, 4, 0, 0)
    assert kept.read(lambda c: build_failures.build_failures(c, "autumn-2026")) == []


def test_a_folder_in_the_way(kept: Store, data: Path):
    """Something else standing where a file belongs is one learner's failure."""
    (data / "cohorts/autumn-2026").mkdir(parents=True)
    (data / "cohorts/autumn-2026/zoe06").write_text("a file", "utf-8")
    report = build_cohort(kept, data, suggesting("scope"), FEW)
    assert counts(report) == (2, 0, 0, 0, 1)
    assert not list(data.rglob(".*.part"))


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc/version").exists(), reason="root may write anywhere")
def test_a_data_folder_that_cannot_be_written(kept: Store):
    """A folder that cannot be written to is one clear error, and nobody was enrolled."""
    with pytest.raises(BuildError) as caught:
        build_cohort(kept, Path("/proc"), PROGRAMME, FEW)
    assert caught.value.code == "cohort.not_writable"
    assert kept.read(members.cohorts) == []


def test_a_store_that_fails_stops_the_build(kept: Store, data: Path, monkeypatch: pytest.MonkeyPatch):
    """When the store fails, it is said once and not for every learner."""

    def fails(*_: object, **__: object) -> bool:
        raise StoreError("store.full", where="x")

    monkeypatch.setattr(placing, "write_notebook", fails)
    with pytest.raises(StoreError):
        build_cohort(kept, data, PROGRAMME, FEW)


_KILLED = """
import sys, time
from pathlib import Path
from actionlearn.cohort.workbooks.build import build_cohort
from actionlearn.cohort.enrolment.enrol import read_inputs
from actionlearn.store import open_store
data = Path(sys.argv[1])
sys.path.insert(0, str(Path(sys.argv[2]).parents[2]))
from tests.cohort.test_build import of_learners
programme, rows = read_inputs(Path(sys.argv[2]))
build_cohort(open_store(data), data, of_learners(programme), rows, progress=lambda n, of, path: print(n, flush=True))
"""


@pytest.mark.ordinary("60")
@pytest.mark.parametrize("after", [1, 60])
def test_killed_half_way_and_run_again(data: Path, after: int):
    """A build killed at any moment leaves whole files, and the next one completes it without doubles."""
    command = [sys.executable, "-c", _KILLED, str(data), str(AUTUMN / "programme.toml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        while int(process.stdout.readline()) < after:
            pass
        process.send_signal(signal.SIGKILL)
    for path in (data / "cohorts").rglob("[!.]*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))
    with open_store(data) as store:
        halfway = {each.path: each.id for each in store.read(lambda c: workbooks.workbooks_in(c, "autumn-2026"))}
        assert after <= len(halfway) < ALL
        assert counts(build_cohort(store, data, PROGRAMME, ROWS)) == (ALL - len(halfway), 0, len(halfway), 0, 0)
        made = {each.path: each.id for each in store.read(lambda c: workbooks.workbooks_in(c, "autumn-2026"))}
    assert len(made) == ALL
    assert halfway.items() <= made.items()
    for path, id in made.items():
        assert notebooks.parameter_values(nbformat.read(data / path, as_version=4))["workbook"] == id
    old = time.time() - 2 * files.LEFT_BEHIND
    for part in data.rglob(".*.part"):
        os.utime(part, (old, old))
    files.writable(data, "autumn-2026")
    assert not list(data.rglob(".*.part"))


def test_two_builds_at_once(kept: Store, data: Path):
    """Two builds at the same time make each workbook once."""
    reports: list[BuildReport] = []
    threads = [
        threading.Thread(target=lambda: reports.append(build_cohort(kept, data, PROGRAMME, FEW))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report.failed for report in reports] == [[], []]
    made = kept.read(lambda c: workbooks.workbooks_in(c, "autumn-2026"))
    assert len(made) == 3 * SUGGESTED
    for each in made:
        assert notebooks.parameter_values(nbformat.read(data / each.path, as_version=4))["workbook"] == each.id


def test_the_manifest(kept: Store, data: Path):
    """The manifest names every notebook with its hashes, sorted, and no e-mail address."""
    build_cohort(kept, data, suggesting("scope"), FEW)
    text = (data / "cohorts/autumn-2026/manifest.json").read_text("utf-8")
    manifest = json.loads(text)
    paths = [each["path"] for each in manifest["workbooks"]]
    assert paths == sorted(f"cohorts/autumn-2026/{row.username}/scope-1.ipynb" for row in FEW)
    assert all(each["sha256"] == files.file_hash(data / each["path"]) for each in manifest["workbooks"])
    assert {each["owner"] for each in manifest["workbooks"]} == {row.username for row in FEW}
    assert "@" not in text


def test_a_later_roster_changes_people(kept: Store, data: Path):
    """Names, e-mail addresses and sets follow the roster; whoever it leaves out is named, and stays."""
    build_cohort(kept, data, suggesting("scope"), FEW)
    later = [replace(FEW[0], email="bia@example.org", set="Set B"), replace(FEW[1], firstname="Zoe")]
    changes = plan(kept, suggesting("scope"), later)
    assert set(changes.changed) == {
        Change("beatriz01", "email", "beatriz01@example.org", "bia@example.org"),
        Change("beatriz01", "set", "Set A", "Set B"),
        Change("zoe06", "firstname", "Zoë", "Zoe"),
    }
    assert (changes.new, changes.left) == ((), ("learner15",))
    report = build_cohort(kept, data, suggesting("scope"), later)
    assert report.people == changes
    assert report.changed == ["cohorts/autumn-2026/zoe06/scope-1.ipynb"]
    found = {each.person.username: each for each in kept.read(lambda c: members.members(c, "autumn-2026"))}
    assert (found["beatriz01"].person.email, found["beatriz01"].set_name) == ("bia@example.org", "Set B")
    assert found["learner15"].set_name == "Set C"
    assert (data / "cohorts/autumn-2026/learner15/scope-1.ipynb").is_file()
    assert plan(kept, suggesting("scope"), later).changed == ()


def test_a_coach_reads_the_sets_of_the_programme_and_no_others(kept: Store, data: Path):
    """Coaches get the sets the programme gives them, and lose them when it no longer does."""
    build_cohort(kept, data, suggesting("scope"), FEW)

    def coached(username: str) -> set[str]:
        rows = kept.read(lambda c: members.members(c, "autumn-2026"))
        return {each.set_name for each in rows if each.person.username == username and each.role == "coach"}

    assert coached("rui.coach") == {"Set A", "Set B"}
    helena = kept.read(lambda c: members.person_by_username(c, "helena.office"))
    assert helena
    actor = kept.read(lambda c: members.actor(c, helena.id))
    workbook = kept.read(lambda c: workbooks.workbooks_in(c, "autumn-2026"))[0]
    assert not may(actor, "open", kept.read(lambda c: workbooks.workbook_resource(c, workbook)))
    sets = tuple(each.model_copy(update={"coach": "maren.coach"}) for each in PROGRAMME.sets)
    people = tuple(each for each in PROGRAMME.people if each.username != "rui.coach")
    later = suggesting("scope").model_copy(update={"sets": sets, "people": people})
    assert build_cohort(kept, data, later, FEW).people.ended == ("rui.coach",)
    assert coached("rui.coach") == set()
    assert coached("maren.coach") == {"Set A", "Set B", "Set C", "Set D", "Set E"}


def test_a_programme_without_sets(kept: Store, data: Path):
    """Where the programme names no sets, the roster's are made, and a coach has the whole cohort."""
    free = suggesting("scope").model_copy(update={"sets": ()})
    build_cohort(kept, data, free, FEW)
    assert {each.name for each in kept.read(lambda c: members.sets(c, "autumn-2026"))} == {"Set A", "Set C"}
    rows = kept.read(lambda c: members.members(c, "autumn-2026"))
    assert [each.set_id for each in rows if each.person.username == "rui.coach"] == [""]


def test_programme_and_roster_are_faulted_together(tmp_path: Path, kept: Store, data: Path):
    """Faults of both files are in one report, and nothing is written."""
    (tmp_path / "programme.toml").write_text("[programme]\n", "utf-8")
    (tmp_path / "roster.csv").write_text("username\n=cmd\n", "utf-8")
    with pytest.raises(BadInput) as caught:
        read_inputs(tmp_path / "programme.toml", tmp_path / "roster.csv")
    assert {fault.path and fault.path.name for fault in caught.value.faults} == {"programme.toml", "roster.csv"}
    assert kept.read(members.cohorts) == []
    assert not data.joinpath("cohorts").exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"set": "Set F"}, "roster.unknown_set"),
        ({"cohort": "spring-2027"}, "roster.other_cohort"),
        ({"username": "rui.coach"}, "roster.also_staff"),
    ],
)
def test_what_does_not_fit_together_is_refused(kept: Store, data: Path, change: dict[str, str], code: str):
    """A roster that does not fit its programme is refused whole, before anything is written."""
    with pytest.raises(RosterError) as caught:
        build_cohort(kept, data, PROGRAMME, [*FEW, replace(FEW[0], **change)])
    assert [fault.code for fault in caught.value.faults] == [code]
    assert "{" not in i18n.error_text(caught.value)
    assert kept.read(members.cohorts) == []


def test_nobody_is_a_fault(kept: Store, data: Path, tmp_path: Path):
    """A programme without a roster is told so."""
    with pytest.raises(RosterError):
        build_cohort(kept, data, PROGRAMME, [])
    path = tmp_path / "programme.toml"
    path.write_text((AUTUMN / "programme.toml").read_text("utf-8").replace('roster = "roster.csv"\n', ""), "utf-8")
    with pytest.raises(BadInput, match="faults"):
        read_inputs(path)


def test_a_template_that_breaks_later(kept: Store, data: Path, own_templates: Path):
    """A template that can no longer be read stops the build before anything is written."""
    (own_templates / "pt" / "scope.md").write_text("---\ntemplate: scope\n", "utf-8")
    with pytest.raises(BadInput) as caught:
        build_cohort(kept, data, suggesting("scope"), FEW)
    assert caught.value.faults
    assert kept.read(members.cohorts) == []


def test_start_another(kept: Store, data: Path):
    """A learner starts another workbook: the next number, the programme's words, a file and a record."""
    build_cohort(kept, data, PROGRAMME, FEW)
    zoe = kept.read(lambda c: members.person_by_username(c, "zoe06"))
    assert zoe
    second = build_workbook(kept, data, "autumn-2026", zoe.id, "experiment")
    third = build_workbook(kept, data, "autumn-2026", zoe.id, "experiment", locale="pt")
    assert [(each.number, each.locale) for each in (second, third)] == [(2, "en"), (3, "pt")]
    assert second.path == "cohorts/autumn-2026/zoe06/experiment-2.ipynb"
    values = notebooks.parameter_values(nbformat.read(data / second.path, as_version=4))
    assert (values["workbook"], values["organisation"]) == (second.id, PROGRAMME.organisation)
    assert counts(build_cohort(kept, data, PROGRAMME, FEW)) == (0, 0, 3 * SUGGESTED, 0, 0)
    assert "experiment-3" in (data / "cohorts/autumn-2026/manifest.json").read_text("utf-8")


def test_start_another_at_the_same_moment(kept: Store, data: Path):
    """Two presses at once make two workbooks, none of them twice."""
    build_cohort(kept, data, suggesting("scope"), FEW[:1])
    bia = kept.read(lambda c: members.person_by_username(c, "beatriz01"))
    assert bia
    made = []
    presses = [
        threading.Thread(target=lambda: made.append(build_workbook(kept, data, "autumn-2026", bia.id, "scope")))
        for _ in range(2)
    ]
    for press in presses:
        press.start()
    for press in presses:
        press.join()
    assert sorted(each.number for each in made) == [2, 3]


def test_a_file_that_goes_while_it_is_looked_at_is_no_fault(data: Path, monkeypatch: pytest.MonkeyPatch):
    """Looking for what a killed build left behind does not stumble over the file of a build that runs."""
    part = files.folder(data, "autumn-2026") / "beatriz01" / ".scope-2.ipynb.0a1b2c3d.part"
    part.parent.mkdir(parents=True)
    part.touch()
    look = Path.stat

    def gone(path: Path, **how: object) -> os.stat_result:
        if path == part:
            part.unlink(missing_ok=True)
        return look(path, **how)

    monkeypatch.setattr(Path, "stat", gone)
    files.writable(data, "autumn-2026")
    assert not part.exists()


def test_start_another_has_its_bounds(kept: Store, data: Path, monkeypatch: pytest.MonkeyPatch):
    """No unknown template, no stranger's cohort, and not without end."""
    build_cohort(kept, data, suggesting("scope"), FEW[:1])
    bia = kept.read(lambda c: members.person_by_username(c, "beatriz01"))
    assert bia
    for cohort, owner, template in (
        ("autumn-2026", bia.id, "../../etc/passwd"),
        ("nowhere", bia.id, "scope"),
        ("autumn-2026", "nobody", "scope"),
    ):
        with pytest.raises(Missing):
            build_workbook(kept, data, cohort, owner, template)
    monkeypatch.setattr(building, "MOST_OF_ONE", 1)
    with pytest.raises(TooMany):
        build_workbook(kept, data, "autumn-2026", bia.id, "scope")


def test_status_counts_and_tells_no_answer(kept: Store, data: Path):
    """The table has answered of all, the day of the last save, and never a word of an answer."""
    build_cohort(kept, data, suggesting("scope", "plan"), FEW)
    write(kept, "cohorts/autumn-2026/zoe06/scope-1.ipynb")
    rows = {each.person.username: each for each in cohort_status(kept, data, "autumn-2026")}
    assert set(rows) == {row.username for row in FEW}
    zoe = rows["zoe06"]
    assert [(each.template, each.answered, each.prompts) for each in zoe.workbooks] == [("scope", 1, 6), ("plan", 0, 6)]
    assert zoe.workbooks[0].saved is not None
    assert zoe.workbooks[1].saved is None
    assert "Orders leave late" not in repr(rows)
    with pytest.raises(Missing):
        cohort_status(kept, data, "nowhere")


def test_links_for_everybody(kept: Store, data: Path):
    """Everybody of the cohort gets a link that signs in them and nobody else."""
    build_cohort(kept, data, suggesting("scope"), FEW)
    rows = make_links(kept, "autumn-2026", "https://learn.example.org/kit/", 24, new_links)
    assert len({row.link for row in rows}) == len(rows) == 8
    for row in rows:
        assert row.link.startswith("https://learn.example.org/kit/in/")
        assert peek_link(kept, row.link.rpartition("/")[2]).username == row.username
    one = make_links(kept, "autumn-2026", "http://x", 24, new_links, only=["zoe06"])
    assert [row.username for row in one] == ["zoe06"]
    with pytest.raises(Missing):
        make_links(kept, "autumn-2026", "http://x", 24, new_links, only=["zoe06", "nobody"])
    assert peek_link(kept, one[0].link.rpartition("/")[2]).username == "zoe06"


def test_links_as_csv_hold_no_formula():
    """A cell that a spreadsheet would run is written as text."""
    text = as_csv(
        [
            PersonLink("ana", "=HYPERLINK(1)", "@x", "http://x/in/t", "-"),
            PersonLink("bo", "O'Brien, B", "b@x.org", "h", ""),
        ]
    )
    assert text.splitlines()[1:] == ["ana,'=HYPERLINK(1),'@x,http://x/in/t,'-,", 'bo,"O\'Brien, B",b@x.org,h,,']
