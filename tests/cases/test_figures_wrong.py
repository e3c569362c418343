"""Figures in files as people keep them: each is read as it was meant, or it is said what is not clear."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from actionlearn.stats.time_series import Series, from_table, from_text, read
from actionlearn.views import chart_of

FILES = Path(__file__).parent / "figures-wrong"


def figures(name: str, **more: object) -> Series:
    """Return the figures of one of the files."""
    return read((FILES / f"{name}.csv").read_bytes(), **more)


def codes(found: Series) -> list[str]:
    """Return what is said of figures."""
    return [fault.code.removeprefix("figures.") for fault in found.faults]


def test_two_columns_of_numbers_stay_two():
    """What was wanted and what was late are not put together into one number; the target is not the count."""
    found = figures("two-counts")
    assert found.values == tuple(range(20, 8, -1))
    assert found.name == "Late"


@pytest.mark.parametrize("name", ["thousands", "thousands-german"])
def test_a_mark_for_thousands_is_no_decimal(name: str):
    """1,010 in a file with commas, and 1.010 in one with semicolons, are a thousand and ten; it is said."""
    found = figures(name)
    assert Fraction(1010) in found.values
    assert min(found.values) > 900
    assert "thousands" in [note.code.removeprefix("figures.") for note in found.notes]


def test_the_newest_first_is_put_in_the_order_of_time():
    """Days as 19/10/2026 are days, and a count that falls is not drawn as one that rises."""
    found = figures("newest-first")
    assert found.values == tuple(range(20, 8, -1))
    assert found.points[0].day == date(2026, 8, 3)
    assert "The rows were put in the order of time." in chart_of(found).text


def test_a_week_and_its_year_are_one_time():
    """The year beside a week is no count."""
    found = figures("week-and-year")
    assert found.values == (5, 7, 9)
    assert found.points[0].day == date.fromisocalendar(2026, 40, 1)


def test_a_total_is_no_point():
    """A row that sums up is left out, and that is said."""
    found = figures("with-total")
    assert found.values == (5, 7, 9)
    assert codes(found) == ["total"]


def test_a_weekday_is_no_time():
    """The column of dates is the time, whatever stands before it."""
    found = figures("weekday-first")
    assert [point.day for point in found.points] == [date(2026, 9, 28), date(2026, 9, 29), date(2026, 10, 5)]
    assert found.values == (5, 7, 6)


def test_what_was_read_stands_above_the_picture():
    """Which column is the day and which the count is shown before it is drawn."""
    html = chart_of(figures("with-total")).html
    assert "the time from “Date”, the count from “Calls”" in html
    assert html.index("the count from “Calls”") < html.index("<picture")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Date,Calls\n03/04/2026,5\n04/04/2026,6\n", "which_day"),
        ("Date,Parcels\n2026-10-01,980\n2026-10-02,1.010\n", "which_mark"),
        ("Date,Parcels,Letters\n2026-10-01,5,6\n2026-10-02,6,7\n", "which_column"),
        ("2026-10-01,5,6\n2026-10-02,6,7\n", "which_comma"),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked(text: str, code: str):
    """Nothing is drawn, and the question is put."""
    found = read(text)
    assert (found.points, codes(found)) == ((), [code])


def test_the_reader_answers():
    """A choice says how the file is written, and which column is the count."""
    days = "Date,Calls\n03/04/2026,5\n04/05/2026,6\n"
    assert read(days, choices=["day_point"]).points[0].day == date(2026, 4, 3)
    assert read(days, choices=["month_point"]).points[0].day == date(2026, 3, 4)
    assert read("Date,A,B\n2026-10-01,5,6\n2026-10-02,6,7\n", choices=["b"]).values == (6, 7)
    assert read("Date,A\n2026-10-01,980\n2026-10-02,1.010\n", choices=["day_comma"]).values == (980, 1010)


@pytest.mark.parametrize(
    ("locale", "text", "values"),
    [
        ("pt", "Dia;Contagem\n03/04/2026;1.010\n10/04/2026;990,5\n", (1010, Fraction("990.5"))),
        ("de", "Datum;Anzahl\n3.4.2026;1.010\n10.4.2026;990\n", (1010, 990)),
        ("fr", "Date\tCompte\n3 avr. 2026\t1 010\n10 avr. 2026\t990,5\n", (1010, Fraction("990.5"))),
        ("es", "Fecha;Meta;Cuenta\n3/4/2026;5;12\n4/4/2026;5;11\n", (12, 11)),
        ("en", 'Date,Amount\n2026-10-01,"$1,010.50"\n2026-10-02,$990\n', (Fraction("1010.5"), 990)),
        ("en", "Month,Year,Count\nNov,2026,3\nOct,2026,4\nDec,2026,2\n", (4, 3, 2)),
        ("en", "Week,Calls\nW41,7\nW40,9\nW39,11\n", (11, 9, 7)),
        ("en", "Date,Count\n10/31/2026,2\n10/24/2026,3\n", (3, 2)),
    ],
)
def test_files_of_other_languages(locale: str, text: str, values: tuple[Fraction, ...]):
    """Days and numbers are read as the reader's language writes them, and by the column as a whole."""
    assert from_text(text, locale=locale).values == values


def test_a_table_is_read_by_the_same_rule():
    """A target beside the count in an author's table is not the count, and the rows are put in order."""
    rows = [
        {"row": "1", "cells": {"on": "2026-10-12", "target": "5", "count": "7"}},
        {"row": "2", "cells": {"on": "2026-10-05", "target": "5", "count": "9"}},
    ]
    assert from_table(rows).values == (9, 7)
