"""Doing what the journal of erasures has and the store has not: after a power cut, or a backup was brought back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from actionlearn.answers.passages import ErasedPassage
from actionlearn.answers.passages import texts as texts_of
from actionlearn.errors import Missing
from actionlearn.store.engine import erasure_journal
from actionlearn.store.engine.database import Store
from actionlearn.store.erasure import copies, fingerprint, places, removal
from actionlearn.store.outbound import releases
from actionlearn.store.tables import schema
from actionlearn.store.workbooks import drafts, workbooks


def finish(store: Store, data: Path) -> list[removal.Erased]:
    """Do what the journal has and the store has not: after a power cut, or a backup was restored.

    Erasures of passages, and withdrawals of releases; `people.finish_pending` does people and cohorts.
    """
    noted = erasure_journal.entries(data / erasure_journal.JOURNAL)
    ours = [entry for entry in noted if entry.get("store") == store.id and "places" in entry]
    known = store.read(lambda c: set(c.execute(select(schema.erasure.c.id)).scalars())) if ours else set()
    finished = []
    # In the order of their keys: what was done with a later one cannot be found with an earlier one.
    for entry in sorted(ours, key=lambda entry: entry.get("fingerprint", {}).get("step", -1)):
        if entry["erasure"] in known:
            continue
        by = store.read(lambda c, entry=entry: _author(c, entry))  # type: ignore[misc]
        if by:
            erasure_journal.mark_clean(data, [entry["erasure"]], clean=False)
            done = store.write(lambda c, entry={**entry, "by": by}: _replay(c, entry))  # type: ignore[misc]
            finished.append(removal.clean_up(store, data, done))
    releases.finish(store, data)
    return finished


def _replay(c: Connection, entry: dict[str, Any]) -> removal.Erased:
    """Do an erasure of the journal, which has no words: they are found by its fingerprint, or read where they stand.

    Where nobody can say what the words were, since the store went another way or an older version wrote the journal,
    an answer without a kept version goes as a whole.
    """
    book = workbooks.workbook(c, entry["workbook"])
    scope = places.scope_of(c, book, entry["prompt"], entry["by"])
    blank, every = ErasedPassage("", entry["fields"], book.locale), places.all_places(c, scope)
    words = _words(c, entry, every, blank)
    if words is None:
        return removal.apply_whole(c, entry, scope, blank, every)
    passage = replace(blank, words=words)
    found = copies.find_copies(c, scope, every, passage, places.journal_keys(entry)) if words else []
    return removal.apply(c, entry, scope, passage, found)


def _words(c: Connection, entry: dict[str, Any], every: list[places.Place], blank: ErasedPassage) -> str | None:
    """Return the words, empty where they are nowhere; None where nobody can tell."""
    known = copies.known_words(entry, every, blank)
    if fingerprint.has_key(c, entry):
        texts = [*known, *(text for each in every for text in each.texts(blank)), *_reply_texts(c, entry, blank)]
        return fingerprint.find_words(c, entry, texts)
    return known.pop() if len(known) == 1 else None


def _author(c: Connection, entry: dict[str, Any]) -> str:
    """Return who erased; where the store does not know them yet, whose the workbook is. Empty where it has none."""
    person = schema.person
    try:
        book = workbooks.workbook(c, entry["workbook"])
    except Missing:
        return ""
    if c.execute(select(person.c.id).where(person.c.id == entry["by"])).first():
        return str(entry["by"])
    if book.owner_kind == "person":
        return book.owner
    return next((draft.by for draft in drafts.drafts(c, book.id).values()), "")


def _reply_texts(c: Connection, entry: dict[str, Any], blank: ErasedPassage) -> list[str]:
    """Return the texts of kept replies."""
    table = schema.acknowledgement
    same = (table.c.workbook == entry["workbook"], table.c.prompt == entry["prompt"])
    values = [reply["head"]["value"] for (reply,) in c.execute(select(table.c.reply).where(*same)) if "head" in reply]
    return [text for value in values for _, text in texts_of(value, blank.fields)]
