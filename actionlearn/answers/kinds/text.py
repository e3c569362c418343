"""Texts: on one line, or as long as they want to be."""

from __future__ import annotations

from actionlearn.answers.items import Value
from actionlearn.answers.kinds.kind import Cell, Effort, Growth, Kind
from actionlearn.answers.prompts import MAX_CHARACTERS, MAX_SHORT, Prompt
from actionlearn.i18n import say
from actionlearn.text.clean import storable

_SAMPLE = "These are sample words, so that you can see how an answer looks.\n\nA second paragraph, a little longer than the first, because people write like that."


def _check_long(_: Prompt, raw: Value) -> str:
    if not isinstance(raw, str):
        raise TypeError
    clean = storable(raw)
    if len(clean) > MAX_CHARACTERS:
        raise ValueError("answers.too_long")
    return clean


def _check_short(prompt: Prompt, raw: Value) -> str:
    text = " ".join(_check_long(prompt, raw).splitlines())
    if len(text) > MAX_SHORT:
        raise ValueError("answers.too_long")
    return text


def _line(raw: Value) -> Value:
    if not isinstance(raw, str):
        raise TypeError
    return raw.strip()


def _growth(between: str) -> Growth:
    return Growth(
        line=_line,
        join=lambda before, line: between.join(filter(None, [before if isinstance(before, str) else "", line])),
    )


SHORT_TEXT = Kind(
    id="short-text",
    check=_check_short,
    sample=lambda _, locale: say("A few words of yours", locale),
    effort=lambda _: Effort(words=6),
    interaction="fill-in",
    text_fields=lambda _: {"": MAX_SHORT},
    options=("locked-when", "later"),
    cell=Cell(Effort(words=4)),
    growth=_growth(" "),
)

LONG_TEXT = Kind(
    id="long-text",
    check=_check_long,
    sample=lambda _, locale: say(_SAMPLE, locale),
    effort=lambda _: Effort(words=30),
    interaction="long-fill-in",
    text_fields=lambda _: {"": MAX_CHARACTERS},
    options=("locked-when", "later"),
    cell=Cell(Effort(words=8)),
    growth=_growth("\n"),
)
