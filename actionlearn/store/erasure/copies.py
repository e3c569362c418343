"""Where copies of a passage are kept: the answer, its versions, what the owner wanted read, what coaches wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from actionlearn.answers.passages import ErasedPassage, Span, words_at
from actionlearn.answers.prompts import Value
from actionlearn.store.records import Draft, Revision, Submission, Workbook
from actionlearn.store.reviews import coach_answers, submissions
from actionlearn.store.reviews import comments as reviews_comments
from actionlearn.store.workbooks import drafts, revisions, workbooks

#: Fewer letters would erase half of a text.
SHORTEST = 2


@dataclass(frozen=True)
class Copies:
    """All texts that hold the words, by what each is known by; answers of coaches by submission, prompt and coach."""

    head: Draft | None
    revisions: dict[str, Revision]
    wants: dict[str, str]
    comments: dict[str, str]
    answers: dict[tuple[str, str, str], Value]

    def __len__(self) -> int:
        return bool(self.head) + len(self.revisions) + len(self.wants) + len(self.comments) + len(self.answers)


def find_copies(c: Connection, book: Workbook, prompt: str, passage: ErasedPassage) -> Copies:
    """Return every kept text of an owner that holds a passage of one answer."""
    plain = passage.plain
    head = drafts.drafts(c, book.id).get(prompt)
    versions = {each.id: each for each in revisions.revisions(c, book.id, prompt) if passage.spans(each.value)}
    shared = shared_of(c, book)
    comments = [each for one in shared for each in reviews_comments.comments_of(c, one.id)]
    answers = {(one.id, each.prompt, each.coach): each.value for one in shared for each in coach_answers.of(c, one.id)}
    return Copies(
        head=head if head and passage.spans(head.value) else None,
        revisions=versions,
        wants={each.id: each.wants for each in shared if plain.spans(each.wants)},
        comments={each.id: each.body for each in comments if plain.spans(each.body)},
        answers={key: value for key, value in answers.items() if passage.wherever(value).spans(value)},
    )


def family(c: Connection, book: Workbook) -> list[Workbook]:
    """Return all workbooks of an owner: what was said in one may be read in another."""
    return [
        each for each in workbooks.workbooks_of(c, cohort=book.cohort, owner=book.owner) if each.about == book.about
    ]


def shared_of(c: Connection, book: Workbook) -> list[Submission]:
    """Return all that an owner shared, and all that coaches were asked about."""
    every = family(c, book)
    return [
        each for one in every for each in (*submissions.submissions_of(c, one.id), *submissions.asked_of(c, one.id))
    ]


def family_of(c: Connection, workbook: str) -> list[str]:
    """Return the ids of all workbooks of the owner of one."""
    return [each.id for each in family(c, workbooks.workbook(c, workbook))]


def places(found: Copies, passage: ErasedPassage) -> list[dict[str, Any]]:
    """Return them as the journal has them: by id, and from where to where."""
    plain = passage.plain
    listed: list[dict[str, Any]] = []
    if found.head:
        listed.append({"in": "draft", "version": found.head.version, "spans": passage.spans(found.head.value)})
    for each in found.revisions.values():
        stands = {"version": each.version} if each.cause != "conflict" else {}
        listed.append({"in": "revision", "id": each.id, **stands, "spans": passage.spans(each.value)})
    listed += [{"in": "wants", "id": id, "spans": plain.spans(text)} for id, text in found.wants.items()]
    listed += [{"in": "comment", "id": id, "spans": plain.spans(text)} for id, text in found.comments.items()]
    for key, value in found.answers.items():
        listed.append({"in": "answer", "id": "/".join(key), "spans": passage.wherever(value).spans(value)})
    return listed


def words(c: Connection, entry: dict[str, Any], blank: ErasedPassage) -> set[str]:
    """Return the different texts that stand where the journal says: one, if all is as it was then."""
    head = drafts.drafts(c, entry["workbook"]).get(entry["prompt"])
    values = {each.id: each.value for each in revisions.revisions(c, entry["workbook"], entry["prompt"])}
    found: set[str] = set()
    for place in entry["places"]:
        spans: list[Span] = [(path, start, end) for path, start, end in place["spans"]]
        value: Value = values.get(place["id"]) if place["in"] == "revision" else None
        if value is None and head is not None and place.get("version") == head.version:
            value = head.value
        if value is not None:
            found |= words_at(value, spans, blank.fields)
    return found if all(len(each) >= SHORTEST for each in found) else set()
