"""What the pages' scripts read: tables, days, numbers, files of any encoding. Run in a browser, as they are."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

import actionlearn
from actionlearn.widgets.bundle import bundle

PACKAGE = Path(actionlearn.__file__).parent
CASES = int(os.environ.get("ACTIONLEARN_CASES", "0"))
NAMES = {
    "server/static/workbook/sheets.js": ("cellsOfText", "rowsOfHtml", "rowsOfTabs", "rowsOfFile"),
    "widgets/js/days.js": ("dayReadings", "daysIn", "dayInWords"),
    "widgets/js/numbers.js": ("numberReadings", "numbersIn"),
    "widgets/js/text_files.js": ("decodeText",),
}
share = settings(
    max_examples=CASES or 100,
    derandomize=not CASES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

#: What stands in a cell: words, and all that a reader of tables may stumble over.
CELL = st.lists(
    st.sampled_from(
        ["Eva", "ação", "«x»", "会議", "🙂", '"', '""', ",", ";", "\t", "\n", " ", "'", "=1", "<b>", "&amp;", "|"]
    ),
    max_size=6,
).map("".join)
SHEET = st.integers(1, 4).flatmap(
    lambda wide: st.lists(st.lists(CELL, min_size=wide, max_size=wide), min_size=1, max_size=5)
)


@pytest.fixture(scope="module")
def call(chromium: Browser) -> Callable[..., Any]:
    """Call a function of the scripts."""
    page: Page = chromium.new_page()
    for path, names in NAMES.items():
        script = f"{{ const made = (() => {{ {bundle(PACKAGE / path)}; return {{ {', '.join(names)} }} }})(); Object.assign(window, made) }}"
        page.add_script_tag(content=script)
    page.evaluate("window.decoded = (bytes, languages) => decodeText(new Uint8Array(bytes), languages)")
    return lambda name, *args: page.evaluate(f"args => window.{name}(...args)", list(args))


def tidy(rows: list[list[str]]) -> list[list[str]] | None:
    """Return rows as every reader gives them: cells without white space around them, no blank rows, no blank columns last."""
    full = [row for row in ([cell.strip() for cell in row] for row in rows) if any(row)]
    wide = max((max(at + 1 for at, cell in enumerate(row) if cell) for row in full), default=0)
    return [row[:wide] for row in full] or None


@pytest.mark.parametrize("sign", ["\t", ",", ";", "|"])
@share
@given(SHEET)
@example([['"', ""]])
@example([["a\nb", ""], ["", "c"]])
def test_what_pythons_csv_writes_is_read_alike(call: Callable[..., Any], sign: str, sheet: list[list[str]]):
    """Signs, quotes and line ends in cells; blank ones first and last."""
    text = io.StringIO()
    csv.writer(text, delimiter=sign, quoting=csv.QUOTE_ALL).writerows(sheet)
    assert tidy(call("cellsOfText", text.getvalue(), sign)) == tidy(sheet)


@share
@given(st.text(st.sampled_from('ab "\t\r\n,;|é'), max_size=60), st.sampled_from("\t,;|"))
def test_whatever_a_text_is_no_letter_of_it_is_lost(call: Callable[..., Any], text: str, sign: str):
    """Quotes that nobody closes, or that something follows, are letters like any other."""
    found = "".join("".join(row) for row in call("cellsOfText", text, sign))
    for letter in "abé":
        assert found.count(letter) == text.count(letter)


def as_html(sheet: list[list[str]]) -> str:
    """Write a sheet as spreadsheets put it on the clipboard."""
    rows = ("".join(f"<td>{escape(cell).replace(chr(10), '<br>')}</td>" for cell in row) for row in sheet)
    return f"<html><head><style>td {{ x: y }}</style></head><body><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table></body></html>"


@share
@given(SHEET)
def test_a_table_of_html_is_read_whole(call: Callable[..., Any], sheet: list[list[str]]):
    """White space is one blank as on a page, line ends stay."""
    expected = tidy(sheet)

    def plain(rows: list[list[str]] | None) -> list[list[str]]:
        return [["".join(cell.split()) for cell in row] for row in rows or []]

    assert plain(call("rowsOfHtml", as_html(sheet))) == plain(expected)


@pytest.mark.parametrize(
    ("html", "rows"),
    [
        ("<p>a</p>", None),
        ("<p>a</p><table><tr><td>b</td></tr></table>", None),
        ("<table><caption>Of us</caption><tr><td>b</td></tr></table>", None),
        ("<table><tr><td><table><tr><td>b</td></tr></table></td></tr></table>", None),
        (
            "<table><tr><td colspan=2>a<td>b<tr><td rowspan=2>c<td>d<td>e<tr><td>f<td>g</table>",
            [["a", "", "b"], ["c", "d", "e"], ["", "f", "g"]],
        ),
        (
            "<meta charset=utf-8><!--StartFragment--><table><colgroup><col></colgroup><tbody><tr><th>a</th><td>&nbsp;</td><td>b</td></tr></tbody></table>",
            [["a", "", "b"]],
        ),
        (
            "<table><tr><td><p>one</p><p>two</p></td><td><ul><li>x</li><li>y</li></ul></td></tr></table>",
            [["one\n\ntwo", "x\n\ny"]],
        ),
        ("<table><tr><td>a</td></tr></table><table><tr><td>b</td></tr></table>", [["a"], ["b"]]),
    ],
)
def test_only_a_table_and_nothing_else_makes_rows(call: Callable[..., Any], html: str, rows: Any):
    """A letter that is laid out in one, and words beside one, are a text."""
    assert call("rowsOfHtml", html) == rows


def test_a_sheet_of_merged_cells_costs_nothing(call: Callable[..., Any]):
    """A kilobyte that stands for a billion cells is refused."""
    with pytest.raises(Exception, match="more cells"):
        call(
            "rowsOfHtml", "<table>" + "<tr>" + "<td colspan=1000 rowspan=60000>x" * 30 + "<tr><td>y" * 500 + "</table>"
        )


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\tb", [["a", "b"]]),
        ("\ta\n", [["", "a"]]),
        ("Dear all\nsee the\ttab\nand go", None),
        ("a\nb", None),
        ('"a\nb"\tc\r\n', [["a\nb", "c"]]),
    ],
)
def test_tabs_make_rows_where_lines_have_them(call: Callable[..., Any], text: str, rows: Any):
    """A text in which one line has a tab stays a text."""
    assert call("rowsOfTabs", text) == rows


@pytest.mark.parametrize(
    ("text", "sheet", "rows"),
    [
        ("sep=;\na;b\nc;d", True, [["a", "b"], ["c", "d"]]),
        ("a;b,c\nd;e,f,g", True, [["a", "b,c"], ["d", "e,f,g"]]),
        ('a,"b;c"\nd,"e;f"', True, [["a", "b;c"], ["d", "e;f"]]),
        ("one\ntwo", True, [["one"], ["two"]]),
        ("Dear Eva,\nI am late, sorry.\nTill then", False, None),
    ],
)
def test_a_file_is_cut_by_the_sign_that_cuts_its_lines_alike(
    call: Callable[..., Any], text: str, sheet: bool, rows: Any
):
    """A letter is no sheet, whatever commas are in it."""
    assert call("rowsOfFile", text, sheet) == rows


@pytest.mark.parametrize(
    ("text", "locale", "days"),
    [
        ("2026-10-05", "en", ["2026-10-05"]),
        ("2026-10-05T00:00:00Z", "en", ["2026-10-05"]),
        ("2026-10-05 00:00:00", "en", ["2026-10-05"]),
        ("2026/10/5", "en", ["2026-10-05"]),
        ("20261005", "en", ["2026-10-05"]),
        ("2026-W41", "en", ["2026-10-05"]),
        ("2026-10", "en", ["2026-10-01"]),
        ("05.10.2026", "en", ["2026-10-05"]),
        ("5. 10. 2026", "de", ["2026-10-05"]),
        ("5.10.26", "de", ["2026-10-05"]),
        ("05/10/2026", "pt", ["2026-10-05"]),
        ("05/10/2026", "en", ["2026-10-05", "2026-05-10"]),
        ("05-10-2026", "en", ["2026-10-05", "2026-05-10"]),
        ("05/05/2026", "en", ["2026-05-05"]),
        ("25/10/2026", "en", ["2026-10-25"]),
        ("10/25/2026", "pt", ["2026-10-25"]),
        ("5 Oct 2026", "en", ["2026-10-05"]),
        ("Mon, 5 October 2026", "en", ["2026-10-05"]),
        ("October 5th, 2026", "en", ["2026-10-05"]),
        ("5 de outubro de 2026", "pt", ["2026-10-05"]),
        ("5. Oktober 2026", "en", ["2026-10-05"]),
        ("2026年10月5日", "en", ["2026-10-05"]),
        ("30/02/2026", "en", []),
        ("20261-01-01", "en", []),
        ("0202-05-10", "en", []),
        ("soon", "en", []),
        ("5 October", "en", []),
        ("Room 5, October 2026", "en", []),
        ("5 Oct 2026 with Eva", "en", []),
        ("46300", "en", []),
    ],
)
def test_a_day_is_read_as_it_is_written(call: Callable[..., Any], text: str, locale: str, days: list[str]):
    """Not at all, in one way, or in two; the language settles what it can."""
    assert [each["value"] for each in call("daysIn", call("dayReadings", text, locale), locale)] == days


def test_a_time_of_day_is_not_left_out_in_silence(call: Callable[..., Any]):
    """It is read, and known to say more."""
    assert call("dayReadings", "05.10.2026 14:30", "de") == [{"order": "dmy", "value": "2026-10-05", "whole": False}]


@share
@given(st.dates(min_value=date(1900, 1, 1)), st.sampled_from(["en", "pt", "de", "fr", "es", "ja", "ru", "pl", "sv"]))
def test_every_day_in_the_words_of_a_language_is_that_day(call: Callable[..., Any], day: Any, locale: str):
    """What a page says of a day is read as this day."""
    words = call("dayInWords", day.isoformat(), locale)
    assert [each["value"] for each in call("dayReadings", words, locale)] == [day.isoformat()]


@pytest.mark.parametrize(
    ("text", "mark", "numbers"),
    [
        ("12", ".", ["12"]),
        ("-3", ".", ["-3"]),
        ("−3,5", ".", ["-3.5"]),
        ("1,234", ".", ["1234"]),
        ("1.234", ",", ["1234"]),
        ("1.234", ".", ["1.234", "1234"]),
        ("1,234", ",", ["1234", "1.234"]),
        ("1,234.5", ",", ["1234.5"]),
        ("1.234,5", ".", ["1234.5"]),
        ("1 234,5", ",", ["1234.5"]),
        ("1\u202f234", ",", ["1234"]),
        ("1'234.5", ".", ["1234.5"]),
        ("12,5", ".", ["12.5"]),
        ("0,123", ",", ["0.123"]),
        ("0123", ".", ["0123"]),
        (".5", ".", ["0.5"]),
        ("5.", ".", ["5"]),
        ("45%", ".", []),
        ("1,23,4", ".", []),
        ("2.0E+11", ".", []),
        ("about 5", ".", []),
    ],
)
def test_a_number_is_read_as_the_language_writes_it(call: Callable[..., Any], text: str, mark: str, numbers: list[str]):
    """Its own thousands are its own; three digits after its mark may be another's thousands."""
    assert [each["value"] for each in call("numbersIn", call("numberReadings", text), mark)] == numbers


@pytest.mark.parametrize(
    ("encoding", "words", "languages"),
    [
        ("utf-8", "ação 会議", []),
        ("utf-8-sig", "ação", []),
        ("utf-16", "ação, b", []),
        ("utf-16-le", "what,learn\nação,b", []),
        ("utf-16-be", "what,learn\nação,b", []),
        ("cp1252", "ação “x” €", []),
        ("cp1250", "zażółć gęślą jaźń", ["pl"]),
        ("cp1251", "что делать", ["ru"]),
        ("cp1253", "καλημέρα", ["el"]),
    ],
)
def test_a_file_is_decoded_whatever_program_wrote_it(
    call: Callable[..., Any], encoding: str, words: str, languages: list[str]
):
    """Without a mark and without Unicode it is a guess, which is said."""
    found = call("decoded", list(words.encode(encoding)), languages)
    assert found["text"].removeprefix("\ufeff") == words
    assert found["guessed"] == encoding.startswith("cp")


@pytest.mark.parametrize("data", [b"PK\x03\x04abc", b"\x89PNG\r\n\x1a\n\x00\x00\x00", bytes(range(256)), b"%PDF-1.7 x"])
def test_what_is_no_text_is_none(call: Callable[..., Any], data: bytes):
    """A spreadsheet, a picture, anything."""
    assert call("decoded", list(data), []) is None
