"""A scale: one step of some, whose ends have words."""

from __future__ import annotations

from actionlearn.answers.items import Value
from actionlearn.answers.kinds.kind import Cell, Effort, Kind, label_text
from actionlearn.answers.prompts import Prompt
from actionlearn.i18n import say


def _check(prompt: Prompt, raw: Value) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise TypeError
    if not prompt.low <= raw <= prompt.high:
        raise ValueError("answers.out_of_range")
    return raw


def _labels(prompt: Prompt, locale: str) -> dict[str, str]:
    ends = {str(prompt.low): prompt.low_label, str(prompt.high): prompt.high_label}
    return {
        step: say("{step} of {high}", locale, step=step, high=prompt.high)
        + (f" ({ends[step]})" if ends.get(step) else "")
        for step in _steps(prompt)
    }


def _steps(prompt: Prompt) -> tuple[str, ...]:
    return tuple(str(step) for step in range(prompt.low, prompt.high + 1))


SCALE = Kind(
    id="scale",
    check=_check,
    sample=lambda prompt, _: (prompt.low + prompt.high) // 2,
    effort=lambda _: Effort(clicks=1),
    interaction="likert",
    text=label_text,
    labels=_labels,
    answers=_steps,
    options=("low", "high", "low-label", "high-label"),
    cell=Cell(),
)
