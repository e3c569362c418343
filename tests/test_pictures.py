"""The pictures of the shipped templates: they take whatever was typed."""

from __future__ import annotations

from io import BytesIO

import pytest

from actionlearn.reading import item_for
from actionlearn.template import load, shipped
from actionlearn.views import VIEWS, render


def cell_of(locale: str):
    """Return the one live cell of the workbook."""
    (cell,) = load(shipped()[locale]["impact"], views=VIEWS).live_cells
    return cell


def row(**cells):
    """Return one row of the table of figures."""
    return {"row": "5f3b1c9e-3a52-4c1b-9d7e-0a1b2c3d4e5f", "cells": cells}


NOT_YET = {"not_yet": True}
MONTH = [row(on=f"2026-10-{day:02}", count=str(30 - day)) for day in range(1, 25, 2)]


@pytest.mark.parametrize("locale", ["en", "pt"])
@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ((None, None, None), False),
        ((NOT_YET, NOT_YET, NOT_YET), False),
        (([], None, "3"), False),
        (([row(), row(on="2026-10-01"), row(count="3"), row(on="2026-10-02", count="many")], None, None), False),
        (([row(on="2026-10-01", count="3")], None, None), True),
        (([row(on="2026-10-01", count="3")], "2026-09-01", "0.5"), True),
        (([row(on="9999-12-31", count="3"), row(on="0001-01-01", count="9" * 30)], "2026-12-01", "9" * 30), True),
        ((MONTH, NOT_YET, NOT_YET), True),
        ((MONTH, "2026-10-12", "4.5"), True),
    ],
)
def test_the_picture_of_the_figures_takes_whatever_was_typed(locale, values, drawn):
    """The live cell draws what there is, says the same in words, and never fails on what is missing or odd."""
    cell = cell_of(locale)
    names: dict[str, object] = {"live": lambda function, of: names.update(called=function, of=of)}
    exec(cell.source, names)

    shown = names["called"](*values)

    assert names["of"] == ["figures", "since", "what_if"]
    assert isinstance(shown, tuple) is drawn
    if drawn:
        figure, said = shown
        figure.savefig(BytesIO(), format="svg")
        assert said


def test_the_picture_says_what_it_shows():
    """The words beside the picture hold the medians of before and since, and of what if."""
    cell = cell_of("en")
    names: dict[str, object] = {"live": lambda function, of: names.update(called=function)}
    exec(cell.source, names)

    _, said = names["called"](MONTH, "2026-10-12", "4.5")

    assert "before the change is 24." in said
    assert "Since 2026-10-12 it is 12." in said
    assert "If the next count were 4.5, the middle one would be 11." in said


def test_the_pictures_understand_what_is_asked():
    """People of a plan stand near or far and by their part in it; what pulls in a job stands on its side."""
    asked = {p.id: p for id in ("plan", "job") for p in load(shipped()["en"][id], views=VIEWS).prompts}
    people = [
        {"who": "Head of services", "tie": "loose", "part": "decides", "stance": "waiting"},
        {"who": "Rosa", "tie": "close", "part": "feels"},
        {"who": "IT", "tie": "none"},
    ]
    forces = [{"force": "It is quicker", "side": "for", "strength": 2}, {"force": "One leaves late", "side": "against"}]

    placed, ties, field = (
        render(view, [item_for(asked[prompt], [{"row": "", "cells": cells} for cells in rows])]).text
        for view, prompt, rows in (
            ("stakeholders", "people", people),
            ("people", "people", people),
            ("forces",) * 2 + (forces,),
        )
    )

    assert "much power, little interest): Head of services" in placed
    assert "little power, much interest): Rosa" in placed
    assert placed.endswith("Not placed yet: IT")
    assert "Strong ties: Rosa" in ties
    assert "Driving: It is quicker" in field
