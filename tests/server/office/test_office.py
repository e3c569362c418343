"""The office over HTTP: programmes as forms, rosters as files, and two facilitators at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from actionlearn.exports.spreadsheets import FORMATS
from actionlearn.i18n import say
from actionlearn.store import open_store
from actionlearn.store.people import members

from ...support.served_kit import World

FAY = {"username": "fay", "firstname": "Fay", "lastname": "Vale", "email": "fay@example.org", "role": "facilitator"}
TABLES: dict[str, Any] = {
    "programme": {
        "id": "spring",
        "name": "Spring",
        "organisation": "Ribeira",
        "theme": "",
        "time_zone": "Europe/Lisbon",
        "locale": "en",
        "contact": {"name": "Teresa", "phone": "1"},
    },
    "people": [FAY],
    "sets": [],
    "workbooks": [{"template": "scope", "opens": "2026-10-05", "due": ""}],
}
HEADER = "username,firstname,lastname,email,set\n"
ROSTER = HEADER + "".join(f"{name},{name.title()},Lima,{name}@example.org,Blue\n" for name in ("eve", "flo", "gil"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a kit in which Fay has founded a cohort."""
    made = World(tmp_path_factory.mktemp("office"))
    try:
        made.start()
        answer = made.ask("fay", "POST", "/api/programmes", TABLES)
        assert (answer.status, answer.json["url"]) == (201, "/office/spring")
        yield made
    finally:
        made.stop()


def parts(**files: str) -> tuple[bytes, dict[str, str]]:
    """Return files as a browser sends them: body and headers."""
    line = uuid4().hex
    body = "".join(
        f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}.csv"\r\n\r\n{text}\r\n'
        for name, text in files.items()
    )
    return f"{body}--{line}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={line}"}


def built(world: World) -> dict[str, Any]:
    """Wait until nothing is being made, and return how it ended."""
    while (state := world.ask("fay", "GET", "/api/cohorts/spring/build").json)["state"] == "running":
        pass
    return dict(state)


def test_a_form_with_faults_changes_nothing_and_names_its_fields(world: World):
    """Each fault is said in words with the field it is in; nobody founds what they could not come back to."""
    rows = world.rows()
    wrong = {**TABLES, "people": [{**FAY, "email": "nowhere"}], "programme": {"id": "summer"}}
    told = world.ask("fay", "POST", "/api/programmes", wrong).json["faults"]
    assert {"programme.name", "programme.contact", "people.0.email"} <= {each["field"] for each in told}
    assert any("Person 1" in each["message"] or "nowhere" in each["message"] for each in told)
    without = {**TABLES, "programme": {**TABLES["programme"], "id": "summer"}, "people": []}
    told = world.ask("fay", "POST", "/api/programmes", without).json["faults"]
    assert [each["field"] for each in told] == ["people"]
    assert world.ask("fay", "POST", "/api/programmes", TABLES).json["error"]["code"] == "cohort.there_already"
    assert world.rows() == rows


def test_the_file_is_the_form(world: World):
    """What is taken away as TOML makes the same programme again; what is no TOML is said."""
    text = world.ask("fay", "GET", "/programme/spring/programme.toml").text
    assert 'name = "Spring"' in text
    told = world.ask("fay", "PUT", "/api/cohorts/spring/programme", {"toml": text.replace("Ribeira", "Montanha")}).json
    assert told["faults"] == []
    with open_store(world.data) as store:
        assert store.read(lambda c: members.cohort(c, "spring")).programme["organisation"] == "Montanha"
    told = world.ask("fay", "PUT", "/api/cohorts/spring/programme", {"toml": "[programme"}).json
    assert "This is not TOML" in told["faults"][0]["message"]


def test_two_facilitators_at_once(world: World):
    """The second is told that something changed since they looked, and sees what their file would change now."""
    path = "/api/cohorts/spring/roster"
    body, kind = parts(spring=ROSTER)
    seen = world.ask("fay", "POST", path, body, kind).json
    assert seen["changes"]["added"] == ["Eve Lima", "Flo Lima", "Gil Lima"]
    assert world.ask("fay", "POST", f"{path}?do=1&since={seen['since']}", body, kind).status == 202
    assert built(world)["made"] == 3
    late = world.ask("fay", "POST", f"{path}?do=1&leave=1&since={seen['since']}", HEADER.encode() + b"x,X,X,x@x.org,\n")
    assert (late.status, late.json["error"]["code"]) == (409, "cohort.changed_since")
    half = world.ask("fay", "POST", f"{path}?do=1&leave=1", f"{HEADER}eve,Eve,Lima,eve@example.org,Blue\n".encode())
    assert (half.status, half.json["error"]["code"]) == (409, "cohort.most_leave")
    stale = {**TABLES, "since": seen["since"]}
    assert (
        world.ask("fay", "PUT", "/api/cohorts/spring/programme", stale).json["error"]["code"] == "cohort.changed_since"
    )


def test_faults_of_a_roster_have_row_and_column_in_words(world: World):
    """Two files that are no OneRoster, and a cell that is wrong, in a person's words."""
    path = "/api/cohorts/spring/roster"
    told = world.ask("fay", "POST", path, f"{HEADER}x,X,X,nowhere,\n".encode()).json["faults"][0]
    assert (told["line"], told["column"]) == (2, "e-mail address")
    told = world.ask("fay", "POST", path, *parts(a=ROSTER, b=ROSTER)).json["faults"][0]
    assert told["message"] == "These are several files: a.csv, b.csv."


def test_what_could_not_be_made_is_still_said_after_a_restart(world: World):
    """Whose workbook, what is wrong and what to do: until it is made, also where another program made the others."""
    roster = HEADER + "ivo,Ivo,Lima,ivo@example.org,Blue\n"
    blocked = world.data / "cohorts" / "spring" / "ivo"
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("a file where a folder belongs", "utf-8")
    assert world.ask("fay", "POST", "/api/cohorts/spring/roster?do=1", roster.encode()).status == 202
    assert built(world)["failed"] == 1
    world.stop()
    world.start()
    page = world.ask("fay", "GET", "/office/spring").text
    assert "could not be made when it was last tried" in page
    assert re.search(
        r"<strong>Ivo Lima · [^<]+</strong><br>It could not be made: [^<]+\. Build again to try again\.", page
    )
    blocked.unlink()
    assert world.ask("fay", "POST", "/api/cohorts/spring/build", {}).status == 202
    assert built(world)["failed"] == 0
    assert "could not be made" not in world.ask("fay", "GET", "/office/spring").text


def test_a_date_in_a_gap_of_the_clock(world: World):
    """Where midnight does not happen on a day, a workbook that opens on it opens: days are compared, not hours."""
    cairo = {**TABLES["programme"], "time_zone": "Africa/Cairo"}
    books = [{"template": "scope", "opens": "2026-04-24", "due": "2026-04-24"}]  # the clock goes from 0 to 1 there
    told = world.ask("fay", "PUT", "/api/cohorts/spring/programme", {**TABLES, "programme": cairo, "workbooks": books})
    assert told.json["faults"] == []
    assert "Friday, 24 April" in world.ask("fay", "GET", "/learner-preview/spring").text


def test_a_cohort_is_seen_as_its_learners_see_it(world: World):
    """A workbook before anybody has written in it, with the programme's words, and no script that would save."""
    page = world.ask("fay", "GET", "/learner-preview/spring/scope").text
    assert "Ribeira" in page
    assert "<script" not in page
    assert "O que precisa de mudar" in world.ask("fay", "GET", "/learner-preview/spring/scope?in=pt").text
    assert world.ask("fay", "GET", "/learner-preview/spring/nothing").status == 404


def test_progress_is_had_in_every_format(world: World):
    """The page links a file of each format, and each comes as what it is."""
    page = world.ask("fay", "GET", "/office/spring").text
    for suffix, each in FORMATS.items():
        assert f'href="/office/spring/progress.{suffix}"' in page
        assert say(each.label) in page
        answer = world.ask("fay", "GET", f"/office/spring/progress.{suffix}")
        assert (answer.status, answer.headers["Content-Type"]) == (200, each.media_type)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="progress-spring.{suffix}"'


def test_the_rows_that_are_right_can_be_taken_alone(world: World):
    """Every fault is listed with how many rows are right; those are taken when that is asked for, and nobody leaves."""
    path = "/api/cohorts/spring/roster"
    body = f"{HEADER}jon,Jon,Lima,jon@example.org,Blue\nkim,Kim,Lima,nowhere,Blue\n".encode()
    seen = world.ask("fay", "POST", path, body).json
    assert [(each["line"], each["column"]) for each in seen["faults"]] == [(3, "e-mail address")]
    assert (seen["right"], seen["changes"]["missing"]) == (1, [])
    assert seen["changes"]["people"] == [
        {"firstname": "Jon", "lastname": "Lima", "email": "jon@example.org", "set": "Blue"}
    ]
    assert "last name: lastname" in seen["columns"]
    assert world.ask("fay", "POST", f"{path}?do=1", body).json["faults"] == seen["faults"]
    assert world.ask("fay", "POST", f"{path}?do=1&right=1&leave=1&sure=1", body).status == 202
    built(world)
    with open_store(world.data) as store:
        there = store.read(lambda c: {each.person.username for each in members.members(c, "spring")})
    assert {"jon", "fay"} <= there
    assert "kim" not in there
