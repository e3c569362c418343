"""Whose a workbook is: a learner's, a set's, or a manager's about a learner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from actionlearn.cohort.enrolment.enrol import read_inputs
from actionlearn.cohort.workbooks.build import build_cohort, build_workbook
from actionlearn.permissions import may
from actionlearn.store import Store, open_store
from actionlearn.store.people import members
from actionlearn.store.workbooks import workbooks

PROGRAMME = """
[programme]
id = "spring"
name = "Spring"
organisation = "Ribeira"
time_zone = "Europe/Lisbon"
templates = "templates"

[programme.contact]
name = "Teresa Vaz"
phone = "+351 210 000 000"

[[sets]]
name = "Set A"
coach = "rui"

[[sets]]
name = "Set B"
coach = "rui"

[[people]]
username = "rui"
firstname = "Rui"
email = "rui@example.org"
role = "coach"

[[people]]
username = "graca"
firstname = "Graça"
email = "graca@example.org"
role = "manager"

[[workbooks]]
template = "ours"
opens = 2026-01-05

[[workbooks]]
template = "mine"
opens = 2026-01-05
"""
ROSTER = """username,firstname,lastname,email,set
ana,Ana,Lima,ana@example.org,Set A
bea,Bea,Lima,bea@example.org,Set A
caio,Caio,Lima,caio@example.org,Set B
"""
TEMPLATE = """---
template: {id}
title: {id}
version: 1
minutes: 1
stage: start
{more}
---
```{{prompt}} said
What?
```
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Name a data folder, with a programme beside it."""
    (tmp_path / "programme.toml").write_text(PROGRAMME, "utf-8")
    (tmp_path / "roster.csv").write_text(ROSTER, "utf-8")
    (tmp_path / "templates").mkdir()
    for id, more in (("ours", "owner: set"), ("mine", "about: member")):
        (tmp_path / "templates" / f"{id}.md").write_text(TEMPLATE.format(id=id, more=more), "utf-8")
    return tmp_path / "data"


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    """Open a store with the cohort in it, built twice."""
    programme, rows = read_inputs(data.parent / "programme.toml", data.parent / "roster.csv")
    with open_store(data) as opened:
        first = build_cohort(opened, data, programme, rows)
        again = build_cohort(opened, data, programme, rows)
        assert (len(first.made), len(again.made), len(again.unchanged), again.failed) == (5, 0, 5, [])
        yield opened


def test_a_set_has_one_workbook_and_its_members_open_it(store, data):
    """What is for sets is made once for each set; its learners may write in it, the other set's may not."""
    groups = {each.name: each.id for each in store.read(lambda c: members.sets(c, "spring"))}
    made = store.read(lambda c: workbooks.workbooks_in(c, "spring"))
    ours = {each.owner: each for each in made if each.template == "ours"}

    assert set(ours) == set(groups.values())
    assert all((data / each.path).is_file() and each.owner_kind == "set" for each in ours.values())
    thing = store.read(lambda c: workbooks.workbook_resource(c, ours[groups["Set A"]]))
    people = {name: store.read(lambda c, name=name: members.person_by_username(c, name)) for name in ("ana", "caio")}
    assert may(store.read(lambda c: members.actor(c, people["ana"].id)), "write", thing)
    assert not may(store.read(lambda c: members.actor(c, people["caio"].id)), "open", thing)


def test_a_set_starts_another(store, data):
    """A second workbook of a set has the next number, and lies beside the first."""
    group = store.read(lambda c: members.sets(c, "spring"))[0]
    made = build_workbook(store, data, "spring", group.id, "ours")

    assert (made.owner_kind, made.owner, made.number) == ("set", group.id, 2)
    assert made.path == f"cohorts/spring/+{group.id}/ours-2.ipynb"
    assert (data / made.path).is_file()


def test_a_manager_has_a_workbook_about_each_learner(store, data):
    """A manager's workbooks about two learners are two, each number one, and each the manager's own."""
    who = {
        name: store.read(lambda c, name=name: members.person_by_username(c, name)) for name in ("graca", "ana", "bea")
    }
    manager = who["graca"].id
    made = [build_workbook(store, data, "spring", manager, "mine", about=who[name].id) for name in ("ana", "bea")]

    assert [each.number for each in made] == [1, 1]
    assert [each.about for each in made] == [who["ana"].id, who["bea"].id]
    assert made[0].path == "cohorts/spring/graca/ana/mine-1.ipynb"
    assert len({each.path for each in made}) == 2
    thing = store.read(lambda c: workbooks.workbook_resource(c, made[0]))
    assert may(store.read(lambda c: members.actor(c, manager)), "open", thing)
    assert not may(store.read(lambda c: members.actor(c, who["ana"].id)), "open", thing)
