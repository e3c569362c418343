"""The executed notebooks of what was shared, and whether a coach signed it off."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, select

from actionlearn.store.clock import now as this_instant
from actionlearn.store.engine.mapping import columns
from actionlearn.store.engine.upsert import upsert
from actionlearn.store.records import Review, SignOff
from actionlearn.store.tables import schema

_REVIEW = columns(schema.review, Review)
_SIGN_OFF = columns(schema.sign_off, SignOff)


# Asked for each page: made once.
_OF: Any = bindparam("of")

# Executed notebooks ---------------------------------------------------------------------------


def put_review(c: Connection, review: Review) -> Review:
    """Write how the executed notebook of a submission stands, for one reader."""
    values = asdict(review)
    upsert(c, schema.review, {name: values.pop(name) for name in ("submission", "reader")}, values)
    return review


def review(c: Connection, submission: str, reader: str) -> Review | None:
    """Return how the executed notebook of a submission stands for one reader; None where nobody asked for it."""
    table = schema.review
    row = c.execute(select(*_REVIEW).where(table.c.submission == submission, table.c.reader == reader)).first()
    return None if row is None else Review(*row)


def reviews_of(c: Connection, submission: str) -> list[Review]:
    """Return the executed notebooks of a submission, one for each kind of reader."""
    table = schema.review
    return [Review(*row) for row in c.execute(select(*_REVIEW).where(table.c.submission == submission))]


def pending_reviews(c: Connection) -> list[Review]:
    """Return the reviews that were asked for and are not made, such as when the server was stopped."""
    return [Review(*row) for row in c.execute(select(*_REVIEW).where(schema.review.c.state == "pending"))]


# The whole ------------------------------------------------------------------------------------


def sign_off(c: Connection, *, submission: str, by: str, verdict: Literal["agreed", "again"], now: str = "") -> SignOff:
    """Say what one thinks of a submission as a whole; said again, the last counts."""
    made = SignOff(submission=submission, by=by, verdict=verdict, at=now or this_instant())
    upsert(c, schema.sign_off, {"submission": submission, "by": by}, {"verdict": verdict, "at": made.at})
    return made


def sign_offs(c: Connection, submission: str) -> list[SignOff]:
    """Return what coaches said of a submission as a whole, the oldest first."""
    table = schema.sign_off
    rows = c.execute(select(*_SIGN_OFF).where(table.c.submission == submission).order_by(table.c.at))
    return [SignOff(*row) for row in rows]
