"""What a facilitator types, and what they read."""

from __future__ import annotations

import csv
import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from actionlearn.cli import commands, main
from actionlearn.store import open_store
from actionlearn.store.people import members

ZOE = "zoe06,Zoë,Ward,zoe@example.org,Set B\n"
AUTUMN = Path(__file__).parents[2] / "examples" / "autumn" / "programme.toml"
HEADER = "username,firstname,lastname,email,set\n"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run a command as the terminal does; return exit code, output and errors."""
    with pytest.raises(SystemExit) as ended:
        main(["cohort", *map(str, arguments)])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return int(ended.value.code or 0), out, err


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """Write a roster of three; the programme's manager has one of them."""
    path = tmp_path / "roster.csv"
    path.write_text(
        HEADER + "ana,Ana,Conceição,ana@example.org,Set A\nbo,Bo,Berg,bo@example.org,Set B\n" + ZOE, "utf-8"
    )
    return path


def test_build_status_links(capsys: pytest.CaptureFixture[str], roster: Path, tmp_path: Path):
    """Build, build again, look, and write links: each says what it did."""
    code, out, err = run(capsys, "build", AUTUMN, "--roster", roster)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Learners in the roster: 3. New people: 8.",
        "Workbooks: 27 made, 0 made again, 0 as they were, 0 kept because of answers in them.",
        str(tmp_path / "actionlearn-data/cohorts/autumn-2026"),
    ]
    assert "Workbooks: 0 made, 0 made again, 27 as they were" in run(capsys, "build", AUTUMN, "--roster", roster)[1]
    code, out, _ = run(capsys, "status")
    assert code == 0
    assert [line.split() for line in out.splitlines() if "Conceição" in line] == [
        ["Ana", "Conceição", "Set", "A", "start-1", "0", "/", "5", "–", "–"]
    ]
    code, out, _ = run(capsys, "links", "autumn-2026", "--public-url", "https://learn.example.org")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["username"] for row in rows} == {
        "ana",
        "bo",
        "zoe06",
        "rui.coach",
        "maren.coach",
        "helena.office",
        "graca.manager",
        "amelia.sponsor",
    }
    assert all(row["link"].startswith("https://learn.example.org/in/") for row in rows)


@pytest.mark.parametrize(
    ("public", "begins"),
    [("https://learn.example.org/", "https://learn.example.org/kit/in/"), ("", "http://127.0.0.1:8765/kit/in/")],
)
def test_links_lead_where_the_server_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, roster: Path, public: str, begins: str
):
    """A kit below a path of its address is found there by its links, as by those of the office."""
    monkeypatch.setenv("ACTIONLEARN_BASE_URL", "/kit/")
    monkeypatch.setenv("ACTIONLEARN_PUBLIC_URL", public)
    run(capsys, "build", AUTUMN, "--roster", roster)
    out = run(capsys, "links", "--only", "ana")[1]
    assert next(csv.DictReader(io.StringIO(out)))["link"].startswith(begins)


def test_links_to_a_file(capsys: pytest.CaptureFixture[str], roster: Path, tmp_path: Path):
    """Links in a file are for its owner's eyes alone, and open in a spreadsheet with their letters."""
    run(capsys, "build", AUTUMN, "--roster", roster)
    path = tmp_path / "links.csv"
    code, out, _ = run(capsys, "links", "-o", path, "--only", "ana", "--hours", "2")
    assert code == 0
    assert out.startswith("Links in ")
    assert ": 1. " in out
    assert "/in/" not in out
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert len(path.read_text("utf-8").splitlines()) == 2
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    code, _, err = run(capsys, "links", "-o", tmp_path / "no" / "links.csv")
    assert (code, "cannot be written" in err) == (1, True)
    code, _, err = run(capsys, "links", "--only", "anna")
    assert (code, "Not in this cohort: anna" in err) == (1, True)


def test_a_dry_run_changes_nothing(capsys: pytest.CaptureFixture[str], roster: Path, tmp_path: Path):
    """A dry run says who would join, change and go, and writes nothing."""
    run(capsys, "build", AUTUMN, "--roster", roster)
    roster.write_text(HEADER + "ana,Ana,Silva,ana@example.org,Set B\ncy,Cy,X,cy@example.org,\n" + ZOE, "utf-8")
    code, out, _ = run(capsys, "build", AUTUMN, "--roster", roster, "--dry-run")
    assert code == 0
    assert out.splitlines() == [
        "Learners in the roster: 3. New people: 1.",
        "  ana: lastname Conceição → Silva",
        "  ana: set Set A → Set B",
        "No longer in the roster, and kept: bo.",
    ]
    assert not (tmp_path / "actionlearn-data/cohorts/autumn-2026/cy").exists()


def test_faults_are_listed_with_their_places(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """A roster and a programme with faults give one list of file:line, and no data folder."""
    roster, programme = tmp_path / "r.csv", tmp_path / "p.toml"
    roster.write_text(HEADER + "../../etc/x,Ana,B,,\n", "utf-8")
    programme.write_text(AUTUMN.read_text("utf-8").replace('template = "plan"', 'template = "plam"'), "utf-8")
    code, out, err = run(capsys, "build", programme, "--roster", roster)
    assert (code, out) == (1, "")
    assert f"{roster}:2: “../../etc/x” cannot be a username." in err
    assert f"{roster}:2: There is no e-mail address." in err
    assert "There is no template “plam”. Did you mean “plan”?" in err
    assert not (tmp_path / "actionlearn-data" / "cohorts").exists()


def test_a_guessed_encoding_is_told(capsys: pytest.CaptureFixture[str], roster: Path):
    """A roster that is not Unicode is read, and the facilitator told to look."""
    roster.write_bytes(roster.read_text("utf-8").encode("cp1252"))
    code, _, err = run(capsys, "build", AUTUMN, "--roster", roster)
    assert code == 0
    assert "is not Unicode; it was read as cp1252" in err


@pytest.mark.parametrize("arguments", [["status"], ["links"], ["status", "spring"]])
def test_no_cohort_yet(capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str]):
    """Without a cohort there is advice, and no folder is made by asking."""
    code, _, err = run(capsys, *arguments)
    assert code == 1
    assert "actionlearn cohort build" in err
    assert not (tmp_path / "actionlearn-data").exists()


def test_which_cohort(capsys: pytest.CaptureFixture[str], roster: Path, tmp_path: Path):
    """With several cohorts one is named; a wrong name is answered with those there are."""
    spring = tmp_path / "spring.toml"
    spring.write_text(AUTUMN.read_text("utf-8").replace("autumn-2026", "spring-2027"), "utf-8")
    run(capsys, "build", AUTUMN, "--roster", roster)
    run(capsys, "build", spring, "--roster", roster)
    assert "Name the one you mean: " in run(capsys, "status")[2]
    assert "There are: " in run(capsys, "status", "winter")[2]
    assert run(capsys, "status", "spring-2027")[0] == 0


def test_a_learner_that_fails_gives_one_line(
    capsys: pytest.CaptureFixture[str], roster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """One line for each that failed, exit code 1, the rest is made."""
    (tmp_path / "actionlearn-data/cohorts/autumn-2026").mkdir(parents=True)
    (tmp_path / "actionlearn-data/cohorts/autumn-2026/bo").write_text("in the way", "utf-8")
    code, out, err = run(capsys, "build", AUTUMN, "--roster", roster)
    assert code == 1
    assert "Workbooks: 19 made" in out
    assert [line for line in err.splitlines() if line.startswith("bo (scope): ")] == [
        "bo (scope): It could not be made: File exists."
    ]


def test_a_folder_that_cannot_be_written(capsys: pytest.CaptureFixture[str], roster: Path):
    """A data folder that cannot be written to is one clear error."""
    code, _, err = run(capsys, "build", AUTUMN, "--roster", roster, "--data", "/proc/nowhere")
    assert code == 1
    assert "--data" in err


def test_an_operator_is_made_and_ended(capsys: pytest.CaptureFixture[str], roster: Path, tmp_path: Path):
    """Whoever types commands where the store is names an operator; the audit keeps it."""
    run(capsys, "build", AUTUMN, "--roster", roster)
    code, out, _ = run(capsys, "operator", "ana")
    assert (code, out) == (0, "Ana Conceição is an operator of this installation now.\n")
    with open_store(tmp_path / "actionlearn-data") as store:
        ana = store.read(lambda c: members.person_by_username(c, "ana"))
        assert store.read(lambda c: members.actor(c, ana.id)).operator
    assert run(capsys, "operator", "ana", "--end")[0] == 0
    with open_store(tmp_path / "actionlearn-data") as store:
        assert not store.read(lambda c: members.actor(c, ana.id)).operator
        acts = store.read(lambda c: [tuple(row) for row in c.execute(text("SELECT act, thing FROM audit ORDER BY id"))])
    assert acts[-2:] == [("made an operator", f"person {ana.id}"), ("ended an operator", f"person {ana.id}")]
    code, _, err = run(capsys, "operator", "anna")
    assert (code, "Nobody has the username anna." in err) == (1, True)


def test_help_is_light():
    """The help of every command is there, and loads neither papermill nor the database."""
    for name in ("build", "status", "links"):
        assert CliRunner().invoke(commands, ["cohort", name, "--help"]).exit_code == 0
    code = "import sys, actionlearn.cli.cohort; print([m for m in ('papermill', 'sqlalchemy', 'rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
