"""Where somebody can go: the bar at the top of every page."""

from __future__ import annotations

from actionlearn.i18n import say
from actionlearn.permissions import GROUP_ROLES, Actor


def navigation_for(actor: Actor, locale: str) -> list[tuple[str, str]]:
    """Return the paths of a person's places, each with what it is called."""
    roles = {membership.role for membership in actor.memberships}
    links = [
        ("", "My journey", bool(roles & {"learner", "manager"}) or not (roles or actor.operator)),
        *((path, label, True) for path, label in _group_link(actor)),
        ("received", "Released to me", bool(roles & {"manager", "sponsor"})),
        ("desk", "Desk", "coach" in roles),
        ("office", "Office", "facilitator" in roles or actor.operator),
    ]
    return [(path, say(label, locale)) for path, label, shown in links if shown]


def _group_link(actor: Actor) -> list[tuple[str, str]]:
    """Return where somebody meets others: the room of their set, and for who has none the board of their cohort."""
    mine = sorted((each for each in actor.memberships if each.role in GROUP_ROLES), key=lambda each: each.cohort)
    sets = [each for each in mine if each.role == "learner" and each.set]
    if sets:
        return [(f"room/{sets[-1].cohort}/{sets[-1].set}", "My set")]
    return [(f"board/{mine[-1].cohort}", "Asks and offers")] if mine else []


def is_within(here: str, path: str) -> bool:
    """Tell whether a page is one of a place, or below it."""
    return here == path or (path != "" and here.startswith(f"{path}/"))
