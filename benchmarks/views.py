"""How long views take to draw, and how that grows with the answers they read.

::

    python benchmarks/views.py [--rounds 9]

A full workbook has 500 answers and 60 weeks of data. Each view is drawn of a hundredth, a tenth, all and four
times of it, warm (it was drawn once before the clock runs), and the middle of the rounds is told. The aim is
100 ms for each view of a full workbook. Time is the processor's, so that other work does not count. What is drawn is the whole: HTML, the SVG in it, and the text.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from rich.console import Console
from rich.table import Table

from actionlearn.answers.prompts import Column, Item, Option, Past, Prompt
from actionlearn.answers.rendering import item_for
from actionlearn.views import VIEWS, render

FULL = 500
WEEKS = 60
SIZES = (5, 50, 500, 2_000)
AIM = 100
WORDS = (
    "We asked at the counter what people came for, and nine of twelve had come for another form than the one they got. "
)


def options(*ids: str) -> tuple[Option, ...]:
    """Return options."""
    return tuple(Option(id, f"Option {id}") for id in ids)


def asked(id: str, kind: str = "long-text", *columns: Column, **more: object) -> Prompt:
    """Return a prompt."""
    return Prompt(id, f"What about {id}?", kind, columns=columns, **more)  # type: ignore[arg-type]


def day(number: int, of: int) -> str:
    """Return a day; all of them are spread over the weeks."""
    return (date(2025, 10, 6) + timedelta(days=number * WEEKS * 7 // of)).isoformat()


def answers(prompt: Prompt, value: object, number: int, size: int, reference: str = "") -> Item:
    """Return one answer of a workbook."""
    when = f"{day(number, size)}T09:00:00.000Z"
    past = (Past(WORDS, when, "blur"),) if prompt.kind == "long-text" else ()
    found = item_for(prompt, value, reference=reference, workbook=f"Book {number}", when=when, revisions=past)
    return replace(found, place=f"w{number}")


def rows(prompt: Prompt, size: int, cells: Callable[[int], dict[str, object]]) -> list[Item]:
    """Return tables with so many rows in all, 500 to a table as the store takes them."""
    found = []
    for start in range(0, size, FULL):
        value = [{"row": str(n), "cells": cells(n)} for n in range(start, min(start + FULL, size))]
        found.append(answers(prompt, value, start, size, f"book*.{prompt.id}"))
    return found


def texts(size: int, *prompts: Prompt) -> list[Item]:
    """Return so many answers in all, over workbooks that have each prompt once."""
    each = max(size // len(prompts), 1)
    values = {"choice": "a", "choices": ["a", "b"], "scale": 3}
    return [
        answers(prompt, values.get(prompt.kind, f"{WORDS}{n}"), n, each, f"book*.{prompt.id}")
        for prompt in prompts
        for n in range(each)
    ]


NAME = Column("name", "Name")
ON = Column("on", "Day", "date")
STATE = Column("state", "State", "choice", options("open", "done"))
SCALES = (Column("power", "Power", "scale"), Column("interest", "Interest", "scale"))


def full(size: int) -> dict[str, list[Item]]:
    """Return the answers of a workbook so large, by view."""
    step = asked("steps", "table", NAME, ON, STATE)
    steps = rows(step, size, lambda n: {"name": WORDS, "on": day(n, size), "state": "done"})
    tie = asked("people", "table", NAME, Column("tie", "Tie", "choice", options("near", "far")))
    placed = asked("placed", "table", NAME, *SCALES, Column("stance", "Stance", "choice", options("a", "b", "c")))
    field = asked("forces", "table", NAME, Column("side", "Side", "choice", options("a", "b")), SCALES[0])
    goal = asked("goals", "table", NAME, Column("reached", "Reached", "choice", options(*"abcde")))
    figures = asked("figures", "table", ON, Column("count", "Count", "number"))
    talk = texts(size, asked("need"), asked("tried"), asked("next", "choice", options=options("a", "b", "c")))
    words = texts(size, asked("moment"))
    return {
        "balance": [replace(each, role="practice") for each in words],
        "board": talk,
        "calendar": words,
        "compare": [replace(each, role="mine" if n % 2 else "theirs") for n, each in enumerate(steps * 2)],
        "forces": rows(field, size, lambda n: {"name": WORDS, "side": "ab"[n % 2], "power": n % 5 + 1}),
        "goals": rows(goal, size, lambda n: {"name": WORDS, "reached": "abcde"[n % 5]}),
        "history": words,
        "learning": texts(size, asked("ways", "choices", options=options("a", "b")), asked("sure", "scale")),
        "people": rows(tie, size, lambda n: {"name": f"Person {n}", "tie": ("near", "far")[n % 2]}),
        "recap": words,
        "runchart": rows(
            figures, size, lambda n: {"on": str(date(2020, 1, 1) + timedelta(n)), "count": str(20 + n * 7 % 11)}
        ),
        "stakeholders": rows(
            placed, size, lambda n: {"name": f"Person {n}", "power": n % 5 + 1, "interest": n % 4 + 1, "stance": "a"}
        ),
        "steps": steps,
        "timeline": steps,
        "used": texts(size, asked("need"), asked("tried")),
    }


def milliseconds(name: str, items: list[Item], rounds: int) -> float:
    """Return the middle time of drawing a view."""
    render(name, items)
    times = []
    for _ in range(rounds):
        start = time.process_time()
        render(name, items)
        times.append(1000 * (time.process_time() - start))
    return statistics.median(times)


def main() -> None:
    """Draw, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    told = Table("view", *(f"{size} answers" for size in SIZES), title="Milliseconds, the middle of the rounds")
    made = {size: full(size) for size in SIZES}
    slow = []
    for name in VIEWS:
        took = [milliseconds(name, made[size][name], rounds) for size in SIZES]
        slow += [name] if took[SIZES.index(FULL)] > AIM else []
        told.add_row(name, *(f"{each:.1f}" for each in took))
    Console().print(told)
    print(f"Above {AIM} ms with {FULL} answers: {', '.join(slow) or 'none'}")


if __name__ == "__main__":
    main()
