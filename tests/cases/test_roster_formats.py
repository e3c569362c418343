"""Lists as learning platforms and directories write them."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from actionlearn import i18n
from actionlearn.cohort.roster.roster import Roster, parse_roster
from actionlearn.errors import RosterError

FILES = Path(__file__).parent / "roster-formats"
ANA = ("Ana", "Silva", "ana@example.org")


def people(taken: Roster) -> list[tuple[str, str, str]]:
    """Return names and addresses."""
    return [(row.firstname, row.lastname, row.email) for row in taken.rows]


def wrong(name: str) -> list[str]:
    """Return what is said of a file that cannot be used as it is."""
    with pytest.raises(RosterError) as caught:
        parse_roster(FILES / name)
    return [f"{i18n.sentence(fault)} {i18n.hint(fault)}" for fault in caught.value.faults]


@pytest.mark.parametrize(
    "name",
    [
        "canvas-gradebook", "canvas-sis", "entra-export", "entra", "google-admin", "moodle-de", "moodle-es", "moodle-fr",
        "moodle-nl", "moodle-ptbr",
    ],
)  # fmt: skip
def test_what_platforms_export_is_read(name: str):
    """Ana, and nobody else: titles above the header, marks in brackets, rows that are nobody make no difference."""
    assert people(parse_roster(FILES / f"23-{name}.csv")) == [ANA]


def test_several_groups_are_no_set_of_their_own():
    """Of two groups the first is taken, and whose that is is said."""
    taken = parse_roster(FILES / "23-moodle-participants.csv")
    assert [row.set for row in taken.rows] == ["Orchard", "Orchard"]
    assert any("Ana Silva (Orchard)" in i18n.sentence(note) for note in taken.notes)
    taken = parse_roster(FILES / "23-moodle-participants.csv", sets=["River"])
    assert [row.set for row in taken.rows] == ["River", "Orchard"]


def test_a_list_without_addresses_says_which_column_is_missing():
    """Blackboard's has none."""
    assert wrong("23-blackboard.csv") == [
        (
            "Columns are missing: email. These were found: last name, first name, username, student id. "
            "Rename those that hold it, or add them."
        )
    ]


def test_usernames_with_a_platforms_marks():
    """Brightspace writes #ana, Entra writes guests with #EXT#."""
    assert [row.username for row in parse_roster(FILES / "22-d2l.csv").rows] == ["ana", "rui"]
    taken = parse_roster(FILES / "22-ext.csv")
    assert [row.username for row in taken.rows] == ["ana_gmail.com-ext-@uni.onmicrosoft.com", "rui"]
    assert any("#EXT#" in i18n.sentence(note) for note in taken.notes)


def test_addresses_as_people_have_them():
    """An apostrophe, a long name and another script in the domain are addresses; usernames are made of them."""
    apostrophe = parse_roster(FILES / "21-apos.csv").rows
    assert [row.email for row in apostrophe] == ["sean.o'neill@uni.example.org", "ana@example.org"]
    assert apostrophe[0].username.startswith("sean.o-neill@uni.example.org-")
    (long,) = parse_roster(FILES / "21-long.csv").rows
    assert len(long.username) <= 64
    assert people(parse_roster(FILES / "mailto.csv")) == [ANA, ("Rui", "Costa", "rui@example.org")]


def test_an_address_that_no_mail_reaches_refuses_its_row_alone():
    """A curly apostrophe and letters beyond a-z before the @ are refused with what to do; the other row can stand."""
    assert "straight" in wrong("21-curly.csv")[0]
    assert "plain letters" in wrong("21-idn.csv")[0]
    taken = parse_roster(FILES / "21-idn.csv", only_right=True)
    assert [row.email for row in taken.rows] == ["jo@exämple.de"]


def test_an_unknown_header_is_named():
    """Columns in a language that is not read are no missing header."""
    with pytest.raises(RosterError) as caught:
        parse_roster("Nimi;Sähköposti\nAino Virtanen;aino@example.org\n".encode())
    (fault,) = caught.value.faults
    assert (fault.code, fault.values["found"]) == ("roster.unknown_columns", ["nimi", "sähköposti"])


def spreadsheet(kind: str) -> bytes:
    """Return a roster in one of the formats of spreadsheets."""
    if kind == "xlsx":
        made = openpyxl.Workbook()
        assert made.active is not None
        made.active.append(["username", "firstname", "lastname", "email"])
        made.active.append([42, "Ana", "Silva", "ana@example.org"])
        made.active["A2"].number_format = "00000000"
        made.save(file := io.BytesIO())
        return file.getvalue()
    return (FILES / f"leading-zeros.{kind}").read_bytes()


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_every_spreadsheet_is_read_as_it_shows(kind: str):
    """Excel's old format and LibreOffice's keep leading zeros as well."""
    taken = parse_roster(spreadsheet(kind))
    assert [(row.username, *person) for row, person in zip(taken.rows, people(taken), strict=True)] == [
        ("00000042", *ANA)
    ]


def test_a_web_page_under_the_name_of_a_spreadsheet():
    """Registers write a table in HTML and call it .xls."""
    page = "<html><body><table><tr><th>Name</th><th>Email</th></tr><tr><td>Ana Silva</td><td>ana@example.org</td></tr></table>"
    assert people(parse_roster(page.encode())) == [ANA]
