"""What might be missing: three questions at most, each about something that is not there."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionlearn import template, views
from actionlearn.advice.gaps import AIMS, LOOKS, MOST, PLACES, find_gaps
from actionlearn.answers.items import PromptAnswer
from actionlearn.answers.prompts import NOT_YET
from actionlearn.answers.rendering import item_for
from actionlearn.template.packs import cards

TODAY = date(2026, 11, 2)
NOW = "2026-11-01T09:00:00.000Z"
BOOKS = ("start", "scope", "plan", "experiment", "reflect", "impact", "community")


@cache
def prompts(name: str) -> dict[str, Any]:
    """Return the prompts of a shipped template."""
    path = template.find(name, "en")
    assert path
    return {each.id: each for each in template.load(path, views=views.VIEWS, cards=cards()["en"]).prompts}


def said(answers: dict[str, Any], *, at: str = NOW, experiments: int = 1) -> list[PromptAnswer]:
    """Return all prompts of one's workbooks with some answers: ``scope.need``, ``experiment-2.happened``."""
    found = []
    books = [(name, 1) for name in BOOKS] + [("experiment", number) for number in range(2, experiments + 1)]
    for name, number in books:
        for id, prompt in prompts(name).items():
            key = f"{name}.{id}" if number == 1 else f"{name}-{number}.{id}"
            value, when = answers.get(key), at
            if isinstance(value, tuple):
                value, when = value
            item = item_for(prompt, value, workbook=name.title(), when=when if value is not None else "")
            found.append(PromptAnswer(f"{name}-{number}", name, number, id, 1, item))
    return found


def asked(answers: dict[str, Any], **more: Any) -> list[str]:
    """Return where the questions lead."""
    return [f"{each.workbook}.{each.prompt}" for each in find_gaps(said(answers, **more), TODAY)]


def row(**cells: Any) -> dict[str, Any]:
    """Return a row of a table."""
    return {"row": "00000000-0000-4000-8000-000000000001", "cells": cells}


EVERY = [f"{book}.{id}" for book in BOOKS for id in prompts(book)]
NEED, AIM = {"scope.need": "Orders leave late."}, {"scope.need": "Orders leave late.", "plan.aim": "On the day."}
STEPS = {"plan.actions": [row(what="Stand there", learn="What they say", by="2026-11-05")]}
TRIED = {"experiment.attempt": "Ask each morning", "experiment.prediction": "They shrug"}
ALL = AIM | STEPS | TRIED | {"scope.ask": "What am I not seeing?", "plan.measure": "Late orders"}


@pytest.mark.parametrize(
    "text", ["Our people need more training.", "They lack a course on Excel", "Falta formação à equipa"]
)
def test_a_need_that_reads_like_a_course_is_asked_about(text):
    """Where the need is a course, the question is what would be different on Monday."""
    first = find_gaps(said({"scope.need": text}), TODAY)[0]
    assert first.prompt == "need"
    assert "Monday" in first.question


@pytest.mark.parametrize(
    "text", ["Of course nobody answers.", "Orders leave late.", "O curso do rio", "O processo está em curso"]
)
def test_of_course_is_no_course(text):
    """A word that only sounds like it is left alone."""
    assert "scope-1.need" not in asked({"scope.need": text})


@pytest.mark.parametrize(
    ("answers", "leads"),
    [
        (NEED, "plan-1.aim"),
        (AIM, "plan-1.actions"),
        (AIM | STEPS, "experiment-1.attempt"),
        (AIM | {"plan.actions": [row(what="Stand there")]} | TRIED, "plan-1.actions"),
        (AIM | STEPS | {"experiment.attempt": "Ask"}, "experiment-1.prediction"),
        (AIM | STEPS | {k: (v, "2026-10-10T09:00:00.000Z") for k, v in TRIED.items()}, "experiment-1.happened"),
        (AIM | STEPS | TRIED | {"experiment.next": "stop"}, "experiment-1.happened"),
        (AIM | STEPS | TRIED | {"experiment.happened": "They laughed"}, "experiment-1.next"),
        (AIM | STEPS | TRIED, "scope-1.ask"),
        (ALL | {"impact.changed": "It is calm."}, "impact-1.agree"),
        (AIM | STEPS | TRIED | {"scope.ask": "What?"}, "plan-1.measure"),
    ],
)
def test_an_orphan_is_found(answers, leads):
    """Need, objective, question, action, experiment, evidence, decision: what hangs alone is asked for."""
    assert leads in asked(answers)


def test_each_experiment_is_looked_at():
    """The second try without a decision is found though the first has one."""
    done = {"experiment.happened": "Nothing", "experiment.next": "stop"}
    second = {"experiment-2.attempt": "Call", "experiment-2.prediction": "x", "experiment-2.happened": "They came"}
    assert "experiment-2.next" in asked(ALL | done | second, experiments=2)


def test_a_fortnight_without_looking_back():
    """After fourteen days without a reflection it is asked for, before that it is not."""
    assert "reflect-1.moment" in asked(ALL, at="2026-10-19T09:00:00.000Z")
    assert "reflect-1.moment" not in asked(ALL, at="2026-10-20T09:00:00.000Z")
    assert "reflect-1.moment" not in asked(ALL | {"reflect.doubt": ("That", NOW)}, at="2026-10-01T09:00:00.000Z")


def test_a_loose_tie_is_missing():
    """People without anybody far away are noticed; one loose tie, or somebody on the other side, is enough."""
    done = ALL | {"experiment.happened": "x", "experiment.next": "stop", "reflect.left_out": "Nights"}
    close = [row(who="Eva", tie="close"), row(who="Rui", tie="close")]
    assert "plan-1.people" in asked(done | {"plan.people": close})
    assert "plan-1.people" not in asked(done | {"plan.people": [*close, row(who="Ines", tie="loose")]})
    untold = done | {"plan.people": [row(who="Eva"), row(who="Rui")]}
    assert "scope-1.other_side" in asked(untold)
    assert "scope-1.other_side" not in asked(untold | {"scope.other_side": "Mr Armindo"})


def test_only_one_of_the_four_aims():
    """Work alone: the question goes to what else it is for; with a second aim nothing is asked."""
    done = ALL | {"experiment.happened": "x", "experiment.next": "stop"}
    assert "start-1.matters" in asked(done)
    assert "reflect-1.doubt" not in asked(done | {"reflect.left_out": "The night shift"})


def test_who_wrote_nothing_is_asked_nothing():
    """An empty workbook is a beginning, not a fault, and so is one that says not yet."""
    assert asked({}) == []
    assert find_gaps([], TODAY) == []
    assert "plan-1.aim" not in asked(NEED | {"plan.aim": NOT_YET})


def test_words_are_the_readers_own_and_short():
    """A question quotes some of the learner's words, on one line, and no more than some."""
    long = "Stand at the counter\n" * 20
    (question,) = [
        each.question
        for each in find_gaps(said(AIM | {"plan.actions": [row(what=long)]} | TRIED), TODAY)
        if each.prompt == "actions"
    ]
    assert len(question) < 120
    assert "\n" not in question


@given(
    st.dictionaries(
        st.sampled_from(EVERY),
        st.one_of(
            st.none(),
            st.just(NOT_YET),
            st.text(max_size=30),
            st.just([row(what="x", by="y")]),
            st.just(["unheard"]),
            st.integers(1, 5),
        ),
        max_size=12,
    )
)
def test_it_never_asks_more_than_three_and_never_falls(answers):
    """Whatever stands in the answers: three at most, each leading to a prompt there is, none twice."""
    whole = said(answers)
    found = find_gaps(whole, TODAY)
    known = {(each.workbook, each.prompt) for each in whole}
    assert len(found) <= MOST
    assert len({each.prompt for each in found}) == len(found)
    assert all((each.workbook, each.prompt) in known and each.question.endswith("?") for each in found)


def test_places_are_in_the_shipped_workbooks():
    """Each thing that is looked for has a place in the workbooks that come with the kit."""
    shipped = {f"{name}.{id}" for name in template.shipped()["en"] for id in prompts(name)}
    for name, places in {**PLACES, **AIMS}.items():
        assert shipped & set(places), name
    assert len(LOOKS) == 10
