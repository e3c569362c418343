"""Who in a list is a learner, in which set, and who shares an address."""

from __future__ import annotations

from pathlib import Path

import pytest

from actionlearn import i18n
from actionlearn.cohort.roster.learners import is_active, is_learner
from actionlearn.cohort.roster.roster import Roster, parse_roster

FILES = Path(__file__).parent / "roster-people"


def notes(taken: Roster) -> str:
    """Return what is best known, in words."""
    return " ".join(i18n.sentence(note) for note in taken.notes)


def test_teachers_and_who_is_suspended_are_no_learners():
    """They are left out, and named."""
    taken = parse_roster(FILES / "participants-with-roles.csv")
    assert [row.firstname for row in taken.rows] == ["Ana"]
    assert "Te Acher (Teacher)" in notes(taken)
    assert "suspended or have left: Rui Costa" in notes(taken)


def test_sets_that_differ_by_capitals_or_accents_are_one():
    """The spelling that most have is taken, or that of the programme; it is said."""
    taken = parse_roster(FILES / "sets-by-case.csv")
    assert {row.set for row in taken.rows} == {"Orchard"}
    assert "orchard, Órchard" in notes(taken)
    assert {row.set for row in parse_roster(FILES / "sets-by-case.csv", sets=["ORCHARD"]).rows} == {"ORCHARD"}


def test_two_people_with_one_address_are_noted():
    """Whoever reads that mail can open both."""
    taken = parse_roster(FILES / "one-address-twice.csv")
    assert len(taken.rows) == 2
    assert "office@example.org: Ana Silva, Rui Costa" in notes(taken)


@pytest.mark.parametrize(
    ("roles", "learner"),
    [
        ("Student", True), ("Aluno", True), ("Estudiante", True), ("Étudiant", True), ("Teilnehmer/in", True),
        ("Teacher, Student", True), ("", True), ("Leerling", True), ("Participante", True), ("STUDENT", True),
        ("Non-editing teacher", False), ("Professor", False), ("Trainer/in", False), ("Docente", False),
        ("Enseignant", False), ("TA", False), ("Course Builder", None), ("No roles", None),
    ],
)  # fmt: skip
def test_roles_in_several_languages(roles: str, learner: bool | None):
    """A learner, somebody else, or a role that is not known here."""
    assert is_learner(roles) is learner


@pytest.mark.parametrize(
    ("cells", "active"),
    [
        ({"status": "Active"}, True), ({"status": "Ativo"}, True), ({"status": "Suspended"}, False),
        ({"status": "Suspenso"}, False), ({"status": "inactive"}, False), ({"status": "Gesperrt"}, False),
        ({"status": "deleted"}, False), ({"suspended": "1"}, False), ({"suspended": "Não"}, True),
        ({"enabled": "false"}, False), ({"enabled": "Sim"}, True), ({}, True),
    ],
)  # fmt: skip
def test_standing_in_several_languages(cells: dict[str, str], active: bool):
    """Who is suspended, deleted or switched off has left."""
    assert is_active(cells) is active
