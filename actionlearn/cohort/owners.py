"""Whose workbooks there are: each learner's, each set's, and a manager's about each of their learners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from actionlearn.cohort.programme import Programme
from actionlearn.cohort.roster import safe_username
from actionlearn.store import Connection, members
from actionlearn.store.rows import Person
from actionlearn.template import Template


@dataclass(frozen=True)
class Owner:
    """Whoever a workbook is made for.

    Parameters
    ----------
    id, kind
        Of the person, or of the set.
    name
        Username, or name of the set with a plus sign before it.
    firstname
        Of the learner whom the workbook is about: of a manager's workbook not the manager's own.
    locales
        Languages it is made in: a person's own, a set's are those of its members.
    about
        Of a manager's workbook, id of the learner.
    about_name
        That learner's username.
    """

    id: str
    kind: Literal["person", "set"]
    name: str
    locales: tuple[str, ...]
    firstname: str = ""
    about: str = ""
    about_name: str = ""

    @property
    def folder(self) -> str:
        """Name of the folder of their notebooks."""
        if self.kind == "set":
            plain = all(each.isalnum() or each in " -_" for each in self.name[1:])
            return self.name if plain else f"+{self.id}"
        return self.name if safe_username(self.name) else self.id

    def path(self, cohort: str, template: str, number: int, locale: str) -> str:
        """Return where a notebook of theirs is, relative to the data folder."""
        more = f".{locale}" if self.kind == "set" else f".{self.about_name}" if self.about else ""
        return f"cohorts/{cohort}/{self.folder}/{template}-{number}{more}.ipynb"

    def has(self, template: Template) -> bool:
        """Tell whether they get a workbook of a template: a set what is owned by sets, a manager what is about members."""
        return template.owner == self.kind and (not self.about or template.about == "member")


def of_person(person: Person, locale: str) -> Owner:
    """Return a learner as owner of their own workbooks; ``locale`` counts where they have none."""
    return Owner(person.id, "person", person.username, (person.locale or locale,), person.firstname)


def of_set(c: Connection, cohort: str, id: str, locale: str) -> Owner:
    """Return a set as owner of the workbooks of its members, in the language of each."""
    name = next(each.name for each in members.sets(c, cohort) if each.id == id)
    learners = [each.person for each in members.members(c, cohort) if each.role == "learner" and each.set_id == id]
    spoken = sorted({each.locale or locale for each in learners}, key=lambda each: (each != locale, each))
    return Owner(id, "set", f"+{name}", tuple(spoken))


def everybody(c: Connection, programme: Programme, learners: Mapping[str, Person]) -> list[Owner]:
    """Return all owners of a cohort: its learners, its sets that have members, its managers for each learner."""
    people = [of_person(each, programme.locale) for each in learners.values()]
    sets = [of_set(c, programme.id, each.id, programme.locale) for each in members.sets(c, programme.id)]
    return [*people, *(each for each in sets if each.locales), *_managers(c, programme, learners)]


def _managers(c: Connection, programme: Programme, learners: Mapping[str, Person]) -> Iterable[Owner]:
    for staff in programme.people:
        manager = members.person_by_username(c, staff.username) if staff.learners else None
        for username in staff.learners if manager else ():
            if manager and username in learners:
                about = learners[username]
                spoken = (manager.locale or programme.locale,)
                yield Owner(manager.id, "person", manager.username, spoken, about.firstname, about.id, username)
