"""People belong to several cohorts: whose word counts for whom, on the command line and in the office."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actionlearn.accounts import new_links, peek_link
from actionlearn.cohort.enrolment.enrol import plan, read_inputs
from actionlearn.cohort.enrolment.links import make_links
from actionlearn.cohort.workbooks.build import build_cohort
from actionlearn.cohort.workbooks.language import change_language
from actionlearn.errors import Refused, RosterError
from actionlearn.permissions import OPERATOR, Actor, Membership, Resource, may
from actionlearn.store import Store, open_store
from actionlearn.store.people import members

from ..support.served_kit import World

HEADER = "username,firstname,lastname,email\n"
PROGRAMME = """
[programme]
id = "{id}"
name = "{id}"
organisation = "Ribeira"
time_zone = "UTC"
contact = {{name = "Teresa", phone = "1"}}

[[people]]
username = "{facilitator}"
firstname = "F"
email = "{facilitator}@example.org"
role = "facilitator"

[[workbooks]]
template = "scope"
opens = 2026-01-05
"""


def inputs(folder: Path, id: str, facilitator: str, *rows: str) -> Any:
    """Write a programme and a roster, and read them."""
    programme, roster = folder / f"{id}.toml", folder / f"{id}.csv"
    programme.write_text(PROGRAMME.format(id=id, facilitator=facilitator), "utf-8")
    roster.write_text(HEADER + "".join(f"{row}\n" for row in rows), "utf-8")
    return read_inputs(programme, roster)


def actor(store: Store, username: str) -> Actor:
    """Return somebody with all their roles."""
    return store.read(lambda c: members.actor(c, members.person_by_username(c, username).id))  # type: ignore[union-attr]


def said(store: Store, username: str) -> tuple[str, str]:
    """Return first name and e-mail address of somebody."""
    person = store.read(lambda c: members.person_by_username(c, username))
    assert person is not None
    return person.firstname, person.email


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """Build a cohort of Wanda's, in which Will is a learner."""
    with open_store(tmp_path / "data") as store:
        build_cohort(store, tmp_path / "data", *inputs(tmp_path, "winter", "wanda", "will,Will,Wood,will@example.org"))
        build_cohort(store, tmp_path / "data", *inputs(tmp_path, "autumn", "fay", "ana,Ana,Lima,ana@example.org"))
        yield store


@pytest.mark.parametrize(
    ("cohorts", "operator", "allowed"),
    [
        ({"autumn"}, False, True),
        ({"autumn", "winter"}, False, False),
        ({"winter"}, False, False),
        (set(), False, False),
        ({"autumn"}, True, False),
    ],
)
def test_who_may_say_who_somebody_is(cohorts: set[str], operator: bool, allowed: bool):
    """A facilitator, for those of their own cohorts alone; an operator for everybody; anybody for themselves."""
    thing = Resource("person", owner="p", cohorts=frozenset(cohorts), operator=operator)
    fay = Actor("fay", frozenset({Membership("autumn", "facilitator"), Membership("winter", "coach")}))
    assert may(fay, "vouch", thing) is allowed
    assert may(OPERATOR, "vouch", thing)
    assert may(Actor("p"), "vouch", thing)
    assert not may(Actor("ana", frozenset({Membership("autumn", "learner")})), "vouch", thing)
    assert not may(None, "vouch", thing)


def test_a_username_that_is_somebody_elses_is_a_fault(kept: Store, tmp_path: Path):
    """A facilitator who names somebody of another cohort with an e-mail address of their own changes nothing."""
    before = said(kept, "will")
    programme, rows = inputs(tmp_path, "autumn", "fay", "will,Mallory,M,mallory@example.org", "wanda,W,W,w@example.org")
    for act in (
        lambda: plan(kept, programme, rows, actor(kept, "fay")),
        lambda: build_cohort(kept, tmp_path / "data", programme, rows, by=actor(kept, "fay")),
    ):
        with pytest.raises(RosterError) as raised:
            act()
        assert [(each.code, each.line) for each in raised.value.faults] == [
            ("roster.somebody_else", 2),
            ("roster.somebody_else", 3),
        ]
    assert said(kept, "will") == before
    assert "will" not in {each.person.username for each in kept.read(lambda c: members.members(c, "autumn"))}


def test_somebody_of_another_cohort_joins_and_stays_who_they_are(kept: Store, tmp_path: Path):
    """The same person may learn in two cohorts; name and links remain with those who know them already."""
    programme, rows = inputs(tmp_path, "autumn", "fay", "ana,Ana,Lima,ana@example.org", "will,Bill,W,WILL@example.org")
    fay = actor(kept, "fay")
    assert plan(kept, programme, rows, fay).theirs == ("will",)
    report = build_cohort(kept, tmp_path / "data", programme, rows, by=fay)
    assert (report.people.new, report.people.changed, report.failed) == (("will",), (), [])
    assert said(kept, "will") == ("Will", "will@example.org")

    made = {each.username: each for each in make_links(kept, "autumn", "http://x", 1, new_links, by=actor(kept, "fay"))}
    assert made["will"].link == ""
    assert made["will"].elsewhere
    assert peek_link(kept, made["ana"].link.rpartition("/")[2]).username == "ana"
    with pytest.raises(Refused):
        make_links(kept, "autumn", "http://x", 1, new_links, only=["ana", "will"], by=actor(kept, "fay"))
    # Now that Will is Fay's learner too, Wanda alone cannot speak for him either.
    with pytest.raises(Refused):
        make_links(kept, "winter", "http://x", 1, new_links, only=["will"], by=actor(kept, "wanda"))
    changed = inputs(tmp_path, "autumn", "fay", "ana,Ana,Lima,ana@example.org", "will,Mallory,M,mallory@example.org")
    assert build_cohort(kept, tmp_path / "data", *changed, by=actor(kept, "fay")).people.theirs == ("will",)
    assert said(kept, "will") == ("Will", "will@example.org")


def test_a_language_that_somebody_chose_stays(kept: Store, tmp_path: Path):
    """Where neither programme nor roster says a language, both leave what a facilitator and a learner chose."""
    for username in ("fay", "ana"):
        person = kept.read(lambda c, username=username: members.person_by_username(c, username))  # type: ignore[misc]
        assert person is not None
        change_language(kept, tmp_path / "data", person.id, "pt")
    programme, rows = inputs(tmp_path, "autumn", "fay", "ana,Ana,Lima,ana@example.org")
    assert plan(kept, programme, rows, actor(kept, "fay")).changed == ()


def test_who_facilitates_both_cohorts_may(kept: Store, tmp_path: Path):
    """A facilitator of every cohort somebody is in changes their name and gets their link."""
    kept.write(lambda c: members.grant(c, "winter", actor(kept, "fay").person, "facilitator"))
    programme, rows = inputs(tmp_path, "autumn", "fay", "will,Bill,Wood,bill@example.org")
    report = build_cohort(kept, tmp_path / "data", programme, rows, by=actor(kept, "fay"))
    assert report.people.elsewhere == ("will",)
    assert said(kept, "will") == ("Bill", "bill@example.org")
    assert make_links(kept, "autumn", "http://x", 1, new_links, only=["will"], by=actor(kept, "fay"))[0].link


def test_an_operator_is_nobodys(kept: Store, tmp_path: Path):
    """Whoever runs the installation is not a facilitator's to rename or to sign in as, though of that cohort alone."""
    kept.write(lambda c: members.set_operator(c, actor(kept, "ana").person))
    programme, rows = inputs(tmp_path, "autumn", "fay", "ana,Mallory,M,mallory@example.org")
    build_cohort(kept, tmp_path / "data", programme, rows, by=actor(kept, "fay"))
    assert said(kept, "ana") == ("Ana", "ana@example.org")
    with pytest.raises(Refused):
        make_links(kept, "autumn", "http://x", 1, new_links, only=["ana"], by=actor(kept, "fay"))


def test_the_command_line_may_and_is_told(kept: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Whoever has the store may do it all, and reads whom else it concerns."""
    from actionlearn.cli import main

    inputs(tmp_path, "autumn", "fay", "will,Bill,Wood,bill@example.org")
    data = str(tmp_path / "data")
    for arguments in (
        ["build", str(tmp_path / "autumn.toml"), "--roster", str(tmp_path / "autumn.csv")],
        ["links", "autumn"],
    ):
        with pytest.raises(SystemExit) as ended:
            main(["cohort", *arguments, "--data", data])
        assert ended.value.code == 0
        assert "belong to other cohorts too" in (told := capsys.readouterr()).err
        assert "will." in told.err
    assert said(kept, "will") == ("Bill", "bill@example.org")
    assert all(row["link"] for row in csv.DictReader(io.StringIO(told.out)))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve Fay's autumn and Wanda's winter."""
    folder = tmp_path_factory.mktemp("office")
    made = World(folder)
    with open_store(made.data) as store:
        programme, _ = inputs(folder, "autumn", "fay", "ana,Ana,,ana@example.org")
        kept = programme.model_dump(mode="json")

        def act(c: Any) -> None:
            members.put_cohort(c, id="autumn", name="Autumn", programme=kept)
            members.update_person(c, made.person["will"], email="will@example.org")

        store.write(act)
    yield made.start()
    made.stop()


def test_the_office_takes_over_nobody(world: World):
    """By roster and by link: a facilitator of one cohort gets neither name nor way in of somebody in another."""
    path, rows = "/api/cohorts/autumn/roster", world.rows()
    for query in ("", "?do=1"):
        answer = world.ask("fay", "POST", path + query, f"{HEADER}will,Mallory,M,mallory@example.org\n".encode())
        assert "somebody else" in answer.json["faults"][0]["message"]
        assert answer.json["faults"][0]["line"] == 2
    assert world.rows() == rows

    roster = f"{HEADER}ana,Ana,,ana@example.org\nwill,Mallory,M,will@example.org\n".encode()
    changes = world.ask("fay", "POST", path, roster).json["changes"]
    assert changes["theirs"] == ["Mallory M"]
    assert world.ask("fay", "POST", path + "?do=1", roster).status == 202
    while (building := world.ask("fay", "GET", "/api/cohorts/autumn/build").json)["state"] == "running":
        time.sleep(0.1)
    assert building["state"] == "done", building
    page = world.ask("fay", "GET", "/office/autumn").text
    assert "Mallory" not in page
    assert "Will" in page

    answer = world.ask("fay", "POST", "/api/cohorts/autumn/links", {"username": "will"})
    assert (answer.status, answer.json["error"]["code"]) == (403, "cohort.theirs")
    sent = world.ask("fay", "POST", "/api/cohorts/autumn/links", {}).body.decode("utf-8-sig")
    made = {row["username"]: row for row in csv.DictReader(io.StringIO(sent))}
    assert made["ana"]["link"]
    assert (made["will"]["link"], made["will"]["note"] != "") == ("", True)
