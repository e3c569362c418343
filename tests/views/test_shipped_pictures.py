"""The pictures of the shipped templates: they take whatever was typed."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest

from actionlearn.answers.rendering import item_for
from actionlearn.template import load, shipped
from actionlearn.views import VIEWS, render


def cell_of(locale: str):
    """Return the one live cell of the workbook."""
    (cell,) = load(shipped()[locale]["impact"], views=VIEWS).live_cells
    return cell


def row(**cells):
    """Return one row of the table of figures."""
    return {"row": "5f3b1c9e-3a52-4c1b-9d7e-0a1b2c3d4e5f", "cells": cells}


LATE = [12, 14, 13, 15, 12, 14, 13, 12, 18, 19, 17, 20, 18, 19, 18, 20]
NOT_YET = {"not_yet": True}
MONTH = [row(on=f"2026-10-{day:02}", count=str(30 - day)) for day in range(1, 25, 2)]


def shown(locale, **answers):
    """Return what the cell shows of answers, in words."""
    names: dict[str, object] = {"live": lambda function, of: names.update(called=function, of=of)}
    exec(cell_of(locale).source, names)
    assert set(answers) <= set(names["of"])
    made = names["called"](*(answers.get(name) for name in names["of"]))
    if isinstance(made, tuple):
        figure, said = made
        figure.savefig(BytesIO(), format="svg")
        return said
    return made if isinstance(made, str) else made.text


@pytest.mark.parametrize("locale", ["en", "pt"])
@pytest.mark.parametrize(
    ("figures", "since", "what_if"),
    [
        (None, None, None),
        (NOT_YET, NOT_YET, NOT_YET),
        ([], None, "3"),
        ([row(), row(on="2026-10-01"), row(count="3"), row(on="2026-10-02", count="many")], None, None),
        ([row(on="2026-10-01", count="3")], None, None),
        ([row(on="2026-10-01", count="3")], "2026-09-01", "0.5"),
        ([row(on="9999-12-31", count="3"), row(on="0001-01-01", count="9" * 30)], "2026-12-01", "9" * 30),
        (MONTH, NOT_YET, NOT_YET),
        (MONTH, "2026-10-12", "4.5"),
    ],
)
def test_the_picture_of_the_figures_takes_whatever_was_typed(locale, figures, since, what_if):
    """The live cell draws what there is, says the same in words, and never fails on what is missing or odd."""
    assert shown(locale, figures=figures, since=since, what_if=what_if)


def test_the_picture_says_what_it_shows():
    """The words beside the picture hold the median from before the change, and what one more count would do."""
    said = shown("en", figures=MONTH, since="2026-10-12", what_if="4.5")
    assert "the median of 6 counts before 12 October 2026: 24." in said
    assert "Were the next count 4.5, the same would be said." in said


def test_a_shift_is_told_and_not_explained():
    """The learner's own sixteen weeks: a baseline of eight, and a row that chance would not make."""
    weeks = [row(on=str(date(2026, 5, 18) + timedelta(weeks=n)), count=str(value)) for n, value in enumerate(LATE)]
    said = shown("en", figures=weeks, since="2026-07-13")
    assert "8 counts in a row lie on one side of the middle line; up to 7 is chance." in said
    assert "the median of 8 counts before 13 July 2026: 13." in said
    assert "It says that something changed, and not why." in said


def test_a_day_that_is_there_twice_is_said():
    """Two counts for one day: the later one counts, and the reader is told; few points are said to be few."""
    said = shown("en", figures=[row(on="2026-10-01", count="3"), row(on="2026-10-01", count="4,5")])
    assert "2026-10-01 is there twice. The later one counts: 4,5." in said
    assert "Too few points" in said


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


@pytest.mark.parametrize("locale", ["en", "pt"])
def test_an_attached_csv_is_drawn_with_what_was_typed(locale):
    """Weeks of a sheet and one typed day are one picture; a photo, a link and a note beside it are none of its business."""
    sheet = "week,orders_late_percent\n" + "".join(f"2026-W{week},{LATE[week - 21]}\n" for week in range(21, 37))
    entry = {"file": "a" * 64, "name": "late.csv", "size": len(sheet), "type": "text/csv"}
    others = [
        {"link": "https://example.org/", "name": "The board"},
        {"file": "b" * 64, "name": "board.png", "size": 9, "type": "image/png"},
        {"file": "c" * 64, "name": "note.txt", "size": 9, "type": "text/plain", "text": "no figures"},
    ]
    alone = shown(locale, evidence=[*others, {**entry, "text": sheet}])
    both = shown(locale, evidence=[*others, {**entry, "text": sheet}], figures=[row(on="2026-09-07", count="11")])
    assert "16" in alone
    assert "17" in both
    assert "17" not in alone
    nothing = shown(locale)
    assert shown(locale, evidence=others) == shown(locale, evidence=[entry]) == nothing
