"""How I learn at work, before and after: what was asked twice, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actionlearn.prompts import Item, Reference, Value
from actionlearn.reading import day, value_text
from actionlearn.views.parts import dots, framed, nothing, said, table, tag
from actionlearn.views.rendered import Rendered
from actionlearn.words import say


def learning(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return the first and the last answer to each question.

    Answers to prompts of one id belong together, wherever they stand; where there is but one, its first
    version is what was said before.
    """
    groups: dict[str, list[tuple[Value, str, Item]]] = {}
    for item in items:
        if said(item):
            past = [(each.value, each.when, item) for each in item.revisions if each.value not in (None, "", [])]
            groups.setdefault(Reference.parse(item.reference).prompt, []).extend([*past, (item.value, item.when, item)])
    if not groups:
        line = say("How you learn at work will stand here, then and now.", locale)
        return nothing(line, items, locale)
    drawn, text = [], []
    for versions in groups.values():
        (first, before, _), (last, after, item) = versions[0], versions[-1]
        changed = len(versions) > 1 and first != last
        body = _lines(item, first if changed else None, last, locale)
        heads = ("", day(before, locale) if changed else "–", day(after, locale))
        question = " ".join(item.question.split())
        drawn.append(table(heads, body, question))
        text += [question, *(f"{a}: {b} → {c}" if a else f"{b} → {c}" for a, b, c in body)]
        if not changed:
            once = say("Said once so far. What you say next time will stand beside it.", locale)
            drawn.append(tag("p", once, class_="al-more"))
            text.append(once)
    return Rendered(framed("learning", *drawn), "\n".join(text))


def _lines(item: Item, before: Value, after: Value, locale: str) -> list[tuple[str, str, str]]:
    if item.kind == "choices":
        ids = item.options.get("", ()) or list(dict.fromkeys([*_ids(before), *_ids(after)]))
        return [
            (item.labels.get(id, id), _tick(id, before), _tick(id, after))
            for id in ids
            if id in _ids(before) or id in _ids(after)
        ]
    if item.kind == "table":
        return _rows(item, before, after)
    if item.kind == "scale":
        return [("", _dotted(item, before, locale), _dotted(item, after, locale))]
    return [("", _text(item, before, locale), _text(item, after, locale))]


def _ids(value: Value) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _tick(id: str, value: Value) -> str:
    return "–" if value is None else "✓" if id in _ids(value) else "·"


def _text(item: Item, value: Value, locale: str) -> str:
    return value_text(replace(item, value=value), locale) or "–"


def _dotted(item: Item, value: Value, locale: str) -> str:
    if not isinstance(value, int):
        return "–"
    steps = [int(each) for each in item.labels if each.lstrip("-").isdigit()]
    low, high = (min(steps), max(steps)) if steps else (1, 5)
    return f"{dots(value - low + 1, high - low + 1)} {_text(item, value, locale)}"


def _rows(item: Item, before: Value, after: Value) -> list[tuple[str, str, str]]:
    """Return the rows of a table by their first words, each with the rest of its cells then and now."""

    def told(value: Value) -> dict[str, str]:
        found: dict[str, str] = {}
        for row in value if isinstance(value, list) else []:
            cells = {id: row["cells"][id] for id in item.kinds if id in row["cells"]} or row["cells"]
            said = [(id, item.labels.get(str(cell), str(cell))) for id, cell in cells.items()]
            scales = {id for id, kind in item.kinds.items() if kind == "scale"}
            shown = [dots(cells[id], 5) + f" {cells[id]}" if id in scales else words for id, words in said[1:]]
            if said:
                found[said[0][1]] = ", ".join(shown) or "✓"
        return found

    then, now = told(before), told(after)
    return [(name, then.get(name, "–"), now.get(name, "–")) for name in dict.fromkeys([*then, *now])]
