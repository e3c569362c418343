"""Where copies of a passage are: in every text of its author, and in what others wrote of what they were given to read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from actionlearn.answers.passages import ErasedPassage, Span, words_at
from actionlearn.store.erasure.places import ANSWER, Place, Scope, all_places
from actionlearn.store.reviews import submissions
from actionlearn.store.tables import coaching, groups, outbound, schema

#: Fewer letters would erase half of a text.
SHORTEST = 2

#: Bytes, in UTF-8, of words that go from other texts than the answer, too: four letters, or two signs that are a name.
SHORTEST_ELSEWHERE = 4

# What others were given -------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """Where words were given to others to read, and since when to whom; ``everybody`` for a whole cohort."""

    shared: Collection[str] = ()
    since: Mapping[str, str] = field(default_factory=dict)
    everybody: str = ""

    def to(self, place: Place) -> bool:
        """Tell whether who wrote a text had been given the words before: it may repeat them."""
        first = [at for at in (self.since.get(place.by, ""), self.everybody) if at]
        return place.about in self.shared or any(at <= place.at for at in first)


def given_of(c: Connection, scope: Scope, passage: ErasedPassage) -> Given:
    """Return to whom words were given: by what was shared, shown or released."""
    shared: set[str] = set()
    since: dict[str, str] = {}
    for one in scope.shared:
        items = [each for each in submissions.items_of(c, one.id) if passage.wherever(each.value).spans(each.value)]
        audience = {who for each in items for who in each.audience} - {"me"}
        if passage.plain.spans(one.wants):
            audience |= set(one.audiences) - {"me"}
        if audience:
            shared.add(one.id)
        readers = [*((one.asked,) if one.asked and audience else ()), *(one.coaches if "coach" in audience else ())]
        for who in (*readers, *(one.members if "set" in audience else ())):
            since[who] = min(since.get(who, one.shared_at), one.shared_at)
        for who in _wrote_about(c, one.id) if audience else ():
            since[who] = min(since.get(who, one.shared_at), one.shared_at)
    entry, release, revision = groups.entry, outbound.release, schema.revision
    shown = [
        at
        for at, value in c.execute(
            select(entry.c.shown_at, revision.c.value)
            .join(revision, revision.c.id == entry.c.revision)
            .where(entry.c.workbook.in_(scope.books))
        )
        if passage.wherever(value).spans(value)
    ]
    released = select(release.c.reader, release.c.released_at, revision.c.value).join(
        revision, revision.c.id == release.c.revision
    )
    for who, at, value in c.execute(released.where(release.c.workbook.in_(scope.books))):
        if passage.wherever(value).spans(value):
            since[who] = min(since.get(who, at), at)
    return Given(shared, since, min(shown, default=""))


def _wrote_about(c: Connection, submission: str) -> set[str]:
    """Return who opened what was shared, or said something about it: they were given it, whoever coaches today."""
    opened, comment = coaching.review_opening, schema.comment
    found = set(c.execute(select(opened.c.person).where(opened.c.submission == submission)).scalars())
    return found | set(c.execute(select(comment.c.by).where(comment.c.submission == submission)).scalars())


# Finding ----------------------------------------------------------------------------------------


def find_copies(
    c: Connection, scope: Scope, passage: ErasedPassage, named: Collection[tuple[str, str]] = ()
) -> list[Place]:
    """Return every text from which a passage of an answer goes.

    Parameters
    ----------
    named
        Kind and id of places that the journal says have them.
    """
    elsewhere = len(passage.words.encode()) >= SHORTEST_ELSEWHERE
    given = given_of(c, scope, passage) if elsewhere else Given()
    return [
        each
        for each in all_places(c, scope)
        if each.spans(passage)
        and (each.kind in ANSWER or (elsewhere and (each.own or (each.kind, each.id) in named or given.to(each))))
    ]


def journal_places(found: Collection[Place], passage: ErasedPassage) -> list[dict[str, Any]]:
    """Return them as the journal has them: by id, and from where to where."""
    listed: list[dict[str, Any]] = []
    for each in found:
        place: dict[str, Any] = {"in": each.kind, "spans": each.spans(passage)}
        place |= {"id": each.id} if each.kind != "draft" else {}
        place |= {"version": each.version} if each.version else {}
        place |= {"size": len(each.value)} if isinstance(each.value, str) else {}
        listed.append(place)
    return listed


def known_words(entry: dict[str, Any], places: Collection[Place], blank: ErasedPassage) -> set[str]:
    """Return the different texts that stand where the journal says: one, if all is as it was then."""
    by_id = {(each.kind, each.id): each for each in places}
    head = by_id.get(("draft", ""))
    found: set[str] = set()
    for noted in entry["places"]:
        spans: list[Span] = [(path, start, end) for path, start, end in noted["spans"]]
        place = by_id.get((noted["in"], noted.get("id", "")))
        if noted["in"] in ANSWER and (place is None or place.kind == "draft"):
            place = head if head is not None and noted.get("version") == head.version else None
        if place is None or not _unchanged(place, noted):
            continue
        found |= words_at(place.value, spans, place.fitted(blank).fields)
    found.discard("")
    return found if all(len(each) >= SHORTEST for each in found) else set()


def _unchanged(place: Place, noted: dict[str, Any]) -> bool:
    """Tell whether a text is, as far as the journal knows, what it was then."""
    same = place.kind in ANSWER or noted.get("version", place.version) == place.version
    return same and (not isinstance(place.value, str) or noted.get("size", len(place.value)) == len(place.value))
