"""The steps: every dated row of the learner's tables, the next one first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from actionlearn.answers.prompts import Item
from actionlearn.i18n import say
from actionlearn.i18n.dates import day, short_day
from actionlearn.text.markup import Markup
from actionlearn.views.parts import rows, unseen
from actionlearn.views.rendered import Rendered

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class _Step:
    by: str
    words: str
    more: str


def steps(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return the rows of tables as steps in the order of their dates; those without a date come last."""
    found = sorted(_steps(items), key=lambda step: step.by or "9999")
    if not found:
        line = say("Your steps will stand here, in the order of their dates, once you have written some.", locale)
        return Rendered(str(Markup('<div class="al-view al-none"><p>{}</p></div>').format(line)), line)
    heads = (say("By when", locale), say("Step", locale), say("More", locale))
    width = 3 if any(step.more for step in found) else 2
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in heads[:width])
    cells = [(day(step.by, locale) if step.by else "–", step.words, step.more)[:width] for step in found]
    body = Markup("").join(_row(step, width, locale) for step in found)
    table = Markup(
        '<div class="al-view al-view-steps"><table class="al-answer"><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    )
    text = "\n".join(" · ".join(cell for cell in row if cell) for row in cells)
    return Rendered(str(table.format(head, body)), text)


def _row(step: _Step, width: int, locale: str) -> Markup:
    by = Markup('<td class="al-day">{}</td>').format(_short(step.by, locale) if step.by else "–")
    words = (Markup('<td dir="auto">{}</td>').format(cell) for cell in (step.words, step.more)[: width - 1])
    return Markup("<tr>{}{}</tr>").format(by, Markup("").join(words))


def _short(when: str, locale: str) -> Markup:
    """Return a day: short for the eye, whole for the ear."""
    return Markup('<span aria-hidden="true">{}</span>{}').format(short_day(when, locale), unseen(day(when, locale)))


def _steps(items: Sequence[Item]) -> Iterator[_Step]:
    for row in rows(items):
        if step := _step(row.cells, row.item.labels):
            yield step


def _step(cells: Mapping[str, object], labels: Mapping[str, str]) -> _Step | None:
    """Return a row as a step: its first date, its first words, and the rest."""
    ordered = [id for id in labels if id in cells] + [id for id in cells if id not in labels]
    texts = [str(cells[id]) for id in ordered]
    by = next((text for text in texts if _DAY.fullmatch(text)), "")
    words = [labels.get(text, text) for text in texts if text != by]
    return _Step(by, words[0], " · ".join(words[1:])) if words else None
