"""A number, stored as the digits that were typed."""

from __future__ import annotations

import re
from decimal import Decimal

from actionlearn.answers.items import Value
from actionlearn.answers.kinds.kind import Cell, Effort, Kind
from actionlearn.answers.prompts import Prompt
from actionlearn.i18n.numbers import format_number

_NUMBER = re.compile(r"[+-]?(\d{1,30}([.,]\d{0,30})?|[.,]\d{1,30})")


def _check(_: Prompt, raw: Value) -> str:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise TypeError
    text = str(raw).strip().replace("\N{MINUS SIGN}", "-")
    if not text:
        return ""
    if not _NUMBER.fullmatch(text):
        raise ValueError
    return format(Decimal(text.replace(",", ".")), "f")


NUMBER = Kind(
    id="number",
    check=_check,
    sample=lambda _prompt, _locale: "12",
    effort=lambda _: Effort(clicks=1),
    interaction="numeric",
    text=lambda item, locale: format_number(str(item.value), locale),
    cell=Cell(text=format_number),
)
