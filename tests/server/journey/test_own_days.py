"""The days of a calendar file: what they are about, and whose they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actionlearn.answers.items import Item, PromptAnswer
from actionlearn.exports.ical import days
from actionlearn.server.journey.calendar import own_promises
from actionlearn.store.records import Person

ANA, BEA, ZOE = (
    Person(id=name, username=f"{name}.x", firstname=first, lastname="", email="", locale="en")
    for name, first in (("ana", "Ana"), ("bea", "Béatrice Maria"), ("zoe", "Zoë"))
)


def promise(who: str, *, of_set: bool = True) -> PromptAnswer:
    """Return a table of one row that somebody promised."""
    row = {"row": "1", "cells": {"who": who, "what": "Call the ward", "by": "2026-10-24"}}
    item = Item("actions", [row], "Meeting", "2026-10-12T20:00:00.000Z", "", "table", {"who": "Who", "what": "What"})
    return PromptAnswer(workbook="w", template="t", number=1, prompt="p", version=1, item=item, of_set=of_set)


@pytest.mark.parametrize(
    ("who", "stays"),
    [("Zoë", True), ("zoe", True), ("Zoë and Ana", True), ("everybody", True), ("", True), ("Béatrice", False)],
)
def test_what_others_of_the_set_promised_is_not_mine(who, stays):
    """A row of a set's table that names another of its people, and not me, is in no calendar of mine."""
    left = own_promises(promise(who), ZOE, [ANA, BEA, ZOE]).item.value
    assert bool(left) is stays


def test_my_own_workbook_keeps_what_i_planned_with_others():
    """Whoever plans a step with somebody wants to be told of the day."""
    assert own_promises(promise("Ana", of_set=False), ZOE, [ANA, ZOE]).item.value


def test_a_day_is_named_by_what_it_is_about():
    """Of four tries, each day says which; where nothing is written yet, the workbook's name stands there."""
    item = Item("look_on", "2026-10-24", "One small try 2", "2026-10-12T20:00:00.000Z", "On which day?", "date")
    answer = PromptAnswer(workbook="w", template="experiment", number=2, prompt="look_on", version=1, item=item)
    (day,) = days([replace(answer, about="Danuta joins for two minutes")])
    assert day.summary == "Danuta joins for two minutes · Look at what your try showed"
    (day,) = days([answer])
    assert day.summary == "One small try 2: Look at what your try showed"
