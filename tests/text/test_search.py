"""Finding among many texts what somebody means by a few words."""

from __future__ import annotations

import pytest

from actionlearn.text.search import normalise, search_texts

TEXTS = (
    "Who knows the union rules?",
    "I can teach you to drive a forklift.",
    "Who knows a good caterer?",
    "João sabe conduzir empilhadores.",
    "Who knows the night shift? Forklifts are there too.",
)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("who knows forklifts", [4, 1]),
        ("FORKLIFT", [1, 4]),
        ("joao", [3]),
        ("empilhador", [3]),
        ("a caterer", [2]),
        ("crane", []),
        ("?!", []),
        ("", []),
    ],
)
def test_rare_words_decide(wanted: str, found: list[int]):
    """Without case, accents or endings; what has only the common words of a question is left out."""
    assert search_texts(wanted, TEXTS) == found


def test_every_script_is_searched():
    """Letters without case or accents are found as they are."""
    assert normalise("ÅNGSTRÖM Straße") == "angstrom strasse"
    assert search_texts("Погрузчик", ["погрузчики есть", "нет"]) == [0]
    assert search_texts("叉车", ["叉车 司机", "其他"]) == [0]
    assert search_texts("x", []) == []
