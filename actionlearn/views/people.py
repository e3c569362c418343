"""The people around me: strong ties near, loose ones further out."""

from __future__ import annotations

from collections.abc import Sequence

from actionlearn.answers.prompts import Item
from actionlearn.i18n import say
from actionlearn.text.markup import Markup
from actionlearn.views.parts import TEXTS, ItemRow, framed, listed, nothing, rows, tag
from actionlearn.views.rendered import Rendered


def people(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return people by how close they are.

    The table's ``tie`` column, or its first choice of two, says how close: its first option is near. A scale
    says it too: from the middle up is near. Who has none stands outside both.
    """
    near: list[ItemRow] = []
    far: list[ItemRow] = []
    unknown: list[ItemRow] = []
    unsaid: list[ItemRow] = []
    for row in rows(items):
        if row.name:
            tie = _near(row)
            outside = unknown if _is_unknown(row) else unsaid
            (outside if tie is None else near if tie else far).append(row)
    if not near and not far and not unknown and not unsaid:
        return nothing(say("The people around you will stand here, the near and the far.", locale), items, locale)
    groups = [
        (say("Strong ties", locale), near, "al-near"),
        (say("Loose ties", locale), far, "al-far"),
        (say("You do not know them yet", locale), unknown, "al-unsaid"),
        (say("Not said yet", locale), unsaid, "al-unsaid"),
    ]
    strong, loose, strangers, other = (_ring(title, group, name, locale) for title, group, name in groups)
    me = tag("p", say("Me", locale), class_="al-me", aria_hidden="true")
    parts = [tag("div", loose, tag("div", strong, me, class_="al-ring al-ring-near"), class_="al-ring al-ring-far")]
    notes = []
    if not far:
        notes.append(say("Who do you hardly know, and might see this from another side?", locale))
    parts += [strangers] if unknown else []
    parts += [other] if unsaid else []
    parts += [tag("p", note, class_="al-more") for note in notes]
    text = [f"{title}: {', '.join(_named(row) for row in group)}" for title, group, _ in groups if group]
    return Rendered(framed("people", *parts), "\n".join([*text, *notes]))


def _is_unknown(row: ItemRow) -> bool:
    """Tell whether somebody said that they do not know them: that is an answer, too."""
    return row.cells.get(row.column("choice", "tie")) == "none"


def _near(row: ItemRow) -> bool | None:
    column = row.column("choice", "tie")
    if _is_unknown(row):
        return None
    options = row.item.options.get(column, ())
    if column == "tie" or len(options) == 2:
        step = row.step(column)
        return None if step is None else step == 0 if len(options) <= 3 else step < len(options) / 2
    scale = row.step(row.column("scale"))
    return None if scale is None else scale >= 2


def _ring(title: str, group: Sequence[ItemRow], class_: str, locale: str) -> Markup:
    names = [_chip(row) for row in group]
    inside = listed(names, "al-chips") if names else tag("p", say("Nobody yet", locale), class_="al-more")
    return tag("section", tag("h3", title), inside, class_=class_)


def _chip(row: ItemRow) -> Markup:
    more = _more(row)
    asked = (" ", tag("span", more, class_="al-more")) if more else ()
    return tag("span", row.name, *asked, class_="al-chip")


def _more(row: ItemRow) -> str:
    texts = [row.text(id) for id, kind in row.item.kinds.items() if kind in TEXTS]
    return " · ".join(text for text in texts[1:] if text)


def _named(row: ItemRow) -> str:
    more = _more(row)
    return f"{row.name} ({more})" if more else row.name
