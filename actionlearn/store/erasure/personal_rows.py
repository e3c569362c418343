"""What somebody is given of the rows about them: what they may read on a page, and nothing else.

A table without a rule here is given to nobody; a test names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, or_, select, type_coerce

from actionlearn.errors import Missing
from actionlearn.permissions import Actor, may
from actionlearn.store.groups import postings
from actionlearn.store.outbound import releases
from actionlearn.store.people import members
from actionlearn.store.people.access_log import READS
from actionlearn.store.reviews import submissions
from actionlearn.store.tables import coaching, groups, outbound, schema

#: What opens something: no copy of it leaves the store, nor its hash.
_SECRET = {"hash", "value_hash"}

Where = ColumnElement[bool]


@dataclass(frozen=True)
class Mine:
    """What is somebody's own, by id.

    Parameters
    ----------
    books, shared
        Their own workbooks, and what they shared of them.
    set_books
        Workbooks of the sets they are in.
    to_me
        What managers wrote about them and shared with them.
    """

    actor: Actor
    books: frozenset[str]
    shared: frozenset[str]
    set_books: frozenset[str]
    to_me: frozenset[str]

    @property
    def me(self) -> str:
        """Their id."""
        return self.actor.person

    @property
    def open_books(self) -> frozenset[str]:
        """Workbooks that they may open."""
        return self.books | self.set_books


def personal_rows(c: Connection, person: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows about a person that they may read, by table, without secrets.

    Parameters
    ----------
    person
        Id of the person.
    """
    mine, found = _mine(c, person), {}
    for table in schema.metadata.sorted_tables:
        where = RULES[table.name](mine) if table.name in RULES else None
        if where is None:
            continue
        rows = [row._asdict() for row in c.execute(select(table).where(where))]
        if table.name in CHECKS:
            rows = list(CHECKS[table.name](c, mine, rows))
        if rows:
            found[table.name] = [{key: value for key, value in row.items() if key not in _SECRET} for row in rows]
    return found


def _mine(c: Connection, person: str) -> Mine:
    book, shared = schema.workbook, schema.submission
    actor = members.actor(c, person)
    sets = {each.set for each in actor.memberships if each.role == "learner" and each.set}
    own = (book.c.owner_kind == "person", book.c.owner == person)
    books = frozenset(c.execute(select(book.c.id).where(*own)).scalars())
    in_sets = select(book.c.id).where(book.c.owner_kind == "set", book.c.owner.in_(sets))
    about = select(shared.c.id, shared.c.audiences).join(book, book.c.id == shared.c.workbook)
    return Mine(
        actor=actor,
        books=books,
        shared=frozenset(c.execute(select(shared.c.id).where(shared.c.workbook.in_(books))).scalars()),
        set_books=frozenset(c.execute(in_sets).scalars()),
        to_me=frozenset(row.id for row in c.execute(about.where(book.c.about == person)) if "set" in row.audiences),
    )


# Which rows -------------------------------------------------------------------------------------


def _by(table: Any, *names: str) -> Callable[[Mine], Where]:
    """Return a rule: the rows that name them in one of some columns."""
    return lambda mine: or_(*(table.c[name] == mine.me for name in names))


def _of_book(table: Any) -> Callable[[Mine], Where]:
    return lambda mine: table.c.workbook.in_(mine.books)


def _of_shared(table: Any) -> Callable[[Mine], Where]:
    return lambda mine: table.c.submission.in_(mine.shared)


def _answers(table: Any) -> Callable[[Mine], Where]:
    """Return a rule: what stands in their own workbooks, and what they wrote in their sets'."""
    return lambda mine: or_(
        table.c.workbook.in_(mine.books), and_(table.c.by == mine.me, table.c.workbook.in_(mine.set_books))
    )


def _holds_set(column: Any) -> Where:
    """Tell whether a list of audiences, which is JSON text, holds the set."""
    return type_coerce(column, Text).like('%"set"%')


def _revisions(mine: Mine) -> Where:
    item = schema.submission_item
    shared = select(item.c.revision).where(item.c.submission.in_(mine.to_me), _holds_set(item.c.audience))
    return or_(_answers(schema.revision)(mine), schema.revision.c.id.in_(shared))


def _submissions(mine: Mine) -> Where:
    table = schema.submission
    in_set = and_(table.c.by == mine.me, table.c.workbook.in_(mine.set_books))
    return or_(table.c.id.in_(mine.shared | mine.to_me), in_set, table.c.asked == mine.me)


def _items(mine: Mine) -> Where:
    item = schema.submission_item
    shared = and_(item.c.submission.in_(mine.to_me), _holds_set(item.c.audience))
    return or_(item.c.submission.in_(mine.shared), shared)


def _comments(mine: Mine) -> Where:
    table = schema.comment
    return or_(table.c.by == mine.me, and_(table.c.submission.in_(mine.shared), table.c.released_at.is_not(None)))


def _coach_answers(mine: Mine) -> Where:
    table = schema.coach_answer
    shared = and_(table.c.submission.in_(mine.shared), table.c.released_at.is_not(None))
    return or_(table.c.coach == mine.me, shared)


def _posting_answers(mine: Mine) -> Where:
    table, asked = groups.posting_answer, groups.posting
    to_me = table.c.posting.in_(select(asked.c.id).where(asked.c.by == mine.me))
    return or_(table.c.by == mine.me, table.c.introduces == mine.me, to_me)


def _audit(mine: Mine) -> Where:
    return or_(schema.audit.c.person == mine.me, schema.audit.c.thing == f"person {mine.me}")


#: Table -> which of its rows somebody may be given; None says that it is nobody's in particular.
RULES: Mapping[str, Callable[[Mine], Where | None]] = {
    "store_info": lambda _: None,
    "person": _by(schema.person, "id"),
    "cohort": lambda _: None,
    "learning_set": lambda _: None,
    "membership": _by(schema.membership, "person"),
    "suggestion": lambda _: None,
    "workbook": lambda mine: schema.workbook.c.id.in_(mine.books),
    "notebook": _of_book(schema.notebook),
    "draft": _answers(schema.draft),
    "revision": _revisions,
    "acknowledgement": _of_book(schema.acknowledgement),
    "audience": _answers(schema.audience),
    "submission": _submissions,
    "submission_item": _items,
    "review": _of_shared(schema.review),
    "comment": _comments,
    "comment_view": _by(schema.comment_view, "person"),
    "sign_off": lambda mine: or_(_of_shared(schema.sign_off)(mine), schema.sign_off.c.by == mine.me),
    "coach_answer": _coach_answers,
    "erasure": lambda mine: or_(_of_book(schema.erasure)(mine), schema.erasure.c.by == mine.me),
    "erasure_key": lambda _: None,
    "link": _by(schema.link, "person"),
    "code": _by(schema.code, "person"),
    "session": _by(schema.session, "person"),
    "failed_attempt": lambda _: None,
    "audit": _audit,
    "review_opening": lambda mine: or_(
        _of_shared(coaching.review_opening)(mine), coaching.review_opening.c.person == mine.me
    ),
    "note": _by(coaching.note, "by"),
    "comment_draft": _by(coaching.comment_draft, "person"),
    "agreement": _by(coaching.agreement, "learner", "by"),
    "consent": lambda mine: or_(coaching.consent.c.owner == mine.me, coaching.consent.c.by == mine.me),
    "question": _by(coaching.question, "by"),
    "notification_state": _by(coaching.notification_state, "person"),
    "posting": _by(groups.posting, "by"),
    "posting_answer": _posting_answers,
    "entry": _by(groups.entry, "by"),
    "meeting": lambda mine: groups.meeting.c.workbook.in_(mine.set_books),
    "release": _by(outbound.release, "learner", "reader"),
    "statement": _by(outbound.statement, "person"),
    "statement_progress": lambda _: None,
    "sponsor_count": lambda _: None,
    "backup_log": lambda _: None,
    "retention_notice": lambda _: None,
    "build_failure": lambda _: None,
}

# Which of them they may read now ----------------------------------------------------------------


def _read_submissions(c: Connection, mine: Mine, rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Leave out what somebody was asked about and may read no more."""
    return (row for row in rows if row["asked"] != mine.me or _may_read(c, mine.actor, row["id"]))


def _read_comments(c: Connection, mine: Mine, rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Leave out the words that somebody's own comment is about, where they may read them no more."""
    for row in rows:
        own = row["by"] == mine.me and row["submission"] not in mine.shared
        yield row if not own or _may_read(c, mine.actor, row["submission"]) else {**row, "target": None}


def _read_posting_answers(c: Connection, mine: Mine, rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for row in rows:
        try:
            asked = postings.posting(c, row["posting"])
        except Missing:  # withdrawn
            asked = None
        if row["by"] == mine.me or (asked is not None and may(mine.actor, "read", asked.thing)):
            yield row


def _read_releases(c: Connection, mine: Mine, rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for row in rows:
        thing = releases.release_resource(releases.release(c, row["id"]), releases.managers(c, row["cohort"]))
        if row["learner"] == mine.me or may(mine.actor, "read", thing):
            yield row


def _read_audit(_: Connection, mine: Mine, rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Leave out what others did about them that no page tells."""
    return (row for row in rows if row["person"] == mine.me or row["act"] in READS or not row["person"])


def _may_read(c: Connection, actor: Actor, submission: str) -> bool:
    shared = submissions.submission(c, submission)
    return may(actor, "read", submissions.submission_resource(c, shared))


#: Table -> what leaves out, or shortens, the rows that somebody may not read on a page today.
CHECKS: Mapping[str, Callable[[Connection, Mine, Iterable[dict[str, Any]]], Iterable[dict[str, Any]]]] = {
    "submission": _read_submissions,
    "comment": _read_comments,
    "posting_answer": _read_posting_answers,
    "release": _read_releases,
    "audit": _read_audit,
}
