"""Change somebody's language: workbooks they have not written in are made again in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from actionlearn.cohort.programme.library import Library, Sources, parameters_for, templates_folder
from actionlearn.cohort.programme.programme import Programme, from_store
from actionlearn.cohort.workbooks.owners import find_owner
from actionlearn.cohort.workbooks.placement import PlannedNotebook, plan_notebook, write_notebook
from actionlearn.errors import BadInput, Missing
from actionlearn.store import Connection, Store
from actionlearn.store.people import members
from actionlearn.store.records import Workbook
from actionlearn.store.workbooks import workbooks


def change_language(store: Store, data: Path, person: str, locale: str) -> None:
    """Give a person another language.

    Their workbooks in which nobody has written are made again in it; the others stay as they are, since words
    were written below those questions. The workbooks of their sets get one notebook more, where it is missing.

    Parameters
    ----------
    store, data
        Where records and notebooks are.
    person
        The id.
    locale
        A language the kit speaks.
    """
    store.write(lambda c: members.update_person(c, person, locale=locale))
    for cohort in sorted({each.cohort for each in store.read(lambda c: workbooks.workbooks_of(c, owner=person))}):
        _own(store, data, cohort, person, locale)
    for each in store.read(lambda c: members.actor(c, person)).memberships:
        if each.role == "learner" and each.set:
            _of_set(store, data, each.cohort, each.set, locale)


def _own(store: Store, data: Path, cohort: str, person: str, locale: str) -> None:
    books = store.read(lambda c: workbooks.workbooks_of(c, cohort=cohort, owner=person))
    for book, wanted in _wishes(store, data, cohort, locale, [b for b in books if not b.started_at]):
        write_notebook(store, data, wanted, book.id, book)


def _of_set(store: Store, data: Path, cohort: str, group: str, locale: str) -> None:
    def lacking(c: Connection) -> list[Workbook]:
        books = workbooks.workbooks_of(c, cohort=cohort, owner=group)
        return [book for book in books if locale not in workbooks.locales(c, book.id)]

    for book, wanted in _wishes(store, data, cohort, locale, store.read(lacking)):
        write_notebook(store, data, wanted, book.id, None, joins=True)


def _wishes(
    store: Store, data: Path, cohort: str, locale: str, books: Sequence[Workbook]
) -> Iterator[tuple[Workbook, PlannedNotebook]]:
    """Yield those workbooks that are in another language, each with how it should be in this one."""
    others = [book for book in books if book.locale != locale]
    if not others:
        return
    row = store.read(lambda c: members.cohort(c, cohort))
    programme, sources = from_store(row.programme), Sources(Library(templates_folder(data, cohort)))
    for book in others:
        wanted = store.read(lambda c, book=book: _wish(c, programme, sources, book, locale))  # type: ignore[misc]
        if wanted:
            yield book, wanted


def _wish(c: Connection, programme: Programme, sources: Sources, book: Workbook, locale: str) -> PlannedNotebook | None:
    """Return a workbook as it should be in a language; None where its template is gone, or cannot be read."""
    try:
        before, after = (sources.get(book.template, each) for each in (book.locale, locale))
        card, given = sources.library.begin(book.parameters, locale)
    except (BadInput, Missing):
        return None
    owner = find_owner(c, book.cohort, book.owner, after.template, programme.locale, book.about)
    parameters = parameters_for(programme, before.template, owner.firstname)
    # What the programme says, it says again in the other language; what somebody chose themselves stays.
    chosen = {name: value for name, value in given.items() if parameters.get(name) != value}
    return plan_notebook(programme, owner, after, book.number, locale, chosen, card)
