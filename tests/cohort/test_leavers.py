"""Who left a cohort is not handed, with what they wrote there, to the next facilitator; nor is a set's name."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from actionlearn import accounts
from actionlearn.cohort.enrolment.changes import WantedPerson
from actionlearn.cohort.enrolment.enrol import _retire_sets
from actionlearn.cohort.enrolment.links import make_links
from actionlearn.errors import Refused
from actionlearn.permissions import may
from actionlearn.store import Store
from actionlearn.store.people import members
from actionlearn.store.reviews import notes
from actionlearn.store.workbooks import drafts, workbooks


def found(store: Store) -> dict[str, str]:
    """Make two cohorts with a facilitator each; return ids."""

    def act(c: Any) -> dict[str, str]:
        ids = {name: members.add_person(c, username=name).id for name in ("zoe", "cole", "new", "fay", "helena")}
        for cohort, who in (("autumn", "helena"), ("spring", "fay")):
            members.put_cohort(c, id=cohort, name=cohort)
            members.grant(c, cohort, ids[who], "facilitator")
        for name in ("zoe", "cole", "new"):
            members.grant(c, "spring", ids[name], "learner")
        return ids

    return store.write(act)


def test_who_left_words_in_another_cohort_gets_no_link_of_its_next_facilitator(store: Store):
    """Neither a learner who wrote there nor a coach who noted something; somebody who is new gets one."""
    ids = found(store)

    def act(c: Any) -> None:
        about = {"template": "scope", "template_hash": "0", "locale": "en", "title": "Scope", "path": "x.ipynb"}
        book = workbooks.add_workbook(c, cohort="autumn", owner=ids["zoe"], number=1, **about).id
        key = {"workbook": book, "prompt": "need", "person": ids["zoe"], "client": str(uuid4())}
        drafts.save(c, **key, seq=1, base=0, value="Private")
        notes.put_note(c, by=ids["cole"], about=ids["zoe"], kind="person", body="Note", base=0)

    store.write(act)
    fay, helena = (store.read(lambda c, who=ids[name]: members.actor(c, who)) for name in ("fay", "helena"))
    things = store.read(lambda c: members.person_resources(c, ids.values()))
    assert [name for name in ("zoe", "cole", "new") if may(fay, "vouch", things[ids[name]])] == ["new"]
    assert not may(helena, "vouch", things[ids["zoe"]])
    for name in ("zoe", "cole"):
        with pytest.raises(Refused):
            make_links(store, "spring", "http://x", 1, accounts.new_links, [name], fay)
    made = {
        each.username: bool(each.link)
        for each in make_links(store, "spring", "http://x", 1, accounts.new_links, by=fay)
    }
    assert made == {"zoe": False, "cole": False, "new": True, "fay": True}


def test_a_set_name_that_is_given_to_others_is_another_set(store: Store):
    """Where nobody of the group was of it, the old set keeps what it wrote, under another name."""
    ids = found(store)

    def act(c: Any) -> tuple[str, str, str]:
        old = members.put_set(c, "spring", "Blue").id
        members.grant(c, "spring", ids["zoe"], "learner", old)
        group = [WantedPerson(username="new", firstname="N", lastname="", role="learner", sets=("Blue",))]
        _retire_sets(c, "spring", group, leave=True)
        other = members.put_set(c, "spring", "Blue").id
        both = [*group, WantedPerson(username="zoe", firstname="Z", lastname="", role="learner", sets=("Blue (1)",))]
        _retire_sets(c, "spring", both, leave=True)
        return old, other, members.put_set(c, "spring", "Blue (1)").id

    old, other, named = store.write(act)
    assert old != other
    assert named == old
