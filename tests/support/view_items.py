"""Answers for views to draw: of one learner of a small firm, in the middle of a programme."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from actionlearn.answers.prompts import Column, Item, Option, Past, Prompt
from actionlearn.answers.rendering import item_for


def options(**labels: str) -> tuple[Option, ...]:
    """Return options."""
    return tuple(Option(id, label) for id, label in labels.items())


def item(reference: str, value: Any, prompt: Prompt, when: str = "2026-10-05", workbook: str = "", **more: Any) -> Item:
    """Return an answer."""
    from dataclasses import replace

    made = item_for(prompt, value, reference=reference, workbook=workbook, when=f"{when}T09:12:00.000Z")
    return replace(made, **more)


def table(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Return rows as a table's value."""
    return [{"row": f"00000000-0000-4000-8000-{place:012}", "cells": row} for place, row in enumerate(rows)]


ACTIONS = Prompt(
    "actions",
    "What will you do first, and by when?",
    "table",
    columns=(
        Column("what", "What you will do"),
        Column("learn", "What it may teach you"),
        Column("by", "By when", "date"),
        Column("state", "State", "choice", options(open="Not yet", done="Done", dropped="Dropped")),
    ),
)
PEOPLE = Prompt(
    "people",
    "Who is around you?",
    "table",
    columns=(
        Column("who", "Who"),
        Column("tie", "How close", "choice", options(strong="We talk every week", loose="I hardly know them")),
        Column("ask", "What you will ask them"),
    ),
)
MAP = Prompt(
    "stakeholders",
    "Who can help, who could stop it?",
    "table",
    columns=(
        Column("who", "Who"),
        Column("power", "Power", "scale"),
        Column("interest", "Interest", "scale"),
        Column("stance", "Today", "choice", options(with_it="With it", waiting="Waiting to see", against="Against it")),
    ),
)
FORCES = Prompt(
    "forces",
    "What drives it, and what holds it back?",
    "table",
    columns=(
        Column("force", "What"),
        Column("side", "Which way", "choice", options(drives="Drives it", holds="Holds it back")),
        Column("strength", "How strong", "scale"),
    ),
)
GOALS = Prompt(
    "goals",
    "How far did you come?",
    "table",
    columns=(
        Column("goal", "Goal"),
        Column(
            "reached",
            "Reached",
            "choice",
            options(
                much_less="Much less",
                less="Less",
                expected="As expected",
                more="More",
                much_more="Much more than expected",
            ),
        ),
        Column("weight", "Weight", "number"),
    ),
)
FIGURES = Prompt(
    "figures",
    "What did you count, and when?",
    "table",
    columns=(Column("on", "Day", "date"), Column("count", "Count", "number"), Column("note", "What was going on")),
)
ATTEMPT = Prompt("attempt", "What is the smallest thing you can try by Friday?")
PREDICTION = Prompt("prediction", "What do you expect to see?")
HAPPENED = Prompt("happened", "What happened?")
NEXT = Prompt(
    "next",
    "What now?",
    "choice",
    options=options(
        amplify="More of it", change="Again, with one thing changed", dampen="Less of it", stop="Stop, and tidy up"
    ),
)
MOMENT = Prompt("moment", "Which moment keeps coming back to you?")
TRIED = Prompt("tried", "What happened when you used it?")
STUCK = Prompt("stuck", "What were you stuck on?", "short-text")
WAYS = Prompt(
    "ways",
    "How do you learn at work?",
    "choices",
    options=options(course="On a course", asking="By asking somebody", trying="By trying", reading="By reading"),
)
CONFIDENCE = Prompt(
    "sure", "How sure are you of the next step?", "scale", high_label="Quite sure", low_label="Not at all"
)
NEEDS = Prompt(
    "needs",
    "What do you need to get better at?",
    "table",
    columns=(Column("what", "What"), Column("how_much", "How much it matters", "scale")),
)
SINCE = Prompt("since", "From which day were things done differently?", "date")

LATE = [12, 14, 13, 15, 12, 14, 13, 12, 18, 19, 17, 20, 18, 19, 18, 20]


def figures(values: list[int] | None = None, start: date = date(2026, 5, 18)) -> Item:
    """Return counts, one a week."""
    rows = [
        {"on": (start + timedelta(weeks=week)).isoformat(), "count": str(value)}
        for week, value in enumerate(LATE if values is None else values)
    ]
    return item("figures", table(*rows), FIGURES)


def experiments(decisions: tuple[str | None, ...] = ("change", "amplify", "stop", None)) -> list[Item]:
    """Return as many tries as decisions."""
    tries = [
        ("Ask at the counter what people came for", "Half came for another form", "Nine of twelve did."),
        ("Put the form beside the door", "Fewer ask for it", "Nobody saw it there. Doors are looked through."),
        ("A phone call before the letter", "Four of ten answer", "Seven answered, and two cried."),
        ("Answer in the order of worry, and not of arrival", "The queue gets longer for a day", ""),
    ]
    found: list[Item] = []
    for number, decision in enumerate(decisions):
        title, expected, seen = tries[number % len(tries)]
        where = {"workbook": f"One small try {number + 1}".removesuffix(" 1"), "place": f"w{number + 1}"}
        when = f"2026-10-{5 + number:02}"
        found.append(item("experiment*.attempt", title, ATTEMPT, when, **where))
        found.append(item("experiment*.prediction", expected, PREDICTION, when, **where))
        found.append(item("experiment*.happened", seen or None, HAPPENED, f"2026-10-{12 + number:02}", **where))
        found.append(item("experiment*.next", decision, NEXT, **where))
    return sorted(found, key=lambda each: [ATTEMPT, PREDICTION, HAPPENED, NEXT].index(_prompt(each)))


def _prompt(each: Item) -> Prompt:
    return next(prompt for prompt in (ATTEMPT, PREDICTION, HAPPENED, NEXT) if each.reference.endswith(prompt.id))


def sample() -> dict[str, list[Item]]:
    """Return the answers that each view draws, by its name."""
    actions = item(
        "plan.actions",
        table(
            {
                "what": "Sit at the counter for an hour",
                "learn": "What people really come for",
                "by": "2026-10-05",
                "state": "done",
            },
            {"what": "Ask Rosa how the night shift does it", "by": "2026-11-02", "state": "open"},
            {"what": "Try the call before the letter with ten people", "by": "2026-11-26", "state": "open"},
            {"what": "Some day, the form itself"},
        ),
        ACTIONS,
    )
    everybody = item(
        "people",
        table(
            {"who": "Rosa, night shift", "tie": "strong", "ask": "How do you do it without the form?"},
            {"who": "Tiago", "tie": "strong"},
            {"who": "Inês from accounts", "tie": "strong"},
            {"who": "Somebody at the parish council", "tie": "loose"},
            {"who": "Dr. Meireles", "tie": "loose"},
            {"who": "The new caretaker"},
        ),
        PEOPLE,
    )
    placed = item(
        "stakeholders",
        table(
            {"who": "Head of services", "power": 5, "interest": 2, "stance": "waiting"},
            {"who": "Rosa", "power": 2, "interest": 5, "stance": "with_it"},
            {"who": "Counter team", "power": 4, "interest": 5, "stance": "against"},
            {"who": "IT", "power": 2, "interest": 1},
            {"who": "Families"},
        ),
        MAP,
    )
    field = item(
        "forces",
        table(
            {"force": "Complaints are read aloud on Mondays", "side": "drives", "strength": 4},
            {"force": "Rosa's way works", "side": "drives", "strength": 3},
            {"force": "The form has a stamp", "side": "holds", "strength": 5},
            {"force": "Nobody has an hour", "side": "holds", "strength": 2},
        ),
        FORCES,
    )
    goals = item(
        "goals",
        table(
            {"goal": "Nobody waits for a form that is not needed", "reached": "more", "weight": "3"},
            {"goal": "Calls before letters", "reached": "expected", "weight": "2"},
            {"goal": "The team asks first", "reached": "less", "weight": "1"},
            {"goal": "A list that anybody can read", "reached": "much_more", "weight": "1"},
            {"goal": "Fewer stamps", "reached": "much_less", "weight": "1"},
            {"goal": "Handed over"},
        ),
        GOALS,
    )
    journal = [
        item(
            "reflect*.moment",
            f"Entry {n}",
            MOMENT,
            (date(2026, 7, 1) + timedelta(days=n * 5 % 117)).isoformat(),
            f"Week {n}",
        )
        for n in range(22)
    ]
    needs = [
        item("sense*.stuck", "A bad week, or bad luck?", STUCK, "2026-10-05", "Something I found", place="s1"),
        item(
            "sense*.stuck",
            "How to say no to the head of services",
            STUCK,
            "2026-10-06",
            "Something I found 2",
            place="s2",
        ),
        item("sense*.stuck", "Who reads the form", STUCK, "2026-10-08", "Something I found 3", place="s3"),
        item("sense*.tried", "Drew the counts. Bad luck.", TRIED, "2026-10-06", "Something I found", place="s1"),
        item("sense*.tried", "Said it with a question.", TRIED, "2026-10-15", "Something I found 2", place="s2"),
    ]
    ways = [
        item("start.ways", ["course", "reading"], WAYS, "2026-09-01", "Start"),
        item("start.sure", 2, CONFIDENCE, "2026-09-01", "Start"),
        item("reflect.ways", ["asking", "trying", "reading"], WAYS, "2026-11-20", "Reflect"),
        item("reflect.sure", 4, CONFIDENCE, "2026-11-20", "Reflect"),
    ]
    mine = item("needs", table({"what": "Saying no", "how_much": 5}, {"what": "Reading figures", "how_much": 2}), NEEDS)
    theirs = item(
        "talk.needs", table({"what": "Reading figures", "how_much": 5}, {"what": "Delegating", "how_much": 4}), NEEDS
    )
    from dataclasses import replace

    done = [replace(each, role="practice") for each in experiments() if each.reference.endswith("happened")]
    done += [replace(each, role="reflection") for each in journal[:9]]
    done += [replace(each, role="exposure") for each in needs[:3]]
    said = "Nobody at the counter waits for a form they do not need"
    moved = item(
        "scope.need",
        said,
        Prompt("need", "What needs to change?"),
        "2026-10-20",
        "Scope",
        revisions=(Past("A better form", "2026-10-01T09:00:00.000Z", "share"),),
    )
    return {
        "balance": done,
        "board": experiments(),
        "calendar": journal,
        "compare": [mine, theirs],
        "forces": [field],
        "goals": [goals],
        "history": [moved],
        "learning": ways,
        "people": [everybody],
        "recap": [moved],
        "runchart": [figures(), item("since", "2026-07-13", SINCE)],
        "stakeholders": [placed],
        "steps": [actions],
        "timeline": [
            actions,
            item("look_again", "2026-12-20", Prompt("look_again", "When will you look again?", "date")),
        ],
        "used": needs,
    }
