"""A learner's own figures, as they come."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from datetime import date
from fractions import Fraction
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionlearn.errors import BadInput, TooLarge
from actionlearn.stats.time_series import (
    MAX_BYTES,
    MAX_POINTS,
    Point,
    from_bytes,
    from_table,
    from_text,
    moment,
    number,
    series,
)

LATE = "week,orders_late_percent\n2026-W21,12\n2026-W22,14\n2026-W23,13\n"


def codes(found):
    """Return what was wrong, with the lines."""
    return [(fault.code.split(".")[1], fault.line) for fault in found.faults]


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("12,5", "25/2"), ("12.5", "25/2"), (" −3 ", -3), ("7 %", 7), (".5", "1/2"), (3, 3), ("0.1", "1/10")],
)
def test_numbers_are_read_exactly(text, value):
    """A comma or a point, a minus as printed, a percent sign."""
    assert number(text) == Fraction(value)


@pytest.mark.parametrize("text", ["", "many", "1.000,5", "1e9", "nan", "inf", True, None, "12 13", "0x10", "1_000"])
def test_what_is_no_number_is_none(text):
    """Nothing is guessed."""
    assert number(text) is None


def test_times_are_days_weeks_and_months():
    """The first day of each; a day there is not is none."""
    assert moment("2026-10-05") == date(2026, 10, 5)
    assert moment("2026-W21") == moment("2026w21") == date(2026, 5, 18)
    assert moment("2026-2") == date(2026, 2, 1)
    assert moment("2026-02-30") is moment("2026-W60") is moment("week 3") is None


def test_a_csv_is_read_with_its_name():
    """Time first, then the first column with a number in it."""
    found = from_bytes(LATE.encode())
    assert found.name == "orders_late_percent"
    assert found.points[0] == Point("2026-W21", date(2026, 5, 18), Fraction(12))
    assert found.values == (12, 14, 13)
    assert (found.faults, found.gaps) == ((), 0)


@pytest.mark.parametrize(
    "text",
    [
        "week;late\r\n2026-W21;12,5\r\n2026-W22;13\r\n",
        "week\tlate\n2026-W21\t12,5\n2026-W22\t13\n",
        "2026-W21 12,5\n2026-W22 13\n",
        "2026-W21,12.5\n2026-W22,13",
        "2026-W21,12,5\n2026-W22,13",
        '"2026-W21","12,5"\n"2026-W22","13"',
    ],
)
def test_figures_are_read_as_people_paste_them(text):
    """Semicolons, tabs, spaces, quotes; a comma for a point, even where commas part the columns."""
    assert from_text(text).values == (Fraction("12.5"), 13)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_files_in_the_encodings_of_sheets_are_read(encoding):
    """A byte order mark, or an old code page, is no obstacle."""
    assert from_bytes("semana;atrasos ção\n2026-W21;1\n".encode(encoding)).name == "atrasos ção"


def test_what_cannot_be_read_is_named_with_its_line():
    """Words for numbers, a number without a time, a week twice: each is told, and the rest is read."""
    found = from_text("week,late\n2026-W21,12\n2026-W22,many\n,4\n2026-W21,15\n2026-W20,9\n")
    assert codes(found) == [("no_number", 3), ("no_time", 4), ("twice", 5)]
    assert [(point.when, point.value) for point in found.points] == [("2026-W20", 9), ("2026-W21", 15)]


def test_missing_weeks_are_counted_and_not_filled():
    """A gap is a gap, also over the end of a year."""
    weeks = [(f"2025-W{week}", 1) for week in (49, 50, 52)] + [("2026-W02", 2), ("2026-W03", 2)]
    assert series(weeks).gaps == 2
    assert series([("2026-01", 1), ("2026-02", 1), ("2026-04", 1), ("2026-05", 1)]).gaps == 1
    assert series([("a", 1), ("b", 2), ("c", 2)]).gaps == 0


def test_a_table_answer_is_read_whatever_its_columns_are_called():
    """The column of days, and the first other one of numbers; what is said beside them is left alone."""
    rows = [
        {"row": "1", "cells": {"note": "rain", "count": "4", "on": "2026-10-12"}},
        {"row": "2", "cells": {"on": "2026-10-05", "count": "7,5"}},
        {"row": "3", "cells": {"note": "nothing"}},
    ]
    found = from_table(rows)
    assert found.values == (Fraction("7.5"), 4)
    assert found.before(date(2026, 10, 12)) == (Fraction("7.5"),)
    for nothing in (None, {"not_yet": True}, [], "text"):
        assert from_table(nothing).points == ()


def test_a_zip_under_another_name_is_refused():
    """A workbook saved as .csv is no text."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a", "b")
    for data in (file.getvalue(), b"\xd0\xcf\x11\xe0rest", b"a,\x00b"):
        with pytest.raises(BadInput) as refused:
            from_bytes(data)
        assert refused.value.code == "figures.no_text"


def test_a_file_too_large_is_refused_before_it_is_read():
    """Fifty megabytes are refused by their size, and too many points by their number."""
    with pytest.raises(TooLarge, match="too_large"):
        from_bytes(b"1,2\n" * (MAX_BYTES // 4 + 1))
    with pytest.raises(TooLarge, match="too_many"):
        series((f"p{place}", 1) for place in range(MAX_POINTS + 1))


def test_words_alone_have_no_figures():
    """A file without a single number is refused; an empty one is empty."""
    with pytest.raises(BadInput, match="no_figures"):
        from_text("a,b\nc,d\n")
    assert from_text(" \n\n").points == ()


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_kindly(text):
    """Whatever is pasted: figures, or an error of ours."""
    try:
        found = from_text(text)
    except BadInput:
        return
    assert len(found.points) <= text.count("\n") + text.count("\r") + 1


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_kindly(data):
    """Whatever a file holds: figures, or an error of ours."""
    with suppress(BadInput, TooLarge):
        from_bytes(data)
