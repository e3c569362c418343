"""Every workbook of the kit, in every language, on a laptop and on a phone, with lives in it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from actionlearn import accounts
from actionlearn.cohort.workbooks.build import build_workbook
from actionlearn.i18n import say
from actionlearn.store import Store, open_store
from actionlearn.store.people import members
from actionlearn.store.records import Workbook
from actionlearn.template import load, shipped
from actionlearn.views import VIEWS

from ..support.example_store import lived
from .test_pages import LAPTOP, PHONE, SERVE, faultless

COHORT = "autumn-2026"
#: Who reads a language.
READERS = {"en": "zoe06", "pt": "beatriz01"}
#: Looked at in every run; all others with ``scripts/test --all``.
ALWAYS = {("experiment", "en"), ("scope", "pt")}
TEMPLATES = [
    pytest.param(id, locale, marks=() if (id, locale) in ALWAYS else pytest.mark.slow)
    for locale in READERS
    for id in shipped()["en"]
]
LOOKS = {"laptop": {"viewport": LAPTOP, "color_scheme": "light"}, "phone": {"viewport": PHONE, "color_scheme": "dark"}}


@dataclass
class Place:
    """A server with the three lives in it, and those who are signed in."""

    address: str
    store: Store
    data: Path
    books: dict[str, Workbook]
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)

    def book(self, template: str, locale: str) -> Workbook:
        """Return somebody's workbook of a template, in their language; a new one where nobody has lived in it."""
        reader = self.store.read(lambda c: members.person_by_username(c, READERS[locale]))
        owner = reader.id
        if load(shipped()["en"][template], views=VIEWS).owner == "set":
            owner = next(each.id for each in self.store.read(lambda c: members.sets(c, COHORT)) if each.name == "Set A")
        found = [each for each in self.books.values() if (each.owner, each.template) == (owner, template)]
        return found[0] if found else build_workbook(self.store, self.data, COHORT, owner, template, locale)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Serve the lives."""
    data = tmp_path_factory.mktemp("every") / "data"
    with open_store(data) as store, socket.socket() as probe:
        books = lived(store, data)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "ACTIONLEARN_DATA": str(data), "ACTIONLEARN_PORT": str(port)}
        server = subprocess.Popen([sys.executable, "-c", SERVE], env=environment, stderr=subprocess.DEVNULL)
        try:
            found = Place(f"http://127.0.0.1:{port}/", store, data, books)
            for _ in range(300):
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{found.address}health", timeout=2):
                    break
                time.sleep(0.2)
            yield found
        finally:
            server.terminate()
            server.wait(30)


def signed_in(place: Place, chromium: Browser, username: str, look: str) -> Page:
    """Return a page of somebody who is signed in, on a laptop or on a phone."""
    if (username, look) not in place.pages:
        page = chromium.new_context(**LOOKS[look]).new_page()
        who = place.store.read(lambda c: members.person_by_username(c, username))
        page.goto(f"{place.address}in/{accounts.new_link(place.store, who.id)}")
        page.locator("form button").first.click()
        page.wait_for_url(lambda url: "/in/" not in url)
        place.pages[username, look] = page
    return place.pages[username, look]


@pytest.mark.ordinary("experiment-en-phone", "scope-pt-laptop")
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("template", "locale"), TEMPLATES)
def test_axe_finds_nothing_on_a_workbook(place, chromium, template, locale, look):
    """axe-core finds nothing on a workbook with answers in it, all steps and folds open; nothing scrolls sideways."""
    page = signed_in(place, chromium, READERS[locale], look)
    page.goto(f"{place.address}workbooks/{place.book(template, locale).id}")
    # Those of the content: a menu of the bar, open, lies upon what is beside it.
    page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
    # All steps of a phone at once: then nothing is to turn, and the bar for it would lie upon them.
    page.evaluate("document.querySelectorAll('.wb-off').forEach(each => each.classList.remove('wb-off'))")
    page.evaluate("document.querySelector('[data-al-steps]').remove()")
    # What is out of sight has no size of its own until it is scrolled to; here all of it is measured.
    page.add_style_tag(content="* { content-visibility: visible !important }")
    faultless(page)


@pytest.mark.parametrize("locale", READERS)
def test_a_journey_says_where_to_turn_and_what_it_is_not(place, chromium, locale):
    """Each journey names whom to turn to in distress, and says in its reader's language that nobody watches it."""
    page = signed_in(place, chromium, READERS[locale], "laptop")
    page.goto(place.address)
    told = page.locator(".side .card", has_text="Teresa Vaz").inner_text()
    assert say("A workbook is no reporting channel: nobody watches it for emergencies.", locale) in told
    assert "112" in told
