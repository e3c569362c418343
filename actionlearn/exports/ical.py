"""A learner's calendar: the days they named in their workbooks, as a file that any calendar reads.

Days, not hours: an all-day event is the same day wherever one is. Its reminder rings at nine in the
morning of the time zone the file was made for, also on the day the clocks change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, vDatetime

from actionlearn.answers.items import PromptAnswer
from actionlearn.answers.prompts import Value
from actionlearn.i18n import say

#: A date is a plan, and in the calendar, where the id of its prompt or column is one of these. Others, such as
#: the days of counts, have been.
PLAN = re.compile(r"by|look_again|[a-z0-9_]+_on")

#: What a day is called where its question says it less well.
CALLED: dict[tuple[str, str], str] = {
    ("experiment", "look_on"): "Look at what your try showed",
    ("experiment", "next_on"): "What comes next after your try",
    ("impact", "look_again"): "Look again: what has changed?",
    ("set-meeting", "next_on"): "Your set meets",
}

#: Columns that say best what a step is, in this order; else it is the first words of its row.
MAIN = ("what", "act", "ask")

#: Days after a change at which it is worth looking again, and the answer that names the day of the change.
FOLLOW_UPS = (30, 60, 90)
CHANGED = ("impact", "since")

REMINDER = time(9)
_LONGEST = 120
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Day:
    """One all-day event.

    Parameters
    ----------
    uid
        The same for the same thing for ever.
    on
        The day.
    summary
        What it is, in a few words of the learner's.
    sequence
        Rises with every change, so that a calendar takes the newer one.
    changed_at
        When it last changed: an instant, as stored.
    url
        Where it was written down.
    cancelled
        Taken back: a calendar that has it removes it.
    done
        It stays where it is, and rings no more.
    """

    uid: str
    on: date
    summary: str
    sequence: int
    changed_at: str
    url: str = ""
    cancelled: bool = False
    done: bool = False


#: Workbook and prompt -> what an answer was before, the oldest first.
Earlier = Mapping[tuple[str, str], Sequence[Value]]


def days(
    answers: Iterable[PromptAnswer], locale: str = "en", address: str = "", earlier: Earlier | None = None
) -> list[Day]:
    """Return the days that somebody named in their workbooks, in order; with those they have taken out since.

    Parameters
    ----------
    answers
        The prompts of their workbooks.
    locale
        The reader's language.
    address
        What comes before ``workbooks/<workbook>`` in the address of a workbook.
    earlier
        What answers were before: a day that is in none any more is cancelled.
    """
    found: list[Day] = []
    for each in answers:
        url = f"{address}workbooks/{each.workbook}#p-{each.prompt}"
        now = {day.uid: day for day in _days(each, locale, url)}
        gone: dict[str, Day] = {}
        for value in (earlier or {}).get((each.workbook, each.prompt), ()):
            before = replace(each, item=replace(each.item, value=value))
            gone |= {day.uid: day for day in _days(before, locale, url) if day.uid not in now}
        found += [*now.values(), *(replace(day, cancelled=True, done=False) for day in gone.values())]
    return sorted(found, key=lambda each: (each.on, each.uid))


def names_days(answer: PromptAnswer) -> bool:
    """Tell whether days of a calendar can stand in an answer, by its kind."""
    return answer.item.kind in ("table", "date")


def _days(answer: PromptAnswer, locale: str, url: str) -> Iterator[Day]:
    value, uid = answer.item.value, f"{answer.workbook}-{answer.prompt}"
    if answer.item.kind == "table" and isinstance(value, list):
        for row in value:
            yield from _steps(answer, row["row"], row["cells"], locale, url)
    elif (answer.template, answer.prompt) == CHANGED and (on := _date(value)):
        for after in FOLLOW_UPS:
            words = say("{days} days on: what has changed?", locale, days=after)
            yield _day(answer, f"{uid}-{after}", _later(on, after), words, url)
    elif answer.item.kind == "date" and PLAN.fullmatch(answer.prompt) and (on := _date(value)):
        called = CALLED.get((answer.template, answer.prompt), "")
        words = say(called, locale) if called else answer.item.question
        # What it is for says more than the name of a workbook, of which there are several.
        title = f"{answer.about} · {words}" if answer.about else f"{answer.item.workbook}: {words}"
        yield _day(answer, uid, on, title, url)


def _steps(answer: PromptAnswer, row: str, cells: Mapping[str, object], locale: str, url: str) -> Iterator[Day]:
    # What is done stays where it is in the calendar and rings no more; what was dropped is taken out.
    state = str(cells.get("state", ""))
    for id in cells:
        if PLAN.fullmatch(id) and (on := _date(cells[id])):
            uid = f"{answer.workbook}-{row}" + (f"-{id}" if id != "by" else "")
            words = _words(cells, answer.item.labels) or say("A step", locale)
            day = _day(answer, uid, on, words, url)
            yield replace(day, cancelled=state == "dropped", done=state == "done")


def _words(cells: Mapping[str, object], labels: Mapping[str, str]) -> str:
    texts = {id: str(cells[id]) for id in labels if id in cells and not _DAY.fullmatch(str(cells[id]))}
    main = next((id for id in (*MAIN, *texts) if id in texts and id != "state"), "")
    who = f"{texts['who']}: " if main not in ("", "who") and "who" in texts else ""
    return who + labels.get(texts[main], texts[main]) if main else ""


def _day(answer: PromptAnswer, uid: str, on: date, summary: str, url: str) -> Day:
    return Day(
        uid=f"{uid}@actionlearn",
        on=on,
        summary=summary,
        sequence=answer.version,
        changed_at=answer.item.when,
        url=url,
    )


def _date(value: object) -> date | None:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _later(on: date, after: int) -> date:
    return date.max if date.max - on <= timedelta(after) else on + timedelta(after)


def calendar(found: Iterable[Day], *, name: str, zone: ZoneInfo, now: datetime) -> bytes:
    """Return a calendar file (RFC 5545).

    Parameters
    ----------
    found
        What is in it.
    name
        What the calendar is called.
    zone
        Whose nine in the morning the reminders ring at.
    now
        When it is made.
    """
    made = Calendar()
    made.add("prodid", "-//actionlearn//journey//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", plain_text(name))
    for each in found:
        # The last day there is has no day after it, and no calendar shows it.
        if each.on < date.max:
            made.add_component(_event(each, zone, now))
    if not made.subcomponents:  # a calendar holds something: the time zone is true in any case
        made.add_component(Timezone.from_tzinfo(zone))
    text: bytes = made.to_ical()
    return text


def _event(day: Day, zone: ZoneInfo, now: datetime) -> Event:
    event = Event()
    event.add("uid", day.uid)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", datetime.fromisoformat(day.changed_at).astimezone(UTC) if day.changed_at else now)
    event.add("sequence", day.sequence)
    event.add("dtstart", day.on)
    event.add("dtend", day.on + timedelta(1))
    event.add("summary", plain_text(day.summary))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if day.cancelled else "CONFIRMED")
    if day.url:
        event.add("url", day.url)
    if not day.cancelled and not day.done and day.on >= now.astimezone(zone).date():
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", plain_text(day.summary))
        alarm.add("trigger", vDatetime(_rings(day.on, zone)), parameters={"VALUE": "DATE-TIME"})
        event.add_component(alarm)
    return event


def _rings(on: date, zone: ZoneInfo) -> datetime:
    try:
        return datetime.combine(on, REMINDER, zone).astimezone(UTC)
    except OverflowError:
        return datetime.combine(on, REMINDER, UTC)


def plain_text(text: str) -> str:
    """Return words as one line of bounded length, with nothing in it that could end the line or turn it round."""
    flat = " ".join(_CONTROL.sub(" ", text).split())
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1]}…"
