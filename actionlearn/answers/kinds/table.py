"""A table: rows that are added, moved and removed, each with an id of its own; a cell is of its column's kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from actionlearn.answers.items import Item, Value
from actionlearn.answers.kinds.cells import CELL_KINDS
from actionlearn.answers.kinds.date import STORED
from actionlearn.answers.kinds.kind import Effort, Growth, Kind
from actionlearn.answers.prompts import MAX_CHARACTERS, MAX_ROWS, Column, Prompt, is_empty
from actionlearn.i18n.dates import day, short_day
from actionlearn.text.markup import Markup
from actionlearn.text.paragraphs import lines

#: Rows that a table is expected to have.
_ROWS = 2


def _check(prompt: Prompt, raw: Value) -> list[dict[str, Value]]:
    if not isinstance(raw, list):
        raise TypeError
    if len(raw) > MAX_ROWS:
        raise ValueError("answers.too_many_rows")
    columns = {column.id: column for column in prompt.columns}
    rows: list[dict[str, Any]] = []
    for row in raw:
        if not isinstance(row, dict) or set(row) != {"row", "cells"} or not isinstance(row["cells"], dict):
            raise TypeError
        if not isinstance(row["row"], str):
            raise TypeError
        cells = {id: _check_cell(columns[id], value) for id, value in row["cells"].items()}
        rows.append({"row": str(UUID(row["row"])), "cells": {id: v for id, v in cells.items() if not is_empty(v)}})
    if len({row["row"] for row in rows}) < len(rows):
        raise ValueError
    if sum(len(str(value)) for row in rows for value in row["cells"].values()) > MAX_CHARACTERS:
        raise ValueError("answers.too_long")
    return rows


def _check_cell(column: Column, raw: Value) -> Value:
    return None if raw is None else CELL_KINDS[column.kind].check(column.prompt, raw)


def _sample(prompt: Prompt, locale: str) -> list[dict[str, Value]]:
    cells = {column.id: CELL_KINDS[column.kind].sample(column.prompt, locale) for column in prompt.columns}
    return [{"row": str(uuid5(NAMESPACE_URL, f"{prompt.id}/{number}")), "cells": cells} for number in (1, 2)]


def _effort(prompt: Prompt) -> Effort:
    cells = [cell.effort for column in prompt.columns if (cell := CELL_KINDS[column.kind].cell)]
    return Effort(_ROWS * sum(each.words for each in cells), _ROWS * sum(each.clicks for each in cells))


def _text_fields(prompt: Prompt) -> dict[str, int]:
    # A notebook made by hand may name a kind that there is not.
    known = [column for column in prompt.columns if column.kind in CELL_KINDS]
    longest = {column.id: CELL_KINDS[column.kind].text_fields(column.prompt) for column in known}
    return {id: fields[""] for id, fields in longest.items() if fields}


def _columns(item: Item) -> list[str]:
    """Return the columns that hold something, in the order of the prompt."""
    used = {id for row in item.value for id in row["cells"]}
    return [id for id in item.labels if id in used] + sorted(used - set(item.labels))


def _cell_text(item: Item, id: str, row: Mapping[str, Any], locale: str) -> str:
    value = row["cells"].get(id)
    if value is None:
        return ""
    kind = CELL_KINDS.get(item.kinds.get(id, ""))
    if kind and kind.cell and kind.cell.text:
        return kind.cell.text(str(value), locale)
    text = item.labels.get(str(value), str(value))
    return day(text, locale) if STORED.fullmatch(text) else text


def _text(item: Item, locale: str) -> str:
    columns = _columns(item)
    return "\n".join(
        ", ".join(
            f"{item.labels.get(id, id)}: {_cell_text(item, id, row, locale)}" for id in columns if id in row["cells"]
        )
        for row in item.value
    )


def _td(item: Item, id: str, row: Mapping[str, Any], locale: str) -> Markup:
    value = row["cells"].get(id)
    if isinstance(value, str) and STORED.fullmatch(value):
        return Markup('<td class="al-day">{}</td>').format(short_day(value, locale))
    return Markup('<td dir="auto">{}</td>').format(lines(_cell_text(item, id, row, locale)))


def _html(item: Item, locale: str) -> Markup:
    columns = _columns(item)
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(item.labels.get(id, id)) for id in columns)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(_td(item, id, row, locale) for id in columns))
        for row in item.value
    )
    table = Markup('<table class="al-answer"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>')
    return table.format(head, body)


def _line(raw: Value) -> Value:
    return [{"row": str(uuid4()), "cells": raw}]


def _join(before: Value, line: Sequence[Value]) -> Value:
    return [*(before if isinstance(before, list) else []), *line]


TABLE = Kind(
    id="table",
    check=_check,
    sample=_sample,
    effort=_effort,
    interaction="other",
    several=True,
    text=_text,
    html=_html,
    text_fields=_text_fields,
    options=("columns",),
    growth=Growth(_line, _join),
)
