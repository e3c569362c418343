"""Choices: one of some options, or several."""

from __future__ import annotations

from actionlearn.answers.items import Item, Value
from actionlearn.answers.kinds.kind import Cell, Effort, Kind, label_text, option_ids, plain_text
from actionlearn.answers.prompts import Prompt
from actionlearn.text.markup import Markup


def _check_one(prompt: Prompt, raw: Value) -> str:
    if raw == "":
        return ""
    if raw not in set(option_ids(prompt)):
        raise ValueError("answers.no_such_option")
    return str(raw)


def _check_several(prompt: Prompt, raw: Value) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(each, str) for each in raw):
        raise TypeError
    if set(raw) - set(option_ids(prompt)):
        raise ValueError("answers.no_such_option")
    return [id for id in option_ids(prompt) if id in raw]


def _list(item: Item, locale: str) -> Markup:  # noqa: ARG001 - labels are in the language of the workbook
    rows = Markup("").join(Markup("<li>{}</li>").format(item.labels.get(str(each), each)) for each in item.value)
    return Markup('<ul class="al-answer" dir="auto">{}</ul>').format(rows)


CHOICE = Kind(
    id="choice",
    check=_check_one,
    sample=lambda prompt, _: prompt.options[0].id if prompt.options else "",
    effort=lambda _: Effort(clicks=1),
    interaction="choice",
    text=label_text,
    options=("options",),
    cell=Cell(),
)

CHOICES = Kind(
    id="choices",
    check=_check_several,
    sample=lambda prompt, _: list(option_ids(prompt)[:2]),
    effort=lambda _: Effort(clicks=2),
    interaction="choice",
    several=True,
    text=plain_text,
    html=_list,
    options=("options",),
)
