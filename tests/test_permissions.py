"""The permission rule: who reads what was shared, and as whom."""

from __future__ import annotations

from actionlearn.permissions import Actor, Membership, Resource, may, reads_as

BLUE = frozenset({Membership("autumn", "learner", "blue")})
SHARED = Resource("submission", "autumn", "ana", "person", "blue", frozenset({"set", "coach"}))


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


RELEASED = Resource("release", "autumn", "ana", only="mona", managers=frozenset({"mona", "max"}))
MONA = Actor("mona", frozenset({Membership("autumn", "manager")}))


def test_a_release_is_read_by_the_one_it_was_for():
    """And by nobody else: not by another manager of the same learner, nor by who runs the office or the server."""
    assert may(MONA, "read", RELEASED)
    for role in ("learner", "coach", "facilitator", "manager", "sponsor"):
        assert not may(Actor("max", frozenset({Membership("autumn", role)})), "read", RELEASED)
    assert not may(Actor("max", operator=True), "read", RELEASED)
    assert not may(
        Actor("", frozenset({Membership("autumn", "sponsor")})), "read", Resource("release", "autumn", "ana")
    )


def test_who_is_no_longer_their_manager_reads_no_release_any_more():
    """Nor who lost the role, or has it in another cohort; a sponsor of the cohort needs to be nobody's manager."""
    assert not may(MONA, "read", Resource("release", "autumn", "ana", only="mona"))
    assert not may(Actor("mona", frozenset({Membership("winter", "manager")})), "read", RELEASED)
    assert may(
        Actor("mona", frozenset({Membership("autumn", "sponsor")})),
        "read",
        Resource("release", "autumn", "ana", only="mona"),
    )


def test_only_its_owner_releases_and_withdraws():
    """Not what a set wrote together, nor what a manager writes about somebody."""
    ana = Actor("ana", BLUE)
    assert may(ana, "release", Resource("workbook", "autumn", "ana", "person", "blue"))
    assert not may(ana, "release", Resource("workbook", "autumn", "blue", "set", "blue"))
    assert not may(MONA, "release", Resource("workbook", "autumn", "mona", about="ana"))
    assert may(ana, "release", RELEASED)
    assert not may(MONA, "release", RELEASED)
