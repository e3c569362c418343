"""What was erased is in no row, and in no byte of the database's files either: of every column of text there is."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Text, delete, insert, select, text

from actionlearn.store.engine.scrub import text_tables
from actionlearn.store.erasure import people
from actionlearn.store.people import members
from actionlearn.store.tables import schema
from actionlearn.store.tables.columns import Json

#: What the store says of itself, its key, and the audit: ids alone, and no row is ever removed from either.
STAYS = {"store_info", "erasure_key", "audit"}

TABLES = [table for table in schema.metadata.sorted_tables if table.name not in STAYS]


def has_text(column) -> bool:
    """Tell whether a column holds text, also as JSON."""
    return isinstance(column.type, Text | Json)


def plant(c, mark: str) -> None:
    """Put rows into every table, with words that name table and column in each column of text."""
    keys: dict[str, str] = {}
    person = f"{mark}.person.id."
    fixed: dict[str, dict[str, object]] = {"workbook": {"owner_kind": "person", "owner": person}}
    fixed |= {"agreement": {"learner": person}, "cohort": {"programme": {"name": f"{mark}.cohort.programme."}}}
    for table in TABLES:
        row = {}
        for column in table.columns:
            if column.foreign_keys and next(iter(column.foreign_keys)).column.table is not table:
                row[column.name] = keys[next(iter(column.foreign_keys)).column.table.name]
            elif column.foreign_keys:
                row[column.name] = None
            elif has_text(column):
                row[column.name] = f"{mark}.{table.name}.{column.name}."
            elif not (column.primary_key and column.name == "id"):
                row[column.name] = 1 if column.type.python_type is int else False
        c.execute(insert(table).values(**row | fixed.get(table.name, {})))
        if "id" in row:
            keys[table.name] = row["id"]


def marked(rows: str | bytes, mark: str) -> set[str]:
    """Return which columns' words are somewhere."""
    found = rows if isinstance(rows, bytes) else rows.encode()
    return {each.decode() for each in re.findall(rb"%s\.(\w+\.\w+)\." % mark.encode(), found)}


def stored_bytes(place, store) -> bytes:
    """Return all that the database has on the disk: every file of it, or of PostgreSQL's folder of this database."""
    if not place.url:
        return b"".join(file.read_bytes() for file in place.data.iterdir() if "sqlite" in file.name)

    def act(c):
        folder = "base/" + str(
            c.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar()
        )
        names = c.execute(text("SELECT pg_ls_dir(:folder)"), {"folder": folder}).scalars().all()
        read = text("SELECT pg_read_binary_file(:path, 0, 100000000, true)")
        return b"".join(c.execute(read, {"path": f"{folder}/{name}"}).scalar() or b"" for name in names)

    checkpoint(place)
    return store.read(act)


def checkpoint(place) -> None:
    """Have PostgreSQL write what it holds in memory."""
    import psycopg

    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def rows_of(store) -> str:
    """Return every row that there is, as text."""
    tables = schema.metadata.sorted_tables
    return store.read(lambda c: "\n".join(str(tuple(row)) for table in tables for row in c.execute(select(table))))


def remove_rows(store, data: Path, mark: str) -> None:
    """Remove what was planted, row by row, and scrub."""

    def act(c):
        for table in reversed(TABLES):
            column = next(column for column in table.columns if has_text(column))
            c.execute(delete(table).where(column.startswith(mark)))

    store.write(act)
    store.scrub()


def erase_person(store, data: Path, mark: str) -> None:
    """Erase the person all of it is about."""
    person = store.read(lambda c: members.person(c, f"{mark}.person.id."))
    people.erase_person(store, data, person)


def erase_cohort(store, data: Path, mark: str) -> None:
    """Erase the cohort all of it is in."""
    people.erase_cohort(store, data, f"{mark}.cohort.id.")


@pytest.mark.parametrize("erase", [remove_rows, erase_person, erase_cohort])
def test_no_byte_is_left_of_what_no_row_has(place, erase):
    """Whatever the column: the files have no more of the erased words than the rows that stay."""
    gone, stays = f"gone{uuid4().hex}", f"stays{uuid4().hex}"
    columns = {
        f"{table.name}.{column.name}"
        for table in TABLES
        for column in table.columns
        if has_text(column) and not column.foreign_keys
    }
    place.data.mkdir(exist_ok=True)
    with place.open() as store:
        store.write(lambda c: plant(c, stays + "a"))
        store.write(lambda c: plant(c, gone))
        store.write(lambda c: plant(c, stays + "b"))
        everything = marked(stored_bytes(place, store), gone)
        assert everything >= columns - {"workbook.owner_kind", "workbook.owner", "agreement.learner"}
        erase(store, place.data, gone)
        left = marked(rows_of(store), gone)
        assert marked(stored_bytes(place, store), gone) == left
        assert len(left) < len(everything) / 2
        assert marked(rows_of(store), stays + "a") == everything
    if not place.url:
        assert marked(stored_bytes(place, store), gone) == left


def test_every_table_with_text_is_scrubbed():
    """A table that is added later is found without a word elsewhere."""
    wanted = {table.name for table in schema.metadata.sorted_tables if any(map(has_text, table.columns))}
    assert set(text_tables()) == wanted
    assert {"posting", "posting_answer", "entry", "question", "person"} <= wanted
