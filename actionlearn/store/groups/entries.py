"""What somebody shows while they work on it: one answer, to their set or their cohort, at an address of its own."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, select, update

from actionlearn.answers.prompts import Value
from actionlearn.errors import Missing
from actionlearn.permissions import Audience, Resource
from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.mapping import columns, full_name
from actionlearn.store.engine.upsert import upsert
from actionlearn.store.tables import groups, schema
from actionlearn.store.workbooks import revisions

_E, _R, _WHO = groups.entry, schema.revision, schema.person


@dataclass(frozen=True)
class Entry:
    """An answer as it stood when it was shown. One that was withdrawn is its author's alone."""

    id: str
    workbook: str
    prompt: str
    by: str
    cohort: str
    set_id: str
    note: str
    shown_at: str
    withdrawn_at: str | None
    value: Value
    by_name: str

    @property
    def thing(self) -> Resource:
        """As `roles.may` wants it."""
        reach: frozenset[Audience] = frozenset({"set"} if self.set_id else {"cohort"})
        return Resource("entry", self.cohort, self.by, set=self.set_id, audiences=frozenset() if self.gone else reach)

    @property
    def gone(self) -> bool:
        """Whether it was withdrawn."""
        return self.withdrawn_at is not None


def show(
    c: Connection, *, workbook: str, prompt: str, by: str, cohort: str, set_id: str, note: str, now: str = ""
) -> Entry:
    """Show an answer as it stands now; shown again, its newer words stand at the same address.

    Raises
    ------
    Missing
        ``store.nothing_to_show``: nothing is written there.
    """
    at = now or this_instant()
    revision = revisions.cut_revision(c, workbook, prompt, "share", at)
    if revision is None or revision.value is None:
        raise Missing("store.nothing_to_show")
    key = {"workbook": workbook, "prompt": prompt}
    old = c.execute(select(_E.c.id).where(_E.c.workbook == workbook, _E.c.prompt == prompt)).scalar()
    values = {"revision": revision.id, "by": by, "cohort": cohort, "set_id": set_id, "note": note}
    upsert(c, _E, key, {**values, "id": old or str(uuid4()), "shown_at": at, "withdrawn_at": None})
    return shown_of(c, workbook)[prompt]


def withdraw(c: Connection, id: str, now: str = "") -> None:
    """Show it no longer: nobody else gets at it from now on, and what was said about it goes."""
    c.execute(update(_E).where(_E.c.id == id).values(note="", withdrawn_at=now or this_instant()))


def entry(c: Connection, id: str) -> Entry:
    """Return an entry by id.

    Raises
    ------
    Missing
        ``store.no_entry``.
    """
    found = _entries(c, _E.c.id == id)
    if not found:
        raise Missing("store.no_entry")
    return found[0]


def shown_of(c: Connection, workbook: str) -> dict[str, Entry]:
    """Return what is shown of a workbook, by prompt."""
    return {each.prompt: each for each in _entries(c, _E.c.workbook == workbook, _E.c.withdrawn_at.is_(None))}


def shown_in(c: Connection, cohort: str, since: str = "", until: str = "9999") -> list[Entry]:
    """Return what is shown in a cohort from one instant to before another, the newest first; whoever asks picks theirs."""
    when = (_E.c.shown_at >= since, _E.c.shown_at < until)
    return _entries(c, _E.c.cohort == cohort, _E.c.withdrawn_at.is_(None), *when)


def _entries(c: Connection, *where: ColumnElement[bool]) -> list[Entry]:
    rows = c.execute(
        select(*columns(_E, Entry, value=_R.c.value, by_name=full_name(_WHO)))
        .join(_R, _R.c.id == _E.c.revision)
        .join(_WHO, _WHO.c.id == _E.c.by)
        .where(*where)
        .order_by(_E.c.shown_at.desc(), _E.c.id)
    )
    return [Entry(*row) for row in rows]
