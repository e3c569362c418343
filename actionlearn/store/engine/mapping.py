"""Which columns make a record, in the order of its fields: so that a row is a record as it is, ``Record(*row)``."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, func


def columns(table: FromClause, record: type[Any], **others: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    """Return the columns to select for a record, in the order of its fields.

    Parameters
    ----------
    table
        Has the columns that are called as the fields are.
    record
        A dataclass. What the table does not have, nor ``others``, is for the caller to add: such fields come last.
    others
        What stands in for a column of the table, by field.
    """
    names = [each.name for each in fields(record)]
    stored = [name for name in names if name in others or name in table.c]
    assert stored == names[: len(stored)], f"{record.__name__}: what {table} does not have must come last"
    return tuple(others[name].label(name) if name in others else table.c[name] for name in stored)


def full_name(person: FromClause) -> ColumnElement[str]:
    """Return first and last name, else the username, in SQL; empty where there is nobody. As `records.full_name`."""
    first, last = person.c.firstname, person.c.lastname
    both = first + " " + last
    one: ColumnElement[str] = func.coalesce(func.nullif(first, ""), func.nullif(last, ""), person.c.username, "")
    return case(((first != "") & (last != ""), both), else_=one)
