"""Rosters: what people export is read, and what cannot be used is named row by row."""

from __future__ import annotations

import csv
import io
import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actionlearn import i18n
from actionlearn.cohort.roster.roster import MAX_BYTES, RosterRow, read_roster
from actionlearn.errors import RosterError
from actionlearn.text.encoding import decode

MOODLE = Path(__file__).parents[2] / "examples" / "autumn" / "roster.csv"
HEADER = "username,firstname,lastname,email,set\n"
ANA = "ana,Ana,Conceição,ana@example.org,Set A\n"


def faults(source: bytes | str | Path) -> list[tuple[str, int | None]]:
    """Return what is wrong with a roster, as (code, row)."""
    with pytest.raises(RosterError) as caught:
        read_roster(source.encode() if isinstance(source, str) else source)
    for fault in caught.value.faults:
        assert set(re.findall(r"{(\w+)}", " ".join(i18n.MESSAGES[fault.code]))) <= set(fault.values)
    return [(fault.code, fault.line) for fault in caught.value.faults]


def outcome(data: bytes) -> list[RosterRow] | str:
    """Return the rows of a roster, or what is said of it."""
    try:
        return read_roster(data)
    except RosterError as error:
        return i18n.error_text(error) if error.faults else ""


def test_moodle_file():
    """Moodle's own user CSV is read as it is, names in every script included."""
    rows = read_roster(MOODLE)
    assert len(rows) == 30
    assert rows[0] == RosterRow(
        "beatriz01", "Beatriz", "Conceição", "beatriz01@example.org", "pt", set="Set A", cohort="autumn-2026", row=2
    )
    assert {row.set for row in rows} == {"Set A", "Set B", "Set C", "Set D", "Set E"}
    names = {f"{row.firstname} {row.lastname}" for row in rows}
    assert {"Tiago d'Almeida", "Zoë O'Brien", "ليلى حسن", "美咲 佐藤", "Kwame Nkrumah-Boateng"} <= names


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_as_people_save_it(encoding: str, delimiter: str, ending: str):
    """Encoding, byte order mark, delimiter and line ends make no difference."""
    text = (HEADER + ANA).replace(",", delimiter).replace("\n", ending)
    assert read_roster(text.encode(encoding)) == [
        RosterRow("ana", "Ana", "Conceição", "ana@example.org", set="Set A", row=2)
    ]


@pytest.mark.parametrize(
    ("encoding", "firstname", "lastname"),
    [
        ("cp1252", "João", "d’Ávila"),
        ("cp1252", "Jürgen", "Großmann"),
        ("cp1251", "Юлия", "Щербакова"),
        ("cp1253", "Οδυσσέας", "Παπαδόπουλος"),
    ],
)
def test_old_encodings(encoding: str, firstname: str, lastname: str):
    """A file in a Windows encoding is read with its letters."""
    data = (HEADER + f"a,{firstname},{lastname},a@example.org,A\n" * 1).encode(encoding)
    assert [(row.firstname, row.lastname) for row in read_roster(data)] == [(firstname, lastname)]
    assert decode(data, guess=True)[1] == encoding


def test_header_is_matched_kindly():
    """Capitals and spaces in the header, columns nobody asked for and Excel's sep= line are no trouble."""
    text = "sep=;\r\n Username ;FirstName;LASTNAME;phone;E-Mail;Email ;Group1\r\nANA;Ana;;1;x;ana@example.org;Porto\r\n"
    assert read_roster(text.encode()) == [RosterRow("ana", "Ana", "", "ana@example.org", set="Porto", row=3)]


def test_empty_lines_count_as_rows():
    """Empty lines are skipped, and the rows keep the numbers a spreadsheet shows."""
    text = "\n" + HEADER + "\n,,,,\n" + ANA + "\n\n" + "bo,Bo,X,nowhere,\n"
    assert faults(text) == [("roster.bad_email", 8)]
    assert [row.row for row in read_roster(("\n" + HEADER + "\n" + ANA).encode())] == [4]


def test_everything_wrong_at_once():
    """All faults of a file are in one report, each with its row."""
    text = (
        HEADER + ANA + "../../etc/x,Ana,B,a@example.org,A\n"
        "=cmd,=1+1,B,,A\n"
        "ANA,Ana,B,a@example.org,A\n"
        "bo,Bo\x07,B,not-an-address,A\n"
        "cy,,B,c@example.org,../A\n"
        "di,Di,B,d@example.org,A,and,more\n"
    )
    assert faults(text) == [
        ("roster.bad_username", 3),
        ("roster.bad_username", 4),
        ("roster.formula", 4),
        ("roster.no_email", 4),
        ("roster.username_twice", 5),
        ("roster.control_characters", 6),
        ("roster.bad_email", 6),
        ("roster.no_name", 7),
        ("roster.bad_set", 7),
        ("roster.too_many_cells", 8),
    ]


def test_a_repeated_username_names_both_rows():
    """Somebody listed twice is named with both rows."""
    with pytest.raises(RosterError) as caught:
        read_roster((HEADER + ANA + "bo,Bo,B,b@example.org,\n" + ANA.upper()).encode())
    assert i18n.error_text(caught.value).endswith(
        "4: The username “ana” is in row 2 already. Remove one of the two rows, or give one of them another username."
    )


@pytest.mark.parametrize(
    "username",
    [
        "..",
        "a..b",
        "a/b",
        "a\\b",
        "-a",
        ".a",
        "@a",
        "=a",
        "+a",
        "a b",
        "josé",
        "a" * 65,
        "a\u202eb",
        "{a}",
        "a%2f",
        "a:b",
    ],
)
def test_usernames_that_could_be_something_else(username: str):
    """A username that could be a path, a formula or an option is refused."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADER.strip().split(","), [username, "Ana", "B", "a@example.org", ""]])
    codes = {code for code, _ in faults(text.getvalue())}
    assert codes <= {"roster.bad_username", "roster.control_characters"}


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1+1", "@SUM", "\t=1", "＝1", "a\x1b[2J", "a\u202eb", "a\nb"])
def test_names_that_a_spreadsheet_would_run(name: str):
    """A name that a spreadsheet or a terminal would act on is refused."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADER.strip().split(","), ["ana", name, "B", "a@example.org", ""]])
    assert {code for code, _ in faults(text.getvalue())} <= {"roster.formula", "roster.control_characters"}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"", "roster.empty"),
        (b"\xef\xbb\xbf \r\n", "roster.empty"),
        (b",,,\n", "roster.empty"),
        (HEADER.encode(), "roster.nobody"),
        (ANA.encode(), "roster.no_header"),
        (b"PK\x03\x04whatever", "roster.no_text"),
        (bytes(range(256)), "roster.no_text"),
        (b"a" * (MAX_BYTES + 1), "roster.too_big"),
        ((HEADER + 'ana,"Ana,B,a@example.org,\n').encode(), "roster.bad_quotes"),
        ((HEADER + f"ana,{'a' * 200_000},B,a@example.org,\n").encode(), "roster.bad_quotes"),
        (b"username,username,firstname,lastname,email\na,a,A,B,a@example.org\n", "roster.column_twice"),
        ((HEADER + "ana,Ana\ufffd,B,a@example.org,\n").encode(), "roster.lost_characters"),
        (Path("/nowhere/at/all.csv"), "roster.unreadable"),
        (Path("/"), "roster.unreadable"),
    ],
)
def test_files_that_are_no_roster(source: bytes | Path, code: str):
    """A file that is no roster gets one clear fault."""
    assert [found for found, _ in faults(source)] == [code]


def test_missing_columns_are_named_with_those_found():
    """Missing columns are named, and those that are there."""
    with pytest.raises(RosterError) as caught:
        read_roster(b"Username;Called;Email\nana;Ana;a@example.org\n")
    said = i18n.error_text(caught.value)
    assert "Columns are missing: firstname, lastname. These were found: username, called, email." in said


def test_ten_thousand_rows():
    """Ten thousand rows are read in about a second."""
    rows = "".join(f"user{n},João,Silva {n},user{n}@example.org,Set {n // 6}\n" for n in range(10_000))
    before = time.perf_counter()
    assert len(read_roster((HEADER + rows).encode())) == 10_000
    assert time.perf_counter() - before < 5


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=400) | st.text(max_size=200).map(lambda text: (HEADER + ANA + text).encode("utf-8", "replace"))
)
def test_any_bytes(data: bytes):
    """Whatever the bytes are, they are rows or a RosterError."""
    assert outcome(data)


NAMES = st.text(
    st.characters(categories=["L", "M", "N"], include_characters=" '’-,;\""), min_size=1, max_size=40
).filter(lambda name: name.strip() and unicodedata.normalize("NFKC", name.strip())[0] not in "=+-@")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_a_spreadsheet_writes_is_read_back(
    names: list[tuple[str, str]], delimiter: str, encoding: str, quoting: int
):
    """What a spreadsheet writes is read back, name for name."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["username", "firstname", "lastname", "email"])
    writer.writerows([f"user{n}", *pair, f"user{n}@example.org"] for n, pair in enumerate(names))
    rows = read_roster(text.getvalue().encode(encoding))
    expected = [tuple(unicodedata.normalize("NFC", name.strip()) for name in pair) for pair in names]
    assert [(row.firstname, row.lastname) for row in rows] == expected
