"""A third language, from a catalogue and templates in a package of somebody's: no word of English is left."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from html.parser import HTMLParser
from importlib.metadata import EntryPoint
from io import BytesIO
from pathlib import Path

import pytest
from babel.dates import format_date
from babel.messages import Catalog
from babel.messages.pofile import write_po

from actionlearn import accounts
from actionlearn import check as checking
from actionlearn.check import check_paths
from actionlearn.i18n import locales, say
from actionlearn.store import open_store
from actionlearn.store.people import members
from actionlearn.store.reviews import submissions
from actionlearn.store.workbooks import workbooks
from actionlearn.template import find, load, shipped
from actionlearn.template.packs import cards
from actionlearn.views import VIEWS

from ..support.served_kit import World
from .test_messages import collected, script  # noqa: F401 - a fixture

#: Esperanto, spoken by nobody here: every message stands in brackets, with a letter that ASCII has not.
TAG = "eo"
PROGRAMME = """
[programme]
id = "autumn"
name = "Aŭtuno"
organisation = "Verda"
time_zone = "UTC"
locale = "eo"
templates = "templates"
contact = {name = "Teresa", phone = "1"}

[[sets]]
name = "Blua"
coach = "cora"

[[people]]
username = "cora"
firstname = "Cora"
lastname = "Lu"
email = "cora@x.org"
role = "coach"
locale = "eo"

[[people]]
username = "fay"
firstname = "Fay"
lastname = "Lu"
email = "fay@x.org"
role = "facilitator"
locale = "eo"

[[workbooks]]
template = "harvest"
opens = 2026-01-05
parameters = {fruit = "apples"}
words = {eo = {fruit = "⟦pomoj⟧"}}
"""
ROSTER = """username,firstname,lastname,email,set,lang
ana,Ana,Lima,ana@x.org,Blua,eo
ben,Ben,Berg,ben@x.org,Blua,en
"""
WORKBOOK = """---
template: harvest
title: {title}
version: 1
minutes: 5
stage: scope
summary: {title}.
parameters:
  fruit: {{kind: text, default: fruit, label: Fruit}}
---
{ask} {{{{ fruit }}}}

```{{prompt}} crop
:required:
:audience: me, set, coach
{ask}
```

```{{prompt}} weight
:kind: number
:audience: me, set, coach
{ask}
```

```{{prompt}} steps
:kind: table
:columns:
    what: {ask}
    by: {{label: {ask}, kind: date}}
{ask}
```

```{{view}} steps
:of: steps
```
"""


def pseudo(text: str) -> str:
    """Return a text as Esperanto has it here."""
    return f"⟦{text}⟧"


def write_pack(folder: Path, catalogue: Catalog) -> None:
    """Write a package as pip installs it: a catalogue, one of the shipped templates, and the cards in it."""
    made = Catalog(locale=TAG, charset="utf-8")
    for message in catalogue:
        if message.id:
            forms = message.id if message.pluralizable else (message.id,)
            made.add(message.id, tuple(map(pseudo, forms)) if message.pluralizable else pseudo(message.id))
    text = BytesIO()
    write_po(text, made)
    home = folder / "actionlearn_eo" / "locale" / TAG / "LC_MESSAGES"
    home.mkdir(parents=True)
    (home / "actionlearn.po").write_bytes(text.getvalue())
    (folder / "actionlearn_eo" / "__init__.py").touch()
    shelf = folder / "actionlearn_eo" / "templates" / TAG
    (shelf / "cards").mkdir(parents=True)
    scope = find("scope", "en").read_text("utf-8")
    (shelf / "scope.md").write_text(scope.replace("title: What needs to change?", "title: ⟦Kio ŝanĝiĝu?⟧"), "utf-8")
    card = cards()["en"]["five-whys"].read_text("utf-8")
    (shelf / "cards" / "five-whys.md").write_text(re.sub("(title: )(.*)", r"\1⟦\2⟧", card, count=1), "utf-8")
    about = folder / "actionlearn_eo-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: actionlearn-eo\nVersion: 1\n", "utf-8")
    (about / "entry_points.txt").write_text("[actionlearn.templates]\neo = actionlearn_eo\n", "utf-8")


class Esperantujo(World):
    """A cohort that reads Esperanto, but for one; made by the command line from files."""

    def __init__(self, folder: Path, pack: Path) -> None:
        self.data, self.log = folder / "data", folder / "server.log"
        self.environment = {"PYTHONPATH": str(pack), "LC_ALL": "eo"}
        for name, title, ask in (("en", "The harvest", "How was it?"), (TAG, pseudo("La rikolto"), pseudo("Kiel?"))):
            (folder / "templates" / name).mkdir(parents=True)
            text = WORKBOOK.format(title=title, ask=ask)
            (folder / "templates" / name / "harvest.md").write_text(text, "utf-8")
        (folder / "programme.toml").write_text(PROGRAMME, "utf-8")
        (folder / "roster.csv").write_text(ROSTER, "utf-8")
        inputs = [str(folder / "programme.toml"), "--roster", str(folder / "roster.csv")]
        self.said = self.run("cohort", "build", *inputs, "--data", str(self.data))
        with open_store(self.data) as store:
            there = store.read(lambda c: [member.person for member in members.members(c, "autumn")])
            self.person = {person.username: person.id for person in there}
            self.session = {person.username: accounts.new_session(store, person.id) for person in there}
            made = store.read(lambda c: workbooks.workbooks_in(c, "autumn"))
            self.book = {each.path.split("/")[2]: each.id for each in made}

    def run(self, *command: str) -> str:
        """Return what the command line says."""
        full = [sys.executable, "-W", "error", "-m", "actionlearn", *command]
        done = subprocess.run(full, capture_output=True, text=True, env={**os.environ, **self.environment}, timeout=120)
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, collected: Catalog) -> Iterator[Esperantujo]:  # noqa: F811
    """Serve a cohort in a language that came with a package."""
    pack = tmp_path_factory.mktemp("pack")
    write_pack(pack, collected)
    made = Esperantujo(tmp_path_factory.mktemp("world"), pack)
    yield made.start()
    made.stop()


class Visible(HTMLParser):
    """What a page says to eyes and to screen readers, and the words it hands to its scripts."""

    ATTRIBUTES = frozenset({"aria-label", "title", "placeholder", "alt", "data-offline"})
    SILENT = frozenset({"script", "style", "title", "kbd"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0
        self._executed = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A view that a kernel drew may be there by now, or not: none of ours to read here.
        if tag == "div" and (self._executed or ("data-al-source", "view") in attrs):
            self._executed += 1
        if self._executed:
            return
        self._silent += tag in self.SILENT
        self.said += [value for name, value in attrs if value and name in self.ATTRIBUTES]
        for name, value in attrs:
            if name == "data-al-words" and value:
                self.said += json.loads(value).values()

    def handle_endtag(self, tag: str) -> None:
        if self._executed:
            self._executed -= tag == "div"
        else:
            self._silent -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent and not self._executed:
            self.said.append(" ".join(data.split()))


#: What is the same in every language: names, initials, answers, the name of the kit.
SAME = ("actionlearn", "Ana", "Ben", "Cora", "Fay", "Lima", "Berg", "Lu", "AL", "CL", "FL", "BB", "Teresa", "Blua")
SAME += ("Verda", "Aŭtuno", "Pluvo.", "Kial?", "English", "Português", "fay@x.org")
#: Days come from Babel: its Esperanto writes them so.
SAME += (format_date(date(2026, 11, 2), "medium", locale=TAG),)


@cache
def untranslated() -> tuple[str, ...]:
    """Return titles and summaries of the shipped templates: what the package does not translate is offered in English."""
    read = [load(path, views=VIEWS) for path in shipped()["en"].values()]
    return tuple(text for each in read for text in (each.title, each.summary))


def english(page: str) -> list[str]:
    """Return the lines of a page that are in no brackets, but for what is the same in every language."""
    parser = Visible()
    parser.feed(page)
    text = "\n".join(filter(None, parser.said))
    for _ in range(3):  # a message may stand in another one's place
        text = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    text = re.sub(r"(?:[A-Z0-9] ?){8,}", "", text)  # a code for the next device
    # A kernel does not have the package of this test: where it has executed an answer already, the day stands in English.
    executed = format_date(datetime.now(UTC).date(), "long", locale="en_GB")
    for each in sorted((*SAME, *untranslated(), executed), key=len, reverse=True):
        text = text.replace(each, "")
    return [line for line in text.splitlines() if any(letter.isalpha() for letter in line)]


@pytest.mark.slow
def test_pages_leave_no_word_in_english(world: Esperantujo):
    """Everybody's pages, with something written, shared and commented, speak the language of the catalogue alone."""
    book = world.book["ana"]
    rows = [{"row": "5f6f8f7c-0d3c-4a53-9d12-6b8a4f1f2c11", "cells": {"what": "Pluvo.", "by": "2026-11-02"}}]
    for prompt, value in (("crop", "Pluvo."), ("weight", "12.5"), ("steps", rows)):
        assert world.save("ana", book, prompt, value).status == 200
    shared = world.ask("ana", "POST", f"/api/workbooks/{book}/share", {"wants": "Pluvo."})
    assert shared.status in (200, 201), shared.text
    with open_store(world.data) as store:
        submission = store.read(lambda c: submissions.submissions_of(c, book))[0].id
        group = store.read(lambda c: members.sets(c, "autumn"))[0].id
    said = {"prompt": "crop", "body": "Kial?"}
    assert world.ask("cora", "POST", f"/api/submissions/{submission}/comments", said).status == 201

    own = [
        ("ana", f"/reviews/{submission}"),
        ("cora", f"/reviews/{submission}"),
        ("ana", "/"),
        ("ana", f"/workbooks/{book}"),
    ]
    places = (
        "/code",
        "/nowhere",
        "/board/autumn",
        "/week/autumn",
        f"/workbooks/{book}/show",
        "/personal-data",
        "/notifications",
    )
    own += [("ana", path) for path in (*places, "/releases/autumn", "/missing/autumn", f"/room/autumn/{group}")]
    others = [("cora", "/desk/autumn"), ("fay", "/office/autumn"), ("cora", f"/room/autumn/{group}")]
    for who, path in (
        *own,
        *others,
        ("", "/in"),
        ("", "/in/spent-and-gone"),
        ("", "/"),
        ("cora", f"/workbooks/{book}"),
    ):
        page = world.ask(who, "POST" if path == "/code" else "GET", path, headers={"Accept-Language": "tlh, eo;q=0.9"})
        assert (who, path, english(page.text)) == (who, path, [])
        assert '<html lang="eo"' in page.text
        assert "⟦" in page.text
    assert "⟦pomoj⟧" in world.ask("ana", "GET", f"/workbooks/{book}").text


@pytest.mark.slow
def test_what_is_refused_is_said_in_the_language(world: Esperantujo):
    """An error of the API and one of the command line are sentences of the catalogue, with their values."""
    refused = world.save("ana", world.book["ana"], "crops", "Pluvo.")
    assert refused.json["error"]["message"] == "⟦This workbook has no question “crops”.⟧"
    assert "⟦There is no cohort “none”.⟧" in world.run("cohort", "status", "none", "--data", str(world.data))
    assert "⟦Learners in the roster: 2. New people: 4.⟧" in world.said


@pytest.mark.slow
def test_others_of_the_set_read_their_own_language(world: Esperantujo):
    """Somebody else of the same set has the same workbook, and all around it, in English."""
    page = world.ask("ben", "GET", f"/workbooks/{world.book['ben']}").text
    assert "⟦" not in page
    assert "The harvest" in page
    assert "apples" in page
    assert '<html lang="en"' in page


def started(world: Esperantujo, template: str) -> str:
    """Return the page of a workbook that Ana has just started."""
    made = world.ask("ana", "POST", "/api/workbooks", {"cohort": "autumn", "template": template})
    assert made.status == 201, made.text
    return world.ask("ana", "GET", f"/workbooks/{made.json['workbook']}").text


@pytest.mark.slow
def test_what_has_no_translation_is_there_in_english(world: Esperantujo):
    """What the package translates is started in its language; what it does not, in English, in a page of its own."""
    translated = started(world, "scope")
    assert "⟦Kio ŝanĝiĝu?⟧" in translated
    assert "⟦Another way to look: ⟦Five whys, and where they run out⟧⟧" in translated
    page = started(world, "plan")
    assert "A plan small enough to start" in page
    assert "⟦Saving…⟧" in html.unescape(page) or "\\u27e6Saving" in page


def test_a_translation_that_lost_its_places_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Where a catalogue drops the place of a value, misses a form or says nothing, the English message is said."""
    catalogue = tmp_path / "actionlearn.po"
    catalogue.write_text(
        """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "You said, {day}:"
msgstr "Vi diris, {tago}:"

msgid "Shared {day}"
msgstr "{day}: dividita"

msgid "{count} answer"
msgid_plural "{count} answers"
msgstr[0] "{count} respondo"
msgstr[1] ""
""",
        "utf-8",
    )
    monkeypatch.setattr(locales, "catalogues", lambda: {TAG: (catalogue,)})
    locales.translations.cache_clear()
    try:
        assert say("You said, {day}:", TAG, day="hodiaŭ") == "You said, hodiaŭ:"
        assert say("Shared {day}", TAG, day="hodiaŭ") == "hodiaŭ: dividita"
        assert locales.translations(TAG).ngettext("{count} answer", "{count} answers", 1) == "{count} answer"
    finally:
        locales.translations.cache_clear()


def test_a_pack_that_cannot_be_loaded_leaves_the_kit_its_languages(monkeypatch: pytest.MonkeyPatch):
    """Somebody's broken package takes no language away."""
    broken = EntryPoint("broken", "no_such_package", locales.GROUP)
    monkeypatch.setattr(locales, "entry_points", lambda **_: [broken])
    locales.catalogues.cache_clear()
    try:
        assert locales.all_locales() == ("en", "pt")
    finally:
        locales.catalogues.cache_clear()


@pytest.mark.slow
def test_somebody_chooses_another_language(world: Esperantujo):
    """The menu offers each language by its own name. What was begun stays as it is, what was not is in the new one."""
    home = world.ask("ben", "GET", "/").text
    assert re.findall(r'name="locale" value="(\w+)" lang="\w+">([^<]+)<', home) == [
        ("eo", "Esperanto"),
        ("pt", "Português"),
    ]
    assert "The harvest" in home
    begun = world.ask("ben", "POST", "/api/workbooks", {"cohort": "autumn", "template": "harvest"}).json["workbook"]
    assert world.save("ben", begun, "crop", "Pluvo.").status == 200

    form = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Referer": f"http://127.0.0.1:{world.port}/workbooks/{begun}",
    }
    chosen = world.ask("ben", "POST", "/language", b"locale=eo", headers=form)
    assert (chosen.status, chosen.headers["Location"]) == (303, f"/workbooks/{begun}")
    assert world.ask("ben", "POST", "/language", b"locale=tlh", headers=form).status == 404

    assert "⟦La rikolto⟧" in world.ask("ben", "GET", f"/workbooks/{world.book['ben']}").text
    kept = world.ask("ben", "GET", f"/workbooks/{begun}").text
    assert "The harvest" in kept
    assert "Pluvo." in kept
    assert '<html lang="eo" dir="ltr"' in kept


def test_a_translation_in_a_pack_is_held_against_the_shipped_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`check` names a prompt that a translation of a pack lost, and one that it made up."""
    home = tmp_path / "templates" / "pt"
    home.mkdir(parents=True)
    start = find("start", "pt").read_text("utf-8")
    (home / "start.md").write_text(start.replace("{prompt} matters", "{prompt} matter"), "utf-8")
    assert [fault.code for fault in check_paths([tmp_path]).faults] == []

    monkeypatch.setattr(checking, "packs", lambda: {"galego": tmp_path / "templates"})
    assert [fault.code for fault in check_paths([tmp_path]).faults] == [
        "template.prompts_missing",
        "template.prompts_added",
    ]
