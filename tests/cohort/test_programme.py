"""Programmes: what a facilitator writes is checked whole, and every fault has its line."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actionlearn import i18n
from actionlearn.cohort.programme.programme import Programme, from_store, load
from actionlearn.errors import ProgrammeError

AUTUMN = Path(__file__).parents[2] / "examples" / "autumn" / "programme.toml"

GOOD = """\
[programme]
id = "spring"
name = "Spring"
organisation = "Ribeira Foods"
time_zone = "Europe/Lisbon"
contact = {name = "Teresa", email = "teresa@example.org"}
sign_off = ["scope"]

[[sets]]
name = "A"
coach = "rui"

[[people]]
username = "rui"
firstname = "Rui"
email = "rui@example.org"
role = "coach"

[[workbooks]]
template = "scope"
opens = 2026-10-05
due = 2026-10-16

[[workbooks]]
template = "plan"
opens = 2026-10-19
parameters = {priority = "orders on time"}
"""


def faults(tmp_path: Path, text: str | bytes) -> list[tuple[str, int | None]]:
    """Return what is wrong with a programme, as (code, line)."""
    path = tmp_path / "programme.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ProgrammeError) as caught:
        load(path)
    for fault in caught.value.faults:
        assert fault.path == path
        assert set(re.findall(r"(?<!{){(\w+)}", " ".join(i18n.MESSAGES[fault.code]))) <= set(fault.values)
    return [(fault.code, fault.line) for fault in caught.value.faults]


def outcome(path: Path) -> Programme | str:
    """Return a programme, or what is said of it."""
    try:
        return load(path)
    except ProgrammeError as error:
        return i18n.error_text(error) if error.faults else ""


def changed(old: str, new: str) -> str:
    """Return the good programme with one thing changed."""
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_the_example_loads():
    """The example programme is one, and the store's copy of it reads back the same."""
    programme = load(AUTUMN)
    assert (programme.id, programme.organisation, programme.roster) == ("autumn-2026", "Ribeira", "roster.csv")
    templates = [each.template for each in programme.workbooks]
    assert [each for each in templates if each not in ("needs", "set-meeting", "journal")] == [
        *("start", "scope", "plan", "experiment", "reflect", "impact")
    ]
    assert programme.workbooks[0].opens == date(2026, 10, 1)
    assert programme.sets_of("maren.coach") == ("Set C", "Set D", "Set E")
    assert from_store(programme.model_dump(mode="json")) == programme


def test_the_good_one_is_good(tmp_path: Path):
    """A short programme is enough."""
    path = tmp_path / "programme.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load(path).workbooks[1].parameters == {"priority": "orders on time"}


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('"scope"\nopens', '"scop"\nopens', [("programme.unknown_sign_off", 7), ("programme.unknown_template", 20)]),
        ('coach = "rui"', 'coach = "ana"', [("programme.unknown_coach", 11), ("programme.coach_without_set", 13)]),
        ('role = "coach"', 'role = "boss"', [("programme.unknown_coach", 11), ("programme.bad_role", 17)]),
        ("due = 2026-10-16", "due = 2026-10-01", [("programme.due_before_opens", 22)]),
        ("opens = 2026-10-19", "opens = 2026-10-01", [("programme.out_of_order", 26)]),
        ("opens = 2026-10-19", 'opens = "soon"', [("programme.not_date", 26)]),
        ("opens = 2026-10-19", "opens = 12", [("programme.not_date", 26)]),
        ("opens = 2026-10-19\n", "", [("programme.missing_key", 24)]),
        ("Europe/Lisbon", "Europe/Lisboa", [("programme.bad_time_zone", 5)]),
        ('sign_off = ["scope"]', 'locale = "klingon"', [("programme.bad_locale", 7)]),
        ('sign_off = ["scope"]', "priorities = 3", [("programme.not_list", 7)]),
        ('sign_off = ["scope"]', "priorities = [3]", [("programme.not_text", 7)]),
        ('sign_off = ["scope"]', 'them = "x"', [("programme.unknown_key", 7)]),
        ('id = "spring"', 'id = "../spring"', [("programme.bad_id", 2)]),
        ('name = "Spring"', 'name = "Spr\\u001bing"', [("programme.not_one_line", 3)]),
        ('name = "Spring"', 'name = " "', [("programme.no_text", 3)]),
        ('contact = {name = "Teresa", email = "teresa@example.org"}', "", [("programme.missing_key", 1)] * 2),
        ('"teresa@example.org"', '"teresa"', [("programme.bad_email", 6)]),
        (', email = "teresa@example.org"', "", [("programme.missing_key", 6)]),
        ('{name = "Teresa", email = "teresa@example.org"}', '"Teresa"', [("programme.not_table", 6)]),
        ('email = "rui@example.org"', 'email = "rui@"', [("programme.bad_email", 16)]),
        ('firstname = "Rui"', 'firstname = "=Rui"', [("programme.bad_name", 15)]),
        ('priority = "orders on time"', 'prority = "x"', [("programme.unknown_parameter", 27)]),
        ('priority = "orders on time"', 'workbook = "x"', [("programme.reserved_parameter", 27)]),
        ('priority = "orders on time"', "priority = [1]", [("programme.not_parameter", 27)]),
        ("parameters = {", "words = {pt = {prority = 1}}  # {", [("programme.unknown_parameter", 27)]),
        ("parameters = {", "words = {pt = {priority = [1]}}  # {", [("programme.not_parameter", 27)]),
        ('[[sets]]\nname = "A"', '[[sets]]\nname = "A"\n\n[[sets]]\nname = "A"', [("programme.set_twice", 13)]),
        ("[programme]", "[program]", [("programme.missing_key", None), ("programme.unknown_key", 1)]),
        ("[[workbooks]]", "[[workbook]]", [("programme.unknown_sign_off", 7), ("programme.unknown_key", 19)]),
        ("[programme]", "[programme", [("programme.not_toml", 1)]),
        ('"Spring"', "Spring", [("programme.not_toml", 3)]),
    ],
)
def test_each_fault_has_its_line(tmp_path: Path, old: str, new: str, found: list[tuple[str, int]]):
    """Every fault is named, at the line it is on."""
    assert faults(tmp_path, changed(old, new)) == found


def test_everything_wrong_at_once(tmp_path: Path):
    """All faults of a programme are in one report, by line."""
    text = changed("Europe/Lisbon", "Mars").replace('"plan"', '"plane"').replace("rui@example.org", "rui")
    assert [line for _, line in faults(tmp_path, text)] == [5, 16, 25]


def test_a_near_miss_is_named(tmp_path: Path):
    """A template nobody knows gets the nearest one as advice."""
    path = tmp_path / "programme.toml"
    path.write_text(changed('template = "plan"', 'template = "plann"'), encoding="utf-8")
    with pytest.raises(ProgrammeError) as caught:
        load(path)
    assert f"{path}:25: There is no template “plann”. Did you mean “plan”?" in i18n.error_text(caught.value)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xfe\x00", "programme.not_utf8"),
        (b"#" * 1_100_000, "programme.too_big"),
        (b"a = " + b"[" * 5000, "programme.not_toml"),
        (b"\x00", "programme.not_toml"),
    ],
)
def test_files_that_are_no_programme(tmp_path: Path, data: bytes, code: str):
    """A file that is no programme gets one clear fault."""
    assert [found for found, _ in faults(tmp_path, data)] == [code]


def test_no_such_file(tmp_path: Path):
    """A file that is not there is named."""
    with pytest.raises(ProgrammeError) as caught:
        load(tmp_path / "nothing.toml")
    assert caught.value.faults[0].code == "programme.unreadable"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, GOOD.count("\n")), st.text(max_size=30), st.booleans())
def test_any_change_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, at: int, put: str, instead: bool):
    """Whatever a line is changed to, the file is a programme or a ProgrammeError with sentences."""
    lines = GOOD.splitlines()
    lines[at : at + instead] = [put]
    path = tmp_path_factory.getbasetemp() / "changed.toml"
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    assert outcome(path)
