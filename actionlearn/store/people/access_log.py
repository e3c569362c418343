"""Who read somebody's work: noted once a day in the audit, by ids and without content, and told to whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import Connection, Text, and_, or_, select, type_coerce

from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.mapping import full_name
from actionlearn.store.people.audit import add_audit
from actionlearn.store.tables import coaching, schema

#: What is noted of reading, as it stands in the audit.
Read = Literal[
    "read a review",
    "took an executed notebook",
    "opened a file",
    "read released words",
    "read a shown answer",
    "exported what is held",
]
READS: tuple[Read, ...] = get_args(Read)


@dataclass(frozen=True)
class ReadEvent:
    """That somebody read something of a person's.

    Parameters
    ----------
    name
        Who; empty where it was whoever runs the server, by command.
    submission
        Which of the things that were shared; empty where it was all that is held.
    title, number, shared_at
        The workbook that it is of, which time it was shared, and when.
    """

    name: str
    act: str
    at: str
    submission: str = ""
    title: str = ""
    number: int = 0
    shared_at: str = ""


def record_read(c: Connection, person: str, act: Read, thing: str, now: str = "") -> None:
    """Note that somebody reads something, before they are shown it; the first time of a day counts."""
    at = now or this_instant()
    if not was_recorded(c, person, act, thing, at):
        add_audit(c, person, act, thing, at)


def was_recorded(c: Connection, person: str, act: Read, thing: str, now: str = "") -> bool:
    """Tell whether it is noted for today that somebody reads something."""
    at, table = now or this_instant(), schema.audit
    today = (table.c.thing == thing, table.c.at >= at[:10], table.c.person == person, table.c.act == act)
    return c.execute(select(table.c.id).where(*today).limit(1)).first() is not None


def reads_about(c: Connection, person: str) -> list[ReadEvent]:
    """Return who read what of somebody's own and of their sets' workbooks, the newest first."""
    shared = _shared(c, person)
    found = sorted((*_opened(c, person, shared), *_noted(c, person, shared)), key=lambda each: each.at)
    days = {(each.name, each.act, each.submission, each.at[:10]): each for each in reversed(found)}
    return list(days.values())


def _shared(c: Connection, person: str) -> dict[str, tuple[str, int, str]]:
    """Return title, number and instant of all that was shared of somebody's workbooks, by its id."""
    book, submission, notebook, member = schema.workbook, schema.submission, schema.notebook, schema.membership
    sets = select(member.c.set_id).where(member.c.person == person, member.c.role == "learner", member.c.set_id != "")
    # Of what somebody's manager wrote about them: what was shared with them, which is called *set* there.
    to_them = type_coerce(submission.c.audiences, Text).like('%"set"%')
    rows = c.execute(
        select(submission.c.id, notebook.c.title, submission.c.number, submission.c.shared_at)
        .join(book, book.c.id == submission.c.workbook)
        .join(notebook, (notebook.c.workbook == book.c.id) & (notebook.c.locale == book.c.locale))
        .where(or_(book.c.owner == person, and_(book.c.about == person, to_them), book.c.owner.in_(sets)))
    )
    return {id: (title, number, at) for id, title, number, at in rows}


def _opened(c: Connection, person: str, shared: dict[str, tuple[str, int, str]]) -> list[ReadEvent]:
    opened, who = coaching.review_opening, schema.person
    rows = c.execute(
        select(full_name(who), opened.c.submission, opened.c.at)
        .join(who, who.c.id == opened.c.person)
        .where(opened.c.submission.in_(shared), opened.c.person != person)
    )
    return [ReadEvent(name, "read a review", at, id, *shared[id]) for name, id, at in rows]


def _noted(c: Connection, person: str, shared: dict[str, tuple[str, int, str]]) -> list[ReadEvent]:
    audit, who = schema.audit, schema.person
    things = [f"submission {id}" for id in shared] + [f"person {person}"]
    rows = c.execute(
        select(audit.c.thing, audit.c.act, audit.c.at, full_name(who))
        .join(who, who.c.id == audit.c.person, isouter=True)
        .where(audit.c.thing.in_(things), audit.c.act.in_(READS), audit.c.person != person)
    )
    found = []
    for thing, act, at, name in rows:
        id = thing.removeprefix("submission ")
        found.append(ReadEvent(name, act, at, *((id, *shared[id]) if id in shared else ())))
    return found
