"""Whose a workbook is: a person's, or a set's; and whom it is about, such as a manager's about a learner."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from actionlearn.cohort.roster import safe_username
from actionlearn.store import Connection, members
from actionlearn.store.rows import LearningSet, Person


@dataclass(frozen=True)
class Owner:
    """Who has a workbook.

    Parameters
    ----------
    id
        Of the person, or of the set.
    folder
        Where their notebooks lie, in the folder of the cohort.
    name
        Username, or name of the set.
    firstname
        What a workbook calls them; nothing for a set.
    locale
        The language they read, empty for the programme's.
    about
        Id of the person it is about, where that is somebody else.
    """

    id: str
    folder: str
    name: str
    firstname: str = ""
    locale: str = ""
    kind: Literal["person", "set"] = "person"
    about: str = ""


def person(who: Person, about: Person | None = None) -> Owner:
    """Return a person as the owner of a workbook."""
    folder = _folder(who) + (f"/{_folder(about)}" if about else "")
    return Owner(who.id, folder, who.username, who.firstname, who.locale, about=about.id if about else "")


def group(which: LearningSet) -> Owner:
    """Return a set as the owner of a workbook."""
    return Owner(which.id, f"+{which.id}", which.name, kind="set")


def find(c: Connection, cohort: str, id: str, about: str = "") -> Owner:
    """Return the owner that an id names: one of the cohort's sets, else a person.

    Raises
    ------
    Missing
        There is neither.
    """
    named = next((each for each in members.sets(c, cohort) if each.id == id), None)
    return group(named) if named else person(members.person(c, id), members.person(c, about) if about else None)


def wishes(
    c: Connection, cohort: str, templates: Collection[str], of_sets: Collection[str], learners: Iterable[Person]
) -> list[tuple[Owner, str]]:
    """Return who is to have which workbooks: each learner their own, each set what is for sets."""
    people = [person(each) for each in learners]
    groups = [group(each) for each in members.sets(c, cohort)] if of_sets else []
    each_ones = [(owner, template) for owner in people for template in templates if template not in of_sets]
    return each_ones + [(owner, template) for owner in groups for template in templates if template in of_sets]


def _folder(who: Person) -> str:
    return who.username if safe_username(who.username) else who.id
