"""Rosters as people have them: spreadsheets, OneRoster, a sheet of their own."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from actionlearn import i18n
from actionlearn.cohort.roster import files as sheets
from actionlearn.cohort.roster.roster import RosterRow, parse_roster, read_roster
from actionlearn.errors import RosterError

HEADER = ["Username", "First name", "Surname", "E-mail address", "Group"]
ANA = ["ana", "Ana", "Lima", "ana@example.org", "Set A"]
BO = ["bo", "Bo", "Berg", "bo@example.org", "Set B"]
USERS = """sourcedId,status,enabledUser,role,username,givenName,familyName,email
u1,active,true,student,ana,Ana,Lima,ana@example.org
u2,tobedeleted,true,student,bo,Bo,Berg,bo@example.org
u3,active,false,student,cy,Cy,Cole,cy@example.org
u4,active,true,teacher,tea,Tea,Cher,tea@example.org
u5,active,true,student,dee,Dee,Dorn,dee@example.org
"""
ENROLLED = """sourcedId,status,classSourcedId,schoolSourcedId,userSourcedId,role
e1,active,autumn,o,u1,student
e2,active,autumn,o,u2,student
e3,active,autumn,o,u3,student
e4,active,autumn,o,u4,teacher
e5,active,winter,o,u5,student
e6,active,autumn,o,u9,student
"""


def book(change: Callable[[openpyxl.Workbook], None] = lambda _: None, *rows: list[Any]) -> bytes:
    """Return a spreadsheet with a header and learners, changed as somebody changes one."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows or (HEADER, ANA, BO):
        sheet.append(row)
    change(made)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def packed(**files: str) -> bytes:
    """Return a zip file of some texts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as into:
        for name, text in files.items():
            into.writestr(f"export/{name}.csv", text)
    return file.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Return a spreadsheet with one part more, or another in its place."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, content)
    return file.getvalue()


def wrong(source: Any, cohort: str = "") -> list[str]:
    """Return what is said of a roster that cannot be used."""
    with pytest.raises(RosterError) as caught:
        read_roster(source, cohort)
    return [f"{fault.line or ''}: {i18n.sentence(fault)} {i18n.hint(fault)}" for fault in caught.value.faults]


def told(source: Any, cohort: str = "") -> list[str]:
    """Return what is best known of a roster that can be used."""
    return [i18n.sentence(note) for note in parse_roster(source, cohort).notes]


def test_a_spreadsheet_is_read_as_a_person_sees_it():
    """A title above the header, numbers and empty rows make no difference; rows keep the numbers of the sheet."""
    rows = [["Who comes in autumn"], [], HEADER, [4711, "Ana", "Lima", "ana@example.org", 7.0], [], BO]
    assert read_roster(book(lambda _: None, *rows)) == [
        RosterRow("4711", "Ana", "Lima", "ana@example.org", set="7", row=4),
        RosterRow("bo", "Bo", "Berg", "bo@example.org", set="Set B", row=6),
    ]


def test_merged_cells_and_errors_are_named_by_their_cells():
    """All faults of a spreadsheet at once, each with its row and its cells."""

    def change(made: openpyxl.Workbook) -> None:
        sheet = made["Sheet"]
        sheet.merge_cells("E2:E3")
        sheet["D3"] = "#REF!"

    said = wrong(book(change))
    assert any("2: The cells E2:E3 are merged" in each for each in said)
    assert any("3: The cell D3 shows an error: #REF!" in each for each in said)


def test_a_formula_without_its_result_is_a_fault():
    """What nobody computed cannot be read, and is said with its cell."""

    def change(made: openpyxl.Workbook) -> None:
        made["Sheet"]["D2"] = '=A2&"@example.org"'

    assert any("2: The formula in the cell D2 was saved without its result." in each for each in wrong(book(change)))


def test_a_formula_is_read_as_it_was_last_shown():
    """A value that a formula gave counts as typed, and it is told that there were formulas."""

    def change(made: openpyxl.Workbook) -> None:
        made["Sheet"]["D2"] = "=LOWER(A2)"

    data = book(change)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        xml = file.read("xl/worksheets/sheet1.xml")
    shown = xml.replace(b"<f>LOWER(A2)</f><v />", b"<f>LOWER(A2)</f><v>ana@example.org</v>")
    shown = shown.replace(b"<f>LOWER(A2)</f><v></v>", b"<f>LOWER(A2)</f><v>ana@example.org</v>")
    assert shown != xml
    shown = shown.replace(b'<c r="D2"><f>', b'<c r="D2" t="str"><f>')
    data = with_part(data, "xl/worksheets/sheet1.xml", shown)
    assert read_roster(data)[0].email == "ana@example.org"
    assert told(data) == ["Cells with a formula: 1. They were read as the spreadsheet last showed them."]


def test_what_is_hidden_is_told_and_a_macro_never_runs():
    """A hidden sheet is not read, hidden rows are, a macro is passed over: all of it is said."""

    def change(made: openpyxl.Workbook) -> None:
        other = made.create_sheet("Old list")
        other.append(HEADER)
        other.append(["eve", "Eve", "E", "eve@example.org", ""])
        other.sheet_state = "hidden"
        made["Sheet"].row_dimensions[3].hidden = True

    data = with_part(book(change), "xl/vbaProject.bin", b"Sub Workbook_Open()")
    assert [row.username for row in read_roster(data)] == ["ana", "bo"]
    assert told(data) == [
        "Rows that the spreadsheet hides were read as well: 3.",
        "Hidden sheets were not read: Old list.",
        "The file has a macro in it. It was not run; only the cells were read.",
    ]


def test_two_lists_in_one_file_are_a_question():
    """Two visible sheets with learners are named; nobody guesses which is meant."""

    def change(made: openpyxl.Workbook) -> None:
        made.create_sheet("Second").append(HEADER)

    assert "Several sheets of this file name learners: Sheet, Second." in wrong(book(change))[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "locked with a password, or broken"),
        (book()[:-200], "neither a CSV file nor a spreadsheet"),
        (packed(readme="hello").replace(b".csv", b".txt"), "neither a CSV file nor a spreadsheet"),
        (with_part(book(), "xl/worksheets/sheet1.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "neither a CSV file"),
        (with_part(book(), "xl/worksheets/sheet1.xml", b"<broken"), "neither a CSV file nor a spreadsheet"),
        ({"a.csv": b"username\n", "b.csv": b"username\n"}, "These are several files: a.csv, b.csv."),
        (packed(users=USERS), "enrollments.csv is missing"),
        (packed(enrollments=ENROLLED), "users.csv is missing"),
    ],
)
def test_files_that_cannot_be_used_get_one_clear_sentence(data: Any, said: str):
    """Whatever is in the file, the answer is one sentence."""
    assert said in " ".join(wrong(data))


def test_a_file_that_would_unfold_is_not_unpacked(monkeypatch: pytest.MonkeyPatch):
    """How large it would be is looked at before anything is unpacked."""
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 1024 * 1024)
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as into:
        into.writestr("users.csv", bytes(2 * 1024 * 1024))
    assert "larger than 1 MB" in wrong(file.getvalue())[0]


def test_oneroster_is_two_files_that_belong_together(tmp_path: Path):
    """Learners of the class are read; who left, teaches or is unknown is not, and the rest is told."""
    files = {"users.csv": USERS.encode("utf-8-sig"), "enrollments.csv": ENROLLED.encode()}
    expected = [RosterRow("ana", "Ana", "Lima", "ana@example.org", row=2)]
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    for source in (files, packed(users=USERS, enrollments=ENROLLED), tmp_path):
        assert read_roster(source, "autumn") == expected
    assert told(files, "autumn") == [
        "Enrolled, and missing or no longer active among the users: u2, u3, u9.",
        "Enrolled, but not as learners: tea.",
    ]
    assert "They are: autumn, winter." in wrong(files, "spring")[0]
    one = {**files, "enrollments.csv": ENROLLED.replace("winter", "autumn").encode()}
    assert [row.username for row in read_roster(one, "whatever")] == ["ana", "dee"]


def test_a_register_export_is_read_whole():
    """The export of a register in the examples' own form gives the cohort that the platform's file gives."""
    data = Path(__file__).parents[1] / "oneroster"
    rows = read_roster(data, "autumn-2026")
    moodle = read_roster(Path(__file__).parents[2] / "examples" / "autumn" / "roster.csv")
    assert [(r.username, r.firstname, r.lastname, r.email) for r in rows] == [
        (r.username, r.firstname, r.lastname, r.email) for r in moodle
    ]


def test_a_sheet_of_ones_own_needs_only_names_and_addresses():
    """One column for names and none for usernames is enough; what is not said of set and language is not said."""
    rows = read_roster(b"Name;E-mail;Group\nAna Maria Lima;Ana@example.org;Blue\n\xc3\x89va;eva@example.org;\n")
    assert rows == [
        RosterRow("ana@example.org", "Ana", "Maria Lima", "Ana@example.org", set="Blue", row=2),
        RosterRow("eva@example.org", "Éva", "", "eva@example.org", set="", row=3),
    ]
    assert rows[0].unsaid == {"username", "locale"}
    assert "The file has no usernames." in told(b"Name;E-mail\nAna Lima;ana@example.org\n")


def test_a_folder_that_holds_no_roster_is_said(tmp_path: Path):
    """An empty folder is no roster, and neither is one that is gone."""
    assert "cannot be read" in wrong(tmp_path)[0]
    shutil.rmtree(tmp_path)
    assert "cannot be read" in wrong(tmp_path)[0]
