"""Two people's answers to the same questions, side by side. Never averaged: the difference is what to talk about."""

from __future__ import annotations

from collections.abc import Sequence

from actionlearn.answers.prompts import Item, Reference
from actionlearn.answers.rendering import value_text
from actionlearn.i18n import say
from actionlearn.text.markup import Markup
from actionlearn.views.parts import ItemRow, framed, is_answered, nothing, rest, rows, table
from actionlearn.views.rendered import Rendered

#: A cell as it is seen, and as it is said.
_Cell = tuple[Markup | str, str]
_Line = tuple[str, _Cell, _Cell]


def compare(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return mine beside another's.

    Items have the role ``mine`` or ``theirs``; without roles, references without a template are mine. Answers
    to prompts of one id belong together, and so do rows of tables that begin with the same words.
    """
    sides: tuple[list[Item], list[Item]] = ([], [])
    for item in items:
        sides[_theirs(item)].append(item)
    if not any(is_answered(item) for item in items):
        line = say("What you need, and what the other sees, will stand here side by side.", locale)
        return nothing(line, items, locale)
    if not any(is_answered(item) for item in sides[1]):
        line = say(
            "Once both are written and shared, the two stand side by side, on the page of whoever does the work.",
            locale,
        )
        return nothing(line, (), locale)
    mine, theirs = (
        {Reference.parse(item.reference).prompt: item for item in side if is_answered(item)} for side in sides
    )
    pairs = [(mine.get(prompt), theirs.get(prompt)) for prompt in dict.fromkeys([*mine, *theirs])]
    if not set(mine) & set(theirs):
        # Asked under other names: the first beside the first.
        left, right = list(mine.values()), list(theirs.values())
        most = max(len(left), len(right))
        pairs = [(dict(enumerate(left)).get(n), dict(enumerate(right)).get(n)) for n in range(most)]
    whose = (say("I say", locale), _other(sides[1], locale))
    drawn, text = [], []
    for one, other in pairs:
        question = " ".join((one or other or Item("")).question.split())
        body = _lines(one, other, locale)
        drawn.append(table(("", *whose), [(name, a[0], b[0]) for name, a, b in body], question))
        text.append(question)
        text += [f"{name}{': ' if name else ''}{whose[0]}: {a[1]} · {whose[1]}: {b[1]}" for name, a, b in body]
    return Rendered(framed("compare", *drawn), "\n".join(text))


def _theirs(item: Item) -> bool:
    if item.role in ("mine", "theirs"):
        return item.role == "theirs"
    return bool(Reference.parse(item.reference).template)


def _other(theirs: Sequence[Item], locale: str) -> str:
    return say("My manager says", locale) if theirs else "–"


def _lines(one: Item | None, other: Item | None, locale: str) -> list[_Line]:
    if any(item is not None and item.kind == "table" for item in (one, other)):
        left, right = _rows(one), _rows(other)
        nobody: _Cell = ("–", "–")
        return [
            (
                (left.get(key) or right[key]).name,
                rest(left[key]) if key in left else nobody,
                rest(right[key]) if key in right else nobody,
            )
            for key in dict.fromkeys([*left, *right])
        ]
    placeholder = say("Nothing said yet", locale)
    mine, theirs = ((value_text(item, locale) if item else "") or placeholder for item in (one, other))
    return [("", (mine, mine), (theirs, theirs))]


def _rows(item: Item | None) -> dict[str, ItemRow]:
    return {row.name.casefold(): row for row in rows([item])} if item else {}
