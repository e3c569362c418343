"""A template that changed under a workbook somebody has written in.

Such a workbook stays as it was: its notebook and the hash of its template are not touched by a build.
Its owner is shown what is different and may take the new version. Answers go by the ids of prompts;
what has no prompt any more is kept, and read at the end of the page. The notebook as it was is kept
beside the new one, for the words of its questions and for what was shared of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nbformat

from actionlearn import notebook
from actionlearn.cohort import files
from actionlearn.cohort.owners import find
from actionlearn.cohort.place import Wish, begun_with, wish
from actionlearn.cohort.prepare import prepare
from actionlearn.cohort.programme import from_store
from actionlearn.cohort.sources import Library, Source, Sources, kept
from actionlearn.errors import BadInput, Conflict
from actionlearn.notebook import Contents
from actionlearn.prompts import Item, Prompt, is_empty
from actionlearn.reading import item_for
from actionlearn.store import Connection, Store, members, workbooks
from actionlearn.store.rows import Draft, Workbook
from actionlearn.store.versions import BEFORE, kept_at

#: Template, hash and language of a version of it.
_Version = tuple[str, str, str]


@dataclass(frozen=True)
class Difference:
    """What a new version of a template asks otherwise.

    Parameters
    ----------
    added, removed
        Prompts of the new version alone, and of the old one alone.
    changed
        Prompts that ask in other words, or offer other answers: as they were, as they are.
    """

    added: tuple[Prompt, ...]
    changed: tuple[tuple[Prompt, Prompt], ...]
    removed: tuple[Prompt, ...]

    @property
    def reworded(self) -> tuple[tuple[Prompt, Prompt], ...]:
        """What is asked in other words: as it was, as it is."""
        return tuple((before, after) for before, after in self.changed if before.question != after.question)

    @property
    def refitted(self) -> tuple[Prompt, ...]:
        """What is asked in the same words, with another hint or other choices."""
        return tuple(after for before, after in self.changed if before.question == after.question)


@dataclass(frozen=True)
class Planned:
    """What an upgrade means for one workbook: ``corrected`` where nobody wrote in it, else ``offered``."""

    workbook: Workbook
    owner: str
    what: str
    difference: Difference


def difference(old: Contents, new: Contents) -> Difference:
    """Return what is asked otherwise in a new version. Prompts are the same by their ids alone."""
    before, after = old.prompts, new.prompts
    return Difference(
        tuple(prompt for id, prompt in after.items() if id not in before),
        tuple((before[id], prompt) for id, prompt in after.items() if id in before and before[id] != prompt),
        tuple(prompt for id, prompt in before.items() if id not in after),
    )


def offered(data: Path, workbook: Workbook) -> bool:
    """Tell whether there is another version of the template of a workbook that somebody has written in."""
    if workbook.touched_at is None or not workbook.path:
        return False
    newest = _newest(*_library(data, workbook.cohort), workbook.template, workbook.locale)
    return bool(newest) and newest != workbook.template_hash


def offer(store: Store, data: Path, id: str, locale: str = "") -> Difference:
    """Return what is different in the newest version of a workbook.

    Raises
    ------
    Conflict
        ``cohort.no_upgrade``: it is the newest already.
    """
    book = store.read(lambda c: workbooks.workbook(c, id, locale))
    if not offered(data, book):
        raise Conflict("cohort.no_upgrade")
    return _differs(data, book, store.read(lambda c: _wish(c, data, book)))


def accept(store: Store, data: Path, id: str) -> None:
    """Give a workbook the newest version of its template, in each of its languages. Answers stay by prompt id.

    Raises
    ------
    Conflict
        ``cohort.no_upgrade``: it is the newest already.
    """
    books = [
        each
        for each in store.read(lambda c: [workbooks.workbook(c, id, locale) for locale in workbooks.locales(c, id)])
        if offered(data, each)
    ]
    if not books:
        raise Conflict("cohort.no_upgrade")
    for book in books:
        _renew(store, data, book, store.read(lambda c, book=book: _wish(c, data, book)))  # type: ignore[misc]


def plan(store: Store, data: Path, cohort: str) -> list[Planned]:
    """Return what the newest versions of templates would mean for each workbook of a cohort.

    What is different is looked up once for all workbooks of one version in one language.
    """

    def look(c: Connection) -> tuple[list[tuple[Workbook, str]], dict[_Version, tuple[Workbook, Wish]]]:
        names: dict[str, str] = {}
        found: list[tuple[Workbook, str]] = []
        first: dict[_Version, tuple[Workbook, Wish]] = {}
        for version in workbooks.versions_in(c, cohort):
            template, hash, locale = version
            newest = _newest(*_library(data, cohort), template, locale)
            if newest and newest != hash:
                names = names or _names(c, cohort)
                books = workbooks.notebooks_in(c, cohort, version)
                found += [(book, names.get(book.owner, book.owner)) for book in books]
                first[version] = (books[0], _wish(c, data, books[0]))
        return found, first

    found, first = store.read(look)
    differences = {version: _differs(data, *each) for version, each in first.items()}
    return [
        Planned(book, owner, "offered" if book.touched_at else "corrected", differences[_version(book)])
        for book, owner in found
    ]


def _names(c: Connection, cohort: str) -> dict[str, str]:
    names = {each.person.id: each.person.username for each in members.members(c, cohort)}
    return names | {each.id: each.name for each in members.sets(c, cohort)}


def _version(book: Workbook) -> _Version:
    return book.template, book.template_hash, book.locale


def correct(store: Store, data: Path, planned: list[Planned]) -> int:
    """Give the workbooks that nobody has written in the newest version; return how many there were."""
    count = 0
    for each in planned:
        book = store.read(lambda c, each=each: workbooks.workbook(c, each.workbook.id, each.workbook.locale))  # type: ignore[misc]
        if book.touched_at is None:
            _renew(store, data, book, store.read(lambda c, book=book: _wish(c, data, book)))  # type: ignore[misc]
            count += 1
    return count


def left(data: Path, workbook: Workbook, contents: Contents, drafts: Mapping[str, Draft]) -> list[Item]:
    """Return the answers to questions that a workbook no longer asks, in the words of the version that asked."""
    gone = {id: draft for id, draft in drafts.items() if id not in contents.prompts and not is_empty(draft.value)}
    if not gone:
        return []
    asked: dict[str, Prompt] = {}
    path = data / workbook.path
    for old in sorted((path.parent / BEFORE).glob(f"{path.stem}.*.ipynb"), key=lambda each: each.stat().st_mtime_ns):
        asked |= read(old, old.stat().st_mtime_ns).prompts
    blank = Prompt("gone", "")
    return [
        item_for(asked.get(id, blank), draft.value, reference=id, when=draft.saved_at, locale=contents.locale)
        for id, draft in gone.items()
    ]


@lru_cache(maxsize=512)
def read(path: Path, _changed: int) -> Contents:
    """Return what a notebook holds; read again when the file has changed."""
    return notebook.read(notebook.load(path))


def _library(data: Path, cohort: str) -> tuple[Path, int]:
    folder = kept(data, cohort)
    return folder, folder.stat().st_mtime_ns if folder.is_dir() else 0


@lru_cache(maxsize=1024)
def _newest(folder: Path, _changed: int, template: str, locale: str) -> str:
    """Return the hash of the newest version of a template; empty where there is none that can be read."""
    try:
        return Library(folder).load(template, locale).hash
    except BadInput:
        return ""


def _wish(c: Connection, data: Path, book: Workbook) -> Wish:
    """Return the notebook of a workbook as its newest template makes it. What its parameters were stays."""
    programme = from_store(members.cohort(c, book.cohort).programme)
    library = Library(kept(data, book.cohort))
    source: Source = Sources(library).get(book.template, book.locale)
    card, given = begun_with(library, book)
    owner = find(c, book.cohort, book.owner, source.template, programme.locale, book.about)
    return wish(programme, owner, source, book.number, book.locale, given, card)


def _differs(data: Path, book: Workbook, wanted: Wish) -> Difference:
    path = data / book.path
    text = prepare(wanted.source.notebook, {"workbook": book.id, **wanted.parameters})
    new = notebook.read(nbformat.reads(text, as_version=4))  # type: ignore[no-untyped-call]
    return difference(read(path, path.stat().st_mtime_ns), new)


def _renew(store: Store, data: Path, book: Workbook, wanted: Wish) -> None:
    """Put the new notebook in the place of the old one, which is kept, and record it in the same act."""
    target, old = data / book.path, data / kept_at(book, book.template_hash)
    text = prepare(wanted.notebook, {"workbook": book.id, **wanted.parameters})
    part = files.temporary(target, text.encode())
    if book.touched_at:
        files.temporary(old, target.read_bytes()).replace(old)

    def act(c: Connection) -> None:
        workbooks.put_notebook(c, book.id, **{**wanted.record, "path": book.path, "locale": book.locale})
        part.replace(target)

    try:
        store.write(act)
    finally:
        part.unlink(missing_ok=True)
