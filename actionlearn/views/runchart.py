"""The run chart: figures in the order of time about their middle, and what may be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from actionlearn.answers.prompts import Item, Value
from actionlearn.errors import ActionlearnError, Fault
from actionlearn.i18n import hint, say, say_many, sentence
from actionlearn.i18n.dates import day
from actionlearn.stats import run_charts, time_series
from actionlearn.stats.time_series import Series
from actionlearn.text.markup import Markup
from actionlearn.views.chart import Chart, short, svg
from actionlearn.views.parts import as_day, framed, is_answered, nothing, picture, table, tag
from actionlearn.views.rendered import Rendered

#: No figure that is only imagined is larger: beside it no other could be seen.
_MOST = 10**15

#: What each signal means. Message ids.
SIGNALS: dict[str, str] = {
    "run": "{longest} counts in a row lie on one side of the middle line; up to {run} is chance.",
    "crossings": "Crossings of the line: {crossings}; chance makes {least} or more.",
    "shift": "{longest} counts in a row lie on one side of the middle line; six or more is a shift.",
    "trend": "{trend} counts in a row only go up, or only down; five or more is a trend.",
    "few": "There are {runs} runs about the middle line, fewer than chance makes.",
    "many": "There are {runs} runs about the middle line, more than chance makes: are two things mixed here?",
}


@dataclass(frozen=True)
class ChartRequest:
    """How figures are to be looked at.

    Parameters
    ----------
    since
        The day from which things were done differently: what is before it is the baseline, whose median is frozen.
    centre
        A median given by hand, which goes before that.
    what_if
        A next figure that is only imagined. It is drawn, and not counted.
    rules
        A key of `actionlearn.stats.run_charts.RULES`.
    """

    since: date | None = None
    centre: Fraction | None = None
    what_if: Fraction | None = None
    rules: str = "anhoej"

    @classmethod
    def of(
        cls, *, since: Value = None, centre: Value = None, what_if: Value = None, rules: Value = None
    ) -> ChartRequest:
        """Return it from answers as they are stored; what is none of a kind is left out."""
        numbers = (None if value is None else time_series.number(value) for value in (centre, what_if))
        fixed, imagined = (value if value is None or abs(value) < _MOST else None for value in numbers)
        return cls(as_day(since), fixed, imagined, str(rules) if rules in run_charts.RULES else "anhoej")


def runchart_view(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return the run chart of a table of figures; a date among the answers is the day of the change.

    A table without times and numbers is passed over. A choice with the option ``ihi`` chooses the rules.
    """
    tables = [item for item in items if item.kind == "table"]
    found = next((each for each in (_series(item, locale) for item in tables) if each.points or each.faults), Series())
    since = next((as_day(item.value) for item in items if item.kind == "date" and is_answered(item)), None)
    rules = next((str(i.value) for i in items if i.kind == "choice" and i.value in run_charts.RULES), "anhoej")
    if not found.points and not found.faults:
        line = say("Your counts will stand here as a picture, with what may be said of them.", locale)
        return nothing(line, items, locale)
    return chart_of(found, ChartRequest(since, rules=rules), locale)


def _series(item: Item, locale: str) -> Series:
    try:
        return time_series.from_table(item.value, list(item.kinds), locale=locale)
    except ActionlearnError as error:
        return Series(faults=(Fault(error.code, error.values),))


def chart_of(found: Series, asked: ChartRequest | None = None, locale: str = "en") -> Rendered:
    """Return figures as a picture with what may be said of them.

    Parameters
    ----------
    found
        The figures.
    asked
        How to look at them.
    locale
        The reader's language.
    """
    asked = asked or ChartRequest()
    wrong = [_fault_words(fault, locale) for fault in found.faults]
    read = [_fault_words(note, locale) for note in found.notes]
    if not found.points:
        lines = wrong or [say("There are no figures yet.", locale)]
        return Rendered(framed("runchart", *(tag("p", line) for line in lines)), "\n".join(lines))
    baseline = found.before(asked.since) if asked.since else ()
    frozen = asked.centre if asked.centre is not None else run_charts.median(baseline) if baseline else None
    reading = run_charts.read(found.values, centre=frozen, rules=asked.rules)
    verdict = _verdict(reading, locale)
    notes = _about(found, asked, reading, frozen, locale)
    alt = " ".join([_alt(found, locale), verdict])
    drawn = Chart(
        series=found, reading=reading, since=asked.since if baseline else None, what_if=asked.what_if, locale=locale
    )
    html = framed(
        "runchart",
        tag("p", found.name, class_="al-sum") if found.name else "",
        tag("ul", *(tag("li", line) for line in [*read, *wrong]), class_="al-more") if read or wrong else "",
        picture(svg(drawn, 360), svg(drawn, 720), alt),
        tag("p", verdict, class_="al-sum"),
        tag("ul", *(tag("li", note) for note in notes), class_="al-more") if notes else "",
        _figures(found, locale),
    )
    return Rendered(html, "\n".join([alt, *read, *wrong, *notes]))


def _fault_words(fault: Fault, locale: str) -> str:
    """Return what is said of a row, with its number where it has one."""
    text = f"{sentence(fault, locale)} {hint(fault, locale)}".strip()
    return f"{say('Row {row}', locale, row=fault.line)}: {text}" if fault.line else text


def chart_words(value: Fraction, locale: str) -> str:
    """Return a figure as it is written where the reader lives."""
    return short(float(value), locale)


def _verdict(reading: run_charts.Reading, locale: str) -> str:
    found = reading.facts
    values = {
        "longest": found.longest,
        "run": run_charts.longest_by_chance(found.useful),
        "crossings": found.crossings,
        "least": run_charts.fewest_crossings(found.useful),
        "trend": found.trend,
        "runs": found.runs,
    }
    signals = [say(SIGNALS[name], locale, **values) for name in reading.signals]
    if not found.enough:
        few = say_many(
            "Too few points: one lies off the middle line, and below {least} change and chance look the same.",
            "Too few points: {number} lie off the middle line, and below {least} change and chance look the same.",
            found.useful,
            locale,
            least=run_charts.LEAST,
        )
        return " ".join([few, *signals])
    if signals:
        return " ".join([say("More than chance.", locale), *signals])
    if reading.rules != "anhoej":
        return say("Nothing here that chance alone would not do.", locale)
    return say(
        "Nothing here that chance alone would not do: the longest row on one side is {longest} (up to {run} is chance), "
        "crossings of the line: {crossings} (chance makes {least} or more).",
        locale,
        **values,
    )


def _about(
    found: Series, asked: ChartRequest, reading: run_charts.Reading, frozen: Fraction | None, locale: str
) -> list[str]:
    line = chart_words(reading.facts.median, locale)
    notes = [say("The middle line is the median of all: {value}.", locale, value=line)]
    if frozen is not None and asked.centre is None and asked.since:
        since = day(asked.since.isoformat(), locale)
        number = len(found.before(asked.since))
        notes = [
            say_many(
                "The middle line is the one count before {day}: {value}.",
                "The middle line is the median of {number} counts before {day}: {value}.",
                number,
                locale,
                day=since,
                value=line,
            )
        ]
    elif frozen is not None:
        notes = [say("The middle line is fixed at {value}.", locale, value=line)]
    elif asked.since:
        notes.append(
            say(
                "There is no count from before {day}, so nothing to compare with.",
                locale,
                day=day(asked.since.isoformat(), locale),
            )
        )
    if found.gaps:
        notes.append(
            say_many(
                "Between the first and the last, one is missing.",
                "Between the first and the last, {number} are missing.",
                found.gaps,
                locale,
            )
        )
    if asked.what_if is not None:
        notes += _imagined(found, asked.what_if, frozen, reading, locale)
    if reading.signals:
        notes.append(say("It says that something changed, and not why.", locale))
    return notes


def _imagined(
    found: Series, value: Fraction, frozen: Fraction | None, reading: run_charts.Reading, locale: str
) -> list[str]:
    then = run_charts.read([*found.values, value], centre=frozen, rules=reading.rules)
    label = say("Were the next count {value}", locale, value=chart_words(value, locale))
    new, gone = set(then.signals) - set(reading.signals), set(reading.signals) - set(then.signals)
    if new:
        return [label + ", " + say("it would be more than chance.", locale)]
    if gone and not then.signals:
        return [label + ", " + say("it would be chance again.", locale)]
    return [label + ", " + say("the same would be said.", locale)]


def _alt(found: Series, locale: str) -> str:
    first, last = found.points[0], found.points[-1]
    values = sorted(found.values)
    return say_many(
        "Run chart of one count: {first} on {when}.",
        "Run chart of {number} counts: {first} on {when}, {last} on {until}, lowest {low}, highest {high}.",
        len(values),
        locale,
        first=chart_words(first.value, locale),
        when=_when(first.when, locale),
        last=chart_words(last.value, locale),
        until=_when(last.when, locale),
        low=chart_words(values[0], locale),
        high=chart_words(values[-1], locale),
    )


def _when(when: str, locale: str) -> str:
    return day(when, locale) if len(when) == 10 else when


def _figures(found: Series, locale: str) -> Markup:
    heads = (say("When", locale), found.name or say("Count", locale))
    body = [(_when(point.when, locale), chart_words(point.value, locale)) for point in found.points]
    return tag("details", tag("summary", say("The figures", locale)), table(heads, body))
