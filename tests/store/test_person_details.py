"""What is known of a person is declared once: the table, rosters, changes and erasure follow the record."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from actionlearn.store import records
from actionlearn.store.erasure import personal_data
from actionlearn.store.people import members
from actionlearn.store.records import DETAILS, Person
from actionlearn.store.reports.progress import roster_stamp
from actionlearn.store.tables import schema

#: Columns that are the store's own business.
OWN = {"username_key", "operator", "created_at"}

EMAIL = '    email: str = field(default="", metadata={"label": message("e-mail address")})\n'

WITH_ONE_MORE = """
import sys
import types
from pathlib import Path

source = Path(sys.argv[1]).read_text("utf-8")
name = "actionlearn.store.records"
changed = source.replace(sys.argv[2], sys.argv[2] + sys.argv[3])
assert changed != source
module = sys.modules[name] = types.ModuleType(name)
exec(compile(changed, sys.argv[1], "exec"), module.__dict__)

from sqlalchemy import create_engine

from actionlearn.cohort.enrolment.changes import FIELDS as compared
from actionlearn.cohort.roster.roster import read_roster
from actionlearn.server.office.cohort_page import FIELDS as named
from actionlearn.store.erasure import personal_data
from actionlearn.store.people import members
from actionlearn.store.tables import schema

(row,) = read_roster(b"username,firstname,lastname,email,phone\\nana,Ana,Lima,ana@example.org,123\\n")
engine = create_engine("sqlite://")
schema.metadata.create_all(engine)
with engine.begin() as c:
    person = members.add_person(c, **row.details)
    assert members.person(c, person.id).phone == "123"
    assert members.update_person(c, person.id, phone="456").phone == "456"
    personal_data.erase(c, person)
    assert members.person(c, person.id).phone == ""
assert "phone" in compared
assert named["phone"] == "telephone"
"""


def test_the_table_has_the_columns_of_the_record():
    """Every field is a column, and the rest is the store's own."""
    assert {column.name for column in schema.person.columns} == {each.name for each in fields(Person)} | OWN


def test_a_field_is_added_in_one_place():
    """With one line more in the record, rosters have it, it is kept, changed, compared, named and erased."""
    more = EMAIL.replace("email", "phone").replace("e-mail address", "telephone")
    run = [sys.executable, "-c", WITH_ONE_MORE, str(Path(records.__file__)), EMAIL, more]
    done = subprocess.run(run, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", [each for each in DETAILS if each != "username"])
def test_a_change_of_any_detail_is_seen(store, name):
    """Whoever looked at a cohort before somebody's details changed did not see what is so now."""

    def act(c):
        members.put_cohort(c, id="autumn", name="Autumn")
        ana = members.add_person(c, username="ana", firstname="Ana")
        members.grant(c, "autumn", ana.id, "learner")
        before = roster_stamp(c, "autumn")
        members.update_person(c, ana.id, **{name: "xy"})
        return before, roster_stamp(c, "autumn")

    before, after = store.write(act)
    assert before != after


def test_of_an_erased_person_nothing_is_left_but_the_id(store):
    """Every field is blank, whichever there are."""

    def act(c):
        known = {each.name: "Canary" for each in fields(Person) if each.name != "id"}
        ana = members.add_person(c, **known)
        personal_data.erase(c, ana)
        return members.person(c, ana.id)

    ana = store.write(act)
    assert "Canary" not in str(ana)
