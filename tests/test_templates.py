"""The shipped templates: short questions, the same ones in every language."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from actionlearn.prompts import CELL_KINDS, KINDS, Prompt
from actionlearn.template import Template, load, shipped
from actionlearn.views import VIEWS

JOURNEY = ("scope", "plan", "experiment", "reflect", "impact")
MOST_PROMPTS = 7
FEW_WORDS, MOST_WORDS = 12, 20

FILES = [(locale, id, path) for locale, files in sorted(shipped().items()) for id, path in sorted(files.items())]


def read(path: Path) -> Template:
    """Read a template, knowing the views of the kit."""
    return load(path, views=VIEWS)


def words_of(prompt: Prompt, template: Template) -> int:
    """Count the words of a question as it reads with no parameter given."""
    question = prompt.question
    for parameter in template.parameters:
        question = question.replace("{" + parameter.name + "}", parameter.default)
    return len([word for word in question.split() if any(letter.isalnum() for letter in word)])


def shape(prompt: Prompt) -> tuple[object, ...]:
    """Return all of a prompt that is no matter of language."""
    columns = tuple((c.id, c.kind, tuple(o.id for o in c.options)) for c in prompt.columns)
    options = tuple(option.id for option in prompt.options)
    return (prompt.id, prompt.kind, prompt.required, prompt.audience, prompt.by, options, columns, prompt.recap)


@pytest.mark.parametrize(("locale", "id", "path"), FILES)
def test_a_shipped_template_has_no_fault(locale, id, path):
    """Every shipped template reads without a fault, under its own name and in its own language."""
    template = read(path)

    assert (template.id, template.locale) == (id, locale)
    assert 1 <= len(template.prompts) <= MOST_PROMPTS
    assert template.minutes <= 15
    assert all(parameter.default and parameter.label for parameter in template.parameters)


def test_the_journey_is_there_in_both_languages():
    """The five workbooks of the journey are shipped in English and in Portuguese."""
    assert {locale: set(files) for locale, files in shipped().items()} == {"en": set(JOURNEY), "pt": set(JOURNEY)}


@pytest.mark.parametrize("id", JOURNEY)
def test_a_template_asks_the_same_in_both_languages(id):
    """Ids, kinds, options, columns, audiences and recaps agree: an answer means the same in either language."""
    english, portuguese = (read(shipped()[locale][id]) for locale in ("en", "pt"))

    assert [shape(prompt) for prompt in portuguese.prompts] == [shape(prompt) for prompt in english.prompts]
    assert portuguese.views == english.views
    assert [cell.of for cell in portuguese.live_cells] == [cell.of for cell in english.live_cells]
    assert (portuguese.version, portuguese.minutes, portuguese.stage) == (
        english.version,
        english.minutes,
        english.stage,
    )
    assert [p.name for p in portuguese.parameters] == [p.name for p in english.parameters]


@pytest.mark.parametrize("locale", ["en", "pt"])
def test_questions_are_short(locale):
    """Four questions of five have fewer than twelve words, and none has twenty."""
    lengths = [words_of(p, t) for t in map(read, shipped()[locale].values()) for p in t.prompts]

    assert max(lengths) < MOST_WORDS
    assert sum(length < FEW_WORDS for length in lengths) >= 0.8 * len(lengths)


@pytest.mark.parametrize(("locale", "id", "path"), FILES)
def test_a_question_is_one_question(locale, id, path):
    """A prompt asks one thing, with one question mark at its end, and never says "please describe"."""
    for prompt in read(path).prompts:
        assert prompt.question.count("?") == 1
        assert prompt.question.endswith("?")
        assert not {"please", "describe", "descreva"} & set(prompt.question.lower().split())


def test_only_the_need_is_required():
    """Of all that is asked, the need alone has to be answered before sharing counts as complete."""
    required = [(t.id, p.id) for t in map(read, shipped()["en"].values()) for p in t.prompts if p.required]

    assert required == [("scope", "need")]


def test_the_kind_of_problem_comes_before_any_number():
    """What kind of problem it is gets asked in the scope; nothing is measured before the plan."""
    scope, plan = (read(shipped()["en"][id]) for id in ("scope", "plan"))

    assert "terrain" in [prompt.id for prompt in scope.prompts]
    assert not [prompt.id for prompt in scope.prompts if prompt.kind in {"number", "scale", "table"}]
    assert "scope.terrain" in plan.prompts[0].recap


@pytest.mark.parametrize("id", JOURNEY)
def test_a_workbook_ends_in_a_date_or_a_question(id):
    """The last thing asked is a dated act or the question to take to the set."""
    last = read(shipped()["en"][id]).prompts[-1]

    dated = last.kind == "date" or "date" in [column.kind for column in last.columns]
    assert dated or last.id in {"ask", "question"}


def test_names_and_feelings_stay_with_their_owner():
    """What names people or tells of feelings is for nobody else, until the learner decides otherwise."""
    private = {(t.id, p.id) for t in map(read, shipped()["en"].values()) for p in t.prompts if p.audience == ("me",)}

    assert private >= {("scope", "other_side"), ("plan", "people"), ("reflect", "moment")}


def test_the_journey_uses_every_kind_of_prompt():
    """Every kind of prompt occurs on the journey, so walking it exercises them all."""
    used = {p.kind for t in map(read, shipped()["en"].values()) for p in t.prompts}

    assert used == set(KINDS)
    assert set(CELL_KINDS) <= used


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
    (cell,) = read(shipped()[locale]["impact"]).live_cells
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
    (cell,) = read(shipped()["en"]["impact"]).live_cells
    names: dict[str, object] = {"live": lambda function, of: names.update(called=function)}
    exec(cell.source, names)

    _, said = names["called"](MONTH, "2026-10-12", "4.5")

    assert "before the change is 24." in said
    assert "Since 2026-10-12 it is 12." in said
    assert "If the next count were 4.5, the middle one would be 11." in said
