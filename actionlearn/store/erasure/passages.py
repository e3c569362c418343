"""Erasing a passage for good: from the answer, all its kept versions, and all that was made of them.

The journal (`store.journal`) has it first, by ids and places. Whatever then goes wrong, the erasure is
finished when the store is next served, and a backup that is restored forgets what was erased since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Table, func, insert, select, update

from actionlearn.answers.passages import ErasedPassage, blanked, text_fields
from actionlearn.answers.prompts import Prompt, Value
from actionlearn.errors import BadInput, Missing, StoreError
from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine import erasure_journal
from actionlearn.store.engine.database import Store
from actionlearn.store.erasure import copies, quotes
from actionlearn.store.outbound import releases
from actionlearn.store.records import Draft, Review, Workbook
from actionlearn.store.reviews import coach_answers, reviews
from actionlearn.store.tables import schema
from actionlearn.store.workbooks import drafts, revisions, workbooks
from actionlearn.text.clean import storable


@dataclass(frozen=True)
class Erased:
    """What an erasure did.

    Parameters
    ----------
    places
        How many kept texts the words were in: the answer, its versions, what was shared, comments.
    reviews
        Executed notebooks that are made again, as they were: their files are to go.
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


def erase(
    store: Store,
    data: Path,
    workbook: str,
    prompt: Prompt,
    words: str,
    by: str,
    *,
    allowed: Callable[[Connection], object] = lambda _: None,
    now: str = "",
) -> Erased:
    """Erase a passage of an answer, with all copies of it. Returns when the store has forgotten it.

    Parameters
    ----------
    store, data
        The store and its data folder.
    workbook, prompt
        Which answer.
    words
        The exact text that is to go.
    by
        Who wants it: its author.
    allowed
        Raises, within the act, where the person may not.
    now
        The instant, for tests.

    Raises
    ------
    BadInput
        ``answers.no_passage``: too little was named. ``answers.no_words``: the prompt takes no words.
    Missing
        ``answers.no_such_passage``: it is nowhere in the answer. Nothing was changed.
    StoreError
        It could not be done: the journal or the store cannot be written.
    """
    passage = _checked(prompt, words)
    finish(store, data)
    id = str(uuid4())
    entry = {"format": 1, "erasure": id, "store": store.id, "at": now or this_instant(), "by": by}
    entry |= {"workbook": workbook, "prompt": prompt.id, "fields": dict(passage.fields)}

    def act(c: Connection) -> Erased:
        allowed(c)
        return _begin(c, data, entry, passage)

    try:
        done = store.write(act)
    except BaseException:
        _not_done(store, data, id)
        raise
    return clean_up(store, data, done)


def _checked(prompt: Prompt, words: str) -> ErasedPassage:
    fields, clean = text_fields(prompt), storable(words)
    if len(clean.strip()) < copies.SHORTEST:
        raise BadInput("answers.no_passage", least=copies.SHORTEST)
    if not fields:
        raise BadInput("answers.no_words", prompt=prompt.id)
    return ErasedPassage(clean, fields)


def _begin(c: Connection, data: Path, entry: dict[str, Any], named: ErasedPassage) -> Erased:
    """Find the words, have the journal name their places, and only then take them out."""
    book = workbooks.workbook(c, entry["workbook"])
    passage = replace(named, locale=book.locale)
    found = copies.find_copies(c, book, entry["prompt"], passage)
    if not len(found):
        raise Missing("answers.no_such_passage")
    full = {**entry, "places": copies.places(found, passage)}
    erasure_journal.append_entry(data, full)
    return _apply(c, full, book, passage, found)


def finish(store: Store, data: Path) -> list[Erased]:
    """Do what the journal has and the store has not: after a power cut, or a backup was restored.

    Erasures of passages, and withdrawals of releases; `ending.finish` does people and cohorts.
    """
    noted = erasure_journal.entries(data / erasure_journal.JOURNAL)
    ours = [entry for entry in noted if entry.get("store") == store.id and "places" in entry]
    known = store.read(lambda c: set(c.execute(select(schema.erasure.c.id)).scalars())) if ours else set()
    finished = []
    for entry in ours:
        if entry["erasure"] not in known:
            done = store.write(lambda c, entry=entry: replay(c, entry))  # type: ignore[misc]
            if done is not None:
                finished.append(clean_up(store, data, done))
    releases.finish(store, data)
    return finished


def replay(c: Connection, entry: dict[str, Any]) -> Erased | None:
    """Do an erasure of the journal, which has no words: they are read where they still stand.

    None where the store does not have the workbook. Where what it has is older than every place
    that the journal names, an answer without a kept version goes as a whole: it may hold the words.
    """
    try:
        book = workbooks.workbook(c, entry["workbook"])
    except Missing:
        return None
    by = _somebody(c, entry)
    if not by:
        return None
    entry = {**entry, "by": by}
    blank = ErasedPassage("", entry["fields"], book.locale)
    known = {each for each in copies.words(c, entry, blank) if each}
    if len(known) == 1:
        passage = replace(blank, words=known.pop())
        return _apply(c, entry, book, passage, copies.find_copies(c, book, entry["prompt"], passage))
    return _apply_whole(c, entry, book, blank)


def _somebody(c: Connection, entry: dict[str, Any]) -> str:
    """Return who erased; where the store does not know them yet, whoever wrote last. Empty: nobody wrote."""
    if c.execute(select(schema.person.c.id).where(schema.person.c.id == entry["by"])).first():
        return str(entry["by"])
    head = drafts.drafts(c, entry["workbook"]).get(entry["prompt"])
    return head.by if head else ""


def clean_up(store: Store, data: Path, done: Erased) -> Erased:
    """Remove the files of executed notebooks, and have the database let go of the bytes."""
    remove_files(data, done.reviews)
    with suppress(StoreError):  # somebody reads an older state, such as a backup that is being made
        store.scrub(done.words)
        return done
    return replace(done, scrubbed=False)


def remove_files(data: Path, gone: Iterable[Review]) -> None:
    """Remove the files of executed notebooks, with whatever a crash left beside them."""
    root = (data / "reviews").resolve()
    folders = {(data / path).resolve().parent for each in gone for path in (each.notebook_path, each.html_path) if path}
    for folder in folders:
        if folder.is_relative_to(root) and folder != root and folder.is_dir():
            for file in folder.iterdir():
                file.unlink(missing_ok=True)


def count(c: Connection) -> int:
    """Return how many erasures there were: whoever made something meanwhile makes it again."""
    return c.execute(select(func.count()).select_from(schema.erasure)).scalar_one()


# Doing ----------------------------------------------------------------------------------------


def _apply(
    c: Connection, entry: dict[str, Any], book: Workbook, passage: ErasedPassage, found: copies.Copies
) -> Erased:
    quotes.erase_quotes(c, book, entry["prompt"], passage, copies.shared_of(c, book))
    _change_head(c, entry, found.head, passage.without)
    for id, revision in found.revisions.items():
        releases.forget(c, id, revision.value, passage)
        _set(c, schema.revision, id, value=passage.without(revision.value))
    for id, wants in found.wants.items():
        _set(c, schema.submission, id, wants=passage.plain.without(wants))
    for id, body in found.comments.items():
        _set(c, schema.comment, id, body=passage.plain.without(body))
    for (shared, prompt, coach), value in found.answers.items():
        coach_answers.change(
            c,
            submission=shared,
            prompt=prompt,
            coach=coach,
            value=passage.wherever(value).without(value),
            now=entry["at"],
        )
    return _record(c, entry, book, passage, found)


def _apply_whole(c: Connection, entry: dict[str, Any], book: Workbook, blank: ErasedPassage) -> Erased:
    """Take the whole of what may hold words that nobody can name any more."""
    prompt, named = entry["prompt"], {place.get("id") for place in entry["places"]}
    versions = revisions.revisions(c, book.id, prompt)
    head = drafts.drafts(c, book.id).get(prompt)
    sure = (
        head is None
        or head.saved_at > entry["at"]
        or any(each.value == head.value and each.id not in named for each in versions)
    )
    gone = {each.id: each for each in versions if each.id in named}
    found = copies.Copies(head=None if sure else head, revisions=gone, wants={}, comments={}, answers={})
    quotes.erase_quotes(c, book, prompt, blank, copies.shared_of(c, book))
    _change_head(c, entry, found.head, lambda value: blanked(value, blank))
    for id, each in gone.items():
        releases.forget(c, id, each.value, blank)
        _set(c, schema.revision, id, value=blanked(each.value, blank))
    return replace(_record(c, entry, book, blank, found), whole=bool(len(found)))


def _change_head(c: Connection, entry: dict[str, Any], head: Draft | None, change: Callable[[Value], Value]) -> None:
    """Give the answer a new version, so that a page that still shows the words is told before it saves them again."""
    table = schema.draft
    same = (table.c.workbook == entry["workbook"], table.c.prompt == entry["prompt"])
    if head is not None:
        values = {"value": change(head.value), "version": head.version + 1, "by": entry["by"], "saved_at": entry["at"]}
        c.execute(update(table).where(*same).values(**values))


def _record(
    c: Connection, entry: dict[str, Any], book: Workbook, passage: ErasedPassage, found: copies.Copies
) -> Erased:
    """Forget the replies that repeat the words, note which receipts verify no longer, and ask for new notebooks."""
    id, prompt = entry["erasure"], entry["prompt"]
    _change_replies(c, book.id, prompt, passage)
    item = schema.submission_item
    frozen: set[str] = set()
    for revision in found.revisions:
        frozen |= set(c.execute(select(item.c.submission).where(item.c.revision == revision)).scalars())
    for shared in frozen | set(found.wants):
        _set(c, schema.submission, shared, erased_at=entry["at"])
    again = _ask_again(c, book) if frozen or found.wants else ()
    noted = {"id": id, "workbook": book.id, "prompt": prompt, "by": entry["by"], "at": entry["at"]}
    c.execute(insert(schema.erasure).values(**noted))
    return Erased(id=id, workbook=book.id, prompt=prompt, places=len(found), reviews=again, words=passage.words)


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


def _ask_again(c: Connection, book: Workbook) -> tuple[Review, ...]:
    """Mark all executed notebooks of an owner as to be made; return them as they were."""
    asked = []
    for shared in copies.shared_of(c, book):
        for old in reviews.reviews_of(c, shared.id):
            reviews.put_review(c, Review(old.submission, old.reader))
            asked.append(old)
    return tuple(asked)


def _set(c: Connection, table: Table, id: str, **values: Any) -> None:
    c.execute(update(table).where(table.c.id == id).values(**values))


def _not_done(store: Store, data: Path, id: str) -> None:
    """Note that an erasure did not come about, where that is certain."""
    with suppress(StoreError):
        started = any(entry["erasure"] == id for entry in erasure_journal.entries(data / erasure_journal.JOURNAL))
        table = schema.erasure
        if started and store.read(lambda c: c.execute(select(table.c.id).where(table.c.id == id)).first()) is None:
            erasure_journal.append_entry(data, {"erasure": id, "undone": True})
