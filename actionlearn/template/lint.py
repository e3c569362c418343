"""Advice to authors on a template; none of it keeps the template from being used.

Action learning is questions, people, action, reflection; a kit can drown it in fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from math import ceil

from actionlearn.answers.prompts import Prompt
from actionlearn.errors import Fault
from actionlearn.template import Template, typing_time
from actionlearn.template.branches import branches
from actionlearn.template.cards import words_in

#: Words a question may have without saying that it means to have more (``:long:``).
MOST_WORDS = 12

#: Prompts that may be seen at once.
MOST_SHOWN = 7

#: The one prompt that may be required.
NEED = "need"

#: How many of a workbook's last prompts are looked at for a date, or a question for the set.
_LAST = 3


def advice_for(template: Template) -> list[Fault]:
    """Return what its author might look at again, by line."""
    found = [*_words(template), *_shown(template), *_ends(template), *_required(template)]
    return sorted(found, key=lambda fault: fault.line or 0)


def shown_at_most(template: Template) -> int:
    """Return how many prompts can be seen at once; of what is folded, only its question is."""
    return max(map(len, _seen(template)))


def _seen(template: Template) -> Iterator[list[Prompt]]:
    return ([prompt for prompt in branch if not prompt.folded] for branch in branches(template))


def typing(template: Template) -> float:
    """Return the minutes of typing a workbook is expected to take, on the longest way through it."""
    return max(sum(map(typing_time.minutes, shown)) for shown in branches(template))


def _fault(template: Template, prompt: Prompt | None, code: str, **values: object) -> Fault:
    line = template.lines.get(prompt.id) if prompt else None
    return Fault(code=f"template.{code}", values=dict(values), path=template.path, line=line)


def question(prompt: Prompt, template: Template) -> str:
    """Return a question as it reads with no parameter given."""
    text = prompt.question
    for parameter in template.parameters:
        text = text.replace("{" + parameter.name + "}", parameter.default)
    return text


def _words(template: Template) -> Iterator[Fault]:
    for prompt in template.prompts:
        text = question(prompt, template)
        if prompt.id not in template.long and (count := words_in(text)) > MOST_WORDS:
            yield _fault(template, prompt, "long_question", id=prompt.id, count=count, most=MOST_WORDS)
        for code, pattern in (("ordered", _orders()), ("theory", _theories())):
            for phrase in pattern.findall(text):
                yield _fault(template, prompt, code, id=prompt.id, said=phrase)


@cache
def _orders() -> re.Pattern[str]:
    """Return the pattern of a sentence that orders."""
    verbs = "|".join(map(re.escape, _listed("orders")))
    return re.compile(rf"(?:^|[.?!:]\s+|\bplease,? |\bpor favor,? )({verbs})\b", re.IGNORECASE)


@cache
def _theories() -> re.Pattern[str]:
    """Return the pattern of a theory's name: in its own letters where it has capitals, so that people may grow."""
    names = (f"(?i:{re.escape(each)})" if each.islower() else re.escape(each) for each in _listed("theories"))
    return re.compile(rf"\b({'|'.join(names)})\b")


def _listed(name: str) -> list[str]:
    """Return the phrases of a list, in every language at once: one to a line."""
    text = (files("actionlearn.template") / f"{name}.txt").read_text("utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _shown(template: Template) -> Iterator[Fault]:
    most = max(_seen(template), key=len)
    if len(most) > MOST_SHOWN:
        yield _fault(template, most[MOST_SHOWN], "many_prompts", count=len(most), most=MOST_SHOWN)
    for prompt in [prompt for prompt in template.prompts if prompt.folded][1:]:
        yield _fault(template, prompt, "many_folded", id=prompt.id)
    if (took := typing(template)) > template.minutes:
        yield _fault(template, None, "much_typing", count=ceil(took), minutes=template.minutes)


def _ends(template: Template) -> Iterator[Fault]:
    asked = [prompt for prompt in template.prompts if prompt.by == "learner"]
    if asked and not any(prompt.for_set or _dated(prompt) for prompt in asked[-_LAST:]):
        yield _fault(template, asked[-1], "open_end", id=asked[-1].id)


def _dated(prompt: Prompt) -> bool:
    return "date" in (prompt.kind, *(column.kind for column in prompt.columns))


def _required(template: Template) -> Iterator[Fault]:
    for prompt in template.prompts:
        if prompt.required and prompt.id != NEED:
            yield _fault(template, prompt, "also_required", id=prompt.id, need=NEED)
