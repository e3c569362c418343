"""Every text that may hold words of an answer: the answer, its versions, and each table in which somebody writes beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, select, update

from actionlearn.answers.passages import ErasedPassage, Span, texts
from actionlearn.answers.prompts import Value
from actionlearn.store.records import Submission, Workbook
from actionlearn.store.reviews import submissions
from actionlearn.store.tables import coaching, groups, outbound, schema
from actionlearn.store.workbooks import drafts, revisions, workbooks

#: The answer itself.
ANSWER = ("draft", "revision")


@dataclass(frozen=True)
class Scope:
    """Whose words are looked for.

    Parameters
    ----------
    book, prompt
        The answer.
    by
        Who erases.
    shared
        All that the owner shared of any workbook, and all that coaches were asked about.
    books
        Ids of the owner's workbooks.
    """

    book: Workbook
    prompt: str
    by: str
    shared: tuple[Submission, ...]
    books: tuple[str, ...]

    @property
    def ids(self) -> list[str]:
        """Ids of what was shared."""
        return [each.id for each in self.shared]


@dataclass(frozen=True)
class Place:
    """One kept text.

    Parameters
    ----------
    kind, id
        Which: the journal names it by both.
    by, at
        Who wrote it, and when.
    own
        Whether it is the owner's own, so that the words go from it in any case.
    readable
        Whether who erases may read it: nothing is told of what they may not.
    version
        Of an answer or a text that changes; 0 where it is not counted.
    about
        What was shared that it is about; empty for none.
    """

    kind: str
    id: str
    value: Value
    by: str
    at: str
    own: bool
    readable: bool
    version: int = 0
    about: str = ""

    def fitted(self, passage: ErasedPassage) -> ErasedPassage:
        """Return words as they are looked for here."""
        if self.kind in ANSWER:
            return passage
        return passage.wherever(self.value) if self.kind == "answer" else passage.plain

    def spans(self, passage: ErasedPassage) -> list[Span]:
        """Return where the words are in it."""
        return self.fitted(passage).spans(self.value)

    def texts(self, passage: ErasedPassage) -> list[str]:
        """Return all its texts."""
        return [text for _, text in texts(self.value, self.fitted(passage).fields)]


@dataclass(frozen=True)
class _Kind:
    """Texts of a table: where they stand, whose they are, and who may read them."""

    name: str
    table: Table
    where: Callable[[Scope], ColumnElement[bool]]
    column: str = "body"
    by: str = "by"
    at: str = "at"
    about: str = ""
    own: bool = False
    readable: Callable[[Any, Scope], bool] = lambda row, scope: False  # noqa: ARG005 - others can

    @property
    def keys(self) -> list[Column[Any]]:
        """Columns that a row is known by."""
        return list(self.table.primary_key.columns)


def _in_shared(column: Column[Any]) -> Callable[[Scope], ColumnElement[bool]]:
    return lambda scope: column.in_(scope.ids)


#: Every table with a text that somebody wrote, beside answers themselves.
KINDS = (
    _Kind(
        "wants",
        schema.submission,
        _in_shared(schema.submission.c.id),
        column="wants",
        at="shared_at",
        about="id",
        own=True,
    ),
    _Kind(
        "comment",
        schema.comment,
        _in_shared(schema.comment.c.submission),
        at="created_at",
        about="submission",
        readable=lambda row, _: row.released_at is not None,
    ),
    _Kind(
        "answer",
        schema.coach_answer,
        _in_shared(schema.coach_answer.c.submission),
        column="value",
        by="coach",
        at="saved_at",
        about="submission",
        readable=lambda row, _: row.released_at is not None,
    ),
    _Kind(
        "note",
        coaching.note,
        lambda scope: coaching.note.c.about.in_([*scope.ids, scope.book.owner]),
        at="saved_at",
        about="about",
    ),
    _Kind(
        "comment_draft",
        coaching.comment_draft,
        _in_shared(coaching.comment_draft.c.submission),
        by="person",
        at="saved_at",
        about="submission",
    ),
    _Kind(
        "agreement",
        coaching.agreement,
        lambda scope: coaching.agreement.c.learner == scope.book.owner,
        at="made_at",
        readable=lambda row, scope: scope.by == row.learner and row.deleted_at is None,
    ),
    _Kind(
        "question",
        coaching.question,
        lambda scope: coaching.question.c.by.in_(
            select(schema.membership.c.person).where(schema.membership.c.cohort == scope.book.cohort)
        ),
        at="made_at",
    ),
    _Kind(
        "entry",
        groups.entry,
        lambda scope: groups.entry.c.workbook.in_(scope.books),
        column="note",
        at="shown_at",
        own=True,
    ),
    _Kind("posting", groups.posting, lambda scope: groups.posting.c.cohort == scope.book.cohort, at="made_at"),
    _Kind(
        "posting_answer",
        groups.posting_answer,
        lambda scope: groups.posting_answer.c.posting.in_(
            select(groups.posting.c.id).where(groups.posting.c.cohort == scope.book.cohort)
        ),
        at="made_at",
    ),
    _Kind(
        "reason",
        outbound.statement,
        lambda scope: (
            outbound.statement.c.person.in_([scope.by, scope.book.owner]) & (outbound.statement.c.reason != "")
        ),
        column="reason",
        by="person",
        at="happened_at",
    ),
)

_BY_NAME = {each.name: each for each in KINDS}


def scope_of(c: Connection, book: Workbook, prompt: str, by: str) -> Scope:
    """Return whose words are looked for: what was written in one workbook of an owner may be read in another."""
    books = [
        each for each in workbooks.workbooks_of(c, cohort=book.cohort, owner=book.owner) if each.about == book.about
    ]
    shared = [
        each for one in books for each in (*submissions.submissions_of(c, one.id), *submissions.asked_of(c, one.id))
    ]
    ids = tuple({each.id: None for each in books})
    return Scope(book=book, prompt=prompt, by=by, shared=tuple(shared), books=ids)


def family_of(c: Connection, workbook: str) -> list[str]:
    """Return the ids of all workbooks of the owner of one."""
    return list(scope_of(c, workbooks.workbook(c, workbook), "", "").books)


def all_places(c: Connection, scope: Scope) -> list[Place]:
    """Return every text that may hold words of an answer."""
    own: dict[str, Any] = {"own": True, "readable": True}
    found = []
    if head := drafts.drafts(c, scope.book.id).get(scope.prompt):
        found.append(
            Place(kind="draft", id="", value=head.value, by=head.by, at=head.saved_at, version=head.version, **own)
        )
    for each in revisions.revisions(c, scope.book.id, scope.prompt):
        version = each.version if each.cause != "conflict" else 0
        made = {"value": each.value, "by": each.by, "at": each.created_at, "version": version}
        found.append(Place(kind="revision", id=each.id, **made, **own))
    for kind in KINDS:
        found += _places(c, kind, scope)
    return found


def _places(c: Connection, kind: _Kind, scope: Scope) -> list[Place]:
    made = []
    for row in c.execute(select(kind.table).where(kind.where(scope)).order_by(*kind.keys)):
        values = row._mapping  # noqa: SLF001 - SQLAlchemy's name for it
        by, about = values[kind.by], values[kind.about] if kind.about else ""
        own = kind.own or by == scope.by
        made.append(
            Place(
                kind=kind.name,
                id="/".join(str(values[key.name]) for key in kind.keys),
                value=values[kind.column],
                by=by,
                at=values[kind.at],
                own=own,
                readable=kind.name != "reason" and (own or kind.readable(row, scope)),
                version=values["version"] if "version" in kind.table.c else 0,
                about=about if about in scope.ids else "",
            )
        )
    return made


def journal_keys(entry: dict[str, Any]) -> set[tuple[str, str]]:
    """Return kind and id of the places that an entry of the journal names."""
    return {(each["in"], each.get("id", "")) for each in entry["places"]}


def put_value(c: Connection, place: Place, value: Value) -> None:
    """Put a text without the words in the place of one that had them: an open page hears of it by the version."""
    if place.kind == "revision":
        c.execute(update(schema.revision).where(schema.revision.c.id == place.id).values(value=value))
        return
    kind = _BY_NAME[place.kind]
    same = [key == part for key, part in zip(kind.keys, place.id.split("/", len(kind.keys) - 1), strict=True)]
    newer = {"version": kind.table.c.version + 1} if "version" in kind.table.c else {}
    c.execute(update(kind.table).where(*same).values({kind.column: value, **newer}))
