"""Names in one column, two or three: no word of a name is left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionlearn.cohort.roster.names import first_and_last
from actionlearn.cohort.roster.roster import read_roster

FILES = Path(__file__).parent / "roster-names"


def names(source: Path | bytes) -> list[tuple[str, str]]:
    """Return first and last names."""
    return [(row.firstname, row.lastname) for row in read_roster(source)]


def test_the_last_name_first():
    """“Silva, Ana” is Ana Silva."""
    assert names(FILES / "one-column-last-name-first.csv") == [("Ana", "Silva"), ("Rui Pedro", "Costa e Sousa")]


def test_two_given_names_beside_the_last():
    """Nome and Apelido: Ana Maria stays Ana Maria."""
    assert names(FILES / "nome-apelido.csv") == [("Ana Maria", "Silva"), ("Rui", "Costa")]


@pytest.mark.parametrize(
    ("heads", "cells", "expected"),
    [
        ("First name,Middle name,Last name", "Ana,Maria,Silva", ("Ana Maria", "Silva")),
        ("Nombre,Primer apellido,Segundo apellido", "Ana,García,López", ("Ana", "García López")),
        ("Voornaam,Tussenvoegsel,Achternaam", "Jan,van der,Berg", ("Jan", "van der Berg")),
        ("Full name,Last name", "Ana Maria Silva,Silva", ("Ana Maria", "Silva")),
        ("Prénom,Nom", "Ana,Silva", ("Ana", "Silva")),
        ("Vorname,Name", "Ana,Silva", ("Ana", "Silva")),
        ("Name", '"King, Jr."', ("King", "Jr.")),
        ("Name,First name,Last name", "Ana S.,Ana,Silva", ("Ana", "Silva")),
        ("Name,First name,Last name", "Ana Silva,,", ("Ana", "Silva")),
    ],
)
def test_names_in_any_number_of_columns(heads: str, cells: str, expected: tuple[str, str]):
    """However a platform cuts a name, it is put together again."""
    assert names(f"{heads},Email\n{cells},ana@example.org\n".encode()) == [expected]


WORDS = st.lists(st.sampled_from(["Ana", "Maria", "da", "Silva", "Costa", "e"]), min_size=1, max_size=4).map(" ".join)


@given(st.fixed_dictionaries({}, optional={"firstname": WORDS, "lastname": WORDS, "name": WORDS, "middlename": WORDS}))
def test_no_word_is_dropped(cells: dict[str, str]):
    """Every word of a name is there in the end, unless whole first and last names stand beside it."""
    made = " ".join(first_and_last(cells)).split()
    if cells.get("name") and not (cells.get("firstname", cells.get("middlename")) and cells.get("lastname")):
        assert set(cells["name"].split()) <= set(made)
    for column in ("firstname", "middlename", "lastname"):
        assert set(cells.get(column, "").split()) <= set(made)
