"""Rows as records: the columns stand in the order of the fields, and names are put together as everywhere."""

from __future__ import annotations

import pytest
from sqlalchemy import literal, select

from actionlearn.store.engine.mapping import columns, full_name
from actionlearn.store.people import members
from actionlearn.store.records import Comment, SubmissionItem
from actionlearn.store.records import full_name as name_of
from actionlearn.store.tables import schema


def test_names_are_the_same_in_the_database(store):
    """First and last name, one of them, the username; and nothing where there is nobody."""
    given = [("Ana", "Luz"), ("Ana", ""), ("", "Luz"), ("", ""), (" ", "x "), ("Ça", "张")]
    person = schema.person

    def act(c):
        for number, (first, last) in enumerate(given):
            members.add_person(c, username=f"p{number}", firstname=first, lastname=last)
        rows = c.execute(select(person.c.username, person.c.firstname, person.c.lastname, full_name(person))).all()
        nobody = select(full_name(person)).select_from(select(literal(1).label("x")).subquery())
        return rows, c.execute(nobody.outerjoin(person, person.c.id == "none")).scalar()

    rows, nobody = store.write(act)
    assert len(rows) == len(given)
    assert [row[3] for row in rows] == [name_of(*row[:3]) for row in rows]
    assert nobody == name_of(None, None, None) == ""


def test_columns_stand_in_the_order_of_the_fields():
    """Also one that is no column of the table; and a field in the middle that nothing fills is a mistake."""
    assert [each.name for each in columns(schema.comment, Comment, by_name=full_name(schema.person))] == list(
        Comment.__dataclass_fields__
    )
    with pytest.raises(AssertionError, match="must come last"):
        columns(schema.submission_item, SubmissionItem)
