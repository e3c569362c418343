"""The experiment board: what was tried, expected and seen, and what became of it.

Cards stand in the column of their decision. A card's buttons name a prompt and a value; the page
saves them like any other edit. The view itself writes nothing. A try that failed and taught
something stands there exactly as one that worked. A try that goes on from another says so, and the
other says where it went on; which one that is, its owner said when they began it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from actionlearn.answers.prompts import Item, Reference
from actionlearn.answers.rendering import value_text
from actionlearn.i18n import say
from actionlearn.i18n.dates import day
from actionlearn.text.markup import Markup
from actionlearn.views.parts import TEXTS, ItemRow, framed, is_answered, nothing, rows, tag
from actionlearn.views.rendered import Rendered


@dataclass
class _Card:
    """One try: its title, what was said about it, and where it stands."""

    title: str
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    decision: str = ""
    options: Sequence[str] = ()
    labels: dict[str, str] = field(default_factory=dict)
    prompt: str = ""
    place: str = ""
    row: str = ""
    column: str = ""
    workbook: str = ""
    template: str = ""
    number: int = 0
    after: int = 0


def board(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return tries by what was decided about them.

    Answers of one workbook are one card: the first text is its title, the first choice its decision. A table
    with a choice is a card for each row, side by side in one workbook.
    """
    tries = list(_from_workbooks(items, locale))
    _chain(tries, locale)
    cards = [*tries, *_from_rows(items, locale)]
    if not cards:
        line = say("Your tries will stand here side by side, with what you expected and what you saw.", locale)
        return nothing(line, items, locale)
    columns: dict[str, str] = {"": say("No decision yet", locale)}
    for card in cards:
        columns |= {option: card.labels.get(option, option) for option in card.options}
    drawn, text = [], []
    for id, title in columns.items():
        here = [card for card in cards if card.decision == id]
        if not id and not here:
            continue
        drawn.append(_column(title, here, locale))
        text += [f"{title}: {len(here)}", *(_spoken_card(card) for card in here)]
    return Rendered(framed("board", tag("div", *drawn, class_="al-columns")), "\n".join(text))


def _from_workbooks(items: Sequence[Item], locale: str) -> Iterable[_Card]:
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        if item.kind != "table" and is_answered(item):
            groups.setdefault((item.place, item.workbook), []).append(item)
    decisions = _decisions(items)
    for (place, workbook), group in groups.items():
        card = _Card(workbook, place=place, workbook=workbook)
        card.number, card.after = group[0].number, group[0].after
        card.template = Reference.parse(group[0].reference).template
        title = next((item for item in group if item.kind in TEXTS), None)
        if title is not None:
            card.title = " ".join(value_text(title, locale).split())
            if workbook:
                card.lines.append((workbook, "", day(title.when, locale)))
        chosen = next((item for item in group if item.kind == "choice"), None)
        if known := chosen or decisions:
            card.options, card.labels = known.options.get("", ()), dict(known.labels)
            card.prompt = Reference.parse(known.reference).prompt
        card.decision = str(chosen.value) if chosen else ""
        card.lines += [
            (" ".join(item.question.split()), value_text(item, locale), day(item.when, locale))
            for item in group
            if item is not title and item is not chosen
        ]
        yield card


def _chain(tries: Sequence[_Card], locale: str) -> None:
    """Say on each card which try it goes on from, and in which ones it went on."""
    known = {(card.template, card.number): card for card in tries if card.number}
    for card in tries:
        before = known.get((card.template, card.after))
        if before is not None and before is not card:
            card.lines.append((say("Goes on from", locale), before.workbook, ""))
            before.lines.append((say("Went on in", locale), card.workbook, ""))


def _decisions(items: Sequence[Item]) -> Item | None:
    """Return an answer that brings the options of the decision, for cards that have none yet."""
    return next((item for item in items if item.kind == "choice" and item.options.get("")), None)


def _from_rows(items: Sequence[Item], locale: str) -> Iterable[_Card]:
    for row in rows(items):
        column = row.column("choice", "decision")
        if not column or not row.name:
            continue
        name = row.column(TEXTS)
        shown = [id for id in row.item.kinds if id not in (name, column) and row.text(id)]
        yield _Card(
            title=row.name,
            lines=[(row.item.labels.get(id, id), _cell(row, id, locale), "") for id in shown],
            decision=str(row.cells.get(column) or ""),
            options=row.item.options.get(column, ()),
            labels=dict(row.item.labels),
            prompt=Reference.parse(row.item.reference).prompt,
            place=row.item.place,
            row=row.key,
            column=column,
        )


def _cell(row: ItemRow, id: str, locale: str) -> str:
    text = row.text(id)
    return day(text, locale) if row.item.kinds.get(id) == "date" else text


def _column(title: str, cards: Sequence[_Card], locale: str) -> Markup:
    head = tag("h3", title, " ", tag("span", str(len(cards)), class_="al-count"))
    inside = tag("ul", *(_drawn(card, locale) for card in cards)) if cards else tag("p", "–", class_="al-more")
    return tag("section", head, inside)


def _drawn(card: _Card, locale: str) -> Markup:
    lines = [
        tag("div", tag("dt", asked, *([" · ", tag("span", when, class_="al-at")] if when else [])), tag("dd", words))
        for asked, words, when in card.lines
    ]
    parts = [tag("p", card.title, class_="al-what"), tag("dl", *lines)]
    if card.place and card.prompt:
        parts.append(_moves(card, locale))
    if card.place and card.decision and card.number:
        parts.append(_next(card, locale))
    return tag("li", *parts, class_="al-card")


def _moves(card: _Card, locale: str) -> Markup:
    """Return the buttons that move a card: each names a prompt and a value."""
    buttons = [
        tag(
            "button",
            card.labels.get(option, option),
            type="button",
            class_="al-button",
            aria_pressed="true" if option == card.decision else "false",
            data_al_set=card.prompt,
            data_al_value=option,
            data_al_place=card.place,
            data_al_row=card.row or None,
            data_al_column=card.column or None,
        )
        for option in card.options
    ]
    label = say("What now with “{title}”?", locale, title=card.title)
    return tag("div", *buttons, class_="al-row al-moves", role="group", aria_label=label)


def _next(card: _Card, locale: str) -> Markup:
    """Return the button that begins the try after this one."""
    words = say("Go on from here in a new try", locale)
    button = tag(
        "button",
        words,
        type="button",
        class_="al-button",
        aria_label=f"{words}: {card.title}",
        data_al_begin=card.template,
        data_al_after=card.number,
    )
    return tag("div", button, class_="al-row al-moves")


def _spoken_card(card: _Card) -> str:
    lines = (f"{asked}: {words}" if words else asked for asked, words, _ in card.lines)
    return "– " + " · ".join([card.title, *lines])
