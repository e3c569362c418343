"""In which cohorts somebody has a role, or left words: who left a cohort is not the next facilitator's to speak for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, Connection, Table, select, union

from actionlearn.store.tables import coaching, groups, outbound, schema

#: Table with a cohort -> its columns that name people.
_IN_COHORT: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (schema.membership, ("person",)),
    (schema.workbook, ("owner", "about")),
    (coaching.agreement, ("learner", "by")),
    (groups.posting, ("by",)),
    (groups.entry, ("by",)),
    (outbound.release, ("learner", "reader")),
)

#: Table of a workbook's answers. What somebody wrote in their own is found by its owner.
_ANSWERS: tuple[Table, ...] = (schema.draft, schema.revision)

#: Table that belongs to something that was shared -> its columns that name people.
_IN_SUBMISSION: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (schema.comment, ("by",)),
    (schema.coach_answer, ("coach",)),
    (coaching.comment_draft, ("person",)),
)


def cohorts_of(people: Collection[str]) -> Any:
    """Return the statement that finds the cohorts of some people: rows of a person and a cohort."""
    return union(*_parts(people))


def _parts(people: Collection[str]) -> list[Any]:
    book, shared, note = schema.workbook, schema.submission, coaching.note
    found = [_part(table.c[name], table.c.cohort, people) for table, names in _IN_COHORT for name in names]
    for table in _ANSWERS:
        in_set = (book.c.id == table.c.workbook) & (book.c.owner_kind == "set")
        found.append(_part(table.c.by, book.c.cohort, people).join(book, in_set))
    found += [
        _part(shared.c[name], book.c.cohort, people).join(book, book.c.id == shared.c.workbook)
        for name in ("by", "asked")
    ]
    for table, names in _IN_SUBMISSION:
        found += [
            _part(table.c[name], book.c.cohort, people)
            .join(shared, shared.c.id == table.c.submission)
            .join(book, book.c.id == shared.c.workbook)
            for name in names
        ]
    answered, asked = groups.posting_answer, groups.posting
    found.append(_part(answered.c.by, asked.c.cohort, people).join(asked, asked.c.id == answered.c.posting))
    found.append(_part(note.c.by, book.c.cohort, people).join(book, book.c.owner == note.c.about))
    on_shared = _part(note.c.by, book.c.cohort, people).join(shared, shared.c.id == note.c.about)
    return [*found, on_shared.join(book, book.c.id == shared.c.workbook)]


def _part(person: Column[str], cohort: Column[str], people: Collection[str]) -> Any:
    return select(person.label("person"), cohort.label("cohort")).select_from(person.table).where(person.in_(people))


def people_of_set(c: Connection, set_id: str) -> set[str]:
    """Return who learns in a set or has, as far as words tell: who wrote in what it owns, or shared as one of it."""
    member, book, shared = schema.membership, schema.workbook, schema.submission
    learners = select(member.c.person).where(member.c.set_id == set_id, member.c.role == "learner")
    found = set(c.execute(learners).scalars())
    for table in _ANSWERS:
        wrote = select(table.c.by).join(book, book.c.id == table.c.workbook)
        found |= set(c.execute(wrote.where(book.c.owner_kind == "set", book.c.owner == set_id).distinct()).scalars())
    found |= set(c.execute(select(shared.c.by).where(shared.c.set_id == set_id).distinct()).scalars())
    return found
