"""What leaves as a file: tables in which nothing is a formula."""

from __future__ import annotations

import csv
import importlib
import io
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from actionlearn.cli import progress as progress_command
from actionlearn.cli.cohort import cohort
from actionlearn.cohort.progress.status import cohort_status
from actionlearn.cohort.progress.table import COLUMNS, table
from actionlearn.exports import spreadsheets
from actionlearn.server import routes
from actionlearn.store import open_store
from actionlearn.store.people import members

from ..support.served_kit import CANARY, World

EVIL = ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =HYPERLINK(1)", "＝1+1", "=cmd|' /C calc'!A0"]
EVIL += ["\u00a0=1", "\u200b=1", "\ufeff@A", "﹢1", "－1", "−1", "⁼1", "x;=1", "x;\u3000＋1", "x\n=1", "x\t@A", 'x";=1']


def runs(cell: str) -> bool:
    """Tell whether some spreadsheet takes a cell for a formula: it does not see what nobody sees before it."""
    seen = unicodedata.normalize("NFKC", "".join(each for each in cell if unicodedata.category(each)[0] not in "CZ"))
    return seen.startswith(("=", "+", "-", "@", "−"))


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("=+-@＝＋－＠﹦⁼− \t\r\n\u00a0\u200b\ufeff;|,'\"aé1")), min_size=1, max_size=4))
@example(EVIL)
def test_no_cell_is_a_formula(evil):
    """Whatever somebody is called, and by whatever a spreadsheet takes cells apart: nothing runs, no word is lost."""
    text = spreadsheets.as_csv(["a"], [[*evil, 3, date(2026, 10, 5), None]]).decode("utf-8-sig")
    (_, *written) = csv.reader(io.StringIO(text, newline=""))
    assert [each.replace("'", "") for each in written[0]] == [
        *(each.replace("'", "") for each in evil),
        "3",
        "2026-10-05",
        "",
    ]
    assert not [cell for cell in written[0] if cell.startswith(("\t", "\r", "\n"))]
    for separator in ",;\t|":
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        assert not [cell for row in rows for cell in row if runs(cell)], separator


@pytest.mark.parametrize("evil", EVIL)
def test_a_cell_of_a_spreadsheet_is_text_and_stays_it(evil):
    """A string, whatever it begins with, also when somebody edits it; numbers are numbers, days are days."""
    row = (evil, 3, date(2026, 10, 5), None)
    made = load_workbook(io.BytesIO(spreadsheets.as_xlsx("Progress", ["=a", "b", "c", "d"], [row]))).active
    assert [[cell.data_type for cell in line] for line in made] == [["s"] * 4, ["s", "n", "d", "n"]]
    assert made["A2"].value.strip() == evil.strip()
    assert made["A2"].quotePrefix
    assert made["B2"].value == 3
    assert made["C2"].value.date() == date(2026, 10, 5)


def test_letters_that_no_spreadsheet_takes_are_left_out():
    """A control character in a name does not stop the file."""
    made = load_workbook(io.BytesIO(spreadsheets.as_xlsx("P" * 99, ["a"], [("A\x00na\x1b 🌙 نعم",)]))).active
    assert made["A2"].value == "Ana 🌙 نعم"


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """Make two cohorts with answers in them, and a learner with a name that would be a formula."""
    made = World(tmp_path_factory.mktemp("exports"))
    with open_store(made.data) as store:
        store.write(lambda c: members.update_person(c, made.person["ana"], lastname="=1+1"))
    return made.data


def test_the_table_has_a_row_for_each_workbook_and_no_word_anybody_wrote(data):
    """Counts and days alone."""
    with open_store(data) as store:
        rows = table(cohort_status(store, data, "autumn"))
    assert [len(row) for row in rows] == [len(COLUMNS)] * 3
    assert {(row[0], row[4], row[7]) for row in rows} == {
        ("ana", "impact", 0),
        ("ana", "scope", 2),
        ("ben", "scope", 0),
    }
    assert CANARY not in str(rows)


@pytest.mark.parametrize("name", ["", "out.csv", "out.xlsx"])
def test_the_command_writes_it(data, tmp_path, name):
    """To standard output, or into a file that its owner alone may read; Excel reads it back."""
    path = tmp_path / name
    said = CliRunner().invoke(cohort, ["progress", "autumn", "--data", str(data), *(["-o", str(path)] if name else [])])
    assert said.exit_code == 0, said.output
    if not name:
        assert said.output.splitlines()[0].startswith("Username,First name")
        assert ",'=1+1," in said.output
        return
    assert path.stat().st_mode & 0o777 == 0o600
    if name.endswith("csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbfUsername,")
    else:
        made = load_workbook(path).active
        assert (made["A1"].value, made.max_row) == ("Username", 4)
        assert not [cell for row in made for cell in row if cell.data_type == "f"]


def test_a_format_is_one_entry(data, tmp_path, monkeypatch):
    """The command writes whatever format the one table has, and the route is made of it."""
    text = spreadsheets.Format("as text", "text/plain", lambda title, columns, _: f"{title}: {columns[0]}".encode())
    monkeypatch.setattr(spreadsheets, "FORMATS", {**spreadsheets.FORMATS, "txt": text})
    try:
        command = importlib.reload(progress_command).progress
        assert ".csv or .txt or .xlsx" in CliRunner().invoke(command, ["--help"]).output
        said = CliRunner().invoke(command, ["autumn", "--data", str(data), "-o", str(tmp_path / "out.TXT")])
        assert said.exit_code == 0, said.output
        assert (tmp_path / "out.TXT").read_text("utf-8") == "Progress: Username"
        assert [each for each in importlib.reload(routes).ROUTES if each.pattern.endswith(r"/progress\.(csv|txt|xlsx)")]
    finally:
        monkeypatch.undo()
        importlib.reload(progress_command)
        importlib.reload(routes)
