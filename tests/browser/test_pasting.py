"""Whatever is pasted or dropped in a field: every word of it is on the page after, nothing else has changed, and one step takes it back."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, BrowserContext, Page, expect

from actionlearn.store import open_store

from ..support.clipboard import (
    FILLED,
    TEMPLATE,
    cell,
    cells,
    drop,
    fill_rows,
    open_book,
    paste,
    press_paste,
    stored,
    wait_saved,
)
from ..support.served_kit import World

CASES = int(os.environ.get("ACTIONLEARN_CASES", "0"))
CELL = st.lists(
    st.sampled_from(
        [
            "Eva",
            "ação",
            "会議",
            "naïve",
            '"',
            '""',
            ",",
            ";",
            "\n",
            " ",
            "'",
            "=1",
            "<b>",
            "&amp;",
            "12",
            "1.234",
            "05/10/2026",
            "2026-10-05",
            "done",
            "45%",
        ]
    ),
    max_size=5,
).map("".join)
SHEET = st.integers(1, 6).flatmap(
    lambda wide: st.lists(st.lists(CELL, min_size=wide, max_size=wide), min_size=1, max_size=5)
)
TEXT = st.lists(st.sampled_from(["Eva", "ação", " ", "\n", "\t", '"', ",", ";", "\r\n", "•", "会議"]), max_size=30).map(
    "".join
)
SHOWN = """id => { const el = document.querySelector(`#p-${id}`);
  return [...el.querySelectorAll('tbody [data-column]')].map((each) => each.value).join(' ') + ' '
    + [...el.querySelectorAll('.al-extra, .al-pasted')].map((each) => each.textContent).join(' ') }"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a workbook with tables."""
    made = World(tmp_path_factory.mktemp("pasting"))
    with open_store(made.data) as store:
        made.add_workbook(store, "ana", "autumn", "pasted", TEMPLATE)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def desk(world: World, chromium: Browser) -> Page:
    """Open it once, for what is pasted again and again."""
    page = open_book(world, chromium.new_context(), "ana", "pasted")
    fill_rows(page, "actions", FILLED)
    fill_rows(page, "figures", [["2026-10-05", "12"]])
    return page


@pytest.fixture
def page(world: World, device: Callable[..., BrowserContext]) -> Page:
    """Open it."""
    return open_book(world, device(), "ana", "pasted")


def words(text: str) -> Counter[str]:
    """Count the words of a text; days and numbers are written in another way once they are read."""
    return Counter(re.findall(r"[^\W\d_]+", text))


def as_tabs(sheet: list[list[str]]) -> str:
    """Write cells as Excel puts them on the clipboard as text."""
    quoted = lambda text: '"' + text.replace('"', '""') + '"' if re.search(r'[\t\n"]', text) else text  # noqa: E731
    return "\r\n".join("\t".join(map(quoted, row)) for row in sheet)


def as_html(sheet: list[list[str]]) -> str:
    """Write cells as spreadsheets put them there as HTML."""
    rows = ("".join(f"<td>{escape(each).replace(chr(10), '<br>')}</td>" for each in row) for row in sheet)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


@st.composite
def clipboards(draw: Any) -> tuple[str, str | None]:
    """Return what may be on a clipboard: cells as text alone or with HTML, a text alone or as paragraphs."""
    if draw(st.booleans()):
        sheet = draw(SHEET)
        return as_tabs(sheet), as_html(sheet) if draw(st.booleans()) else None
    text = draw(TEXT)
    lines = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())
    return text, lines if draw(st.booleans()) else None


@settings(
    max_examples=CASES or 25,
    derandomize=not CASES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    clipboards(),
    st.sampled_from(
        [
            ("actions", "what", 2),
            ("actions", "by", 1),
            ("actions", "state", 3),
            ("figures", "on", 1),
            ("figures", "count", 1),
        ]
    ),
)
def test_any_clipboard_leaves_every_word(desk: Page, board: tuple[str, str | None], place: tuple[str, str, int]):
    """And rows that were there are as they were, but for the cell it went into; Ctrl+Z brings all back."""
    text, html = board
    prompt, column, row = place
    before = cells(desk, prompt)
    here = cell(desk, prompt, column, row)
    was, kind = here.input_value(), here.evaluate("each => each.tagName + each.type")
    if kind != "TEXTAREAtextarea" and not ("\t" in text or html):
        return  # a text in the place of a day, a number or a choice is theirs to refuse
    here.evaluate(
        "each => each.setSelectionRange?.call && each.tagName == 'TEXTAREA' && each.setSelectionRange(each.value.length, each.value.length)"
    )
    paste(here, text, html)
    after = cells(desk, prompt)
    shown = desk.evaluate(SHOWN, prompt)  # a word may stand right behind what was in its cell
    assert [each for each, number in words(text).items() if shown.count(each) < number] == []
    for number, known in enumerate(before, 1):
        if number != row:
            assert known in after
    if len(after) > len(before):
        assert all(known in after for known in before)
    desk.evaluate("() => document.activeElement.closest('.al-field') || document.querySelector('#p-note-c').focus()")
    for _ in range(3):
        if cells(desk, prompt) != before:
            here.press("Control+z")
    if cells(desk, prompt) != before:
        assert len(after) == len(before)
        here.fill(was) if "SELECT" not in kind else here.select_option(was)
    assert cells(desk, prompt) == before
    desk.evaluate("() => { for (const each of window.actionlearn.prompts.values()) each.scriptAct = null }")


def test_more_columns_than_there_are_are_named_and_stay(page: Page):
    """Their words stand below their row, after a reload too, until they are taken away."""
    fill_rows(page, "figures", [["2026-10-01", "1"]])
    paste(cell(page, "figures", "on"), "2026-10-05\t12\tRain\tand wind\n2026-10-06\t13\t\t\n")
    expect(page.locator("#p-figures .al-extra")).to_have_text("Rain · and wind")
    expect(page.locator("#p-figures .al-misfits")).to_contain_text(
        "Row 2 has words that no column is there for: “Rain · and wind”."
    )
    wait_saved(page)
    page.reload()
    expect(page.locator("#p-figures .al-extra")).to_have_text("Rain · and wind")
    page.get_by_role("button", name="Take these words away").click()
    expect(page.locator("#p-figures .al-misfits")).to_have_count(0)
    page.get_by_role("button", name="Bring these words back").click()
    expect(page.locator("#p-figures .al-extra")).to_have_text("Rain · and wind")
    page.get_by_role("button", name="Take these words away").click()


def test_one_bad_number_refuses_itself_alone(world: World, page: Page):
    """All other cells are saved; its words stay, and what is put right is saved."""
    fill_rows(page, "figures", [["2026-10-01", "1"]])
    rows = "\n".join(f"2026-10-{day:02}\t{day}" for day in range(2, 30))
    paste(cell(page, "figures", "on"), f"{rows}\n2026-10-30\t45%")
    expect(page.locator("#p-figures .al-misfits")).to_contain_text("Count, row 30: “45%” is no number.")
    expect(cell(page, "figures", "count", 30)).to_have_attribute("aria-invalid", "true")
    wait_saved(page)
    saved = stored(world, "ana", "pasted", "figures")
    assert [row["cells"].get("count") for row in saved] == [str(day) for day in range(1, 30)] + [None]
    assert Axe().run(page, context="#p-figures").response["violations"] == []
    cell(page, "figures", "count", 30).fill("45")
    page.locator("h1").first.click()
    expect(page.locator("#p-figures .al-misfits")).to_have_count(0)
    wait_saved(page)
    assert stored(world, "ana", "pasted", "figures")[-1]["cells"]["count"] == "45"


@pytest.mark.slow
def test_the_heads_of_a_sheet_are_told_apart(page: Page):
    """Named as the columns are, they say where the cells belong; over days and counts alone they are left out, and that is said."""
    fill_rows(page, "actions", [["", "", "", ""]])
    paste(cell(page, "actions", "learn"), "By when\tWhat\tCost\n2026-10-05\tCall Eva\t12 €\n")
    assert cells(page, "actions") == [["Call Eva", "", "2026-10-05", ""]]
    expect(page.locator("#p-actions .al-extra")).to_have_text("Cost: 12 €")
    fill_rows(page, "figures", [["", ""]])
    paste(cell(page, "figures", "on"), "Tag\tMenge\n05.10.2026\t12\n06.10.2026\t13\n")
    expect(page.locator("#p-figures .al-pasted")).to_contain_text("“Tag · Menge”")
    assert cells(page, "figures") == [["2026-10-05", "12"], ["2026-10-06", "13"]]
    page.get_by_role("button", name="Put it in as a row").click()
    assert cells(page, "figures") == [["Tag", "Menge"], ["2026-10-05", "12"], ["2026-10-06", "13"]]


def test_a_column_of_numbers_is_read_as_a_whole(page: Page):
    """One number that can be nothing else tells how the others are written; else it is asked."""
    fill_rows(page, "figures", [["", ""]])
    paste(cell(page, "figures", "on"), "05.10.2026\t1.234\n06.10.2026\t980,5\n")
    assert [row[1] for row in cells(page, "figures")] == ["1234", "980.5"]
    fill_rows(page, "figures", [["", ""]])
    paste(cell(page, "figures", "on"), "05.10.2026\t1.234\n06.10.2026\t1.300\n")
    expect(page.locator("#p-figures .al-misfits")).to_contain_text("“1.234” can be read in two ways")
    page.get_by_role("button", name="1,234", exact=True).click()
    assert [row[1] for row in cells(page, "figures")] == ["1234", "1300"]


@pytest.mark.ordinary("0202")
@pytest.mark.parametrize("typed", ["0202-05-10", "0005-05-10"])
def test_a_year_that_was_typed_too_fast_is_asked_about(world: World, page: Page, typed: str):
    """It is not saved until somebody has said that it is meant."""
    page.locator("#p-when-c").fill("2026-05-10")
    wait_saved(page)
    page.locator("#p-when-c").fill(typed)
    page.locator("h1").first.click()
    expect(page.locator("#p-when .al-misfits")).to_contain_text(f"Do you mean the year {int(typed[:4])}?")
    assert stored(world, "ana", "pasted", "when") == "2026-05-10"
    page.locator("#p-when .al-misfits .al-button").click()
    expect(page.locator("#p-when .al-misfits")).to_have_count(0)
    wait_saved(page)
    assert stored(world, "ana", "pasted", "when") == typed
    page.locator("#p-when-c").fill("2026-05-10")
    wait_saved(page)


def test_a_day_is_pasted_as_people_write_it(world: World, page: Page):
    """Into a question for a day: read, or asked about; never thrown away in silence."""
    press_paste(page, page.locator("#p-when-c"), "5 de outubro de 2026")
    expect(page.locator("#p-when-c")).to_have_value("2026-10-05")
    press_paste(page, page.locator("#p-when-c"), "next week")
    expect(page.locator("#p-when-c")).to_have_value("next week")
    expect(page.locator("#p-when .al-misfits")).to_contain_text("“next week” cannot be read as a day")
    wait_saved(page)
    assert stored(world, "ana", "pasted", "when") == "2026-10-05"
    page.locator("#p-when-c").press("Control+z")
    expect(page.locator("#p-when-c")).to_have_value("2026-10-05")


def test_a_line_takes_all_that_is_pasted(world: World, page: Page):
    """What is longer than a line may be is not cut: it stands there, is named, and everything beside it is saved."""
    fill_rows(page, "actions", [["", "one", "", ""]])
    long = "word " * 150
    press_paste(page, cell(page, "actions", "what"), long)
    expect(cell(page, "actions", "what")).to_have_value(long)
    page.locator("h1").first.click()
    expect(page.locator("#p-actions .al-misfits")).to_contain_text("longer than a line")
    wait_saved(page)
    assert stored(world, "ana", "pasted", "actions")[0]["cells"] == {"learn": "one"}
    cell(page, "actions", "what").fill("short")


@pytest.mark.slow
def test_too_many_rows_are_refused_whole(page: Page):
    """Nothing is put in, and how many there are is said."""
    fill_rows(page, "figures", [["2026-10-01", "1"]])
    paste(cell(page, "figures", "on"), "\n".join(f"2026-10-05\t{number}" for number in range(600)))
    expect(page.locator("#p-figures .al-pasted")).to_contain_text("These are 600 rows. A table here takes 500 in all")
    assert cells(page, "figures") == [["2026-10-01", "1"]]


def test_a_letter_that_is_dropped_is_a_text(page: Page):
    """Where it was dropped; a file that is no text is refused, and dropped beside a field it does not take the page away."""
    fill_rows(page, "actions", [["", "", "", ""]])
    drop(cell(page, "actions", "what"), "letter.txt", b"Dear Eva,\nI am late, sorry.")
    expect(cell(page, "actions", "what")).to_have_value("Dear Eva,\nI am late, sorry.")
    drop(page.locator("#p-note-c"), "more.txt", "Zażółć".encode("utf-16"))
    expect(page.locator("#p-note-c")).to_have_value(re.compile("Zażółć"))
    drop(page.locator("#p-note-c"), "x.xlsx", b"PK\x03\x04\x00\x00")
    expect(page.locator("#p-note .al-pasted")).to_contain_text("This is no text file")
    before = page.url
    drop(page.locator("h1").first, "y.txt", b"words")
    assert page.url == before


def test_words_that_do_not_fit_survive_what_comes_from_elsewhere(
    world: World, page: Page, device: Callable[..., BrowserContext]
):
    """Another page adds a row: the words that are not saved stay where they were, and in a row of their own."""
    fill_rows(page, "actions", [["one", "", "", ""]])
    paste(cell(page, "actions", "by"), "soon\ndone\n", as_html([["soon"], ["later"]]))
    assert [row[2] for row in cells(page, "actions")] == ["", "soon", "later"]
    wait_saved(page)
    other = open_book(world, device(), "ana", "pasted")
    other.get_by_role("button", name="Add a row").first.click()
    other.keyboard.type("two")
    wait_saved(other)
    expect(page.locator("#p-actions tbody > tr")).to_have_count(4)
    assert sorted(row[0] + row[2] for row in cells(page, "actions")) == ["later", "one", "soon", "two"]
