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

    Erasures of passages, and withdrawals of releases; `ending.finish` does people and cohorts.
    """
    noted = erasure_journal.entries(data / erasure_journal.JOURNAL)
    ours = [entry for entry in noted if entry.get("store") == store.id and "places" in entry]
    known = store.read(lambda c: set(c.execute(select(schema.erasure.c.id)).scalars())) if ours else set()
    finished = []
    # In the order of their keys: what was done with a later one cannot be found with an earlier one.
    for entry in sorted(ours, key=lambda entry: entry.get("fingerprint", {}).get("step", -1)):
        if entry["erasure"] not in known:
            erasure_journal.mark_clean(data, [entry["erasure"]], clean=False)
            done = store.write(lambda c, entry=entry: replay(c, entry))  # type: ignore[misc]
            if done is not None:
                finished.append(removal.clean_up(store, data, done))
    releases.finish(store, data)
    return finished


def replay(c: Connection, entry: dict[str, Any]) -> removal.Erased | None:
    """Do an erasure of the journal, which has no words: they are found by its fingerprint, or read where they stand.

    None where the store does not have the workbook. Where nobody can say what the words were, since the store went
    another way or an older version wrote the journal, an answer without a kept version goes as a whole.
    """
    try:
        book = workbooks.workbook(c, entry["workbook"])
    except Missing:
        return None
    by = _somebody(c, entry)
    if not by:
        return None
    scope = places.scope_of(c, book, entry["prompt"], by)
    entry, blank = {**entry, "by": by}, ErasedPassage("", entry["fields"], book.locale)
    found = places.all_places(c, scope)
    words, sure = _words(c, entry, found, blank)
    if not words and not sure:
        return removal.apply_whole(c, entry, scope, blank)
    passage = replace(blank, words=words)
    named = {(each["in"], each.get("id", "")) for each in entry["places"]}
    return removal.apply(c, entry, scope, passage, copies.find_copies(c, scope, passage, named) if words else [])


def _words(c: Connection, entry: dict[str, Any], found: list[places.Place], blank: ErasedPassage) -> tuple[str, bool]:
    """Return the words, empty where they are nowhere; and whether that is sure."""
    known, noted = copies.known_words(entry, found, blank), entry.get("fingerprint", {})
    if fingerprint.has_key(c, noted):
        return fingerprint.find_words(c, noted, [*known, *(text for each in found for text in each.texts(blank))]), True
    return (known.pop(), True) if len(known) == 1 else ("", False)


def _somebody(c: Connection, entry: dict[str, Any]) -> str:
    """Return who erased; where the store does not know them yet, the owner, or whoever wrote. Empty: there is nobody."""
    person, draft = schema.person, schema.draft
    if c.execute(select(person.c.id).where(person.c.id == entry["by"])).first():
        return str(entry["by"])
    head = drafts.drafts(c, entry["workbook"]).get(entry["prompt"])
    if head:
        return head.by
    found = c.execute(select(draft.c.by).where(draft.c.workbook == entry["workbook"])).scalar()
    return str(found or c.execute(select(person.c.id).order_by(person.c.created_at)).scalar() or "")


def _reply_texts(c: Connection, entry: dict[str, Any], blank: ErasedPassage) -> list[str]:
    """Return the texts of kept replies."""
    table = schema.acknowledgement
    same = (table.c.workbook == entry["workbook"], table.c.prompt == entry["prompt"])
    values = [reply["head"]["value"] for (reply,) in c.execute(select(table.c.reply).where(*same)) if "head" in reply]
    return [text for value in values for _, text in texts_of(value, blank.fields)]
