"""A day of the calendar."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from actionlearn.answers.items import Value
from actionlearn.answers.kinds.kind import Cell, Effort, Kind
from actionlearn.answers.prompts import Prompt
from actionlearn.i18n.dates import day

#: A date as it is stored.
STORED = re.compile(r"\d{4}-\d\d-\d\d")


def _check(_: Prompt, raw: Value) -> str:
    if not isinstance(raw, str):
        raise TypeError
    if not raw:
        return ""
    if not STORED.fullmatch(raw):
        raise ValueError
    return date.fromisoformat(raw).isoformat()


DATE = Kind(
    id="date",
    check=_check,
    sample=lambda _prompt, _locale: datetime.now(UTC).date().isoformat(),
    effort=lambda _: Effort(clicks=1),
    interaction="fill-in",
    text=lambda item, locale: day(str(item.value), locale),
    cell=Cell(),
)
