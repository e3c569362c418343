"""Pictures of answers: what each says, against golden structures, and with whatever was typed."""

from __future__ import annotations

import base64
import logging
import os
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionlearn import views
from actionlearn.answers.prompts import NOT_YET, Item, Past
from actionlearn.template import load, shipped
from actionlearn.views import PRIVATE, VIEWS, ChartRequest, chart_of, render
from actionlearn.views.used import uses

from ..support import view_items
from ..support.view_items import GOALS, PEOPLE, experiments, figures, item, sample, table

GOLDEN = Path(__file__).parents[1] / "golden" / "views"
SAMPLE = sample()


class Outline(HTMLParser):
    """Elements with what matters of them, one to a line; pictures inside as their own elements."""

    KEPT = ("class", "alt", "type", "scope", "role", "href", "title", "media")

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag, attrs):
        told = {key: value or "" for key, value in attrs}
        kept = {k: v for k, v in told.items() if k in self.KEPT or k.startswith(("aria-", "data-"))}
        places = [f"{k}={float(told[k]):.0f}" for k in ("cx", "cy", "r", "x", "y") if k in told]
        said = " ".join([tag, *(f"{k}={v!r}" for k, v in kept.items()), *places])
        self.lines.append("  " * self.depth + said)
        for key in ("src", "srcset"):
            if told.get(key, "").startswith("data:image/svg"):
                inner = Outline()
                inner.feed(base64.b64decode(told[key].split(",", 1)[1]).decode())
                self.lines += ["  " * (self.depth + 1) + line for line in inner.lines]
        if tag not in ("img", "source", "br"):
            self.depth += 1

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, _tag):
        self.depth -= 1

    def handle_data(self, data):
        if data.strip() and not data.startswith("\ntext{"):
            self.lines.append("  " * self.depth + repr(data.strip()))


def outline(html: str) -> str:
    """Return the structure of HTML."""
    reader = Outline()
    reader.feed(html)
    assert reader.depth == 0, "an element is not closed"
    return "\n".join(reader.lines) + "\n"


@pytest.mark.parametrize("name", SAMPLE)
def test_a_view_has_the_structure_it_had(name):
    """Its elements, words and the points of its pictures. To take what is drawn now: ACTIONLEARN_GOLDEN=1 pytest."""
    drawn = render(name, SAMPLE[name])
    told = f"{outline(drawn.html)}\n{drawn.text}\n"
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("ACTIONLEARN_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(told, "utf-8")
    assert told == file.read_text("utf-8")


def test_every_view_has_a_sample():
    """No view is left out here."""
    assert set(SAMPLE) == set(VIEWS)


@pytest.mark.parametrize("locale", ["en", "pt"])
@pytest.mark.parametrize("name", SAMPLE)
def test_a_view_is_plain_html_that_says_all_in_words(name, locale):
    """No script, no style, ids of nobody; the same answers make the same bytes; the text is not empty."""
    drawn = render(name, SAMPLE[name], locale)
    assert drawn == render(name, SAMPLE[name], locale)
    assert not re.search(r"<script|style=|javascript:|\bid=|\bon\w+=", drawn.html)
    assert drawn.text.strip()


@pytest.mark.parametrize("name", VIEWS)
def test_nothing_typed_becomes_markup(name):
    """Words with markup in them are shown as they are, in every view."""
    evil = '<img src=x onerror=alert(1)>"&'

    def spoilt(value):
        if isinstance(value, list):
            return [spoilt(each) for each in value]
        if isinstance(value, dict) and "cells" in value:
            return {**value, "cells": {id: _spoilt_cell(cell) for id, cell in value["cells"].items()}}
        return value

    def _spoilt_cell(cell):
        return evil if isinstance(cell, str) and " " in cell else cell

    items = [
        replace(
            each,
            value=evil if isinstance(each.value, str) and " " in each.value else spoilt(each.value),
            question=evil,
            workbook=evil if each.workbook else "",
            labels={id: f"{label} {evil}" for id, label in each.labels.items()},
        )
        for each in SAMPLE[name]
    ]
    drawn = render(name, items).html
    assert "<img src=x" not in drawn
    assert '"&"' not in drawn
    outline(drawn)


ODD = st.one_of(
    st.none(),
    st.just(NOT_YET),
    st.text(max_size=8),
    st.integers(-9, 9),
    st.lists(st.text(max_size=3), max_size=3),
    st.lists(
        st.fixed_dictionaries(
            {
                "row": st.just("r"),
                "cells": st.dictionaries(
                    st.sampled_from(
                        ["what", "by", "state", "who", "power", "on", "count", "goal", "reached", "weight"]
                    ),
                    st.one_of(st.none(), st.text(max_size=8), st.integers(-9, 9), st.just("2026-02-30")),
                    max_size=4,
                ),
            }
        ),
        max_size=3,
    ),
)


@pytest.mark.parametrize("name", VIEWS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(ODD, min_size=1, max_size=4))
def test_no_view_fails_on_odd_answers(name, values, caplog):
    """Values of another kind than expected, from an older template say, are drawn or passed over."""
    caplog.clear()
    kinds = SAMPLE[name]
    items = [replace(kinds[place % len(kinds)], value=value) for place, value in enumerate(values)]
    render(name, items)
    assert not caplog.records, caplog.text


def test_a_view_that_raises_says_so_in_its_place(monkeypatch, caplog):
    """The rest of the page lives, and the log has the trace."""

    def broken(items, locale):
        raise ZeroDivisionError("in the picture")

    monkeypatch.setitem(views.VIEWS, "people", broken)
    with caplog.at_level(logging.ERROR):
        drawn = render("people", SAMPLE["people"])
    assert drawn.text == "This picture could not be drawn. Your answers are safe."
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("name", VIEWS)
def test_a_failed_try_counts_as_much_as_one_that_worked(name):
    """Whatever was decided about tries, a view shows as many, and says as much of each."""

    def told(decision):
        items = [replace(each, role="practice") for each in experiments((decision,) * 4)]
        text = render(name, items).text
        return [line for line in text.splitlines() if line.split(":")[0] not in titles]

    titles = {option.label for option in view_items.NEXT.options} | {"Less of it"}
    plain = sorted(told("amplify"))
    for decision, label in (("stop", "Stop, and tidy up"), ("dampen", "Less of it")):
        assert sorted(line.replace(label, "More of it") for line in told(decision)) == plain


def test_a_board_has_buttons_that_name_what_they_save():
    """Each button of a card names prompt, value and workbook; a reader who may not answer there gets none."""
    drawn = render("board", SAMPLE["board"]).html
    assert drawn.count('data-al-set="next"') == 16
    assert drawn.count('aria-pressed="true"') == 3
    assert 'data-al-value="stop" data-al-place="w2"' in drawn
    assert "<button" not in render("board", [replace(each, place="") for each in SAMPLE["board"]]).html


def test_a_board_shows_which_try_went_on_from_which():
    """Both ends say so, in words; a try whose owner may answer can be gone on from, whatever was decided about it."""
    numbered = [replace(each, number=int(each.place[1:])) for each in SAMPLE["board"]]
    chained = [replace(each, after=1 if each.number in (2, 3) else 77 * (each.number == 4)) for each in numbered]
    drawn = render("board", chained)
    first, second = (next(each.workbook for each in chained if each.number == n) for n in (1, 2))
    assert drawn.text.count(f"Goes on from: {first}") == 2
    assert drawn.text.count("Went on in: ") == 2
    assert f"Went on in: {second}" in drawn.text
    assert "Goes on from" not in render("board", numbered).text
    assert drawn.html.count("data-al-begin") == 3  # one for each that was decided
    assert 'data-al-begin="experiment" data-al-after="1"' in drawn.html


def test_probes_of_one_table_are_cards_side_by_side():
    """A table with a choice is a card for each row, and its buttons name the row."""
    prompt = replace(view_items.ACTIONS, id="probes")
    probes = item("probes", table({"what": "A", "state": "done"}, {"what": "B"}), prompt, place="w")
    drawn = render("board", [probes])
    assert drawn.html.count('class="al-card"') == 2
    assert 'data-al-row="00000000-0000-4000-8000-000000000001" data-al-column="state"' in drawn.html
    assert drawn.text.splitlines()[:2] == ["No decision yet: 1", "– B"]


def test_dates_that_end_before_they_begin_are_said():
    """A span that runs backwards is drawn where it begins, and told."""
    prompt = replace(
        view_items.ACTIONS,
        columns=(
            view_items.Column("what", "What"),
            view_items.Column("a", "From", "date"),
            view_items.Column("b", "To", "date"),
        ),
    )
    rows = table(
        {"what": "Walk", "a": "2026-10-05", "b": "2026-10-01"}, {"what": "Talk", "a": "2026-10-06", "b": "2026-10-09"}
    )
    said = render("timeline", [item("plan", rows, prompt)]).text
    assert "5 October 2026 to 1 October 2026 · Walk · It ends before it begins." in said
    assert "6 October 2026 to 9 October 2026 · Talk" in said


def test_goals_are_counts_first_and_t_is_folded_away():
    """Three of five at or above expected; the figure is inside a fold, and is the one of the published formula."""
    drawn = render("goals", SAMPLE["goals"])
    assert drawn.text.startswith(
        "3 of 5 at or above what was expected. 2 below, 1 as expected, 2 above, 1 not said yet."
    )
    assert "T-score" in drawn.html.split("<details>")[1]
    assert "T-score" not in drawn.html.split("<details>")[0]
    six = zip(["much_less", "expected", "less", "much_more", "expected", "more"], [3, 5, 1, 4, 2, 6], strict=True)
    rows = table(*({"goal": f"g{n}", "reached": level, "weight": str(w)} for n, (level, w) in enumerate(six)))
    assert "T-score: 55.0" in render("goals", [item("goals", rows, GOALS)]).text


def test_weights_of_zero_and_below_are_taken_kindly():
    """All weights zero count as one; one below zero is named and counts as one."""
    rows = table(*({"goal": f"g{n}", "reached": "more", "weight": "0"} for n in range(2)))
    assert "T-score: 62.4" in render("goals", [item("goals", rows, GOALS)]).text
    rows[0]["cells"]["weight"] = "-1"
    assert "Left out: g0" in render("goals", [item("goals", rows, GOALS)]).html


def test_few_points_are_dots_and_said_to_be_few():
    """Below ten useful points no line joins the dots, and nothing is said about change."""
    few = render("runchart", [figures([5, 7, 6])])
    assert "Too few points" in few.text
    assert "Nothing here" not in few.text
    assert "path class='l'" not in outline(few.html)
    assert "class='l'" in outline(render("runchart", [figures()]).html)
    assert "Too few points" in render("runchart", [figures([3] * 30)]).text


def test_one_count_is_said_as_one():
    """One figure is no "1 counts", and one that is missing no "1 are missing"."""
    assert render("runchart", [figures([5])]).text.startswith("Run chart of one count: 5 on 18 May 2026.")
    assert "Run chart of 2 counts" in render("runchart", [figures([5, 7])]).text
    weeks = [("2026-W01", 1), ("2026-W02", 2), ("2026-W04", 3), ("2026-W05", 9)]
    assert "one is missing" in chart_of(views.runchart.time_series.series(weeks)).text
    assert (
        "one lies off the middle line"
        in chart_of(views.runchart.time_series.series([("a", 1), ("b", 1), ("c", 2)])).text
    )


def test_the_rules_are_chosen_by_name():
    """The same figures, by Anhøj and by the IHI: alternating points are too many runs for the latter alone."""
    alternating = views.runchart.time_series.read(figures([1, 2] * 6).value)
    assert "Nothing here that chance alone would not do: the longest row on one side is 1" in chart_of(alternating).text
    assert "more than chance makes" in chart_of(alternating, ChartRequest(rules="ihi")).text


def test_a_baseline_is_frozen_at_the_day_of_the_change():
    """The median of what was before the change stands, whatever comes; moved by a day, it is another."""
    found = views.runchart.time_series.read(figures().value)
    assert "before 13 July 2026: 13." in chart_of(found, ChartRequest(since=date(2026, 7, 13))).text
    assert "before 20 July 2026: 13." in chart_of(found, ChartRequest(since=date(2026, 7, 20))).text
    assert "before 3 August 2026: 14." in chart_of(found, ChartRequest(since=date(2026, 8, 3))).text
    assert "There is no count from before" in chart_of(found, ChartRequest(since=date(2026, 1, 1))).text
    assert "fixed at 12.5" in chart_of(found, ChartRequest.of(centre="12,5")).text


def test_what_if_is_drawn_and_not_counted():
    """An imagined figure is a ring, not a dot, and the verdict is that of what was counted."""
    found = views.runchart.time_series.read(figures().value)
    plain, asked = chart_of(found), chart_of(found, ChartRequest.of(what_if="40"))
    assert "class='w'" in outline(asked.html)
    assert asked.text.splitlines()[0] == plain.text.splitlines()[0]
    assert "Were the next count 40" in asked.text


def test_hours_are_counted_from_the_first_words():
    """From when a need was said first to when its use was said first; an unused one has none."""
    assert [use.hours for use in uses(SAMPLE["used"])] == [24.0, 216.0, None]
    again = [replace(SAMPLE["used"][0], when="2026-12-01T09:00:00.000Z"), *SAMPLE["used"][1:]]
    again[0] = replace(again[0], revisions=(Past("A bad week", "2026-10-05T09:12:00.000Z"),))
    assert uses(again)[0].hours == 24.0


def test_people_who_are_not_known_yet_stand_outside():
    """An option ``none`` is neither near nor far; without a loose tie the view asks for one."""
    prompt = replace(
        PEOPLE,
        columns=(
            PEOPLE.columns[0],
            view_items.Column(
                "tie", "Tie", "choice", view_items.options(close="Well", loose="A little", none="Not yet")
            ),
        ),
    )
    said = render(
        "people", [item("people", table({"who": "A", "tie": "close"}, {"who": "B", "tie": "none"}), prompt)]
    ).text
    assert said.splitlines()[:2] == ["Strong ties: A", "You do not know them yet: B"]
    assert "Who do you hardly know" in said


def test_two_needs_are_never_averaged():
    """Mine and theirs stand side by side, by name; no third figure is made of them."""
    text = render("compare", SAMPLE["compare"]).text
    assert "Reading figures: I say: 2 · My manager says: 5" in text
    assert "3.5" not in text


@pytest.mark.parametrize("locale", ["en", "pt"])
def test_names_and_forces_are_the_learners_alone(locale):
    """In every shipped workbook, what a view of people or forces reads is for *me* until the learner says otherwise."""
    for id, path in shipped()[locale].items():
        parsed = load(path, views=VIEWS)
        prompts = {prompt.id: prompt for prompt in parsed.prompts}
        for view in (each for each in parsed.views if each.name in PRIVATE):
            for reference in view.of:
                prompt = prompts.get(reference.split(".")[-1])
                assert prompt is None or prompt.audience == ("me",), f"{id}: {reference}"


def test_items_keep_what_views_need_through_json():
    """An answer that went to an executed notebook and back is drawn the same."""
    import json
    from dataclasses import asdict

    for name, items in SAMPLE.items():
        back = [Item.of(json.loads(json.dumps({**asdict(each), "labels": dict(each.labels)}))) for each in items]
        assert render(name, back) == render(name, items)
