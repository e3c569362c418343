"""Taking somebody, or all of a cohort, out for good: the journal first, so that a restored backup does it again."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, or_, select

from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine import erasure_journal
from actionlearn.store.engine.database import Store
from actionlearn.store.erasure import personal_data
from actionlearn.store.people import members
from actionlearn.store.people.audit import add_audit
from actionlearn.store.records import Person
from actionlearn.store.tables import coaching, schema


def erase_person(store: Store, data: Path, person: Person) -> None:
    """Take a person out of the store and of the data folder.

    Raises
    ------
    StoreError
        The journal or the store cannot be written: then it is done when that can be, or not at all.
    """

    def act(c: Connection) -> list[str]:
        erasure_journal.append_entry(data, _entry(store, person=person.id))
        return personal_data.erase(c, person)

    personal_data.remove_folders(data, store.write(act))
    store.scrub()


def erase_cohort(store: Store, data: Path, cohort: str) -> int:
    """Take a cohort out with all that was written in it, and whoever is in no other; return how many people that is.

    Raises
    ------
    StoreError
        As `erase_person`.
    """

    def act(c: Connection) -> tuple[list[str], int]:
        erasure_journal.append_entry(data, _entry(store, cohort=cohort))
        return _cohort(c, cohort)

    folders, left = store.write(act)
    personal_data.remove_folders(data, folders)
    store.scrub()
    return left


def finish_pending(store: Store, data: Path) -> int:
    """Do what the journal has of people and cohorts and the store has not; return how many there were."""
    done = 0
    for entry in erasure_journal.entries(data / erasure_journal.JOURNAL):
        if entry.get("store") == store.id and ("person" in entry or "cohort" in entry):
            folders = store.write(lambda c, entry=entry: _again(c, entry))  # type: ignore[misc]
            if folders is not None:
                personal_data.remove_folders(data, folders)
                done += 1
    if done:
        store.scrub()
    return done


def _entry(store: Store, **what: str) -> dict[str, Any]:
    return {"format": 1, "erasure": str(uuid4()), "store": store.id, "at": this_instant(), "by": "", **what}


def _again(c: Connection, entry: dict[str, Any]) -> list[str] | None:
    """Return the folders that are to go, None where nobody is there to erase any more."""
    if "person" in entry:
        there = c.execute(select(schema.person.c.id).where(schema.person.c.id == entry["person"])).first()
        person = members.person(c, entry["person"]) if there else None
        return (
            None if person is None or personal_data.is_erased(person) else personal_data.erase(c, person, entry["at"])
        )
    table = schema.cohort
    # One that was made since, and has the name of one that was erased, is another.
    same = (table.c.id == entry["cohort"], table.c.created_at <= entry["at"])
    there = c.execute(select(table.c.id).where(*same)).first()
    return _cohort(c, entry["cohort"], entry["at"])[0] if there else None


def _cohort(c: Connection, cohort: str, now: str = "") -> tuple[list[str], int]:
    of = _of_cohort(cohort)
    books = c.execute(select(schema.workbook.c.id).where(of[schema.workbook])).scalars()
    folders = [f"cohorts/{cohort}", f"reviews/{cohort}", *(f"evidence/{id}" for id in books)]
    belonging = schema.membership.c.cohort == cohort
    people = list(c.execute(select(schema.membership.c.person).where(belonging).distinct()).scalars())
    for table in reversed(schema.metadata.sorted_tables):
        if table in of:
            c.execute(delete(table).where(of[table]))
    add_audit(c, "", "erased a cohort", f"cohort {cohort}", now or this_instant())
    left = [members.person(c, id) for id in _nowhere(c, people)]
    for person in left:
        folders += personal_data.erase(c, person, now)
    return folders, len(left)


def _of_cohort(cohort: str) -> dict[Table, ColumnElement[bool]]:
    """Return which rows of which table hang on a cohort, as the tables themselves say: whatever is added is found."""
    of: dict[Table, ColumnElement[bool]] = {schema.cohort: schema.cohort.c.id == cohort}
    for table in schema.metadata.sorted_tables:
        hanging = [
            column.in_(select(key.column).where(of[key.column.table]))
            for column in table.columns
            for key in column.foreign_keys
            if key.column.table in of and key.column.table is not table
        ]
        if hanging:
            of[table] = or_(*hanging)
    shared, note = select(schema.submission.c.id).where(of[schema.submission]), coaching.note
    return of | {note: note.c.about.in_(shared)}


def _nowhere(c: Connection, people: Collection[str]) -> list[str]:
    """Return who of some people has no role in any cohort, and does not run the installation."""
    person, member = schema.person, schema.membership
    alone = (person.c.id.in_(people), ~person.c.operator, ~exists().where(member.c.person == person.c.id))
    return list(c.execute(select(person.c.id).where(*alone)).scalars())
