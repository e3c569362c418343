"""The force field, after Lewin: what drives a change, and what holds it back."""

from __future__ import annotations

from collections.abc import Sequence

from actionlearn.answers.prompts import Item
from actionlearn.i18n import say
from actionlearn.text.markup import Markup
from actionlearn.views.parts import ItemRow, bar, framed, nothing, rows, tag, unseen
from actionlearn.views.rendered import Rendered

MOST = 5


def forces(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return both sides, the strongest force first.

    One table whose first choice says the side (its first option drives), or two tables: the first drives.
    The first scale is the strength, from 1 to 5.
    """
    tables = [item for item in items if item.kind == "table"]
    sides: tuple[list[ItemRow], list[ItemRow]] = ([], [])
    for row in rows(items):
        if row.name:
            sides[_holds(row, tables)].append(row)
    if not any(sides):
        line = say("What drives your change, and what holds it back, will stand here face to face.", locale)
        return nothing(line, items, locale)
    titles = (say("Driving", locale), say("Holding back", locale))
    drawn, text = [], []
    for title, side, class_ in zip(titles, sides, ("al-driving", "al-holding"), strict=True):
        ordered = sorted(side, key=lambda row: -(_strength(row) or 0))
        drawn.append(_side(title, ordered, class_, locale))
        text.append(f"{title}: " + ("; ".join(_named(row, locale) for row in ordered) or say("Nothing yet", locale)))
    note = _weighed(sides, locale)
    text.append(note)
    html = framed("forces", tag("div", *drawn, class_="al-sides"), tag("p", note, class_="al-more"))
    return Rendered(html, "\n".join(text))


def _holds(row: ItemRow, tables: Sequence[Item]) -> bool:
    column = row.column("choice")
    step = row.step(column)
    if column:
        return bool(step)
    return bool(tables) and len(tables) > 1 and row.item.reference != tables[0].reference


def _strength(row: ItemRow) -> int | None:
    step = row.step(row.column("scale"))
    return None if step is None else step + 1


def _weighed(sides: tuple[Sequence[ItemRow], Sequence[ItemRow]], locale: str) -> str:
    driving, holding = (sum(_strength(row) or 0 for row in side) for side in sides)
    if any(_strength(row) is None for side in sides for row in side):
        return say(
            "Give each a strength to weigh them. Taking away a force that holds is often easier than pushing.", locale
        )
    return say(
        "Strengths: {driving} driving, {holding} holding back. Taking away a force that holds is often easier than pushing.",
        locale,
        driving=driving,
        holding=holding,
    )


def _side(title: str, side: Sequence[ItemRow], class_: str, locale: str) -> Markup:
    entries = [
        tag("li", tag("span", row.name), bar((_strength(row) or 0) / MOST), unseen(_strength_text(row, locale)))
        for row in side
    ]
    inside = tag("ul", *entries) if entries else tag("p", say("Nothing yet", locale), class_="al-more")
    return tag("section", tag("h3", title), inside, class_=class_)


def _strength_text(row: ItemRow, locale: str) -> str:
    strength = _strength(row)
    if strength is None:
        return ""
    return " (" + say("strength {number} of {most}", locale, number=strength, most=MOST) + ")"


def _named(row: ItemRow, locale: str) -> str:
    return row.name + _strength_text(row, locale)
