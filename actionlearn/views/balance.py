"""The balance: how much of the learning was exposure, practice, conversation, reflection.

Inferred from what was done and written, never ticked. The template says which answers stand for
which of the four. A try counts once, whether it worked or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from actionlearn.answers.prompts import Item
from actionlearn.i18n import say, say_many
from actionlearn.views.parts import ItemRow, bar, framed, is_answered, nothing, rows, tag
from actionlearn.views.rendered import Rendered

#: The four, in the order they are drawn: role -> (name, what counts). Message ids.
FOUR: dict[str, tuple[str, str]] = {
    "exposure": ("Exposure", "met, read, seen and made use of"),
    "practice": ("Practice", "tried and done"),
    "conversation": ("Conversation", "asked and talked about"),
    "reflection": ("Reflection", "looked back on"),
}


def balance(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return how often each of the four happened."""
    counts: Counter[str] = Counter()
    for item in items:
        if item.role in FOUR and item.kind != "table" and is_answered(item):
            counts[item.role] += 1
    for row in rows(items):
        if row.item.role in FOUR and _done(row):
            counts[row.item.role] += 1
    if not counts:
        line = say("What you met, tried, talked about and looked back on will stand here side by side.", locale)
        return nothing(line, items, locale)
    most = max(counts.values())
    drawn, lines = [], []
    for role, (name, means) in FOUR.items():
        times = _times(counts[role], locale)
        words = [tag("dt", say(name, locale), " ", tag("span", say(means, locale), class_="al-more"))]
        drawn.append(tag("div", *words, tag("dd", bar(counts[role] / most), tag("span", times, class_="al-figure"))))
        lines.append(f"{say(name, locale)}: {times}")
    note = say("Counted from what you wrote here. No share is the right one; look at the one that is missing.", locale)
    html = framed("balance", tag("dl", *drawn, class_="al-bars"), tag("p", note, class_="al-more"))
    return Rendered(html, "\n".join([*lines, note]))


def _done(row: ItemRow) -> bool:
    """Tell whether a row was done: where its table asks, only if it says so."""
    column = next((id for id, options in row.item.options.items() if "done" in options), "")
    return not column or row.cells.get(column) == "done"


def _times(number: int, locale: str) -> str:
    return say_many("once", "{number} times", number, locale) if number else say("not yet", locale)
