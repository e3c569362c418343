"""The permission rule in a group's room: who comes in, who reads what is asked, offered and shown there."""

from __future__ import annotations

import pytest

from actionlearn.permissions import Actor, Membership, Resource, may

PEOPLE = {
    "ana": Actor("ana", frozenset({Membership("autumn", "learner", "blue")})),
    "ben": Actor("ben", frozenset({Membership("autumn", "learner", "blue")})),
    "cid": Actor("cid", frozenset({Membership("autumn", "learner", "green")})),
    "will": Actor("will", frozenset({Membership("winter", "learner", "blue")})),
    "cora": Actor("cora", frozenset({Membership("autumn", "coach", "blue")})),
    "cole": Actor("cole", frozenset({Membership("autumn", "coach", "green")})),
    "fay": Actor("fay", frozenset({Membership("autumn", "facilitator")})),
    "mona": Actor("mona", frozenset({Membership("autumn", "manager")})),
    "olga": Actor("olga", operator=True),
}
ROOM = Resource("set", "autumn", "blue", "set", "blue")
SET, COHORT = frozenset({"set"}), frozenset({"cohort"})


@pytest.mark.parametrize(
    ("act", "thing", "who"),
    [
        ("enter", ROOM, "ana ben cora"),
        ("gather", Resource("cohort", "autumn"), "ana ben cid cora cole fay"),
        ("read", Resource("posting", "autumn", "ana", set="blue"), "ana ben cora"),
        ("read", Resource("posting", "autumn", "ana"), "ana ben cid cora cole fay"),
        ("change", Resource("posting", "autumn", "ana", set="blue"), "ana"),
        ("read", Resource("entry", "autumn", "ana", set="blue", audiences=SET), "ana ben"),
        ("read", Resource("entry", "autumn", "ana", audiences=COHORT), "ana ben cid"),
        ("read", Resource("entry", "autumn", "ana", set="blue"), "ana"),  # withdrawn
        ("change", ROOM, ""),
        ("open", ROOM, ""),
    ],
)
def test_who_may_do_what_in_a_room(act, thing, who):
    """Nobody from outside, no manager, no operator; and what is withdrawn is its author's alone."""
    assert " ".join(name for name, actor in PEOPLE.items() if may(actor, act, thing)) == who
    assert not may(None, act, thing)
