"""Erasing a passage for good: from the answer, all its kept versions, and all that was made of them.

The journal (`engine.erasure_journal`) has it first: ids, places, and a fingerprint that only an older store can
compare. Whatever then goes wrong, the erasure is finished when the store is next served, and a backup that is
restored forgets what was erased since, wherever it had the words.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, select

from actionlearn.answers.passages import ErasedPassage, text_fields
from actionlearn.answers.prompts import Prompt
from actionlearn.errors import BadInput, Missing, StoreError
from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine import erasure_journal
from actionlearn.store.engine.database import Store
from actionlearn.store.erasure import copies, fingerprint, places, removal, replay
from actionlearn.store.tables import schema
from actionlearn.store.workbooks import workbooks
from actionlearn.text.clean import storable


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
) -> removal.Erased:
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
    replay.finish(store, data)
    id = str(uuid4())
    entry = {"format": 1, "erasure": id, "store": store.id, "at": now or this_instant(), "by": by}
    entry |= {"workbook": workbook, "prompt": prompt.id, "fields": dict(passage.fields)}

    def act(c: Connection) -> removal.Erased:
        allowed(c)
        return _begin(c, data, entry, passage)

    try:
        done = store.write(act)
    except BaseException:
        _not_done(store, data, id)
        raise
    return removal.clean_up(store, data, done)


def _checked(prompt: Prompt, words: str) -> ErasedPassage:
    fields, clean = text_fields(prompt), storable(words)
    if len(clean.strip()) < copies.SHORTEST:
        raise BadInput("answers.no_passage", least=copies.SHORTEST)
    if not fields:
        raise BadInput("answers.no_words", prompt=prompt.id)
    return ErasedPassage(clean, fields)


def _begin(c: Connection, data: Path, entry: dict[str, Any], named: ErasedPassage) -> removal.Erased:
    """Find the words, have the journal name their places, and only then take them out."""
    book = workbooks.workbook(c, entry["workbook"])
    passage = replace(named, locale=book.locale)
    scope = places.scope_of(c, book, entry["prompt"], entry["by"])
    found = copies.find_copies(c, scope, places.all_places(c, scope), passage)
    if not any(each.readable for each in found):
        raise Missing("answers.no_such_passage")
    full = {**entry, "places": copies.journal_places(found, passage)}
    full["fingerprint"] = fingerprint.take_fingerprint(c, passage.words)
    erasure_journal.append_entry(data, full)
    return removal.apply(c, full, scope, passage, found)


def count(c: Connection) -> int:
    """Return how many erasures there were: whoever made something meanwhile makes it again."""
    return c.execute(select(func.count()).select_from(schema.erasure)).scalar_one()


def _not_done(store: Store, data: Path, id: str) -> None:
    """Note that an erasure did not come about, where that is certain."""
    with suppress(StoreError):
        started = any(entry["erasure"] == id for entry in erasure_journal.entries(data / erasure_journal.JOURNAL))
        table = schema.erasure
        if started and store.read(lambda c: c.execute(select(table.c.id).where(table.c.id == id)).first()) is None:
            erasure_journal.append_entry(data, {"erasure": id, "undone": True})
