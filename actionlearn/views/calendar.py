"""The journal's calendar: on which days something was written. No streaks, no quota."""

from __future__ import annotations

from calendar import Calendar
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from babel.dates import get_day_names

from actionlearn.answers.prompts import Item
from actionlearn.i18n import format_locale, say, say_many
from actionlearn.i18n.dates import format_date
from actionlearn.text.markup import Markup
from actionlearn.views.parts import as_day, framed, is_answered, nothing, rows, tag, unseen
from actionlearn.views.rendered import Rendered
from actionlearn.views.timeline import month_name

#: Months that are drawn at once, the newest ones; earlier ones are folded.
AT_ONCE = 3


def calendar(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return the days on which something was written, month by month."""
    entries = Counter(_days(items))
    if not entries:
        line = say("The days on which you wrote will stand here as a calendar.", locale)
        return nothing(line, items, locale)
    months = sorted({(each.year, each.month) for each in entries})
    drawn = [_month(date(*month, 1), entries, locale) for month in months]
    days = say_many("{number} day", "{number} days", len(entries), locale)
    total = say_many("{number} entry on {days}", "{number} entries on {days}", entries.total(), locale, days=days)
    earlier = (
        tag("details", tag("summary", say("Earlier months", locale)), tag("div", *drawn[:-AT_ONCE], class_="al-cals"))
        if len(drawn) > AT_ONCE
        else Markup("")
    )
    text = [total]
    for month in months:
        here = (str(each.day) for each in sorted(entries) if (each.year, each.month) == month)
        text.append(f"{month_name(date(*month, 1), locale)}: {', '.join(here)}")
    html = framed("calendar", tag("p", total), tag("div", *drawn[-AT_ONCE:], class_="al-cals"), earlier)
    return Rendered(html, "\n".join(text))


def _days(items: Sequence[Item]) -> Iterator[date]:
    for item in items:
        if (
            item.kind != "table"
            and is_answered(item)
            and (at := as_day(item.value if item.kind == "date" else item.when))
        ):
            yield at
    for row in rows(items):
        column = row.column("date")
        if at := as_day(row.cells.get(column)) or as_day(row.item.when):
            yield at


def _month(month: date, entries: Counter[date], locale: str) -> Markup:
    language = format_locale(locale)
    short, long = get_day_names("abbreviated", locale=language), get_day_names("wide", locale=language)
    heads = [tag("th", short[place].rstrip(".")[:3], scope="col", abbr=long[place]) for place in range(7)]
    weeks = [
        tag("tr", *(_day(each, month, entries[each], locale) for each in week))
        for week in Calendar().monthdatescalendar(month.year, month.month)
    ]
    return tag(
        "table",
        tag("caption", month_name(month, locale)),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *weeks),
        class_="al-cal",
    )


def _day(each: date, month: date, number: int, locale: str) -> Markup:
    if each.month != month.month:
        return tag("td")
    if not number:
        return tag("td", str(each.day), data_day=each.isoformat())
    label = say_many("{number} entry", "{number} entries", number, locale)
    words = tag("strong", str(each.day)) + unseen(f" ({format_date('d MMMM', each, locale)}: {label})")
    return tag("td", words, class_=f"al-has al-has-{min(number, 3)}", data_day=each.isoformat())
