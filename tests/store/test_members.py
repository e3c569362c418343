"""People, cohorts, sets and roles."""

from __future__ import annotations

import pytest

from actionlearn.errors import Conflict, Missing
from actionlearn.permissions import Actor, Membership
from actionlearn.store.people import members
from actionlearn.store.records import LearningSet, Suggestion


def test_a_person_is_added_once(store):
    """A username is one person, whatever its case or way of writing an accent; the second is refused."""
    rui = store.write(lambda c: members.add_person(c, username="João", firstname="João", lastname="Sá", email="j@x.pt"))
    assert rui.name == "João Sá"
    assert store.read(lambda c: members.person_by_username(c, "JOA\u0303O")) == rui
    with pytest.raises(Conflict) as raised:
        store.write(lambda c: members.add_person(c, username="joão"))
    assert raised.value.code == "store.username_taken"


def test_a_person_changes_where_something_is_given(store):
    """What is not given stays as it is; nobody by an unknown id."""
    rui = store.write(lambda c: members.add_person(c, username="rui", email="old@x.pt", locale="pt"))
    changed = store.write(lambda c: members.update_person(c, rui.id, email="", time_zone="Europe/Lisbon"))
    assert (changed.email, changed.locale, changed.time_zone) == ("", "pt", "Europe/Lisbon")
    assert changed.name == "rui"
    assert store.read(lambda c: members.person(c, rui.id)) == changed
    with pytest.raises(Missing):
        store.read(lambda c: members.person(c, "nobody"))
    assert store.read(lambda c: members.person_by_username(c, "nobody")) is None


def test_a_cohort_is_put_again(store):
    """A cohort that is put twice is one, as it was put last; the newest cohort comes first."""
    store.write(lambda c: members.put_cohort(c, id="autumn", name="Autumn"))
    latest = store.write(
        lambda c: members.put_cohort(c, id="autumn", name="Outono", locale="pt", programme={"theme": "água", "n": [1]})
    )
    assert store.read(lambda c: members.cohort(c, "autumn")) == latest
    assert store.read(members.cohorts) == [latest]
    with pytest.raises(Missing):
        store.read(lambda c: members.cohort(c, "spring"))


def test_sets_are_found_by_name(store):
    """A set is one in its cohort; another cohort may have a set of that name."""

    def make(c):
        for id in ("autumn", "spring"):
            members.put_cohort(c, id=id, name=id)
        first = members.put_set(c, "autumn", "B")
        return (
            first,
            members.put_set(c, "autumn", "B"),
            members.put_set(c, "spring", "B"),
            members.put_set(c, "autumn", "A"),
        )

    b, again, other, a = store.write(make)
    assert b == again == LearningSet(b.id, "autumn", "B")
    assert other.id != b.id
    assert store.read(lambda c: members.sets(c, "autumn")) == [a, b]


def test_roles_are_given_and_taken(store):
    """Roles come and go one by one; the actor has them all, across cohorts."""

    def make(c):
        for id in ("autumn", "spring"):
            members.put_cohort(c, id=id, name=id)
        bea = members.add_person(c, username="bea", lastname="Z")
        ana = members.add_person(c, username="ana", lastname="a")
        group = members.put_set(c, "autumn", "One")
        members.grant(c, "autumn", bea.id, "learner", group.id)
        members.grant(c, "autumn", bea.id, "learner", group.id)
        members.grant(c, "autumn", ana.id, "facilitator")
        members.grant(c, "spring", bea.id, "coach")
        members.set_operator(c, ana.id)
        return bea, ana, group

    bea, ana, group = store.write(make)
    roles = frozenset({Membership("autumn", "learner", group.id), Membership("spring", "coach")})
    assert store.read(lambda c: members.actor(c, bea.id)) == Actor(bea.id, roles)
    assert store.read(lambda c: members.actor(c, ana.id)).operator
    assert store.read(lambda c: members.actor(c, "nobody")) == Actor("nobody")
    assert [
        (m.person.username, m.role, m.set_id, m.set_name) for m in store.read(lambda c: members.members(c, "autumn"))
    ] == [
        ("ana", "facilitator", "", ""),
        ("bea", "learner", group.id, "One"),
    ]
    store.write(lambda c: members.revoke(c, "autumn", bea.id, "learner"))
    assert len(store.read(lambda c: members.members(c, "autumn"))) == 2
    store.write(lambda c: members.revoke(c, "autumn", bea.id, "learner", group.id))
    assert len(store.read(lambda c: members.members(c, "autumn"))) == 1


def test_suggestions_are_replaced_in_order(store):
    """What is suggested keeps its order; the same template may come twice; putting them again replaces them."""
    store.write(lambda c: members.put_cohort(c, id="autumn", name="Autumn"))
    rows = [
        Suggestion("autumn", "scope", "2026-10-01", "2026-10-08", 0),
        Suggestion("autumn", "experiment", "", "", 1),
        Suggestion("autumn", "experiment", "2026-11-01", "", 2),
    ]
    for some in (rows[::-1], rows):
        store.write(lambda c, some=some: members.put_suggestions(c, "autumn", some))
    assert store.read(lambda c: members.suggestions(c, "autumn")) == rows


def test_a_role_needs_a_person_and_a_cohort(store):
    """Nobody has a role in nothing: the database refuses."""
    with pytest.raises(Conflict):
        store.write(lambda c: members.grant(c, "nowhere", "nobody", "coach"))
