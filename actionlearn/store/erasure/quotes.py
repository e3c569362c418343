"""What else repeats words of a learner: quotes in comments, and what a coach keeps. An erasure takes them out there too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select, update

from actionlearn.answers.passages import ErasedPassage
from actionlearn.store.records import Submission, Workbook
from actionlearn.store.reviews import comments, submissions
from actionlearn.store.tables import coaching, schema

#: Characters around a quote that are kept with it: no further than that may an erased passage begin.
_AROUND = 64


def erase_quotes(
    c: Connection, book: Workbook, prompt: str, passage: ErasedPassage, shared: Iterable[Submission]
) -> int:
    """Take a passage of one answer out of quotes, notes, agreements and what is half said; return out of how many.

    Called before the frozen answers change: a quote may hold half of the passage, and where it stood says so.
    Where nobody can name the words any more, all quotes of that answer go.
    """
    done = sum(_quotes(c, one, book, prompt, passage) for one in shared)
    if not passage.words:
        return done
    plain, ids = passage.plain, [one.id for one in shared]
    note, half, agreement = coaching.note, coaching.comment_draft, coaching.agreement
    for table, where in (
        (note, note.c.about.in_([*ids, book.owner])),
        (half, half.c.submission.in_(ids)),
        (agreement, agreement.c.learner == book.owner),
    ):
        keys = list(table.primary_key.columns)
        for *key, body in c.execute(select(*keys, table.c.body).where(where)).all():
            if plain.spans(body):
                same = (column == value for column, value in zip(keys, key, strict=True))
                newer = {"version": table.c.version + 1} if table is agreement else {}
                c.execute(update(table).where(*same).values(body=plain.without(body), **newer))
                done += 1
    return done


def _quotes(c: Connection, one: Submission, book: Workbook, prompt: str, passage: ErasedPassage) -> int:
    """Take the passage out of the quotes of one submission: whatever touches it goes, and the mark stands there."""
    value = next((each.value for each in submissions.items_of(c, one.id) if each.prompt == prompt), None)
    spans = passage.spans(value) if passage.words and isinstance(value, str) else None
    done = 0
    for comment in comments.comments_of(c, one.id):
        if not comment.target:
            continue
        own = one.workbook == book.id and comment.prompt == prompt
        if not (own and _touches(comment.target, spans)) and not _repeats(comment.target, passage):
            continue
        marked = {
            "source": comment.target["source"],
            "selector": [{"type": "TextQuoteSelector", "exact": passage.mark}],
        }
        c.execute(update(schema.comment).where(schema.comment.c.id == comment.id).values(target=marked))
        done += 1
    return done


def _touches(target: dict[str, Any], spans: Any) -> bool:
    at = next((each for each in target["selector"] if each["type"] == "TextPositionSelector"), None)
    if spans is None or at is None:
        return True
    return any(start < at["end"] + _AROUND and at["start"] - _AROUND < end for _, start, end in spans)


def _repeats(target: dict[str, Any], passage: ErasedPassage) -> bool:
    selector: dict[str, Any] = next((each for each in target["selector"] if each["type"] == "TextQuoteSelector"), {})
    whole = "".join(selector.get(name, "") for name in ("prefix", "exact", "suffix"))
    return bool(passage.words and passage.plain.spans(whole))
