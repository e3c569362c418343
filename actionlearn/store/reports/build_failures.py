"""Workbooks that the latest build of a cohort could not make, and why: kept until a build can."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, func, insert, select

from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.mapping import columns, full_name
from actionlearn.store.tables import retention, schema

_T = retention.build_failure


@dataclass(frozen=True)
class BuildFailure:
    """A workbook that could not be made.

    Parameters
    ----------
    person, set_id
        Whose it would be: a person's, or a set's.
    code, values
        What is wrong, as a fault says it.
    """

    person: str | None
    set_id: str
    template: str
    code: str
    values: dict[str, Any]


def replace_failures(c: Connection, cohort: str, found: Iterable[BuildFailure], now: str = "") -> None:
    """Keep what a build could not make, in place of what was kept before."""
    c.execute(delete(_T).where(_T.c.cohort == cohort))
    rows = [{"id": str(uuid4()), "cohort": cohort, "at": now or this_instant(), **asdict(each)} for each in found]
    if rows:
        c.execute(insert(_T), rows)


def build_failures(c: Connection, cohort: str) -> list[tuple[str, BuildFailure]]:
    """Return what the latest build could not make, each with the name of whose it would be."""
    who, group = schema.person, schema.learning_set
    owner = func.coalesce(func.nullif(group.c.name, ""), full_name(who))
    rows = c.execute(
        select(owner, *columns(_T, BuildFailure))
        .outerjoin(who, who.c.id == _T.c.person)
        .outerjoin(group, group.c.id == _T.c.set_id)
        .where(_T.c.cohort == cohort)
        .order_by(group.c.name, who.c.lastname, who.c.firstname, who.c.username, _T.c.template)
    )
    return [(name, BuildFailure(*row)) for name, *row in rows]
