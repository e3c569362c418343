"""Links, codes and sessions by the hash of their secret; wrong tries; the audit."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, func, insert, select, update

from actionlearn.store.engine.mapping import columns
from actionlearn.store.records import Link, Session
from actionlearn.store.tables import schema

_LINK = columns(schema.link, Link)
_SESSION = columns(schema.session, Session)

# Looked up at each request: made once.
_SESSION_OF = select(*_SESSION).where(schema.session.c.hash == bindparam("of"))

# Links ----------------------------------------------------------------------------------------


def put_link(c: Connection, hash: str, person: str, now: str, expires_at: str) -> None:
    """Add a link for somebody, beside their earlier ones."""
    c.execute(insert(schema.link).values(hash=hash, person=person, created_at=now, expires_at=expires_at))


def replace_links(c: Connection, hash: str, now: str) -> None:
    """End the links that somebody had before a link, those too that could be pressed once more."""
    table = schema.link
    whose, since = (
        select(table.c.person).where(table.c.hash == hash),
        select(table.c.created_at).where(table.c.hash == hash),
    )
    open_ = (table.c.pressed_again_at.is_(None), table.c.replaced_at.is_(None), table.c.hash != hash)
    mine = (table.c.person == whose.scalar_subquery(), table.c.created_at <= since.scalar_subquery())
    c.execute(update(table).where(*mine, *open_).values(replaced_at=now))


def remove_link(c: Connection, hash: str) -> None:
    """Forget a link that nobody was given."""
    c.execute(delete(schema.link).where(schema.link.c.hash == hash))


def link(c: Connection, hash: str) -> Link | None:
    """Return a link; None where there is none."""
    row = c.execute(select(*_LINK).where(schema.link.c.hash == hash)).first()
    return None if row is None else Link(*row)


def spend_link(c: Connection, hash: str, session: str, now: str) -> None:
    """Note that a link was used, and which session it began."""
    c.execute(update(schema.link).where(schema.link.c.hash == hash).values(spent_at=now, session=session))


def spend_link_again(c: Connection, hash: str, now: str) -> None:
    """Note that a link was used a second time."""
    c.execute(update(schema.link).where(schema.link.c.hash == hash).values(pressed_again_at=now))


# Codes ----------------------------------------------------------------------------------------


def put_code(c: Connection, hash: str, person: str, now: str, expires_at: str) -> None:
    """Add a code for somebody; it replaces their earlier ones."""
    table = schema.code
    c.execute(delete(table).where(table.c.person == person))
    c.execute(delete(table).where(table.c.expires_at < now))
    c.execute(insert(table).values(hash=hash, person=person, expires_at=expires_at))


def spend_code(c: Connection, hash: str, person: str, now: str) -> bool:
    """Use a code of somebody up; False where there is none that is good."""
    table = schema.code
    good = (table.c.hash == hash, table.c.person == person, table.c.spent_at.is_(None), table.c.expires_at > now)
    return c.execute(update(table).where(*good).values(spent_at=now)).rowcount == 1


def add_failed_attempt(c: Connection, key: str, now: str, forget_before: str) -> None:
    """Count a wrong code for a key, such as a username or an address; older ones are forgotten."""
    c.execute(delete(schema.failed_attempt).where(schema.failed_attempt.c.at < forget_before))
    c.execute(insert(schema.failed_attempt).values(key=key, at=now))


def failed_attempts(c: Connection, key: str, since: str) -> int:
    """Return how many wrong codes were tried for a key since an instant."""
    table = schema.failed_attempt
    counted = select(func.count()).select_from(table).where(table.c.key == key, table.c.at >= since)
    return int(c.execute(counted).scalar_one())


# Sessions -------------------------------------------------------------------------------------


def put_session(c: Connection, hash: str, person: str, now: str) -> None:
    """Add a session for somebody."""
    c.execute(insert(schema.session).values(hash=hash, person=person, created_at=now, seen_at=now))


def ever_signed_in(c: Connection, person: str) -> bool:
    """Tell whether somebody was ever signed in, on whatever device."""
    return (
        c.execute(select(schema.session.c.person).where(schema.session.c.person == person).limit(1)).first() is not None
    )


def session(c: Connection, hash: str) -> Session | None:
    """Return a session; None where there is none."""
    row = c.execute(_SESSION_OF, {"of": hash}).first()
    return None if row is None else Session(*row)


def touch_session(c: Connection, hash: str, now: str) -> None:
    """Note that a session is in use."""
    c.execute(update(schema.session).where(schema.session.c.hash == hash).values(seen_at=now))


def end_session(c: Connection, hash: str, now: str) -> None:
    """End one session."""
    _end(c, schema.session.c.hash == hash, now)


def end_sessions(c: Connection, person: str, now: str) -> int:
    """End every session of somebody; return how many there were."""
    return _end(c, schema.session.c.person == person, now)


def _end(c: Connection, which: ColumnElement[bool], now: str) -> int:
    table = schema.session
    return c.execute(update(table).where(which, table.c.ended_at.is_(None)).values(ended_at=now)).rowcount


def prune(c: Connection, before: str) -> int:
    """Forget links and sessions that were over before an instant; return how many."""
    over: tuple[tuple[Table, ColumnElement[bool]], ...] = (
        (schema.link, schema.link.c.expires_at < before),
        (schema.session, schema.session.c.seen_at < before),
    )
    return sum(c.execute(delete(table).where(which)).rowcount for table, which in over)


# Audit ----------------------------------------------------------------------------------------
