"""Programmes that are made and changed where they are used, and rosters that come again every week."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from actionlearn import accounts
from actionlearn.cohort import edit_programme
from actionlearn.cohort.enrolment.enrol import Terms, matched_rows, plan, roster_stamp
from actionlearn.cohort.programme import programme
from actionlearn.cohort.roster.roster import RosterRow, read_roster
from actionlearn.cohort.workbooks.build import build_cohort
from actionlearn.errors import Conflict, ProgrammeError, RosterError, SignInNeeded
from actionlearn.permissions import OPERATOR
from actionlearn.server.office.cohort_page import learners
from actionlearn.store import Store, open_store
from actionlearn.store.people import members
from actionlearn.store.workbooks import workbooks

AUTUMN = Path(__file__).parents[2] / "examples" / "autumn" / "programme.toml"
HELENA = {"username": "helena", "firstname": "Helena", "email": "helena@example.org", "role": "facilitator"}
CORA = {"username": "cora", "firstname": "Cora", "email": "cora@example.org", "role": "coach"}
TABLES: dict[str, Any] = {
    "programme": {
        "id": "spring",
        "name": "Spring",
        "organisation": "Ribeira",
        "time_zone": "Europe/Lisbon",
        "contact": {"name": "Teresa", "phone": "1"},
    },
    "sets": [{"name": "Blue", "coach": "cora"}, {"name": "Red", "coach": "cora"}],
    "people": [HELENA, CORA],
    "workbooks": [{"template": "scope", "opens": "2026-10-05", "due": "2026-10-09"}],
}
HEADER = "username,firstname,lastname,email,set\n"


def rows(*lines: str) -> list[RosterRow]:
    """Return a roster of some lines."""
    return read_roster((HEADER + "".join(f"{line}\n" for line in lines)).encode())


def person(name: str, group: str = "Blue") -> str:
    """Return the line of a roster for somebody."""
    return f"{name},{name.title()},Lima,{name}@example.org,{group}"


def changed(**parts: Any) -> dict[str, Any]:
    """Return the tables with other parts; the head keeps what is not named."""
    head = {**TABLES["programme"], **parts.pop("programme", {})}
    return {**TABLES, **parts, "programme": head}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder that is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    """Found a cohort without learners."""
    with open_store(data) as kept:
        edit_programme.create_cohort(kept, data, edit_programme.checked_tables(data, "", TABLES), OPERATOR)
        yield kept


def roles(store: Store) -> set[tuple[str, str, str]]:
    """Return who has which role in which set."""
    found = store.read(lambda c: members.members(c, "spring"))
    return {(each.person.username, each.role, each.set_name) for each in found}


def test_a_programme_is_the_same_as_its_file_and_as_its_form():
    """Written down as TOML, or sent as the tables of a form, a programme is read back as it was."""
    read_once = programme.load(AUTUMN)
    assert programme.parse(programme.as_toml(read_once), AUTUMN) == read_once
    form = json.loads(json.dumps(programme.as_tables(read_once), default=str))
    assert programme.check_tables(form, AUTUMN) == read_once


def test_what_is_wrong_with_a_form_is_said_by_its_fields(data: Path):
    """The reader of the file reads the form: all faults at once, each with its field."""
    wrong = changed(
        programme={"time_zone": "Europe/Lisboa", "id": "Spring!"},
        sets=[{"name": "Blue", "coach": "nobody"}],
        workbooks=[{"template": "scope", "opens": "2026-10-05", "due": "2026-10-01"}, {"template": "scoop"}],
    )
    with pytest.raises(ProgrammeError) as caught:
        edit_programme.checked_tables(data, "", wrong)
    assert {(each.code, each.place) for each in caught.value.faults} >= {
        ("programme.bad_time_zone", ("programme", "time_zone")),
        ("programme.bad_id", ("programme", "id")),
        ("programme.unknown_coach", ("sets", 0, "coach")),
        ("programme.due_before_opens", ("workbooks", 0, "due")),
        ("programme.missing_key", ("workbooks", 1, "opens")),
    }


def test_a_cohort_is_founded_without_learners_and_only_once(store: Store, data: Path):
    """Its people have their roles at once; a second one of the same short name is refused."""
    assert roles(store) == {("helena", "facilitator", ""), ("cora", "coach", "Blue"), ("cora", "coach", "Red")}
    with pytest.raises(Conflict) as caught:
        edit_programme.create_cohort(store, data, edit_programme.checked_tables(data, "", TABLES), OPERATOR)
    assert caught.value.code == "cohort.there_already"


def test_a_week_later(store: Store, data: Path):
    """Late joiners, a leaver, somebody renamed, somebody moved: what was looked at is what is done."""
    kept = edit_programme.checked_tables(data, "spring", TABLES)
    first = rows(person("ana"), person("bo"), person("cy"), person("dee", "Red"))
    assert not build_cohort(store, data, kept, first).failed
    before = {each.path: each.id for each in store.read(lambda c: workbooks.workbooks_in(c, "spring"))}
    again = rows(person("ana").replace("Lima", "Lemos"), person("bo", "Red"), person("cy"), person("eve", "Red"))
    seen = plan(store, kept, again)
    assert (seen.new, seen.left, seen.learners, seen.most_leave) == (("eve",), ("dee",), 4, False)
    assert {(each.username, each.what, each.after) for each in seen.changed} == {
        ("ana", "lastname", "Lemos"),
        ("bo", "set", "Red"),
    }
    report = build_cohort(store, data, kept, again)
    assert report.people == seen
    assert ("dee", "learner", "Red") in roles(store)  # a list alone removes nobody
    build_cohort(store, data, kept, again, terms=Terms(leave=True))
    assert {each for each in roles(store) if each[1] == "learner"} == {
        ("ana", "learner", "Blue"),
        ("bo", "learner", "Red"),
        ("cy", "learner", "Blue"),
        ("eve", "learner", "Red"),
    }
    after = {each.path: each.id for each in store.read(lambda c: workbooks.workbooks_in(c, "spring"))}
    assert before.items() <= after.items()  # who left keeps what they have, and finds it on coming back
    build_cohort(store, data, kept, first)
    assert ("dee", "learner", "Red") in roles(store)


def test_a_file_that_does_not_name_sets_moves_nobody(store: Store, data: Path):
    """Without a column for it, set and language stay as they are; without usernames the address tells who it is."""
    kept = edit_programme.checked_tables(data, "spring", TABLES)
    build_cohort(store, data, kept, rows(person("ana"), person("bo", "Red")))
    plain = read_roster(b"name,email\nAna Lima,ANA@example.org\nBo Lima,bo@example.org\n")
    named = store.read(lambda c: matched_rows(c, "spring", plain))
    assert [row.username for row in named] == ["ana", "bo"]
    seen = plan(store, kept, named)
    assert (seen.new, seen.left) == ((), ())
    assert {each.what for each in seen.changed} == {"email"}
    build_cohort(store, data, kept, named)
    assert {("ana", "learner", "Blue"), ("bo", "learner", "Red")} <= roles(store)


def test_one_person_under_two_usernames_is_asked_about(store: Store, data: Path):
    """A new username with the address of somebody who is no longer named may be the same person."""
    kept = edit_programme.checked_tables(data, "spring", TABLES)
    build_cohort(store, data, kept, rows(person("ana"), person("bo"), person("cy")))
    again = rows(person("ana").replace("ana,", "ana.lemos,"), person("bo"), person("cy"))
    assert plan(store, kept, again).same == (("ana", "ana.lemos"),)
    assert plan(store, kept, rows(person("bo"))).most_leave


def test_who_is_second_is_told_that_something_changed(store: Store, data: Path):
    """Two facilitators looked at the same time: what the second asks for is not done, not even a part of it."""
    kept = edit_programme.checked_tables(data, "spring", TABLES)
    since = store.read(lambda c: roster_stamp(c, "spring"))
    build_cohort(store, data, kept, rows(person("ana")), terms=Terms(since=since))
    there = roles(store)
    with pytest.raises(Conflict) as caught:
        build_cohort(store, data, kept, rows(person("bo")), terms=Terms(leave=True, since=since))
    assert caught.value.code == "cohort.changed_since"
    with pytest.raises(Conflict):
        edit_programme.update_programme(store, kept, [], OPERATOR, {"Blue": "Green"}, since)
    assert roles(store) == there


def test_a_running_programme_is_changed(store: Store, data: Path):
    """Other dates, people, texts and names of sets; nobody loses their set by its new name."""
    build_cohort(
        store, data, edit_programme.checked_tables(data, "spring", TABLES), rows(person("ana"), person("bo", "Red"))
    )
    new = changed(
        programme={"theme": "what we promise"},
        sets=[{"name": "Green", "coach": "cora"}, {"name": "Red", "coach": "cora"}],
        people=[HELENA, CORA, {**HELENA, "username": "hugo", "email": "hugo@example.org"}],
        workbooks=[{"template": "scope", "opens": "2026-11-02"}],
    )
    there = store.read(lambda c: learners(c, "spring"))
    edit_programme.update_programme(
        store, edit_programme.checked_tables(data, "spring", new), there, OPERATOR, {"Blue": "Green"}, ""
    )
    assert {("ana", "learner", "Green"), ("cora", "coach", "Green"), ("hugo", "facilitator", "")} <= roles(store)
    assert [each.opens for each in store.read(lambda c: members.suggestions(c, "spring"))] == ["2026-11-02"]
    gone = edit_programme.checked_tables(data, "spring", {**new, "sets": [{"name": "Red", "coach": "cora"}]})
    with pytest.raises(RosterError) as caught:
        edit_programme.update_programme(store, gone, store.read(lambda c: learners(c, "spring")), OPERATOR, {}, "")
    assert [each.code for each in caught.value.faults] == ["roster.unknown_set"]


def test_a_programme_like_an_earlier_one_begins_on_another_day(data: Path):
    """Its texts, sets, people and the distances of its dates are taken over; its name and short name are not."""
    tables = edit_programme.tables_after(programme.load(AUTUMN), date(2027, 3, 1))
    assert "id" not in tables["programme"]
    assert tables["programme"]["theme"] == "keeping what we promise"
    assert tables["workbooks"][0] == {"template": "start", "opens": date(2027, 3, 1), "due": date(2027, 3, 5)}
    assert tables["workbooks"][-1]["due"] == date(2027, 5, 11)
    tables["programme"] |= {"id": "spring-27", "name": "Spring 27"}
    assert edit_programme.checked_tables(data, "", tables).id == "spring-27"
    first = edit_programme.first_tables(date(2027, 3, 1), "pt", "Europe/Lisbon")
    assert edit_programme.checked_tables(
        data, "", {**first, "programme": {**TABLES["programme"], **first["programme"]}}
    ).workbooks


def test_the_first_link_makes_an_operator_and_is_for_an_empty_store_alone(data: Path):
    """Until it is used each start ends the link before; when somebody is there, there is none."""
    with open_store(data) as store:
        first, second = accounts.bootstrap_link(store), accounts.bootstrap_link(store)
        assert first is not None
        assert second is not None
        with pytest.raises(SignInNeeded):
            accounts.peek_link(store, first)
        who = accounts.peek_link(store, second)  # a scanner that opens it spends nothing
        session = accounts.session_actor(store, accounts.redeem_link(store, second))
        assert session is not None
        assert session[1].operator
        assert who.username == "operator"
        accounts.redeem_link(store, second)
        with pytest.raises(SignInNeeded):
            accounts.redeem_link(store, second)
        assert accounts.bootstrap_link(store) is None
    with open_store(data.parent / "other") as store:
        store.write(lambda c: members.add_person(c, username="ana"))
        assert accounts.bootstrap_link(store) is None
