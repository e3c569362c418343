"""Make every learner's workbooks with papermill.

The notebook of a template is made once for each language; papermill puts each learner's parameters
into it. A notebook is whole before it gets its name, and it gets its name in the act that records
it: killed at any moment, the next run goes on where this one was, and makes nothing twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from nbformat import NotebookNode

from actionlearn.cohort import files, owners
from actionlearn.cohort.enrol import enrol, together
from actionlearn.cohort.owners import Owner
from actionlearn.cohort.programme import Programme, from_store
from actionlearn.cohort.report import Failure, Outcome, Report, fault_of
from actionlearn.cohort.roster import Row
from actionlearn.cohort.sources import Library, Source, Sources, keep, kept, library_of, parameters_for
from actionlearn.errors import (
    BadInput,
    BuildError,
    Conflict,
    Fault,
    Missing,
    RosterError,
    StoreError,
    TooMany,
)
from actionlearn.notebook import dumps
from actionlearn.roles import OPERATOR, Actor
from actionlearn.store import Connection, Store, members, workbooks
from actionlearn.store.rows import Workbook

__all__ = ["Failure", "Progress", "Report", "build", "build_workbook", "prepare"]

#: How often one learner may start the same workbook.
MOST_OF_ONE = 99

#: How many workbooks are in the making at the same time.
AT_ONCE = 4

#: Called with how many are done, how many there are, and the path of the latest.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class _Wish:
    """A workbook as it should be."""

    cohort: str
    owner: Owner
    number: int
    source: Source
    parameters: dict[str, str]

    @property
    def path(self) -> str:
        return files.path_of(self.cohort, self.owner.folder, self.source.template.id, self.number)

    @property
    def built(self) -> str:
        """Hash of all that the notebook is made from."""
        made_from = [files.FORMAT, self.source.hash, self.parameters]
        return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()


def build(
    store: Store,
    data: Path,
    programme: Programme,
    roster: Sequence[Row],
    *,
    by: Actor = OPERATOR,
    progress: Progress | None = None,
) -> Report:
    """Bring a cohort up to date with its programme and roster.

    Parameters
    ----------
    store, data
        Where records and notebooks go.
    programme, roster
        Each read without a fault.
    by
        Whoever gives the roster; without it, the command line.
    progress
        Called after each workbook.

    Returns
    -------
    Report
        What was made, changed, left as it was, and what failed and why.

    Raises
    ------
    BadInput
        Programme, roster or a template cannot be used; nothing was written.
    BuildError
        The data folder cannot be written to.
    """
    sources = Sources(library_of(programme, data))
    _check(programme, roster, sources)
    files.writable(data, programme.id)
    people, learners = store.write(lambda c: enrol(c, programme, roster, by))
    keep(data, programme, sources.library)
    report = Report(people=people)
    made = {each.path: each for each in store.read(lambda c: workbooks.workbooks_in(c, programme.id))}
    hashes = files.hashes(data, programme.id)
    of_sets = {each.template for each in programme.workbooks if sources.of_set(each.template, programme.locale)}
    suggested = [each.template for each in programme.workbooks]
    wishes = store.read(lambda c: owners.wishes(c, programme.id, suggested, of_sets, learners.values()))

    def fulfil(owner: Owner, template: str, path: str) -> Outcome:
        wish = _wish(programme, owner, sources.get(template, owner.locale or programme.locale), 1)
        return _fulfil(store, data, wish, made.get(path), hashes.get(path))

    try:
        _each(programme.id, wishes, fulfil, report, progress)
    finally:
        _write_manifest(store, data, programme.id)
    return report


def _each(
    cohort: str,
    wishes: Sequence[tuple[Owner, str]],
    fulfil: Callable[[Owner, str, str], Outcome],
    report: Report,
    progress: Progress | None,
) -> None:
    """Make the workbooks, and go on where one cannot be made.

    A few at a time: while the disk holds one, the next is made, and those that wait share a commit.
    """
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="build")
    try:
        paths = [files.path_of(cohort, owner.folder, template, 1) for owner, template in wishes]
        running = [pool.submit(fulfil, *wish, path) for wish, path in zip(wishes, paths, strict=True)]
        for done, ((owner, template), path, future) in enumerate(zip(wishes, paths, running, strict=True), 1):
            try:
                report.add(path, future.result())
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the other learners go on
                report.failed.append(Failure(owner.name, template, fault_of(error)))
            if progress:
                progress(done, len(wishes), path)
    finally:
        pool.shutdown(cancel_futures=True)


def build_workbook(
    store: Store,
    data: Path,
    cohort: str,
    owner: str,
    template: str,
    locale: str = "",
    parameters: Mapping[str, str] | None = None,
    about: str = "",
) -> Workbook:
    """Make one more workbook for somebody: "start another".

    Parameters
    ----------
    store, data
        Where record and notebook go.
    cohort, owner
        Ids of the cohort, and of the person or the set it is for.
    template
        Any template there is.
    locale
        Language; empty for the owner's, else the programme's.
    parameters
        Values instead of the programme's.
    about
        Id of the person it is about, where that is somebody else.

    Raises
    ------
    Missing
        There is no such template, cohort, person or set.
    TooMany
        There are `MOST_OF_ONE` already.
    BuildError
        It cannot be written.
    """
    row, whose = store.read(lambda c: (members.cohort(c, cohort), owners.find(c, cohort, owner, about)))
    library = Library(kept(data, row.id))
    if template not in library.ids:
        raise Missing("cohort.no_template", template=template, known=sorted(library.ids))
    files.writable(data, cohort)
    programme, id = from_store(row.programme), str(uuid4())
    source = Sources(library).get(template, locale or whose.locale or programme.locale)
    for last in (False, False, True):
        number = store.read(lambda c: workbooks.next_number(c, cohort, owner, template, about))
        if number > MOST_OF_ONE:
            raise TooMany("cohort.enough", template=template, most=MOST_OF_ONE)
        try:
            _place(store, data, _wish(programme, whose, source, number, parameters), id, None)
            break
        except Conflict:  # two pages asked at once
            if last:
                raise
    return store.read(lambda c: workbooks.workbook(c, id))


def prepare(notebook: NotebookNode, parameters: Mapping[str, str]) -> str:
    """Return the text of a notebook with parameters put in by papermill; nothing is executed.

    Parameters
    ----------
    notebook
        The notebook of a template; it stays as it is.
    parameters
        Names and values, ``workbook`` among them.
    """
    import papermill

    # In memory: a path would go through `str.format`, and be written down in the learner's notebook.
    prepared: NotebookNode = papermill.execute_notebook(
        notebook,
        None,
        parameters=dict(sorted(parameters.items())),
        prepare_only=True,
        progress_bar=False,
    )
    about = prepared.metadata.papermill
    prepared.metadata.papermill = {"parameters": about["parameters"], "version": about["version"]}
    for cell in prepared.cells:
        cell.metadata.pop("papermill", None)
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["id"] = "cell-injected"
            cell.metadata["jupyter"] = {"source_hidden": True}
    return dumps(prepared)


def _check(programme: Programme, roster: Sequence[Row], sources: Sources) -> None:
    """Raise everything that is wrong before anything is written."""
    if faults := together(programme, roster):
        raise RosterError("roster.faults", faults=faults, count=len(faults))
    for locale in sorted({row.locale or programme.locale for row in roster}):
        for each in programme.workbooks:
            try:
                sources.get(each.template, locale)
            except BadInput as error:
                faults.extend(error.faults or [Fault(error.code, error.values)])
    if faults:
        raise BadInput("cohort.faults", faults=faults, count=len(faults))


def _wish(
    programme: Programme, owner: Owner, source: Source, number: int, given: Mapping[str, str] | None = None
) -> _Wish:
    return _Wish(
        programme.id, owner, number, source, parameters_for(programme, source.template, owner.firstname, given)
    )


def _fulfil(store: Store, data: Path, wish: _Wish, found: Workbook | None, hash: str | None) -> Outcome:
    """Make a workbook where it is missing or not as it should be, unless somebody has written in it."""
    there = files.file_hash(data / wish.path)
    if found is None:
        try:
            _place(store, data, wish, str(uuid4()), None)
        except Conflict:  # another build was there first
            return "unchanged"
        return "made"
    if there and found.built == wish.built and hash in (None, there):
        return "unchanged"
    if there and found.touched_at:
        return "kept"
    if found.touched_at:
        _restore(data, wish, found)
        return "changed"
    return "changed" if _place(store, data, wish, found.id, found) else "kept"


def _place(store: Store, data: Path, wish: _Wish, id: str, found: Workbook | None) -> bool:
    """Put a notebook in its place and record it, in one act; False where somebody has begun to write in it."""
    template, target = wish.source.template, data / wish.path
    text = prepare(wish.source.notebook, {"workbook": id, **wish.parameters})
    part = files.temporary(target, text.encode())

    def act(c: Connection) -> bool:
        about = {"template_hash": template.hash, "locale": template.locale, "title": template.title}
        made = {**about, "path": wish.path, "parameters": wish.parameters, "built": wish.built}
        if found is None:
            what = {"cohort": wish.cohort, "owner": wish.owner.id, "template": template.id, "number": wish.number}
            what |= {"owner_kind": wish.owner.kind, "about": wish.owner.about}
            workbooks.add_workbook(c, id=id, **what, **made)  # type: ignore[arg-type]
        elif not workbooks.rebuilt(c, id, **made):  # type: ignore[arg-type]
            return False
        part.replace(target)
        return True

    try:
        return store.write(act)
    finally:
        part.unlink(missing_ok=True)


def _restore(data: Path, wish: _Wish, found: Workbook) -> None:
    """Make the notebook of a workbook with answers again, as it was: its file is gone."""
    if found.template_hash != wish.source.template.hash:
        raise BuildError("cohort.lost", path=found.path)
    target = data / found.path
    text = prepare(wish.source.notebook, {"workbook": found.id, **found.parameters})
    files.temporary(target, text.encode()).replace(target)


def _write_manifest(store: Store, data: Path, cohort: str) -> None:
    def entries(c: Connection) -> tuple[list[Workbook], dict[str, str]]:
        people = {member.person.id: member.person.username for member in members.members(c, cohort)}
        return workbooks.workbooks_in(c, cohort), people

    files.write_manifest(data, cohort, *store.read(entries))
