"""Bring workbooks up to date when their template, or what the programme fills into it, has changed.

Such a workbook stays as it was: its notebook and the hash of its template are not touched by a build.
Its owner is shown what is different and may take the new version. Answers go by the ids of prompts;
what has no prompt any more is kept, and read at the end of the page. The notebook as it was is kept
beside the new one, for the words of its questions and for what was shared of it.

A workbook that its programme suggests says what the programme says now. One that somebody began by
themselves keeps what they began it with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

import nbformat

from actionlearn import notebook
from actionlearn.answers.prompts import Item, Prompt, is_empty
from actionlearn.answers.rendering import item_for
from actionlearn.cohort import files
from actionlearn.cohort.programme.library import Library, Source, Sources, parameters_for, templates_folder
from actionlearn.cohort.programme.programme import Programme, from_store
from actionlearn.cohort.workbooks.difference import Difference, Value, changed_values, difference
from actionlearn.cohort.workbooks.owners import find_owner
from actionlearn.cohort.workbooks.parameters import prepare
from actionlearn.cohort.workbooks.placement import PlannedNotebook, plan_notebook, start_workbook
from actionlearn.errors import BadInput, Conflict, ProgrammeError
from actionlearn.notebook import Contents
from actionlearn.store import Connection, Store, now
from actionlearn.store.people import members
from actionlearn.store.records import Draft, Workbook
from actionlearn.store.workbooks import workbooks
from actionlearn.store.workbooks.notebook_versions import BEFORE, version_path
from actionlearn.template import Template

#: Template, hash and language of a version of it.
_Version = tuple[str, str, str]

#: A version, and the values that something newer puts in others' place.
_Change = tuple[_Version, tuple[Value, ...]]

#: What of a programme says nothing of its parameters, and may be much.
_NO_PARAMETERS = frozenset({"people", "sets"})


@dataclass(frozen=True)
class Planned:
    """What an upgrade means for one workbook: ``corrected`` where nobody wrote in it, else ``offered``."""

    workbook: Workbook
    owner: str
    what: str
    difference: Difference


def offered(c: Connection, data: Path, workbook: Workbook) -> bool:
    """Tell whether there is something newer for a workbook that somebody has written in."""
    if workbook.started_at is None or not workbook.path:
        return False
    newest = _newest(*_library(data, workbook.cohort), workbook.template, workbook.locale)
    if newest is None:
        return False
    return newest.hash != workbook.template_hash or bool(_values(c, workbook, newest))


def offer(store: Store, data: Path, id: str, locale: str = "") -> Difference:
    """Return what is different in the newest version of a workbook.

    Raises
    ------
    Conflict
        ``cohort.no_upgrade``: it is the newest already.
    """

    def look(c: Connection) -> tuple[Workbook, PlannedNotebook, tuple[Value, ...]]:
        book = workbooks.workbook(c, id, locale)
        if not offered(c, data, book):
            raise Conflict("cohort.no_upgrade")
        wanted = _wish(c, data, book)
        return book, wanted, _values(c, book, wanted.source.template)

    return _differs(data, *store.read(look))


def accept(store: Store, data: Path, id: str) -> None:
    """Give a workbook the newest version of its template, in each of its languages. Answers stay by prompt id.

    Raises
    ------
    Conflict
        ``cohort.no_upgrade``: it is the newest already.
    """

    def look(c: Connection) -> list[tuple[Workbook, PlannedNotebook]]:
        books = [workbooks.workbook(c, id, locale) for locale in workbooks.locales(c, id)]
        return [(each, _wish(c, data, each)) for each in books if offered(c, data, each)]

    found = store.read(look)
    if not found:
        raise Conflict("cohort.no_upgrade")
    for book, wanted in found:
        _renew(store, data, book, wanted)


def plan(store: Store, data: Path, cohort: str) -> list[Planned]:
    """Return what the newest versions of templates, and of what the programme says, mean for each workbook of a cohort.

    What is different is looked up once for all workbooks of one version for which the same is.
    """

    def look(
        c: Connection,
    ) -> tuple[list[tuple[Workbook, str, _Change]], dict[_Change, tuple[Workbook, PlannedNotebook]]]:
        found: list[tuple[Workbook, str, _Change]] = []
        first: dict[_Change, tuple[Workbook, PlannedNotebook]] = {}
        for book, owner, values in _outdated(c, data, cohort):
            change = (book.template, book.template_hash, book.locale), values
            found.append((book, owner, change))
            if change not in first:
                first[change] = book, _wish(c, data, book)
        return found, first

    found, first = store.read(look)
    differences = {change: _differs(data, *each, change[1]) for change, each in first.items()}
    return [
        Planned(
            workbook=book,
            owner=owner,
            what="offered" if book.started_at else "corrected",
            difference=differences[change],
        )
        for book, owner, change in found
    ]


def _outdated(c: Connection, data: Path, cohort: str) -> Iterator[tuple[Workbook, str, tuple[Value, ...]]]:
    """Yield the workbooks for which there is something newer: whose each is, and what its programme says otherwise."""
    programme, library = _programme(c, cohort), _library(data, cohort)
    newest: dict[_Version, Template] = {}
    outdated: set[_Version] = set()
    for planned in workbooks.notebook_versions(c, cohort):
        template = _newest(*library, planned.version[0], planned.version[2])
        if template is not None:
            newest[planned.version] = template
            says = _says(programme, template, planned.firstname) if planned.first else None
            if template.hash != planned.version[1] or changed_values(template, planned.parameters, says):
                outdated.add(planned.version)
    if not outdated:
        return
    people = {each.person.id: each.person for each in members.members(c, cohort)}
    sets = {each.id: each.name for each in members.sets(c, cohort)}
    says_of = cache(lambda version, learner: _says(programme, newest[version], learner))
    for version in sorted(outdated):
        for book in workbooks.notebooks_in(c, cohort, version):
            if book.owner_kind == "person":  # who has left the cohort keeps what they wrote there
                people |= {id: members.person(c, id) for id in (book.owner, book.about) if id and id not in people}
            learner = people[book.about or book.owner].firstname if book.owner_kind == "person" else ""
            values = changed_values(
                newest[version], book.parameters, says_of(version, learner) if book.number == 1 else None
            )
            if values or newest[version].hash != version[1]:
                yield book, people[book.owner].username if book.owner in people else sets[book.owner], values


def _values(c: Connection, book: Workbook, newest: Template) -> tuple[Value, ...]:
    """Return what its programme says otherwise than one workbook does."""
    if book.number > 1:
        return ()
    learner = members.person(c, book.about or book.owner).firstname if book.owner_kind == "person" else ""
    return changed_values(newest, book.parameters, _says(_programme(c, book.cohort), newest, learner))


def _says(programme: Programme | None, template: Template, firstname: str) -> Mapping[str, str] | None:
    """Return what a programme says in a workbook of somebody; None where it suggests none of the kind."""
    if programme is None or programme.suggestion(template.id) is None:
        return None
    return parameters_for(programme, template, firstname)


def _programme(c: Connection, cohort: str) -> Programme | None:
    """Return a programme without its people; None where the cohort was made without one."""
    tables = members.cohort(c, cohort).programme
    return _read_programme(json.dumps({name: each for name, each in tables.items() if name not in _NO_PARAMETERS}))


@lru_cache(maxsize=64)
def _read_programme(text: str) -> Programme | None:
    try:
        return from_store(json.loads(text))
    except ProgrammeError:
        return None


def correct_untouched(store: Store, data: Path, planned: list[Planned]) -> int:
    """Give the workbooks that nobody has written in the newest version; return how many there were."""
    count = 0
    for each in planned:
        book = store.read(lambda c, each=each: workbooks.workbook(c, each.workbook.id, each.workbook.locale))  # type: ignore[misc]
        if book.started_at is None:
            _renew(store, data, book, store.read(lambda c, book=book: _wish(c, data, book)))  # type: ignore[misc]
            count += 1
    return count


def vanished_prompts(
    data: Path, workbook: Workbook, contents: Contents, drafts: Mapping[str, Draft]
) -> dict[str, Prompt]:
    """Return what a workbook no longer asks and was answered, in the words of the version that asked."""
    answered = [id for id, draft in drafts.items() if id not in contents.prompts and not is_empty(draft.value)]
    if not answered:
        return {}
    asked: dict[str, Prompt] = {}
    path = data / workbook.path
    for old in sorted((path.parent / BEFORE).glob(f"{path.stem}.*.ipynb"), key=lambda each: each.stat().st_mtime_ns):
        asked |= notebook.read_file(old).prompts
    return {id: asked.get(id) or Prompt(id, "") for id in answered}


def orphaned_answers(contents: Contents, drafts: Mapping[str, Draft], asked: Mapping[str, Prompt]) -> list[Item]:
    """Return the answers to what `gone` returns."""
    return [
        item_for(prompt, drafts[id].value, reference=id, when=drafts[id].saved_at, locale=contents.locale)
        for id, prompt in asked.items()
    ]


def _library(data: Path, cohort: str) -> tuple[Path, int]:
    folder = templates_folder(data, cohort)
    return folder, folder.stat().st_mtime_ns if folder.is_dir() else 0


@lru_cache(maxsize=1024)
def _newest(folder: Path, _changed: int, template: str, locale: str) -> Template | None:
    """Return the newest version of a template; None where there is none that can be read."""
    try:
        return Library(folder).load(template, locale)
    except BadInput:
        return None


def _wish(c: Connection, data: Path, book: Workbook) -> PlannedNotebook:
    """Return the notebook of a workbook as its newest template makes it, with what its programme or its owner says."""
    programme = from_store(members.cohort(c, book.cohort).programme)
    library = Library(templates_folder(data, book.cohort))
    source: Source = Sources(library).get(book.template, book.locale)
    card, given = start_workbook(library, book)
    if book.number == 1 and programme.suggestion(book.template):
        given = {}
    owner = find_owner(c, book.cohort, book.owner, source.template, programme.locale, book.about)
    return plan_notebook(programme, owner, source, book.number, book.locale, given, card)


def _differs(data: Path, book: Workbook, wanted: PlannedNotebook, values: tuple[Value, ...]) -> Difference:
    text = prepare(wanted.source.notebook, {"workbook": book.id, **wanted.parameters})
    new = notebook.read(nbformat.reads(text, as_version=4))  # type: ignore[no-untyped-call]
    return replace(difference(notebook.read_file(data / book.path), new), values=values)


def _renew(store: Store, data: Path, book: Workbook, wanted: PlannedNotebook) -> None:
    """Put the new notebook in the place of the old one, which is kept, and record it in the same act."""
    target, old = data / book.path, data / version_path(book, now())
    text = prepare(wanted.notebook, {"workbook": book.id, **wanted.parameters})
    part = files.temporary(target, text.encode())
    if book.started_at:
        files.temporary(old, target.read_bytes()).replace(old)

    def act(c: Connection) -> None:
        workbooks.put_notebook(c, book.id, **{**wanted.record, "path": book.path, "locale": book.locale})
        part.replace(target)

    try:
        store.write(act)
    finally:
        part.unlink(missing_ok=True)
