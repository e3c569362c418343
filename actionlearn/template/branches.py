"""The branches of a workbook: which prompts are shown together, as sections open and close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, combinations, product
from typing import Any

from actionlearn.answers.conditions import Condition
from actionlearn.answers.kinds import KINDS
from actionlearn.answers.prompts import Item, Prompt, Value
from actionlearn.template import Section, Template

#: Said, but none of the answers that any condition names.
_OTHER = "-"

#: More ways than this are not walked one by one: everything counts as shown.
_MOST_WAYS = 5_000


def branches(template: Template) -> Iterator[tuple[Prompt, ...]]:
    """Yield the learner's prompts that are shown together, for each way the deciding answers may fall.

    What decides may itself be in a section that has closed since: its answer still counts.
    """
    placed = tuple(_placed(template))
    conditions = {when for _, when in placed if when}
    prompts = {prompt.id: prompt for prompt in template.prompts}
    answers = {of: tuple(_answers(of, conditions, prompts)) for of in sorted({when.of for when in conditions})}
    count = 1
    for each in answers.values():
        count *= len(each)
    if count > _MOST_WAYS:
        yield tuple(prompt for prompt, _ in placed)
        return
    for combination in product(*answers.values()):
        value = dict(zip(answers, combination, strict=True))
        yield tuple(prompt for prompt, when in placed if when is None or _open(when, value))


def _placed(template: Template) -> Iterator[tuple[Prompt, Condition | None]]:
    when: Condition | None = None
    for block in template.blocks:
        if isinstance(block, Section):
            when = block.when
        elif isinstance(block, Prompt) and block.by == "learner":
            yield block, when


def _answers(of: str, conditions: set[Condition], prompts: Mapping[str, Prompt]) -> Iterator[Value]:
    """Yield the answers that make a difference: none, any other, and what conditions name."""
    named = sorted({option for when in conditions if when.of == of for option in when.options})
    yield None
    yield _OTHER
    if (of in prompts and KINDS[prompts[of].kind].several) or "*" in of:
        several: Any = chain.from_iterable(combinations(named, count) for count in range(1, len(named) + 1))
        yield from map(list, several)
    else:
        yield from named


def _open(when: Condition, value: Mapping[str, Value]) -> bool:
    return when.holds([Item(when.of, value[when.of])])
