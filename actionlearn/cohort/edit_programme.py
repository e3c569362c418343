"""A programme that is made or changed where it is used: by the form of the office, or from an earlier one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from actionlearn.cohort import files
from actionlearn.cohort.enrolment.enrol import EnrolmentChanges, check_together, enrol, unchanged
from actionlearn.cohort.programme.library import Library, save_templates, templates_folder
from actionlearn.cohort.programme.programme import Programme, as_tables, check_tables
from actionlearn.cohort.roster.roster import RosterRow
from actionlearn.errors import Conflict, RosterError
from actionlearn.permissions import Actor
from actionlearn.store import Connection, Store
from actionlearn.store.people import members

#: What is suggested where nothing else was said: template, the days after the start on which it opens, and is due.
PATTERN: tuple[tuple[str, int, int], ...] = (
    ("start", 0, 4),
    ("scope", 3, 7),
    ("needs", 7, 14),
    ("set-meeting", 8, 8),
    ("plan", 10, 14),
    ("journal", 14, 39),
    ("experiment", 17, 35),
    ("reflect", 35, 39),
    ("impact", 42, 70),
)
#: Name of the folder of an author's own templates beside the programme, as builds keep them.
OWN = "templates"


def place_of(data: Path, cohort: str) -> Path:
    """Return where the file of a cohort's programme would be: beside the templates that are kept of it."""
    return files.folder(data, cohort) / "programme.toml"


def checked_tables(data: Path, cohort: str, tables: dict[str, Any]) -> Programme:
    """Return the programme that a form gives.

    Raises
    ------
    ProgrammeError
        Something is wrong: all of it, each with its field.
    """
    head = tables.get("programme")
    if isinstance(head, dict):
        own = any(templates_folder(data, cohort).rglob("*.md")) if cohort else False
        head = {key: value for key, value in head.items() if key not in ("templates", "roster")}
        tables = {**tables, "programme": {**head, **({"templates": OWN} if own else {})}}
    return check_tables(tables, place_of(data, cohort or "new"))


def create_cohort(store: Store, data: Path, programme: Programme, by: Actor, before: str = "") -> EnrolmentChanges:
    """Make a cohort of a programme, without learners yet.

    Parameters
    ----------
    before
        An earlier cohort whose own templates it takes along.

    Raises
    ------
    Conflict
        ``cohort.there_already``: there is one of that id.
    RosterError
        A username is somebody else's; nothing was written.
    BuildError
        The data folder cannot be written to.
    """
    files.writable(data, programme.id)

    def act(c: Connection) -> EnrolmentChanges:
        if any(each.id == programme.id for each in members.cohorts(c)):
            raise Conflict("cohort.there_already", cohort=programme.id)
        return enrol(c, programme, [], by)[0]

    changes = store.write(act)
    save_templates(data, programme, Library(templates_folder(data, before) if before else programme.folder))
    return changes


def update_programme(
    store: Store, programme: Programme, rows: Sequence[RosterRow], by: Actor, renamed: Mapping[str, str], since: str
) -> EnrolmentChanges:
    """Change the programme of a cohort: its texts, dates, sets and people. Workbooks are made by a build.

    Parameters
    ----------
    rows
        The learners, as they are.
    renamed
        Names of sets as they were -> as they are to be.
    since
        The `stamp` of the cohort when somebody looked; empty where nobody did.

    Raises
    ------
    Conflict
        ``cohort.changed_since``: it is not as it was when somebody looked; nothing was written.
    RosterError
        A username is somebody else's; nothing was written.
    """
    there = [replace(row, set=renamed.get(row.set, row.set)) for row in rows]
    if there and (faults := check_together(programme, there)):
        raise RosterError("roster.faults", faults=faults, count=len(faults))

    def act(c: Connection) -> EnrolmentChanges:
        unchanged(c, programme.id, since)  # before sets get other names
        for before, after in renamed.items():
            members.rename_set(c, programme.id, before, after)
        return enrol(c, programme, there, by)[0]

    return store.write(act)


def first_tables(start: date, locale: str, time_zone: str) -> dict[str, Any]:
    """Return the tables of a programme to begin with."""
    books = [
        {"template": template, "opens": start + timedelta(opens), "due": start + timedelta(due)}
        for template, opens, due in PATTERN
    ]
    return {"programme": {"locale": locale, "time_zone": time_zone}, "workbooks": books}


def tables_after(programme: Programme, start: date) -> dict[str, Any]:
    """Return the tables of a programme like an earlier one, from another day on: without its name and its people."""
    tables = as_tables(programme)
    head = {key: value for key, value in tables["programme"].items() if key not in ("id", "name", "roster")}
    days = start - min((each.opens for each in programme.workbooks), default=start)
    books = [
        {**each, **{name: each[name] + days for name in ("opens", "due") if name in each}}
        for each in tables.get("workbooks", [])
    ]
    staff = [{key: value for key, value in each.items() if key != "learners"} for each in tables.get("people", [])]
    return {"programme": head, "sets": tables.get("sets", []), "people": staff, "workbooks": books}
