"""Passages that comments quote: an erasure takes out of them what touches its words.

Called before the frozen answers change: a quote may hold half of the passage, and where it stood says so.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, update

from actionlearn.answers.passages import ErasedPassage
from actionlearn.store.erasure.places import Scope
from actionlearn.store.records import Submission
from actionlearn.store.reviews import comments, submissions
from actionlearn.store.tables import schema

#: Characters around a quote that are kept with it: no further than that may an erased passage begin.
_AROUND = 64


def erase_quotes(c: Connection, scope: Scope, passage: ErasedPassage) -> int:
    """Take a passage of one answer out of quotes; return out of how many.

    Whatever touches it goes, and the mark stands there. Where nobody can name the words any more, all quotes of that
    answer go.
    """
    return sum(_quotes(c, one, scope, passage) for one in scope.shared)


def _quotes(c: Connection, one: Submission, scope: Scope, passage: ErasedPassage) -> int:
    value = next((each.value for each in submissions.items_of(c, one.id) if each.prompt == scope.prompt), None)
    spans = passage.spans(value) if passage.words and isinstance(value, str) else None
    done = 0
    for comment in comments.comments_of(c, one.id):
        if not comment.target:
            continue
        own = one.workbook == scope.book.id and comment.prompt == scope.prompt
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
