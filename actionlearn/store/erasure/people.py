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
from actionlearn.store.erasure import leftovers, personal_data
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
    entry = _entry(store, person=person.id)

    def act(c: Connection) -> None:
        erasure_journal.append_entry(data, entry)
        personal_data.erase(c, person)

    store.write(act)
    _clean_up(store, data, [entry["erasure"]])


def erase_cohort(store: Store, data: Path, cohort: str) -> int:
    """Take a cohort out with all that was written in it, and whoever is in no other; return how many people that is.

    Raises
    ------
    StoreError
        As `erase_person`.
    """
    entry = _entry(store, cohort=cohort)

    def act(c: Connection) -> int:
        entry["created_at"] = c.execute(select(schema.cohort.c.created_at).where(schema.cohort.c.id == cohort)).scalar()
        erasure_journal.append_entry(data, entry)
        return _cohort(c, cohort)

    left = store.write(act)
    _clean_up(store, data, [entry["erasure"]])
    return left


def finish_pending(store: Store, data: Path) -> int:
    """Do what the journal has of people and cohorts and the store has not; return how many there were.

    Also what an erasure left to be cleaned up that was killed: files, and bytes of the database.
    """
    journal = data / erasure_journal.JOURNAL
    done = []
    for entry in erasure_journal.entries(journal):
        ours = entry.get("store") == store.id and ("person" in entry or "cohort" in entry)
        if ours and store.read(lambda c, entry=entry: _there(c, entry)):  # type: ignore[misc]
            erasure_journal.mark_clean(data, [entry["erasure"]], clean=False)
            store.write(lambda c, entry=entry: _again(c, entry))  # type: ignore[misc]
            done.append(entry["erasure"])
    _clean_up(store, data, erasure_journal.unclean(journal, store.id), files=True)
    return len(done)


def _clean_up(store: Store, data: Path, ids: Collection[str], *, files: bool = False) -> None:
    """Remove the files of what is no more, and the bytes of its rows; the journal knows when that is done."""
    if ids:
        leftovers.remove_leftovers(store, data, files=files)
        store.scrub()
        erasure_journal.mark_clean(data, ids)


def _entry(store: Store, **what: str) -> dict[str, Any]:
    return {"format": 1, "erasure": str(uuid4()), "store": store.id, "at": this_instant(), "by": "", **what}


def _there(c: Connection, entry: dict[str, Any]) -> bool:
    """Tell whether somebody, or something, is there that the journal says was erased."""
    if "person" in entry:
        there = c.execute(select(schema.person.c.id).where(schema.person.c.id == entry["person"])).first()
        return there is not None and not personal_data.is_erased(members.person(c, entry["person"]))
    table = schema.cohort
    # One that was made since, and has the name of one that was erased, is another.
    made = table.c.created_at
    same = made == entry["created_at"] if entry.get("created_at") else made <= entry["at"]
    return c.execute(select(table.c.id).where(table.c.id == entry["cohort"], same)).first() is not None


def _again(c: Connection, entry: dict[str, Any]) -> None:
    if "person" in entry:
        personal_data.erase(c, members.person(c, entry["person"]), entry["at"])
    else:
        _cohort(c, entry["cohort"], entry["at"])


def _cohort(c: Connection, cohort: str, now: str = "") -> int:
    of = _of_cohort(cohort)
    belonging = schema.membership.c.cohort == cohort
    people = list(c.execute(select(schema.membership.c.person).where(belonging).distinct()).scalars())
    for table in reversed(schema.metadata.sorted_tables):
        if table in of:
            c.execute(delete(table).where(of[table]))
    add_audit(c, "", "erased a cohort", f"cohort {cohort}", now or this_instant())
    left = [members.person(c, id) for id in _nowhere(c, people)]
    for person in left:
        personal_data.erase(c, person, now)
    return len(left)


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
