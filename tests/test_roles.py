"""The permission rule: who reads what was shared, and as whom."""

from __future__ import annotations

from actionlearn.roles import Actor, Membership, Thing, may, reads_as

BLUE = frozenset({Membership("autumn", "learner", "blue")})
SHARED = Thing("submission", "autumn", "ana", "person", "blue", frozenset({"set", "coach"}))


def test_an_owner_reads_what_they_shared_as_its_owner():
    """Being in one's own set does not narrow what one reads of oneself to what the set reads."""
    ana = Actor("ana", BLUE)
    assert may(ana, "read", SHARED)
    assert reads_as(ana, SHARED) == frozenset()


def test_somebody_of_the_set_reads_as_the_set():
    """And not as the coach."""
    assert reads_as(Actor("ben", BLUE), SHARED) == {"set"}


def test_a_coach_of_another_set_reads_nothing():
    """A role in the cohort that is narrowed to a set stays there."""
    coach = {at: Actor("cora", frozenset({Membership("autumn", "coach", at)})) for at in ("blue", "red", "")}
    assert {at: reads_as(actor, SHARED) for at, actor in coach.items()} == {
        "blue": {"coach"},
        "red": frozenset(),
        "": {"coach"},
    }
    assert not may(coach["red"], "read", SHARED)
