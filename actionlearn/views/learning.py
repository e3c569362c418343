"""How I learn at work, before and after: what was asked twice, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actionlearn.answers.prompts import Item, Reference, Value
from actionlearn.answers.rendering import value_text
from actionlearn.i18n import say
from actionlearn.i18n.dates import day
from actionlearn.text.markup import Markup
from actionlearn.views.parts import dots, framed, is_answered, nothing, rest, rows, table, tag, unseen
from actionlearn.views.rendered import Rendered

#: A cell as it is seen, and as it is said.
_Cell = tuple[Markup | str, str]
_Line = tuple[str, _Cell, _Cell]
_NONE: _Cell = ("–", "–")


def learning(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return the first and the last answer to each question.

    Answers to prompts of one id belong together, wherever they stand; where there is but one, its first
    version is what was said before.
    """
    groups: dict[str, list[tuple[Value, str, Item]]] = {}
    for item in items:
        if is_answered(item):
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
        drawn.append(table(heads, [(name, then[0], now[0]) for name, then, now in body], question))
        text += [question, *(f"{name}{': ' if name else ''}{then[1]} → {now[1]}" for name, then, now in body)]
        if not changed:
            once = say("Said once so far. What you say next time will stand beside it.", locale)
            drawn.append(tag("p", once, class_="al-more"))
            text.append(once)
    return Rendered(framed("learning", *drawn), "\n".join(text))


def _lines(item: Item, before: Value, after: Value, locale: str) -> list[_Line]:
    if item.kind == "choices":
        ids = item.options.get("", ()) or list(dict.fromkeys([*_ids(before), *_ids(after)]))
        return [
            (item.labels.get(id, id), _tick(id, before, locale), _tick(id, after, locale))
            for id in ids
            if id in _ids(before) or id in _ids(after)
        ]
    if item.kind == "table":
        then, now = _rows(item, before), _rows(item, after)
        return [(name, then.get(name, _NONE), now.get(name, _NONE)) for name in dict.fromkeys([*then, *now])]
    return [("", _answer_cell(item, before, locale), _answer_cell(item, after, locale))]


def _ids(value: Value) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _tick(id: str, value: Value, locale: str) -> _Cell:
    if value is None:
        return _NONE
    sign, label = ("✓", say("yes", locale)) if id in _ids(value) else ("·", say("no", locale))
    return tag("span", sign, aria_hidden="true") + " " + unseen(label), label


def _answer_cell(item: Item, value: Value, locale: str) -> _Cell:
    if value is None:
        return _NONE
    words = value_text(replace(item, value=value), locale)
    steps = [int(each) for each in item.labels if each.isdigit()] if item.kind == "scale" else []
    shown = dots(value - min(steps) + 1, max(steps) - min(steps) + 1) if steps and isinstance(value, int) else ""
    return Markup("{}{}").format(shown, words), words


def _rows(item: Item, value: Value) -> dict[str, _Cell]:
    """Return the rows of a table by their first words, each with the rest of its cells."""
    found: dict[str, _Cell] = {}
    for row in rows([replace(item, value=value)]):
        seen, spoken = rest(row)
        found[row.name] = seen, spoken
    return found
