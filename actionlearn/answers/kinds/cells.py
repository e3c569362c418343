"""The kinds that a column of a table may have."""

from __future__ import annotations

from collections.abc import Mapping

from actionlearn.answers.kinds.choice import CHOICE
from actionlearn.answers.kinds.date import DATE
from actionlearn.answers.kinds.kind import Kind
from actionlearn.answers.kinds.number import NUMBER
from actionlearn.answers.kinds.scale import SCALE
from actionlearn.answers.kinds.text import LONG_TEXT, SHORT_TEXT

CELL_KINDS: Mapping[str, Kind] = {kind.id: kind for kind in (SHORT_TEXT, LONG_TEXT, CHOICE, SCALE, NUMBER, DATE)}
