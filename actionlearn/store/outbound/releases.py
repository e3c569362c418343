"""Releases: words of an answer that a learner picked for one manager or sponsor, and may take back.

A release says where the words stand (revision, begins, ends), and never the words themselves. What takes
them out of the revision takes them out of every release; a release that is withdrawn is a row less.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update

from actionlearn.answers.passages import ErasedPassage, text_at
from actionlearn.errors import BadInput, Missing
from actionlearn.permissions import Resource
from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine import erasure_journal
from actionlearn.store.engine.database import Store
from actionlearn.store.engine.mapping import columns
from actionlearn.store.people import members
from actionlearn.store.records import Person, Workbook
from actionlearn.store.tables import outbound, schema
from actionlearn.store.workbooks import revisions

_R, _V, _M = outbound.release, schema.revision, schema.membership

# Asked for each page: made once.
_READERS = select(_M.c.person, _M.c.role).where(_M.c.cohort == bindparam("in"), _M.c.role.in_(("manager", "sponsor")))


@dataclass(frozen=True)
class Release:
    """Words that one reader may read.

    Parameters
    ----------
    learner, reader
        Ids: whose words they are, and who may read them.
    path
        Of a table, row and column of the words; empty for an answer that is one text.
    revision, begins, ends
        Where the words stand.
    released_at
        Since when.
    words
        What stands there.
    """

    id: str
    cohort: str
    learner: str
    workbook: str
    prompt: str
    path: str
    revision: str
    begins: int
    ends: int
    reader: str
    released_at: str
    words: str = ""


@dataclass(frozen=True)
class PickedPassage:
    """Where words stand in the answer as it is now, and what they are: they are released only if they do."""

    prompt: str
    path: str
    begins: int
    ends: int
    words: str


def add(c: Connection, book: Workbook, picked: PickedPassage, reader: str, now: str = "") -> Release:
    """Release words of an answer to one reader. The same words to the same reader are released once.

    Raises
    ------
    BadInput
        ``release.changed``: the words do not stand there.
    """
    now = now or this_instant()
    revision = revisions.cut_revision(c, book.id, picked.prompt, "share", now)
    there = text_at(revision.value, picked.path) if revision else ""
    if revision is None or not picked.words.strip() or there[picked.begins : picked.ends] != picked.words:
        raise BadInput("release.changed")
    for each in _select(c, _R.c.workbook == book.id, _R.c.prompt == picked.prompt, _R.c.reader == reader):
        if (each.path, each.words) == (picked.path, picked.words):
            return each
    place = {"prompt": picked.prompt, "path": picked.path, "begins": picked.begins, "ends": picked.ends}
    about = {"cohort": book.cohort, "learner": book.owner, "workbook": book.id, "reader": reader, "released_at": now}
    id = str(uuid4())
    c.execute(insert(_R).values(id=id, revision=revision.id, **place, **about))
    return release(c, id)


def release(c: Connection, id: str) -> Release:
    """Return a release by id.

    Raises
    ------
    Missing
        ``release.gone``: there is none, or it was withdrawn.
    """
    found = _select(c, _R.c.id == id)
    if not found:
        raise Missing("release.gone")
    return found[0]


def of_learner(c: Connection, cohort: str, learner: str) -> list[Release]:
    """Return what a learner has out, the newest first."""
    return _select(c, _R.c.cohort == cohort, _R.c.learner == learner)


def to_reader(c: Connection, cohort: str, reader: str) -> list[Release]:
    """Return what was released to somebody in a cohort, the newest first."""
    return _select(c, _R.c.cohort == cohort, _R.c.reader == reader)


def withdraw(
    store: Store, data: Path, id: str, by: str, *, allowed: Callable[[Connection, Release], object], now: str = ""
) -> None:
    """Take a release back: from here on nobody reads it, also not from a backup that is brought back.

    Parameters
    ----------
    allowed
        Raises, within the act, where the person may not.

    Raises
    ------
    Missing
        It is not there.
    """

    def act(c: Connection) -> None:
        found = release(c, id)
        allowed(c, found)
        # First on the disk: a backup from before knows by it.
        erasure_journal.append_entry(data, {"withdrawn": id, "store": store.id, "at": now or this_instant(), "by": by})
        c.execute(delete(_R).where(_R.c.id == id))

    store.write(act)


def finish(store: Store, data: Path) -> int:
    """Withdraw what the journal says was withdrawn and the store still has; return how much that was."""
    gone = erasure_journal.withdrawn(data / erasure_journal.JOURNAL, store.id)
    left = store.read(lambda c: set(c.execute(select(_R.c.id)).scalars()) & gone) if gone else set()
    return store.write(lambda c: _remove(c, left)) if left else 0


def _remove(c: Connection, ids: Collection[str]) -> int:
    return sum(c.execute(delete(_R).where(_R.c.id == id)).rowcount for id in ids)


def forget(c: Connection, revision: str, value: Any, passage: ErasedPassage) -> None:
    """Take back what touches a passage that is being erased from a revision; the rest keeps its words.

    Called before the revision changes. Without words, all that stands in it goes.
    """
    for each in _select(c, _R.c.revision == revision):
        start = _moved(each, value, passage) if passage.words else None
        if start is None:
            c.execute(delete(_R).where(_R.c.id == each.id))
        else:
            c.execute(update(_R).where(_R.c.id == each.id).values(begins=start, ends=start + len(each.words)))


def _moved(each: Release, value: Any, passage: ErasedPassage) -> int | None:
    """Return where the words of a release will begin; None where they are of what goes."""
    spans = [(start, end) for path, start, end in passage.spans(value) if path == each.path]
    if any(start < each.ends and each.begins < end for start, end in spans):
        return None
    longer = len(passage.mark) - len(passage.words)
    start = each.begins + longer * sum(end <= each.begins for _, end in spans)
    left = text_at(passage.without(value), each.path)
    return start if left[start : start + len(each.words)] == each.words else None


def _select(c: Connection, *where: ColumnElement[bool]) -> list[Release]:
    rows = c.execute(
        select(*columns(_R, Release), _V.c.value)
        .join(_V, _V.c.id == _R.c.revision)
        .where(*where)
        .order_by(_R.c.released_at.desc(), _R.c.workbook, _R.c.prompt, _R.c.path, _R.c.begins)
    )
    return [_release(*row) for row in rows]


def _release(*row: Any) -> Release:
    *fields, value = row
    made = Release(*fields)
    return replace(made, words=text_at(value, made.path)[made.begins : made.ends])


def release_resource(each: Release, managers: Mapping[str, Mapping[str, Person]]) -> Resource:
    """Return a release as `permissions.may` takes it, by the managers of each learner of its cohort."""
    theirs = frozenset(managers.get(each.learner, ()))
    return Resource("release", each.cohort, each.learner, only=each.reader, managers=theirs)


# Who may be chosen ----------------------------------------------------------------------------


def managers(c: Connection, cohort: str) -> dict[str, dict[str, Person]]:
    """Return the managers of each learner of a cohort: id of the learner -> manager by id.

    A manager is whoever the programme names as one of these people, and has that role still.
    """
    people = [each for each in members.cohort(c, cohort).programme.get("people") or () if each.get("learners")]
    known = members.people_by_username(c, {name for each in people for name in (each["username"], *each["learners"])})
    roles = _roles(c, cohort)
    found: dict[str, dict[str, Person]] = {}
    for each in people:
        manager = known.get(each["username"])
        for learner in filter(None, map(known.get, each["learners"])) if manager else ():
            if manager and (manager.id, "manager") in roles and learner.id != manager.id:
                found.setdefault(learner.id, {})[manager.id] = manager
    return found


def sponsors(c: Connection, cohort: str) -> dict[str, Person]:
    """Return the sponsors of a cohort by id."""
    return {id: members.person(c, id) for id, role in sorted(_roles(c, cohort)) if role == "sponsor"}


def possible(c: Connection, cohort: str) -> bool:
    """Tell whether there is anybody in a cohort to whom words could be released."""
    return bool(_roles(c, cohort))


def _roles(c: Connection, cohort: str) -> set[tuple[str, str]]:
    return {(row.person, row.role) for row in c.execute(_READERS, {"in": cohort})}
