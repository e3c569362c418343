"""Make everybody's workbooks: each learner's, each set's, a manager's about each of their learners.

The notebook of a template is made once for each language; papermill puts each owner's parameters
into it (`prepare`), and `place` puts it where it belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

from actionlearn import executors
from actionlearn.answers.items import AFTER, continued_number
from actionlearn.cohort import files
from actionlearn.cohort.enrolment.enrol import DEFAULT_TERMS, Terms, check_together, enrol, learners_there
from actionlearn.cohort.programme.library import Library, Sources, library_of, save_templates, templates_folder
from actionlearn.cohort.programme.programme import Programme, from_store
from actionlearn.cohort.roster.roster import RosterRow
from actionlearn.cohort.workbooks.owners import Owner, find_owner, owners_of_cohort
from actionlearn.cohort.workbooks.parameters import prepare
from actionlearn.cohort.workbooks.placement import make_notebooks, plan_notebook, write_notebook
from actionlearn.cohort.workbooks.report import BuildReport, Failure, Outcome, fault_of
from actionlearn.errors import BadInput, Conflict, Fault, Missing, RosterError, StoreError, TooMany
from actionlearn.executors import Offload
from actionlearn.notebook import check_parameters
from actionlearn.permissions import OPERATOR, Actor
from actionlearn.store import Connection, Store
from actionlearn.store.people import members
from actionlearn.store.records import Workbook
from actionlearn.store.reports import build_failures
from actionlearn.store.reports.build_failures import BuildFailure
from actionlearn.store.workbooks import workbooks

__all__ = ["BuildReport", "Failure", "Progress", "build_cohort", "build_workbook", "prepare"]

#: How often one learner may start the same workbook.
MOST_OF_ONE = 99

#: From so many new workbooks on, processes are begun to make them: for fewer they cost more than they save.
MANY = 4000

#: Called with how many are done, how many there are, and the path of the latest.
Progress = Callable[[int, int, str], None]


def build_cohort(
    store: Store,
    data: Path,
    programme: Programme,
    roster: Sequence[RosterRow],
    *,
    by: Actor = OPERATOR,
    terms: Terms = DEFAULT_TERMS,
    progress: Progress | None = None,
    where: str = "",
) -> BuildReport:
    """Bring a cohort up to date with its programme and roster.

    Parameters
    ----------
    store, data
        Where records and notebooks go.
    programme, roster
        Each read without a fault.
    by
        Whoever gives the roster; without it, the command line.
    terms
        How the roster is meant.
    progress
        Called after each workbook.
    where
        Where parameters are put into notebooks, as `batch.apart` takes it. All else is done here, once.

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
    with _makers(where) as maker:
        return _build(store, data, programme, roster, by, terms, progress, maker)


@contextmanager
def _makers(where: str) -> Iterator[Callable[[int], Offload]]:
    """Offer who makes so many notebooks: who was asked for, found before anything is written; else as the number asks."""
    with ExitStack() as stack:
        asked = stack.enter_context(executors.open_offload(where)) if where else None
        yield lambda new: asked or stack.enter_context(executors.open_offload("processes" if new >= MANY else "here"))


def _build(
    store: Store,
    data: Path,
    programme: Programme,
    roster: Sequence[RosterRow],
    by: Actor,
    terms: Terms,
    progress: Progress | None,
    maker: Callable[[int], Offload],
) -> BuildReport:
    sources = Sources(library_of(programme, data))
    _check(programme, roster, sources, learners_there(store, programme.id))
    files.writable(data, programme.id)
    people, learners = store.write(lambda c: enrol(c, programme, roster, by, terms))
    owners = store.read(lambda c: owners_of_cohort(c, programme, learners))
    save_templates(data, programme, sources.library)
    report = BuildReport(people=people)
    made = {each.path: each for each in store.read(lambda c: workbooks.notebooks_in(c, programme.id))}
    sets = {(book.owner, book.template, book.number): book.id for book in made.values() if book.owner_kind == "set"}
    hashes = files.hashes(data, programme.id)
    templates = [sources.get(each.template, programme.locale).template for each in programme.workbooks]
    wishes = [(owner, template.id) for owner in owners for template in templates if owner.has(template)]

    def make(apart: Offload, owner: Owner, template: str) -> list[tuple[str, Outcome]]:
        wanted = [plan_notebook(programme, owner, sources.get(template, each), 1, each) for each in owner.locales]
        return make_notebooks(store, data, wanted, made, hashes, sets, apart)

    try:
        apart = maker(len(wishes) - len(made))
        _each(wishes, partial(make, apart), report, progress, apart.width)
    finally:
        _write_manifest(store, data, programme.id)
    store.write(lambda c: build_failures.replace_failures(c, programme.id, map(_stored_failure, report.failed)))
    return report


def _stored_failure(failure: Failure) -> BuildFailure:
    person, group = (failure.owner, "") if failure.kind == "person" else (None, failure.owner)
    plain = (str, int, list, tuple)
    values = {name: each if isinstance(each, plain) else str(each) for name, each in failure.fault.values.items()}
    return BuildFailure(person=person, set_id=group, template=failure.template, code=failure.fault.code, values=values)


def _each(
    wishes: Sequence[tuple[Owner, str]],
    make: Callable[[Owner, str], list[tuple[str, Outcome]]],
    report: BuildReport,
    progress: Progress | None,
    width: int,
) -> None:
    """Make the workbooks, and go on where one cannot be made.

    A few at a time: while the disk holds one, the next is made, and those that wait share a commit.
    """
    pool = ThreadPoolExecutor(width, thread_name_prefix="build")
    try:
        running = [pool.submit(make, *each) for each in wishes]
        for done, ((owner, template), future) in enumerate(zip(wishes, running, strict=True), 1):
            path = ""
            try:
                for path, outcome in future.result():
                    report.add(path, outcome)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the other learners go on
                report.failed.append(
                    Failure(
                        username=owner.name, template=template, fault=fault_of(error), kind=owner.kind, owner=owner.id
                    )
                )
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
        Ids of the cohort, and of the person or the set it is for; what sets own is for the set of a person.
    template
        Any template there is.
    locale
        Language; empty for the owner's, else the programme's.
    parameters
        Values instead of the programme's; ``card`` is a card to begin with, ``after`` the number of the
        workbook of this kind that it goes on from.
    about
        Id of the learner it is about, where it is their manager's.

    Raises
    ------
    Missing, BadInput
        There is no such template, card, parameter, cohort or person; a value does not fit.
    TooMany
        There are `MOST_OF_ONE` already.
    BuildError
        It cannot be written.
    """
    row = store.read(lambda c: members.cohort(c, cohort))
    library = _library_with(template, templates_folder(data, row.id))
    files.writable(data, cohort)
    programme, id = from_store(row.programme), str(uuid4())
    sources = Sources(library)
    found = sources.get(template, programme.locale).template
    whose = store.read(lambda c: find_owner(c, cohort, owner, found, programme.locale, about))
    spoken = whose.locales if whose.kind == "set" or not locale else (locale,)
    card, given = library.begin(parameters or {}, spoken[0])
    check_parameters(found, {name: value for name, value in given.items() if name != AFTER})
    for last in (False, False, True):
        number = store.read(lambda c: workbooks.next_number(c, cohort, whose.id, template, about))
        _may_begin(number, 1 if found.per == "once" else MOST_OF_ONE, template, given)
        try:
            for place_of, each in enumerate(spoken):
                wanted = plan_notebook(programme, whose, sources.get(template, each), number, each, given, card)
                write_notebook(store, data, wanted, id, None, joins=place_of > 0)
            break
        except Conflict:  # two pages asked at once
            if last:
                raise
    return store.read(lambda c: workbooks.workbook(c, id, locale))


def _may_begin(number: int, most: int, template: str, given: Mapping[str, str]) -> None:
    if AFTER in given and not 0 < continued_number(given) < number:
        raise Missing("cohort.no_earlier", number=given[AFTER])
    if number > most:
        raise TooMany("cohort.enough", template=template, most=number - 1)


def _library_with(template: str, folder: Path) -> Library:
    library = Library(folder)
    if template not in library.ids:
        raise Missing("cohort.no_template", template=template, known=sorted(library.ids))
    return library


def _check(programme: Programme, roster: Sequence[RosterRow], sources: Sources, present: set[str]) -> None:
    """Raise everything that is wrong before anything is written."""
    if faults := check_together(programme, roster, present=present):
        raise RosterError("roster.faults", faults=faults, count=len(faults))
    staff = {each.locale or "" for each in programme.people if each.learners}
    for locale in sorted({each or programme.locale for each in {*(row.locale for row in roster), *staff, ""}}):
        for each in programme.workbooks:
            try:
                sources.get(each.template, locale)
            except BadInput as error:
                faults.extend(error.faults or [Fault(error.code, error.values)])
    if faults:
        raise BadInput("cohort.faults", faults=faults, count=len(faults))


def _write_manifest(store: Store, data: Path, cohort: str) -> None:
    def entries(c: Connection) -> tuple[list[Workbook], dict[str, str]]:
        people = {member.person.id: member.person.username for member in members.members(c, cohort)}
        people |= {each.id: each.name for each in members.sets(c, cohort)}
        return workbooks.notebooks_in(c, cohort), people

    files.write_manifest(data, cohort, *store.read(entries))
