"""Which sets and cohorts somebody is in, and who can be introduced there."""

from __future__ import annotations

from actionlearn.permissions import GROUP_ROLES, Actor, Resource, may
from actionlearn.store import Connection
from actionlearn.store.people import members


def introducible(c: Connection, actor: Actor, cohort: str) -> dict[str, list[tuple[str, str]]]:
    """Return whom one could introduce, id and name: by the set that a posting is for, under "" for the cohort."""
    every = [each for each in members.members(c, cohort) if each.role in GROUP_ROLES and each.person.id != actor.person]
    coaches = {each for each in every if each.role == "coach"}
    found: dict[str, set[tuple[str, str]]] = {"": {(each.person.id, each.person.name) for each in every}}
    for id, _ in rooms(c, actor, cohort):
        found[id] = {(each.person.id, each.person.name) for each in coaches if each.set_id in ("", id)}
    for each in every:  # once through, however many sets there are
        if each.role == "learner" and each.set_id in found and each.set_id:
            found[each.set_id].add((each.person.id, each.person.name))
    return {group: sorted(met, key=lambda one: one[1]) for group, met in found.items()}


def room_of(cohort: str, set_id: str) -> Resource:
    """Return the room of a set, as `roles.may` wants it."""
    return Resource(kind="set", cohort=cohort, owner=set_id, owner_kind="set", set=set_id)


def own_set(actor: Actor, cohort: str) -> str:
    """Return the set somebody learns in, in a cohort; empty where they are in none."""
    mine = (each.set for each in actor.memberships if each.cohort == cohort and each.role == "learner" and each.set)
    return next(mine, "")


def rooms(c: Connection, actor: Actor, cohort: str) -> list[tuple[str, str]]:
    """Return the rooms somebody may enter: id and name."""
    return [(each.id, each.name) for each in members.sets(c, cohort) if may(actor, "enter", room_of(cohort, each.id))]
