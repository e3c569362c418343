"""Signing in and out: by a link that is spent once, by a code for the next device, by a session that is prolonged by use.

Secrets leave this file once, to their person; the store has hashes alone.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256

from actionlearn.errors import Missing, SignInNeeded, TooMany
from actionlearn.permissions import Actor
from actionlearn.settings import read_settings
from actionlearn.store import Connection, Store, now, shifted
from actionlearn.store.people import account_events, members, sessions
from actionlearn.store.people.audit import add_audit
from actionlearn.store.records import Person

#: Letters and digits that nobody takes for one another.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
CODE_MINUTES = 10
#: Wrong codes that are answered with "wrong". More of them are told to wait, and a right one is taken all the same:
#: nobody can lock out somebody else, and 31 ** 8 codes of ten minutes are not guessed at any rate a server answers.
WRONG_TRIES = 10
#: Minutes in which a link that was used can be used once more: what pressed it first may have been a scanner of mail.
AGAIN_MINUTES = 60
#: Username of the first operator, and the hours in which they come in.
FIRST = "operator"
FIRST_HOURS = 24
#: An office has one address for all.
WRONG_TRIES_OF_ADDRESS = 100


def _hash(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


# Links ----------------------------------------------------------------------------------------


def new_link(store: Store, person: str, hours: float | None = None) -> str:
    """Return the token of a new sign-in link for somebody; their earlier links no longer work.

    Parameters
    ----------
    hours
        Until it lapses; None is the setting ``link_hours``.
    """
    return new_links(store, [person], hours)[person]


def new_links(
    store: Store, people: list[str], hours: float | None = None, by: str = "", *, replace: bool = True
) -> dict[str, str]:
    """Return the tokens of new sign-in links by person, written together; each is told who made it.

    Parameters
    ----------
    hours
        Until they lapse; None is the setting ``link_hours``.
    by
        Id of whoever makes them; empty for whoever runs the server, by command.
    """
    lasts = read_settings().link_hours if hours is None else hours
    tokens = {person: secrets.token_urlsafe(32) for person in people}

    def act(c: Connection) -> None:
        at = now()
        for person, token in tokens.items():
            sessions.put_link(c, _hash(token), person, at, shifted(at, hours=lasts))
            if replace:
                sessions.replace_links(c, _hash(token), at)
            account_events.record_link(c, by, person, at)

    store.write(act)
    return tokens


@dataclass(frozen=True)
class LinkUse:
    """Whom a link signs in when it is pressed now, and the session that it ends: that of its first press, by its hash."""

    person: Person
    ends: str = ""


def settle_link(store: Store, token: str, *, sent: bool) -> None:
    """Let a link whose letter is out replace the earlier ones of its person; forget one that went nowhere."""
    of = _hash(token)
    store.write(lambda c: sessions.replace_links(c, of, now()) if sent else sessions.remove_link(c, of))


def peek_link(store: Store, token: str) -> Person:
    """Return whom a link signs in, without spending it; raises what `link_use` raises."""
    return link_use(store, token).person


def link_use(store: Store, token: str) -> LinkUse:
    """Return what a link does, without spending it: mail scanners open links, people press the button.

    Raises
    ------
    SignInNeeded
        ``signin.link_unknown``, ``signin.link_spent``, ``signin.link_replaced`` or ``signin.link_lapsed``.
    """
    return store.read(lambda c: _good_link(c, token))


def redeem_link(store: Store, token: str) -> str:
    """Use a link and return the token of a new session.

    Some scanners of mail press the buttons of the pages that links lead to. So a link can be used a second time, within
    `AGAIN_MINUTES` of the first: the session that began then ends.

    Raises
    ------
    SignInNeeded
        As `link_use`.
    """

    def act(c: Connection) -> str:
        use, at = _good_link(c, token), now()
        if use.ends:
            sessions.end_session(c, use.ends, at)
            sessions.spend_link_again(c, _hash(token), at)
            return _new_session(c, use.person.id, account_events.SECOND_PRESS)
        session = _new_session(c, use.person.id, "signed in by link")
        sessions.spend_link(c, _hash(token), _hash(session), at)
        return session

    return store.write(act)


def _good_link(c: Connection, token: str) -> LinkUse:
    link, at = sessions.link(c, _hash(token)), now()
    if link is None:
        raise SignInNeeded("signin.link_unknown")
    if link.spent_at is not None:
        late = shifted(link.spent_at, minutes=AGAIN_MINUTES) <= at
        if late or not link.session or link.pressed_again_at is not None or link.replaced_at is not None:
            raise SignInNeeded("signin.link_spent")
        return LinkUse(members.person(c, link.person), link.session)
    if link.replaced_at is not None:
        raise SignInNeeded("signin.link_replaced")
    if link.expires_at <= at:
        raise SignInNeeded("signin.link_lapsed")
    return LinkUse(members.person(c, link.person))


# Codes ----------------------------------------------------------------------------------------


def new_code(store: Store, person: str) -> str:
    """Return a code that signs its person in on another device: once, within ten minutes."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    at = now()
    ends_at = shifted(at, minutes=CODE_MINUTES)
    store.write(lambda c: sessions.put_code(c, _hash(person, code), person, at, ends_at))
    return code


def redeem_code(store: Store, username: str, code: str, address: str = "") -> str:
    """Use a code up and return the token of a new session.

    Parameters
    ----------
    username
        Whose code it is.
    code
        As typed: in any case, with spaces or hyphens.
    address
        Where the try comes from, if known: wrong tries are counted for it too.

    Raises
    ------
    SignInNeeded
        ``signin.code_wrong``, which does not tell whether there is such a person.
    TooMany
        ``signin.too_many_tries``: a wrong code, after many.
    """
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    limits = {_hash("name", username.strip().casefold()): WRONG_TRIES}
    if address:
        limits[_hash("address", address)] = WRONG_TRIES_OF_ADDRESS

    def act(c: Connection) -> str | None:
        at = now()
        since = shifted(at, minutes=-CODE_MINUTES)
        person = members.person_by_username(c, username)
        if person is not None and sessions.spend_code(c, _hash(person.id, typed), person.id, at):
            return _new_session(c, person.id, "signed in by code")
        if any(sessions.failed_attempts(c, key, since) >= limit for key, limit in limits.items()):
            raise TooMany("signin.too_many_tries", minutes=CODE_MINUTES)
        for key in limits:
            sessions.add_failed_attempt(c, key, at, since)
        return None

    token = store.write(act)
    if token is None:
        raise SignInNeeded("signin.code_wrong")
    return token


# Sessions -------------------------------------------------------------------------------------


def new_session(store: Store, person: str) -> str:
    """Return the token of a new session for somebody whose right to it was checked elsewhere (the demo)."""
    return store.write(lambda c: _new_session(c, person, "signed in"))


def _new_session(c: Connection, person: str, act: str) -> str:
    token = secrets.token_urlsafe(32)
    at = now()
    sessions.put_session(c, _hash(token), person, at)
    add_audit(c, person, act, "session", at)
    return token


def session_person(store: Store, token: str, days: float | None = None) -> Person | None:
    """Return who a session belongs to; None where it is unknown, ended or lapsed. Use makes it last longer."""
    found = session_actor(store, token, days)
    return None if found is None else found[0]


def session_actor(store: Store, token: str, days: float | None = None) -> tuple[Person, Actor] | None:
    """Return who a session belongs to with all their roles, in one reading; None as `session_person`.

    Parameters
    ----------
    days
        How long a session lasts without use; None is the setting ``session_days``.
    """
    lasts = read_settings().session_days if days is None else days
    hash, at = _hash(token), now()

    def look(c: Connection) -> tuple[Person, Actor, bool] | None:
        session = sessions.session(c, hash)
        if session is None or session.ended_at is not None or session.seen_at <= shifted(at, days=-lasts):
            return None
        person = members.person(c, session.person)
        return person, members.actor(c, person.id), session.seen_at <= shifted(at, hours=-1)

    found = store.read(look) if token else None
    if found is None:
        return None
    person, actor, stale = found
    if stale:
        store.submit(lambda c: sessions.touch_session(c, hash, at))
    return person, actor


def sign_out(store: Store, token: str) -> None:
    """End the session of this device."""
    store.write(lambda c: sessions.end_session(c, _hash(token), now()))


def sign_out_everywhere(store: Store, person: str) -> int:
    """End every session of somebody; return how many there were."""

    def act(c: Connection) -> int:
        at = now()
        add_audit(c, person, "signed out everywhere", "session", at)
        return sessions.end_sessions(c, person, at)

    return store.write(act)


# Operators ------------------------------------------------------------------------------------


def set_operator(store: Store, username: str, operator: bool = True, name: str = "") -> Person:
    """Make somebody an operator of the installation, or no longer one; return who it is.

    Where nobody has the username, and a ``name`` is given, they are added.

    Whoever calls this has the right to it already: they type commands where the store is.

    Raises
    ------
    Missing
        ``signin.nobody``: nobody has this username.
    """

    def act(c: Connection) -> Person:
        person = members.person_by_username(c, username)
        if person is None and name:
            first, _, last = name.strip().partition(" ")
            person = members.add_person(c, username=username, firstname=first, lastname=last.strip())
        if person is None:
            raise Missing("signin.nobody", username=username)
        members.set_operator(c, person.id, operator)
        add_audit(c, "", "made an operator" if operator else "ended an operator", f"person {person.id}", now())
        return person

    return store.write(act)


def bootstrap_link(store: Store) -> str | None:
    """Return the token of the link by which an installation that nobody uses yet gets its operator; None later.

    It lapses after a day, and each new one ends the one before it. The person it signs in has no name
    yet: that is asked with their first cohort.
    """

    def act(c: Connection) -> str | None:
        known = members.first_people(c, 2)
        if not known:
            first = members.add_person(c, username=FIRST)
            members.set_operator(c, first.id)
            add_audit(c, "", "made an operator", f"person {first.id}", now())
            return first.id
        alone = len(known) == 1 and known[0].username == FIRST and not known[0].firstname
        return known[0].id if alone and not sessions.ever_signed_in(c, known[0].id) else None

    person = store.write(act)
    return None if person is None else new_link(store, person, FIRST_HOURS)


# Audit ----------------------------------------------------------------------------------------


def audit(store: Store, person: str, act: str, thing: str) -> None:
    """Note who did what to which thing, for good. Ids alone: never a learner's words."""
    store.write(lambda c: add_audit(c, person, act, thing, now()))
