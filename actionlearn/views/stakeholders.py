"""The stakeholder map: power and interest, after Mendelow, with where each stands."""

from __future__ import annotations

from collections.abc import Sequence

from actionlearn.answers.prompts import Item
from actionlearn.i18n import say
from actionlearn.text.markup import Markup
from actionlearn.views.parts import ItemRow, framed, listed, nothing, rows, tag, unseen
from actionlearn.views.rendered import Rendered

#: (much power, much interest) -> (what it asks for, who that is). Message ids, in the order they are drawn.
FIELDS: dict[tuple[bool, bool], tuple[str, str]] = {
    (True, False): ("Keep satisfied", "much power, little interest"),
    (True, True): ("Work with closely", "much power, much interest"),
    (False, False): ("Keep an eye on", "little power, little interest"),
    (False, True): ("Keep informed", "little power, much interest"),
}

_SIGNS = ("+", "○", "−")


def stakeholders(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return who stands where.

    The table's column ``part``, or ``power`` and ``interest``, or its first two scales or choices of degree, place a row; its
    ``stance``, or another choice of three or more, says where somebody stands, from with it to against it.
    """
    every = [row for row in rows(items) if row.name]
    placed: dict[tuple[bool, bool], list[ItemRow]] = {field: [] for field in FIELDS}
    unplaced: list[ItemRow] = []
    for row in every:
        power, interest = _degrees(row)
        if power is None or interest is None:
            unplaced.append(row)
        else:
            placed[power, interest].append(row)
    if not every:
        line = say("Whoever can help or stop this will stand here, by power and interest.", locale)
        return nothing(line, items, locale)
    drawn, text = [], []
    for field, (asks, who) in FIELDS.items():
        drawn.append(_field(say(asks, locale), say(who, locale), placed[field], locale))
        names = ", ".join(_named(row) for row in placed[field])
        text.append(f"{say(asks, locale)} ({say(who, locale)}): {names or say('Nobody yet', locale)}")
    left = (
        tag("section", tag("h3", say("Not placed yet", locale)), listed(map(_chip, unplaced), "al-chips"))
        if unplaced
        else Markup("")
    )
    if unplaced:
        text.append(f"{say('Not placed yet', locale)}: {', '.join(_named(row) for row in unplaced)}")
    html = framed("stakeholders", tag("div", *drawn, class_="al-quarters"), left)
    return Rendered(html, "\n".join(text))


#: A column ``part`` says both at once, in the words of the work: can they stop it, do they live with it?
_PARTS = {"decides": (True, False), "feels": (False, True), "both": (True, True), "neither": (False, False)}


def _degrees(row: ItemRow) -> tuple[bool | None, bool | None]:
    if "part" in row.item.kinds:
        return _PARTS.get(str(row.cells.get("part")), (None, None))
    power = row.column("scale", "power") or row.column("choice", "power")
    interest = row.column("scale", "interest", 1) or row.column("choice", "interest", 1)
    return _much(row, power), _much(row, interest) if interest != power else None


def _much(row: ItemRow, column: str) -> bool | None:
    """Tell whether a degree is much: the upper half of a scale; the first half of a choice, or its option ``high``."""
    step, value = row.step(column), str(row.cells.get(column))
    if step is None:
        return None
    options = row.item.options.get(column, ())
    if not options:
        return step >= 2
    if value in ("high", "low"):
        return value == "high"
    return step < len(options) / 2


def _stance(row: ItemRow) -> tuple[str, str]:
    """Return where somebody stands as a sign and in words."""
    degrees = {row.column("choice", "power"), row.column("choice", "interest", 1)} & {"power", "interest"}
    choices = [id for id, kind in row.item.kinds.items() if kind == "choice" and id not in degrees]
    column = "stance" if "stance" in choices else next(iter(choices), "")
    step, options = row.step(column), row.item.options.get(column, ())
    if step is None:
        return "", ""
    return (_SIGNS[step] if step < 3 and len(options) >= 2 else "?"), row.text(column)


def _chip(row: ItemRow) -> Markup:
    sign, stance = _stance(row)
    mark = tag("span", sign, class_="al-sign", aria_hidden="true") + " " if sign else Markup("")
    kind = {"+": " al-with", "−": " al-against"}.get(sign, "")
    return tag(
        "span", mark, row.name, unseen(f": {stance}") if stance else "", class_=f"al-chip{kind}", title=stance or None
    )


def _field(asks: str, who: str, group: Sequence[ItemRow], locale: str) -> Markup:
    inside = listed(map(_chip, group), "al-chips") if group else tag("p", say("Nobody yet", locale), class_="al-more")
    return tag("section", tag("h3", asks), tag("p", who, class_="al-more"), inside)


def _named(row: ItemRow) -> str:
    stance = _stance(row)[1]
    return f"{row.name} ({stance})" if stance else row.name
