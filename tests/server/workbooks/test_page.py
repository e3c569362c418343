"""The page of a workbook, as HTML, before any script has run."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from actionlearn.store import open_store

from ...support.served_kit import World

EVIL = """</textarea><script>alert("x")</script><img src=x onerror=alert(1)>{{ 7*7 }} &amp; "quoted" '"""
ECHO = """\
---
template: echo
title: Echo
version: 1
minutes: 3
stage: plan
summary: Shows what another workbook says.
---

Some *words* of the author.

```{prompt} again
:recap: scope.need
:kind: short-text
What now?
```

```{view} recap
:of: scope.need, again
```
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts, and a workbook that repeats what is said in another."""
    made = World(tmp_path_factory.mktemp("page"))
    with open_store(made.data) as store:
        made.add_workbook(store, "ben", "autumn", "echo", ECHO)
    yield made.start()
    made.stop()


def page(world: World, book: str) -> str:
    """Return a page as Ben gets it."""
    answer = world.ask("ben", "GET", f"/workbooks/{world.book[book]}")
    assert answer.status == 200, answer.text
    return answer.text


def test_prompts_with_their_answers_are_in_the_first_html(world: World):
    """Title, stage, progress, controls, audience and state need no script, and no kernel is started."""
    world.save("ben", world.book["ben/scope"], "seen", "Tuesday, ten past seven.")
    html = page(world, "ben/scope")
    assert "What needs to change?" in html
    assert re.search(r"<textarea[^>]*>\s*Tuesday, ten past seven.</textarea>", html)
    assert "1 of 6 answered" in html
    assert "Read by: me, my set, my coach" in html
    assert f'data-al-workbook="{world.book["ben/scope"]}"' in html
    assert f'data-al-person="{world.person["ben"]}"' in html
    assert "data-al-status" in html
    # The process that kernels are forked from may be there, or starting; a kernel is not.
    assert not world.children("al-kernel") + world.children("al-snapshot")


def test_what_a_learner_typed_is_text_everywhere(world: World):
    """Markup, script and template marks are shown as they were typed: in the control, a recap and a view."""
    world.save("ben", world.book["ben/scope"], "need", EVIL)
    world.save("ben", world.book["ben/echo"], "again", EVIL)
    for book in ("ben/scope", "ben/echo"):
        html = page(world, book)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "onerror=alert(1)&gt;{{ 7*7 }}" in html
    assert "<em>words</em>" in page(world, "ben/echo")


def test_nothing_of_a_page_is_inline_script_or_foreign(world: World):
    """Scripts are modules of our own address; no handler attributes, no other host."""
    html = page(world, "ben/scope")
    scripts = re.findall(r"<script([^>]*)>", html)
    assert scripts
    assert all("src=" in each or "application/json" in each for each in scripts)
    assert not re.findall(
        r"\son[a-z]+=", re.sub(r"<textarea.*?</textarea>|<blockquote.*?</blockquote>", "", html, flags=re.DOTALL)
    )
    assert not re.findall(r"(?:src|href|action)=\"(?:https?:)?//", html)


def test_a_notebook_that_changed_is_read_again(world: World):
    """The file's own words are shown, however often it changes."""
    file = world.data / "cohorts/autumn/ben/echo-1.ipynb"
    before = file.read_text("utf-8")
    assert "Some <em>words</em>" in page(world, "ben/echo")
    file.write_text(before.replace("Some *words*", "Other *words*"), "utf-8")
    assert "Other <em>words</em>" in page(world, "ben/echo")
    file.write_text(before, "utf-8")


def test_taking_it_along_gives_the_executed_notebook_its_html_and_a_document(world: World):
    """Private answers included; the file reads without a server."""
    import io
    import zipfile

    import docx

    answer = world.ask("ana", "GET", f"/workbooks/{world.book['ana/scope']}/take.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
        assert sorted(packed.namelist()) == ["scope-1.docx", "scope-1.html", "scope-1.ipynb"]
        for name in ("scope-1.html", "scope-1.ipynb"):
            assert "Private canary-4711" in packed.read(name).decode()
        read = docx.Document(io.BytesIO(packed.read("scope-1.docx")))
    assert "Private canary-4711" in [paragraph.text for paragraph in read.paragraphs]
