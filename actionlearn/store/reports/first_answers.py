"""When something was said first: instants, and never a word of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select, union_all

from actionlearn.answers.prompts import NOT_YET
from actionlearn.store.tables import schema


@dataclass(frozen=True)
class FirstAnswer:
    """The instant at which an answer was first more than empty or “not yet”."""

    workbook: str
    owner: str
    prompt: str
    at: str


def first_answers(c: Connection, cohort: str, template: str, prompts: Collection[str]) -> list[FirstAnswer]:
    """Return when people of a cohort first answered some prompts, in their own workbooks made from one template."""
    book = schema.workbook
    nothing: tuple[object, ...] = (None, "", [], NOT_YET)

    def statement(table: Table, at: str, *more: ColumnElement[bool]) -> Select[tuple[str, str, str, str]]:
        return (
            select(book.c.id, book.c.owner, table.c.prompt, table.c[at].label("at"))
            .join(book, book.c.id == table.c.workbook)
            .where(book.c.cohort == cohort, book.c.template == template, book.c.owner_kind == "person")
            .where(table.c.prompt.in_(prompts), table.c.value.not_in(nothing), *more)
        )

    draft, revision = schema.draft, schema.revision
    of_revisions = statement(revision, "created_at", revision.c.cause != "conflict")
    every = union_all(of_revisions, statement(draft, "saved_at")).subquery()
    rows = select(every.c.id, every.c.owner, every.c.prompt, func.min(every.c.at))
    return [FirstAnswer(*row) for row in c.execute(rows.group_by(every.c.id, every.c.owner, every.c.prompt))]
