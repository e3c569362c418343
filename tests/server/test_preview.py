"""The preview of a template: its page, with sample answers, in its own language, again at every change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from actionlearn import template
from actionlearn.errors import Missing, TemplateError
from actionlearn.server.preview import TemplatePreview
from actionlearn.store import open_store
from actionlearn.store.people import members
from actionlearn.store.workbooks import drafts, workbooks


def change(path: Path, text: str) -> None:
    """Write a file, later than it was written before."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, "utf-8")
    os.utime(path, ns=(before + 10**9, before + 10**9))


def test_the_page_is_in_the_language_of_the_template(tmp_path: Path):
    """The frame of the page follows the template's language, also when the file becomes another one."""
    path = tmp_path / "mine.md"
    portuguese = (
        template.find("scope", "pt").read_text("utf-8").replace("template: scope", "template: scope\nlocale: pt")
    )
    change(path, portuguese)
    with open_store(tmp_path / "data") as store:
        shown = TemplatePreview(path, store, tmp_path / "data")
        first = shown.refresh()
        person = store.read(lambda c: members.person(c, shown.person))
        assert (person.locale, person.firstname) == ("pt", "Eu")
        assert store.read(lambda c: workbooks.workbook(c, shown.id)).locale == "pt"
        assert store.read(lambda c: drafts.drafts(c, shown.id))["need"].value
        change(path, template.find("scope", "en").read_text("utf-8"))
        assert shown.refresh() != first
        assert store.read(lambda c: members.person(c, shown.person)).locale == "en"


def test_what_cannot_be_read_is_said_and_then_shown_again(tmp_path: Path):
    """A fault is raised with its line; once it is put right the page is there again."""
    path = tmp_path / "mine.md"
    change(path, template.find("scope", "en").read_text("utf-8"))
    with open_store(tmp_path / "data") as store:
        shown = TemplatePreview(path, store, tmp_path / "data")
        shown.refresh()
        change(path, "---\ntemplate: scope\n---\nNothing.\n")
        with pytest.raises(TemplateError):
            shown.refresh()
        change(path, template.find("scope", "en").read_text("utf-8").replace("version: 1", "version: 2"))
        assert shown.refresh()
        path.unlink()
        with pytest.raises(Missing):
            shown.refresh()
