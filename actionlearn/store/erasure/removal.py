"""Taking a passage out of every place it was found in, and out of what was made of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from actionlearn.answers.passages import ErasedPassage, blanked
from actionlearn.answers.prompts import Value
from actionlearn.errors import StoreError
from actionlearn.store.engine import erasure_journal
from actionlearn.store.engine.database import Store
from actionlearn.store.erasure import fingerprint, places, quotes
from actionlearn.store.outbound import releases
from actionlearn.store.records import Review
from actionlearn.store.reviews import reviews
from actionlearn.store.tables import schema


@dataclass(frozen=True)
class Erased:
    """What an erasure did.

    Parameters
    ----------
    places
        In how many texts the words were that who erased may read: the answer, its versions, comments.
    reviews
        Executed notebooks that are made again, as they were: their files are to go.
    texts
        From how many texts the words went in all.
    words
        What was erased, for whoever makes sure that it is gone; it is kept nowhere.
    whole
        Whether a whole answer went, since it was not known where in it the words were.
    scrubbed
        Whether the bytes are gone from the database's files too; if not, `Store.scrub` again later.
    """

    id: str
    workbook: str
    prompt: str
    places: int
    reviews: tuple[Review, ...] = ()
    words: str = ""
    whole: bool = False
    scrubbed: bool = True
    texts: int = 0


def apply(
    c: Connection, entry: dict[str, Any], scope: places.Scope, passage: ErasedPassage, found: list[places.Place]
) -> Erased:
    """Take a passage out of the places it was found in, as an entry of the journal says."""
    if passage.words:  # an answer that never had them loses no quote
        quotes.erase_quotes(c, scope, passage)
    for each in found:
        _change(c, entry, each, passage, each.fitted(passage).without(each.value))
    return _record(c, entry, scope, passage, found)


def apply_whole(
    c: Connection, entry: dict[str, Any], scope: places.Scope, blank: ErasedPassage, every: list[places.Place]
) -> Erased:
    """Take the whole of what may hold words that nobody can name any more: no clock says that it cannot."""
    keys = places.journal_keys(entry) - {("draft", "")}
    found = [each for each in every if (each.kind, each.id) in keys]
    clean = [each.value for each in every if each.kind == "revision" and (each.kind, each.id) not in keys]
    found += [each for each in every if each.kind == "draft" and each.value not in clean]
    quotes.erase_quotes(c, scope, blank)
    for each in found:
        _change(c, entry, each, blank, blanked(each.value, each.fitted(blank)))
    return replace(_record(c, entry, scope, blank, found), whole=bool(found))


def _change(c: Connection, entry: dict[str, Any], place: places.Place, passage: ErasedPassage, value: Value) -> None:
    """Put what is left in the place of a text; releases of a version go before it changes."""
    if place.kind == "draft":
        _change_head(c, entry, place, value)
        return
    if place.kind == "revision":
        releases.forget(c, place.id, place.value, passage)
    places.put_value(c, place, value)


def _change_head(c: Connection, entry: dict[str, Any], head: places.Place, value: Value) -> None:
    """Give the answer a new version, so that a page that still shows the words is told before it saves them again."""
    table = schema.draft
    same = (table.c.workbook == entry["workbook"], table.c.prompt == entry["prompt"])
    values = {"value": value, "version": head.version + 1, "by": entry["by"], "saved_at": entry["at"]}
    c.execute(update(table).where(*same).values(**values))


def _record(
    c: Connection, entry: dict[str, Any], scope: places.Scope, passage: ErasedPassage, found: list[places.Place]
) -> Erased:
    """Forget the replies that repeat the words, note which receipts verify no longer, and ask for new notebooks."""
    id, book = entry["erasure"], scope.book
    if passage.words or found:
        _change_replies(c, book.id, scope.prompt, passage)
    item = schema.submission_item
    frozen = {each.id for each in found if each.kind == "wants"}
    for each in found:
        if each.kind == "revision":
            frozen |= set(c.execute(select(item.c.submission).where(item.c.revision == each.id)).scalars())
    submission = schema.submission
    c.execute(update(submission).where(submission.c.id.in_(frozen)).values(erased_at=entry["at"]))
    again = _ask_again(c, scope) if frozen or any(each.kind == "answer" for each in found) else ()
    c.execute(
        insert(schema.erasure).values(id=id, workbook=book.id, prompt=scope.prompt, by=entry["by"], at=entry["at"])
    )
    if entry.get("fingerprint"):
        fingerprint.move_key(c, entry["fingerprint"]["step"])
    return Erased(
        id=id,
        workbook=book.id,
        prompt=scope.prompt,
        places=sum(each.readable for each in found),
        reviews=again,
        words=passage.words,
        texts=len(found),
    )


def _change_replies(c: Connection, workbook: str, prompt: str, passage: ErasedPassage) -> None:
    """Take the words out of kept replies; with them the hashes, which would let somebody try words out."""
    table = schema.acknowledgement
    same = (table.c.workbook == workbook, table.c.prompt == prompt)
    for client, reply in c.execute(select(table.c.client, table.c.reply).where(*same)).all():
        if "head" in reply:
            value = reply["head"]["value"]
            clean = passage.without(value) if passage.words else blanked(value, passage)
            reply = {**reply, "head": {**reply["head"], "value": clean}}
        c.execute(update(table).where(*same, table.c.client == client).values(reply=reply, value_hash=""))


def _ask_again(c: Connection, scope: places.Scope) -> tuple[Review, ...]:
    """Mark all executed notebooks of an owner as to be made; return them as they were."""
    asked = []
    for shared in scope.shared:
        for old in reviews.reviews_of(c, shared.id):
            reviews.put_review(c, Review(old.submission, old.reader))
            asked.append(old)
    return tuple(asked)


def clean_up(store: Store, data: Path, done: Erased) -> Erased:
    """Remove the files of executed notebooks, and have the database let go of the bytes."""
    remove_files(data, done.reviews)
    with suppress(StoreError):  # somebody reads an older state, such as a backup that is being made
        scrub(store, data, done)
        return done
    return replace(done, scrubbed=False)


def scrub(store: Store, data: Path, done: Erased) -> None:
    """Have the database let go of the bytes; the journal knows when it has.

    Raises
    ------
    StoreError
        Somebody reads an older state, or the journal cannot be written.
    """
    store.scrub(done.words)
    erasure_journal.mark_clean(data, [done.id])


def remove_files(data: Path, gone: Iterable[Review]) -> None:
    """Remove the files of executed notebooks, with whatever a crash left beside them."""
    root = (data / "reviews").resolve()
    folders = {(data / path).resolve().parent for each in gone for path in (each.notebook_path, each.html_path) if path}
    for folder in folders:
        if folder.is_relative_to(root) and folder != root and folder.is_dir():
            for file in folder.iterdir():
                file.unlink(missing_ok=True)
