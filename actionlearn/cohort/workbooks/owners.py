"""Who owns the workbooks of a cohort: each learner's, each set's, and a manager's about each of their learners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from actionlearn.cohort.programme.programme import Programme
from actionlearn.cohort.roster.roster import safe_username
from actionlearn.errors import Missing
from actionlearn.store import Connection
from actionlearn.store.people import members
from actionlearn.store.records import LearningSet, Member, Person
from actionlearn.template import Template


@dataclass(frozen=True)
class Owner:
    """Whoever a workbook is made for.

    Parameters
    ----------
    id, kind
        Of the person, or of the set.
    folder
        Where their notebooks lie, in the folder of the cohort.
    name
        Username, or name of the set.
    firstname
        Of the learner whom the workbook is about: of a manager's workbook not the manager's own.
    locales
        Languages it is made in: a person's own, a set's are those of its members.
    about
        Of a manager's workbook, id of the learner.
    home
        Language of the programme: a set's notebook in another has it in its name.
    """

    id: str
    kind: Literal["person", "set"]
    folder: str
    name: str
    locales: tuple[str, ...]
    firstname: str = ""
    about: str = ""
    home: str = ""

    def path(self, cohort: str, template: str, number: int, locale: str) -> str:
        """Return where a notebook of theirs is, relative to the data folder."""
        more = f".{locale}" if self.kind == "set" and locale != self.home else ""
        return f"cohorts/{cohort}/{self.folder}/{template}-{number}{more}.ipynb"

    def has(self, template: Template) -> bool:
        """Tell whether they get a workbook of a template: a set what is owned by sets, a manager what is about members."""
        return template.owner == self.kind and (not self.about or template.about == "member")


def of_person(who: Person, locale: str, about: Person | None = None) -> Owner:
    """Return a person as owner of their own workbooks, or of those about a learner; ``locale`` where they have none."""
    folder = _folder(who) + (f"/{_folder(about)}" if about else "")
    learner = about or who
    spoken = (who.locale or locale,)
    return Owner(
        id=who.id,
        kind="person",
        folder=folder,
        name=who.username,
        locales=spoken,
        firstname=learner.firstname,
        about=about.id if about else "",
    )


def of_set(group: LearningSet, everyone: Iterable[Member], locale: str) -> Owner:
    """Return a set as owner of the workbooks of those members of a cohort who learn in it, in the language of each."""
    learners = (each.person for each in everyone if each.role == "learner" and each.set_id == group.id)
    spoken = sorted({each.locale or locale for each in learners}, key=lambda each: (each != locale, each))
    return Owner(id=group.id, kind="set", folder=f"+{group.id}", name=group.name, locales=tuple(spoken), home=locale)


def find_owner(c: Connection, cohort: str, id: str, template: Template, locale: str, about: str = "") -> Owner:
    """Return for whom somebody starts a workbook: a set, a person, or the set of a person where sets own it.

    Raises
    ------
    Missing
        There is nobody of this id; they are in no set.
    """
    groups = {each.id: each for each in members.sets(c, cohort)}
    if id not in groups and template.owner == "set":
        mine = (m for m in members.members(c, cohort) if m.person.id == id and m.role == "learner" and m.set_id)
        member = next(mine, None)
        if member is None:
            raise Missing("cohort.no_set", template=template.id)
        id = member.set_id
    if id in groups:
        return of_set(groups[id], members.members(c, cohort), locale)
    return of_person(members.person(c, id), locale, members.person(c, about) if about else None)


def owners_of_cohort(c: Connection, programme: Programme, learners: Mapping[str, Person]) -> list[Owner]:
    """Return all owners of a cohort: its learners, its sets that have members, its managers for each learner."""
    people = [of_person(each, programme.locale) for each in learners.values()]
    in_set: dict[str, list[Member]] = {}
    for each in members.members(c, programme.id):
        in_set.setdefault(each.set_id, []).append(each)
    sets = [of_set(group, in_set.get(group.id, ()), programme.locale) for group in members.sets(c, programme.id)]
    return [*people, *(each for each in sets if each.locales), *_managers(c, programme, learners)]


def _managers(c: Connection, programme: Programme, learners: Mapping[str, Person]) -> Iterable[Owner]:
    for staff in programme.people:
        manager = members.person_by_username(c, staff.username) if staff.learners else None
        for username in staff.learners if manager else ():
            if manager and username in learners:
                yield of_person(manager, programme.locale, learners[username])


def _folder(who: Person) -> str:
    return who.username if safe_username(who.username) else who.id
