"""Views as a screen reader has them: each by its name, with all that its text says; and seen at two widths, in high contrast."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from actionlearn.notebook import ViewPiece
from actionlearn.server.rendering.assets import asset
from actionlearn.server.workbooks.views import view_frame
from actionlearn.views import VIEWS, render, title

from ..support.view_items import sample

SAMPLE = sample()
LOCALES = ("en", "pt")


def everything(locale: str) -> str:
    """Return a page with every view of the sample, in the frame that a workbook's page gives it."""
    sheet = asset("workbook/workbook.css")
    assert sheet
    drawn = [
        view_frame(ViewPiece(f"view-{name}", name, ()), "x", render(name, items, locale).html, locale)
        for name, items in SAMPLE.items()
    ]
    head = f'<meta name="viewport" content="width=device-width"><title>x</title><style>{sheet.body.decode()}</style>'
    return f'<!doctype html><html lang="{locale}"><head>{head}</head><body><main class="wb-body">{"".join(drawn)}</main></body></html>'


@pytest.fixture(scope="module")
def trees(chromium) -> Iterator[dict[tuple[str, str], str]]:
    """Return the accessibility tree of each view in each language, everything folded open."""
    found = {}
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    for locale in LOCALES:
        page.set_content(everything(locale))
        page.evaluate("document.querySelectorAll('details').forEach(each => (each.open = true))")
        for name in VIEWS:
            found[name, locale] = page.locator(f"#view-{name}").aria_snapshot()
    yield found
    context.close()


def words(text: str) -> set[str]:
    """Return the words of a text, without regard to capitals."""
    return set(re.findall(r"\w+", text.replace("\\", "").casefold()))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_heard_by_its_name_with_all_its_text_says(trees, name, locale):
    """The tree begins with the view's name, and holds every word of its text; no sign stands there alone."""
    tree = trees[name, locale]
    assert tree.startswith(f'- group "{title(name, locale)}"')
    assert words(render(name, SAMPLE[name], locale).text) - words(tree) == set()
    assert not re.search(r"[●○◇]", tree)


def clipped(page: Page) -> list[str]:
    """Return the views that are wider than the page, or in which words are cut."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('main > .al-view')].filter(view => view.scrollWidth > view.clientWidth + 1
            || [...view.querySelectorAll('p, li, td, th, dt, dd, span:not(.al-vh)')].some(each =>
                each.clientWidth > 1 && each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX === 'hidden'))
            .map(view => view.id)"""
    )
    return found


@pytest.mark.parametrize("width", [390, 1280])
def test_no_view_is_wider_than_its_page(device: Callable[..., BrowserContext], width: int):
    """On a phone and on a laptop, in both languages, also where a reader asks for colours of their own."""
    page = device(viewport={"width": width, "height": 900}, forced_colors="active").new_page()
    for locale in LOCALES:
        page.set_content(everything(locale))
        assert clipped(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
