"""Views: pure functions of answers."""

from __future__ import annotations

import pytest

from actionlearn.prompts import Item
from actionlearn.views import VIEWS, render

ROWS = [
    {"row": "a", "cells": {"what": "Later <b>", "by": "2026-11-02"}},
    {"row": "b", "cells": {"what": "First", "by": "2026-10-05", "state": "done"}},
    {"row": "c", "cells": {"what": "Some day"}},
]
TABLE = Item(
    "plan.actions",
    ROWS,
    "Plan",
    "2026-10-01T08:00:00.000Z",
    "What first?",
    "table",
    {"what": "What", "by": "By", "state": "State", "done": "Done"},
)


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_says_something_of_nothing(name):
    """A view without answers has a kind line, and no script or style."""
    for items in ([], [Item("need")]):
        drawn = render(name, items)
        assert "<script" not in drawn.html
        assert "style=" not in drawn.html
    assert "will stand here" in drawn.html


def test_recap_says_where_and_when_it_was_said():
    """A recap gives the words with their workbook and day, escaped."""
    drawn = render(
        "recap", [Item("scope.need", "Wait <i>less</i>", "Scope", "2026-10-05T09:12:33.123Z", "What needs to change?")]
    )
    assert "You said, in “Scope”, 5 October 2026:" in drawn.html
    assert "Wait &lt;i&gt;less&lt;/i&gt;" in drawn.html
    assert drawn.text == "What needs to change?\nWait <i>less</i>"


def test_steps_come_in_the_order_of_their_dates():
    """Steps of all tables stand by date; those without one come last."""
    drawn = render("steps", [TABLE, Item("scope.need", "text")])
    assert drawn.text.splitlines() == ["5 October 2026 · First · Done", "2 November 2026 · Later <b>", "– · Some day"]
    assert "Later &lt;b&gt;" in drawn.html
    assert '<th scope="col">By when</th>' in drawn.html
