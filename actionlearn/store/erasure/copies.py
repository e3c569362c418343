"""Where copies of a passage are: in every text of its author, and in what others wrote who could read it before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from actionlearn.answers.passages import ErasedPassage, Span, words_at
from actionlearn.store.erasure.places import ANSWER, Place, Scope
from actionlearn.store.reviews import submissions
from actionlearn.store.tables import coaching, groups, outbound, schema

#: Fewer letters would erase half of a text.
SHORTEST = 2

#: Bytes, in UTF-8, of words that go from other texts than the answer, too: four letters, or two signs that are a name.
SHORTEST_ELSEWHERE = 4

# Who could read them ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Readership:
    """Who could read words, and since when.

    Parameters
    ----------
    submissions
        Ids of what was shared with the words in it.
    since
        Person -> the first instant.
    everybody
        The first instant at which a whole cohort or set could; empty for never.
    """

    submissions: Collection[str]
    since: Mapping[str, str]
    everybody: str

    def wrote(self, place: Place) -> bool:
        """Tell whether a text is by somebody who could read the words before: it may repeat them."""
        first = [at for at in (self.since.get(place.by, ""), self.everybody) if at]
        return place.about in self.submissions or any(at <= place.at for at in first)


def readership_of(c: Connection, scope: Scope, passage: ErasedPassage) -> Readership:
    """Return who could read words: in what was shared with them, shown or released."""
    shared: set[str] = set()
    since: dict[str, str] = {}

    def add(at: str, *people: str) -> None:
        since.update({who: min(since.get(who, at), at) for who in people})

    for one in scope.shared:
        items = [each for each in submissions.items_of(c, one.id) if passage.wherever(each.value).spans(each.value)]
        audience = {who for each in items for who in each.audience} - {"me"}
        if passage.plain.spans(one.wants):
            audience |= set(one.audiences) - {"me"}
        if audience:
            shared.add(one.id)
            add(one.shared_at, *_wrote_about(c, one.id), *((one.asked,) if one.asked else ()))
        if "coach" in audience:
            add(one.shared_at, *one.coaches)
        if "set" in audience:
            add(one.shared_at, *one.members)
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
            add(at, who)
    return Readership(shared, since, min(shown, default=""))


def _wrote_about(c: Connection, submission: str) -> set[str]:
    """Return who opened what was shared, or said something about it: they were given it, whoever coaches today."""
    opened, comment = coaching.review_opening, schema.comment
    found = set(c.execute(select(opened.c.person).where(opened.c.submission == submission)).scalars())
    return found | set(c.execute(select(comment.c.by).where(comment.c.submission == submission)).scalars())


# Finding ----------------------------------------------------------------------------------------


def find_copies(
    c: Connection,
    scope: Scope,
    places: Collection[Place],
    passage: ErasedPassage,
    journal_keys: Collection[tuple[str, str]] = (),
) -> list[Place]:
    """Return the places from which a passage of an answer goes.

    Parameters
    ----------
    places
        All that there are, from `places.all_places`.
    journal_keys
        Kind and id of those that the journal says have it.
    """
    holding = [each for each in places if each.spans(passage)]
    if len(passage.words.encode()) < SHORTEST_ELSEWHERE:
        return [each for each in holding if each.kind in ANSWER]
    readership = readership_of(c, scope, passage)
    return [
        each
        for each in holding
        if each.kind in ANSWER or each.own or (each.kind, each.id) in journal_keys or readership.wrote(each)
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
