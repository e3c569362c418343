"""The time line: everything that has a date, in its month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from actionlearn.answers.prompts import Item
from actionlearn.i18n import say
from actionlearn.i18n.dates import day, format_date
from actionlearn.text.markup import Markup
from actionlearn.views.parts import SEPARATOR, TEXTS, ItemRow, as_day, framed, is_answered, nothing, rows, tag
from actionlearn.views.rendered import Rendered


@dataclass(frozen=True)
class _Entry:
    start: date
    end: date | None
    words: str
    more: str
    done: bool


def timeline(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return what has a date, the first one first; the page marks today."""
    entries = sorted(_entries(items), key=lambda entry: (entry.start, entry.end or entry.start))
    if not entries:
        line = say("Your plan will stand here on a time line, once something in it has a date.", locale)
        return nothing(line, items, locale)
    months, lines = [], []
    for (year, month), group in groupby(entries, key=lambda entry: (entry.start.year, entry.start.month)):
        title = month_name(date(year, month, 1), locale)
        drawn = [(entry, _when(entry, locale), _notes(entry, locale)) for entry in group]
        months.append(tag("h3", title) + tag("ol", *(_drawn(*each) for each in drawn), class_="al-line") + Markup("\n"))
        lines += [title, *(" · ".join(filter(None, (when, entry.words, *more))) for entry, when, more in drawn)]
    axis = tag("div", *months, class_="al-months", data_al_today=say("Today", locale))
    return Rendered(framed("timeline", axis), "\n".join(lines))


def month_name(month: date, locale: str) -> str:
    """Return a month with its year."""
    return format_date("LLLL y", month, locale).capitalize()


def _entries(items: Sequence[Item]) -> Iterator[_Entry]:
    for item in items:
        if item.kind == "date" and is_answered(item) and (at := as_day(item.value)):
            yield _Entry(
                start=at,
                end=None,
                words=" ".join(item.question.split()) or item.workbook,
                more=item.workbook,
                done=False,
            )
    for row in rows(items):
        if entry := _entry(row):
            yield entry


def _entry(row: ItemRow) -> _Entry | None:
    days = [at for at in (as_day(row.cells.get(id)) for id in _dates(row)) if at]
    if not days:
        return None
    state = row.column("choice", "state")
    more = [row.text(id) for id, kind in row.item.kinds.items() if kind in TEXTS and row.text(id)]
    done = row.cells.get(state) == "done"
    return _Entry(
        start=days[0],
        end=days[1] if len(days) > 1 else None,
        words=row.name or "–",
        more=" · ".join([*more[1:2], row.text(state)]),
        done=done,
    )


def _dates(row: ItemRow) -> list[str]:
    return [id for id, kind in row.item.kinds.items() if kind == "date"]


def _when(entry: _Entry, locale: str) -> str:
    start = day(entry.start.isoformat(), locale)
    if entry.end is None or entry.end == entry.start:
        return start
    return say("{start} to {end}", locale, start=start, end=day(entry.end.isoformat(), locale))


def _notes(entry: _Entry, locale: str) -> list[str]:
    backwards = entry.end is not None and entry.end < entry.start
    return [
        part for part in (entry.more.strip(" ·"), say("It ends before it begins.", locale) if backwards else "") if part
    ]


def _drawn(entry: _Entry, when: str, notes: Sequence[str]) -> Markup:
    inside = [tag("span", when, class_="al-at"), tag("span", entry.words, class_="al-what")]
    inside += [tag("span", note, class_="al-more") for note in notes]
    last = max(entry.start, entry.end or entry.start).isoformat()
    return tag(
        "li",
        SEPARATOR.join(inside),
        class_="al-done" if entry.done else None,
        data_day=entry.start.isoformat(),
        data_last=last,
    )
