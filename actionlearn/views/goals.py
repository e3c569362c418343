"""Goals, and how far they were reached: counts first, the T-score folded away."""

from __future__ import annotations

from collections.abc import Sequence

from actionlearn.answers.prompts import Item
from actionlearn.i18n import say
from actionlearn.stats.goal_attainment import Attainment, attainment
from actionlearn.text.markup import Markup
from actionlearn.views.parts import ItemRow, amount, framed, nothing, rows, table, tag
from actionlearn.views.rendered import Rendered

#: Level -> what it is called. Message ids.
LEVELS: dict[int, str] = {
    -2: "much less than expected",
    -1: "less than expected",
    0: "as expected",
    1: "more than expected",
    2: "much more than expected",
}


def goals(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return each goal with its level, and how many are at or above what was expected.

    The table's ``reached`` column, or its first scale or choice of five, is the level, from much less to much
    more than expected; its ``weight`` column, or its first number, is the weight, 1 where there is none.
    """
    every = [row for row in rows(items) if row.name]
    if not every:
        line = say("Your goals will stand here, with how far you came.", locale)
        return nothing(line, items, locale)
    reached = levels(items)
    found = attainment(zip(reached, (_weight(row) for row in every), strict=True))
    total = _total(found, locale)
    heads = (say("Goal", locale), say("Reached", locale))
    body = [(row.name, _drawn(level, locale)) for row, level in zip(every, reached, strict=True)]
    html = framed(
        "goals", tag("p", total, class_="al-sum"), table(heads, body), _folded(found, locale), _mistaken(every, locale)
    )
    lines = (
        f"{row.name}: {say(LEVELS[level], locale) if level is not None else say('not said yet', locale)}"
        for row, level in zip(every, reached, strict=True)
    )
    score = [] if found.t is None else [_score(found.t, locale)]
    return Rendered(html, "\n".join([total, *lines, *score]))


def levels(items: Sequence[Item]) -> list[int | None]:
    """Return the level of each goal, from -2 to 2; None where there is none yet."""
    return [_level(row) for row in rows(items) if row.name]


def _column(row: ItemRow) -> str:
    fives = [id for id, options in row.item.options.items() if len(options) == 5]
    if row.item.kinds.get("reached") in ("scale", "choice", "number"):
        return "reached"
    return row.column("scale") or next(iter(fives), "")


def _level(row: ItemRow) -> int | None:
    """Return a level from -2 to 2: a step of five counts from its middle, a number is taken as it is."""
    column = _column(row)
    if row.item.kinds.get(column) == "number":
        level = amount(row.cells.get(column))
        return int(level) if level in LEVELS else None
    step = row.step(column)
    return step - 2 if step is not None and 0 <= step <= 4 else None


def _weight(row: ItemRow) -> float:
    number = row.column(("number", "scale"), "weight")
    column = number if number != _column(row) else ""
    weight = amount(row.cells.get(column)) if column else None
    return 1.0 if weight is None or weight < 0 else weight


def _total(found: Attainment, locale: str) -> str:
    if not found.scored:
        return say("No goal has a level yet.", locale)
    values = {"reached": found.reached, "all": found.scored}
    line = say("{reached} of {all} at or above what was expected", locale, **values)
    more = say(
        "{below} below, {at} as expected, {above} above", locale, below=found.below, at=found.at, above=found.above
    )
    left = say("{open} not said yet", locale, open=found.open) if found.open else ""
    return ". ".join(part for part in (line, ", ".join(filter(None, (more, left)))) if part) + "."


def _drawn(level: int | None, locale: str) -> Markup:
    if level is None:
        return tag("em", say("not said yet", locale))
    places = [tag("span", "●" if each == level else "○" if each else "◇") for each in LEVELS]
    return tag("span", *places, class_="al-levels", aria_hidden="true") + " " + tag("span", say(LEVELS[level], locale))


def _score(t: float, locale: str) -> str:
    return say("T-score: {t} (50 is exactly as expected, 10 is one usual step)", locale, t=f"{t:.1f}")


def _folded(found: Attainment, locale: str) -> Markup:
    if found.t is None:
        return Markup("")
    what = say(
        "One figure for all goals together, to compare yourself with yourself. It is for nobody’s ranking.", locale
    )
    return tag(
        "details", tag("summary", say("As one figure", locale)), tag("p", _score(found.t, locale)), tag("p", what)
    )


def _mistaken(every: Sequence[ItemRow], locale: str) -> Markup:
    """Say what could not be taken: a number that is no level, a weight below zero."""
    wrong = [row.name for row in every if _is_out_of_range(row)]
    if not wrong:
        return Markup("")
    line = say("A level goes from -2 to 2, a weight from 0 up. Left out: {goals}", locale, goals=", ".join(wrong))
    return tag("p", line, class_="al-more")


def _is_out_of_range(row: ItemRow) -> bool:
    below = "weight" in row.item.kinds and (amount(row.cells.get("weight")) or 0) < 0
    return below or (_level(row) is None and row.cells.get(_column(row)) is not None)
