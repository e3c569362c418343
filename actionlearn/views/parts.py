"""What the views have in common: rows of tables, their columns by kind, and small pieces of HTML.

A view does not know the ids of an author's columns. It knows what it needs (a name, two scales, a
choice of two) and takes the first column of that kind, or the one that has the name it looks for.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from actionlearn.answers.prompts import NOT_YET, Item, Value, is_empty
from actionlearn.answers.rendering import value_text
from actionlearn.i18n import say
from actionlearn.stats.time_series import number
from actionlearn.text.markup import Markup, escape
from actionlearn.views.rendered import Rendered

TEXTS = ("short-text", "long-text")


@dataclass(frozen=True)
class ItemRow:
    """One row of a table, with the answer it is in."""

    item: Item
    cells: Mapping[str, Value]
    key: str = ""

    def column(self, kinds: str | Sequence[str], name: str = "", nth: int = 0) -> str:
        """Return the id of a column of some kind: the one of that name, else the nth; empty where there is none."""
        wanted = (kinds,) if isinstance(kinds, str) else kinds
        fitting = [id for id, kind in self.item.kinds.items() if kind in wanted]
        if name in fitting:
            return name
        return fitting[nth] if nth < len(fitting) else ""

    def text(self, column: str) -> str:
        """Return a cell as people read it."""
        value = self.cells.get(column)
        return "" if value is None else str(self.item.labels.get(str(value), value)).strip()

    def step(self, column: str) -> int | None:
        """Return where a cell stands among its options, or on its scale, from 0; None where nothing is said."""
        value = self.cells.get(column)
        options = self.item.options.get(column, ())
        if value in options:
            return list(options).index(str(value))
        return value - 1 if isinstance(value, int) and not isinstance(value, bool) else None

    @property
    def name(self) -> str:
        """What the row is called: its first words."""
        return self.text(self.column(TEXTS))


def rows(items: Iterable[Item]) -> Iterator[ItemRow]:
    """Return the rows of tables that hold something, in order."""
    for item in items:
        if item.kind == "table" and isinstance(item.value, list):
            for row in item.value:
                if isinstance(row, dict) and any(not is_empty(cell) for cell in row["cells"].values()):
                    yield ItemRow(item, row["cells"], str(row.get("row", "")))


def is_answered(item: Item) -> bool:
    """Tell whether something was said, "not yet" aside."""
    return item.value != NOT_YET and not is_empty(item.value)


def as_day(value: Value) -> date | None:
    """Return a date's value as a date."""
    try:
        return date.fromisoformat(str(value)[:10]) if isinstance(value, str) and len(value) >= 10 else None
    except ValueError:
        return None


def amount(value: Value) -> float | None:
    """Return a number's value, None where it is none."""
    found = number(value) if value is not None else None
    return None if found is None else float(found)


def words(item: Item, locale: str) -> str:
    """Return an answer on one line."""
    return " ".join(value_text(item, locale).split())


def nothing(line: str, items: Iterable[Item], locale: str) -> Rendered:
    """Return what stands where nothing can be drawn yet: what will be here, and the question it begins with."""
    asked = next((item.question for item in items if item.question and not is_answered(item)), "")
    if asked:
        line += " " + say("It begins with “{question}”", locale, question=" ".join(asked.split()))
    return Rendered(str(Markup('<div class="al-view al-none"><p>{}</p></div>').format(line)), line)


def framed(name: str, *parts: Markup | str) -> str:
    """Return the parts of a view in its frame."""
    return str(Markup('<div class="al-view al-view-{}">{}</div>').format(name, Markup("").join(parts)))


def tag(name: str, *children: Markup | str, **attributes: str | int | None) -> Markup:
    """Return an element; what is no markup is escaped. ``class_`` is class, ``data_x`` is data-x, None is left out."""
    # Put together by hand: there are thousands in a picture, and Markup's own formatting takes ten times as long.
    attributes_html = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{attributes_html}>{''.join(map(escape, children))}</{name}>")


def listed(entries: Iterable[Markup | str], class_: str, kind: str = "ul") -> Markup:
    """Return a list."""
    return tag(kind, *(tag("li", each) for each in entries), class_=class_)


def unseen(text: str) -> Markup:
    """Return words that are only heard."""
    return tag("span", text, class_="al-vh")


#: Between words that stand apart by their layout: where no style sheet of ours is, it keeps them apart.
SEPARATOR = Markup('<span class="al-sep"> · </span>')


def bar(share: float) -> Markup:
    """Return a bar of a share of the width, in steps of a 20th; it says nothing that words beside it do not."""
    step = max(1, min(20, round(share * 20))) if share > 0 else 0
    return tag("span", tag("span", class_=f"al-w-{step}"), class_="al-bar", aria_hidden="true")


def dots(step: int | None, of: int) -> Markup:
    """Return a step of a scale as dots, for the eye; the words beside it say the same."""
    return Markup("") if step is None else tag("span", "●" * step + "○" * max(of - step, 0), aria_hidden="true") + " "


def rest(row: ItemRow) -> tuple[Markup, str]:
    """Return what a row says beside its name, as it is seen and as it is said; a tick where its name is all."""
    seen, spoken = [], []
    for id, kind in row.item.kinds.items():
        words = row.text(id)
        if words and words != row.name:
            step = row.step(id) if kind == "scale" else None
            seen.append(Markup("{}{}").format(dots(step + 1, 5) if step is not None else "", words))
            spoken.append(words)
    return (Markup(", ").join(seen), ", ".join(spoken)) if spoken else (Markup("✓"), "✓")


def table(heads: Sequence[str], body: Iterable[Sequence[Markup | str]], caption: str = "") -> Markup:
    """Return a table whose rows begin with a heading, where there is one: an empty heading says nothing to anybody."""
    above = tag("caption", caption) if caption else Markup("")
    body = list(body)
    named = bool(heads[0]) or any(row[0] for row in body)
    first = [tag("th", heads[0], scope="col") if heads[0] else tag("td")] if named else []
    head = tag("thead", tag("tr", *first, *(tag("th", each, scope="col") for each in heads[1:])))
    lines = [tag("tr", *_heading(row[0], named), *(tag("td", cell, dir="auto") for cell in row[1:])) for row in body]
    return tag("table", above, head, tag("tbody", *lines), class_="al-answer")


def _heading(words: Markup | str, named: bool) -> list[Markup]:
    if not named:
        return []
    return [tag("th", words, scope="row", dir="auto") if words else tag("td")]


def picture(narrow: str, wide: str, alt: str) -> Markup:
    """Return a picture that is drawn twice: for a phone, and for where there is room."""

    def coded(svg: str) -> str:
        return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"

    html = (
        '<picture><source media="(min-width: 44rem)" srcset="{}"><img class="al-picture" alt="{}" src="{}"></picture>'
    )
    return Markup(html).format(coded(wide), alt, coded(narrow))
