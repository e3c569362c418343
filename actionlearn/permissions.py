"""Roles, audiences, and the one permission rule: `may`.

Deny by default: what no line of `may` allows is refused. Roles come from the store alone.
Everything the rule needs to know is in its arguments, so that it can be read, and tested, whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["learner", "coach", "facilitator", "manager", "sponsor"]
ROLES: tuple[Role, ...] = get_args(Role)

#: Whose board a cohort's asks and offers are.
GROUP_ROLES: tuple[Role, ...] = ("learner", "coach", "facilitator")

#: Who may read an answer once it is shared.
Audience = Literal["me", "set", "coach", "cohort"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)

Action = Literal[
    "open",  # see the page of a workbook with its drafts, start its kernel
    "write",  # save an answer, change an audience, share
    "take",  # download it, private answers included
    "read",  # read what was shared: a submission and its executed notebook
    "comment",  # write and release comments, sign off
    "reply",  # answer a comment
    "agree",  # see what a learner and their coaches agreed, and agree
    "release",  # pick words of it for a manager or sponsor, and take them back
    "receive",  # see what learners released to them
    "note",  # keep a private note on a learner
    "facilitate",  # status, roster, links, build
    "coach",  # see the desk of a cohort
    "enter",  # come into the room of a set
    "gather",  # see what a cohort asks and offers, ask and answer; see what it was shown
    "change",  # close or withdraw what one asked or offered
    "found",  # make a new cohort on this installation
    "vouch",  # say who somebody is: change their name and e-mail address, make a sign-in link for them
]
ACTIONS: tuple[Action, ...] = get_args(Action)


@dataclass(frozen=True)
class Membership:
    """One role of one person in one cohort; ``set`` narrows it to one set, empty is the whole cohort."""

    cohort: str
    role: Role
    set: str = ""


@dataclass(frozen=True)
class Actor:
    """The person who wants to do something, with all their roles."""

    person: str
    memberships: frozenset[Membership] = frozenset()
    operator: bool = False

    def has(self, role: Role, cohort: str, set: str | None = None) -> bool:
        """Tell whether the person has a role in a cohort, for one set where one is named."""
        return any(
            m.role == role and m.cohort == cohort and (set is None or m.set in ("", set)) for m in self.memberships
        )

    def in_set(self, cohort: str, set: str) -> bool:
        """Tell whether the person is a learner of exactly this set."""
        return set != "" and Membership(cohort, "learner", set) in self.memberships


@dataclass(frozen=True)
class Resource:
    """What the act is about.

    Parameters
    ----------
    kind
        ``workbook`` (drafts), ``submission`` (what was shared of one), ``release`` (words of one),
        ``way`` (a learner's through a cohort), ``agreement`` (one that a learner and a coach made),
        ``set`` (its room), ``posting`` (an ask or an offer),
        ``entry`` (an answer that somebody shows), ``cohort``, ``person`` or ``installation``.
    cohort
        Id of the cohort it belongs to.
    owner
        Id of the person, or of the set, whose workbook it is; of a person, that person's own.
    owner_kind
        ``person`` or ``set``.
    set
        Id of the set the owner is in (or is); empty where there is none. Of a posting, an entry and what was shared:
        the set it is for, whichever its owner is in today; empty where it is for the cohort.
    audiences
        Of a submission, and of an entry: the audiences that it was shared with.
    cohorts
        Of a person: every cohort they have a role in.
    operator
        Of a person: whether they are an operator of the installation.
    about
        Of a manager's workbook: id of the learner it is about. *Set* means that learner alone, ``set`` is theirs.
    only
        Of a submission: id of the one coach who was asked; empty where it is for all of its audiences.
        Of a release: id of its one reader.
    managers
        Of a release: ids of the managers of its owner.
    coaches, members
        Of what was shared, and of an agreement: ids of those who coached the owner, and who were in the set, when
        words were given to them. None where they are given to whoever coaches and is in the set when they are.
    current_set
        Of the same: the set its owner is in today.
    consents
        Of the same: ids of those who came later, and whom its owner lets read what was given before.
    """

    kind: Literal[
        "workbook",
        "submission",
        "release",
        "way",
        "agreement",
        "set",
        "posting",
        "entry",
        "cohort",
        "person",
        "installation",
    ]
    cohort: str = ""
    owner: str = ""
    owner_kind: Literal["person", "set"] = "person"
    set: str = ""
    audiences: frozenset[Audience] = frozenset()
    cohorts: frozenset[str] = frozenset()
    operator: bool = False
    about: str = ""
    only: str = ""
    managers: frozenset[str] = frozenset()
    coaches: frozenset[str] | None = None
    members: frozenset[str] | None = None
    current_set: str = ""
    consents: frozenset[str] = frozenset()


#: Whoever types commands where the store is: they could read and write it all the same.
OPERATOR = Actor("", operator=True)


def may(actor: Actor | None, act: Action, thing: Resource) -> bool:  # noqa: C901 - one rule, a line for each case
    """Tell whether somebody may do something. The one permission rule of the kit.

    Parameters
    ----------
    actor
        The signed-in person, None for anybody else.
    act
        What they want to do.
    thing
        What they want to do it to.

    Returns
    -------
    bool
        True where a line below allows it.
    """
    if actor is None:
        return False
    match thing.kind, act:
        case "workbook", "open" | "write" | "take":
            return _owns(actor, thing)
        case "submission", "read":
            return _owns(actor, thing) or bool(reads_as(actor, thing))
        case "submission", "comment":
            return "coach" in thing.audiences and _coaches(actor, thing)
        case "submission", "reply":
            return _owns(actor, thing) or may(actor, "comment", thing)
        case "workbook", "release":  # a set's words are not one's alone, nor what a manager writes about somebody
            return _owns(actor, thing) and thing.owner_kind == "person" and not thing.about
        case "release", "release":
            return _owns(actor, thing)
        case "release", "read":
            return _receives(actor, thing)
        case "way" | "agreement", "agree":
            return _owns(actor, thing) or _coaches(actor, thing)
        case "way", "note":
            return _coaches(actor, thing)
        case "cohort", "facilitate":
            return actor.operator or actor.has("facilitator", thing.cohort)
        case "cohort", "coach":
            return actor.has("coach", thing.cohort)
        case "cohort", "receive":
            return actor.has("manager", thing.cohort) or actor.has("sponsor", thing.cohort)
        case "person", "vouch":
            return actor.operator or actor.person == thing.owner or _in_charge(actor, thing)
        case "installation", "found":
            return actor.operator or any(m.role == "facilitator" for m in actor.memberships)
        case _:
            return _may_gather(actor, act, thing)


def _may_gather(actor: Actor, act: Action, thing: Resource) -> bool:
    """Tell the same of a group's room: whoever is in it, and for the cohort's board whoever gathers there."""
    match thing.kind, act:
        case "set", "enter":
            return actor.in_set(thing.cohort, thing.owner) or actor.has("coach", thing.cohort, thing.owner)
        case "cohort", "gather":
            return any(actor.has(role, thing.cohort) for role in GROUP_ROLES)
        case "posting", "read":
            here = (
                Resource(kind="set", cohort=thing.cohort, owner=thing.set, owner_kind="set")
                if thing.set
                else Resource("cohort", thing.cohort)
            )
            return _may_gather(actor, "enter" if thing.set else "gather", here)
        case "posting", "change":
            return _owns(actor, thing)
        case "entry", "read":
            return _owns(actor, thing) or bool(reads_as(actor, thing))
        case _:
            return False


def reads_as(actor: Actor, thing: Resource) -> frozenset[Audience]:
    """Return the audiences of a submission this person belongs to; none for its owner, who reads it as such."""
    if _owns(actor, thing):
        return frozenset()
    belongs: set[Audience] = set()
    if _coaches(actor, thing):
        belongs.add("coach")
    if actor.person == thing.about if thing.about else _in_given_set(actor, thing):
        belongs.add("set")
    if actor.has("learner", thing.cohort) and not thing.about:
        belongs.add("cohort")
    return frozenset(belongs) & thing.audiences


def _in_charge(actor: Actor, thing: Resource) -> bool:
    """Tell whether somebody facilitates every cohort of a person: who has one elsewhere is known there, too."""
    facilitated = all(actor.has("facilitator", cohort) for cohort in thing.cohorts)
    return bool(thing.cohorts) and facilitated and not thing.operator


def _owns(actor: Actor, thing: Resource) -> bool:
    if thing.owner_kind == "set":
        return actor.in_set(thing.cohort, thing.owner)
    return actor.person != "" and actor.person == thing.owner


def _receives(actor: Actor, thing: Resource) -> bool:
    """Tell whether somebody is whom words were released to, and is their manager or sponsor still."""
    manages = actor.person in thing.managers and actor.has("manager", thing.cohort)
    return thing.only == actor.person != "" and (manages or actor.has("sponsor", thing.cohort))


def _coaches(actor: Actor, thing: Resource) -> bool:
    """Tell whether somebody is a coach to whom words were given: who came later, only where the owner lets them."""
    if thing.only not in ("", actor.person) or _owns(actor, thing):
        return False
    if thing.coaches is None:
        return actor.has("coach", thing.cohort, thing.set)
    if actor.person in thing.coaches:
        return actor.has("coach", thing.cohort)
    here = any(actor.has("coach", thing.cohort, each) for each in (thing.set, thing.current_set))
    return actor.person in thing.consents and here


def _in_given_set(actor: Actor, thing: Resource) -> bool:
    """Tell whether somebody is of the set to which words were given, as it was then, or was let in since."""
    if thing.members is None:
        return actor.in_set(thing.cohort, thing.set)
    if actor.person in thing.members:
        return actor.has("learner", thing.cohort)
    here = any(actor.in_set(thing.cohort, each) for each in (thing.set, thing.current_set))
    return actor.person in thing.consents and here
