"""Views: pure functions of answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actionlearn.answers.prompts import Item, Past
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


def past(*said):
    """Return earlier versions: value, instant, cause."""
    return tuple(Past(value, f"2026-{when}:00.000Z", cause) for value, when, cause in said)


def test_history_says_how_words_changed():
    """Each version with its day, what was taken out and what was added, escaped; the newest is how it is now."""
    item = Item(
        "scope.need",
        "Fewer <calls> for us",
        "Scope",
        "2026-11-02T09:00:00.000Z",
        "What needs to change?",
        revisions=past(("Fewer forms for us", "10-05T09:00", "share"), ("Fewer <calls> for us", "11-01T09:00", "blur")),
    )
    drawn = render("history", [item])
    assert "Fewer <del>forms </del><ins>&lt;calls&gt; </ins>for us" in drawn.html
    assert drawn.html.count("<li>") == 2
    assert "5 October 2026, shared" in drawn.html
    assert drawn.text == (
        "What needs to change?\n\n5 October 2026, shared\nFewer forms for us\n\n1 November 2026\nFewer <calls> for us"
    )


def test_history_counts_sittings_and_not_keystrokes():
    """Of versions of one hour the last counts, but what was shared stays; a long history keeps its beginning."""
    kept = past(
        ("a", "10-05T09:00", "blur"),
        ("b", "10-05T09:20", "share"),
        ("c", "10-05T09:30", "rest"),
        ("d", "10-05T09:50", "blur"),
        ("e", "10-07T09:50", "blur"),
    )
    drawn = render("history", [Item("need", "e", "", "2026-10-07T09:50:00.000Z", revisions=kept)])
    assert [line for line in drawn.text.splitlines() if len(line) == 1] == ["b", "d", "e"]
    many = past(*((f"v{n}", f"10-{n + 1:02}T09:00", "blur") for n in range(30)))
    long = render("history", [Item("need", "v29", "", "2026-10-30T09:00:00.000Z", revisions=many)])
    assert long.html.count("<li>") == 12
    assert "v0" in long.text.splitlines()
    assert "v1" not in long.text.splitlines()


def test_history_of_a_table_is_its_text():
    """A table's versions are compared as they read."""
    earlier = [{"row": "a", "cells": {"what": "Ask", "by": "2026-10-05"}}]
    item = replace(TABLE, revisions=past((earlier, "09-05T09:00", "share")))
    assert "<ins>" in render("history", [item]).html
