"""Signing in and out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from actionlearn import accounts, i18n
from actionlearn.errors import SignInNeeded, TooMany
from actionlearn.store import now as real_now
from actionlearn.store import shifted
from actionlearn.store.people import audit, members
from actionlearn.store.people import sessions as signin
from actionlearn.store.tables import schema


@pytest.fixture
def bea(store):
    """Add a learner."""
    return store.write(lambda c: members.add_person(c, username="bea", firstname="Beatriz"))


@pytest.fixture
def later(monkeypatch):
    """Move the clock on."""

    def move(**by):
        monkeypatch.setattr(accounts, "now", lambda: shifted(real_now(), **by))

    return move


def refused(error, act, *args):
    """Tell the code of the error that an act ends with."""
    with pytest.raises(error) as raised:
        act(*args)
    assert raised.value.code in i18n.MESSAGES
    return raised.value.code


def everything(store):
    """Return all text that is in the tables of signing in."""
    tables = (schema.link, schema.code, schema.session, schema.audit, schema.failed_attempt)
    return str([store.read(lambda c, table=table: c.execute(select(table)).all()) for table in tables])


def test_a_link_is_opened_often_and_spent_once(store, bea):
    """Opening a link shows whose it is and spends nothing; pressing the button signs in, and once more within the hour."""
    token = accounts.new_link(store, bea.id)
    assert accounts.peek_link(store, token) == accounts.peek_link(store, token) == bea
    session = accounts.redeem_link(store, token)
    assert accounts.session_person(store, session) == bea
    use = accounts.link_use(store, token)
    assert use.person == bea
    again = accounts.redeem_link(store, token)
    assert accounts.session_person(store, again) == bea
    assert accounts.session_person(store, session) is None
    assert refused(SignInNeeded, accounts.peek_link, store, token) == "signin.link_spent"
    assert refused(SignInNeeded, accounts.redeem_link, store, token) == "signin.link_spent"


def test_a_link_that_was_used_is_good_for_an_hour(store, bea, later):
    """Whoever comes second an hour later is refused; so is whoever comes after a newer link was made."""
    token = accounts.new_link(store, bea.id)
    session = accounts.redeem_link(store, token)
    later(minutes=61)
    assert refused(SignInNeeded, accounts.redeem_link, store, token) == "signin.link_spent"
    assert accounts.session_person(store, session) == bea
    token = accounts.new_link(store, bea.id)
    accounts.redeem_link(store, token)
    accounts.new_link(store, bea.id)
    assert refused(SignInNeeded, accounts.redeem_link, store, token) == "signin.link_spent"


def test_a_link_pressed_often_at_once_leaves_one_session(store, bea):
    """Of many who press at the same moment two are let in, and the second ends what the first began."""
    token = accounts.new_link(store, bea.id)

    def press(_):
        try:
            return accounts.redeem_link(store, token)
        except SignInNeeded:
            return None

    with ThreadPoolExecutor(8) as pool:
        tokens = [each for each in pool.map(press, range(8)) if each is not None]
    assert len(tokens) == 2
    assert sum(accounts.session_person(store, each) == bea for each in tokens) == 1


def test_a_link_lapses(store, bea, later):
    """A link works for its hours and not after."""
    token = accounts.new_link(store, bea.id, hours=2)
    later(hours=1.9)
    assert accounts.peek_link(store, token) == bea
    later(hours=2.1)
    assert refused(SignInNeeded, accounts.redeem_link, store, token) == "signin.link_lapsed"


def test_a_new_link_replaces_the_old_one(store, bea):
    """A lost link is replaced: the old one no longer works and says that there is a newer."""
    old, new = accounts.new_link(store, bea.id), accounts.new_link(store, bea.id)
    assert refused(SignInNeeded, accounts.peek_link, store, old) == "signin.link_replaced"
    assert accounts.peek_link(store, new) == bea


def test_links_for_a_cohort_are_written_together(store, bea):
    """Everybody gets a link of their own."""
    rui = store.write(lambda c: members.add_person(c, username="rui"))
    tokens = accounts.new_links(store, [bea.id, rui.id])
    assert [accounts.peek_link(store, tokens[each.id]) for each in (bea, rui)] == [bea, rui]


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "a" * 100_000])
def test_nonsense_signs_nobody_in(store, token):
    """What was never a token is unknown, and nothing else happens."""
    assert refused(SignInNeeded, accounts.peek_link, store, token) == "signin.link_unknown"
    assert accounts.session_person(store, token) is None


def test_a_code_signs_the_next_device_in_once(store, bea):
    """A code of eight clear characters, typed in any case and with a space, signs in once."""
    code = accounts.new_code(store, bea.id)
    assert len(code) == 8
    assert set(code) <= set(accounts.ALPHABET)
    token = accounts.redeem_code(store, "BEA", f" {code[:4].lower()}-{code[4:]}")
    assert accounts.session_person(store, token) == bea
    assert refused(SignInNeeded, accounts.redeem_code, store, "bea", code) == "signin.code_wrong"


def test_a_code_is_for_its_person_and_ten_minutes(store, bea, later):
    """Somebody else's code, an old one and a replaced one are all the same: wrong."""
    store.write(lambda c: members.add_person(c, username="rui"))
    old, code = accounts.new_code(store, bea.id), accounts.new_code(store, bea.id)
    for name, typed in (("rui", code), ("nobody", code), ("bea", old), ("bea", "")):
        assert refused(SignInNeeded, accounts.redeem_code, store, name, typed) == "signin.code_wrong"
    later(minutes=10.1)
    assert refused(SignInNeeded, accounts.redeem_code, store, "bea", code) == "signin.code_wrong"


def test_guessing_codes_is_slow(store, bea, later):
    """After ten wrong codes for a name, also of nobody, who types more is told to wait; the right one is taken."""
    for name in ("bea", "nobody"):
        for _ in range(accounts.WRONG_TRIES):
            assert refused(SignInNeeded, accounts.redeem_code, store, name, "WRONG234") == "signin.code_wrong"
        assert refused(TooMany, accounts.redeem_code, store, name, "WRONG234") == "signin.too_many_tries"
    assert accounts.redeem_code(store, "bea", accounts.new_code(store, bea.id))
    later(minutes=10.1)
    assert refused(SignInNeeded, accounts.redeem_code, store, "bea", "WRONG234") == "signin.code_wrong"


def test_guessing_from_one_address_is_slow(store, bea):
    """An address that tries many names is told to wait too; nobody there is locked out by it."""
    for number in range(accounts.WRONG_TRIES_OF_ADDRESS):
        refused(SignInNeeded, accounts.redeem_code, store, f"p{number}", "WRONG234", "10.0.0.1")
    code = accounts.new_code(store, bea.id)
    assert refused(TooMany, accounts.redeem_code, store, "bea", "WRONG234", "10.0.0.1") == "signin.too_many_tries"
    assert accounts.redeem_code(store, "bea", code, "10.0.0.1")


def test_a_session_slides_and_lapses(store, bea, later):
    """A session lasts as long as it is used; unused it ends by itself."""
    token = accounts.new_session(store, bea.id)
    for days in (20, 40, 60):
        later(days=days)
        assert accounts.session_person(store, token, days=30) == bea
        store.write(lambda _: None)
    later(days=91)
    assert accounts.session_person(store, token, days=30) is None


def test_use_is_written_once_an_hour_at_most(store, bea, later):
    """Looking at pages writes nothing more than once in an hour."""
    token = accounts.new_session(store, bea.id)
    seen = lambda: store.write(lambda c: c.execute(select(schema.session.c.seen_at)).scalar())  # noqa: E731
    first = seen()
    later(minutes=50)
    accounts.session_person(store, token)
    assert seen() == first
    later(minutes=70)
    accounts.session_person(store, token)
    assert seen() > first


def test_signing_out_ends_this_device(store, bea):
    """Signing out here leaves the other devices; signing out everywhere does not."""
    here, there, third = (accounts.new_session(store, bea.id) for _ in range(3))
    accounts.sign_out(store, here)
    accounts.sign_out(store, "unknown")
    assert accounts.session_person(store, here) is None
    assert accounts.session_person(store, there) == bea
    assert accounts.sign_out_everywhere(store, bea.id) == 2
    assert accounts.session_person(store, there) is accounts.session_person(store, third) is None


def test_a_session_brings_all_roles(store, bea):
    """Who is signed in, and what they may be, come in one reading."""
    store.write(lambda c: members.put_cohort(c, id="autumn", name="Autumn"))
    store.write(lambda c: members.grant(c, "autumn", bea.id, "coach"))
    person, actor = accounts.session_actor(store, accounts.new_session(store, bea.id))
    assert person == bea
    assert actor.has("coach", "autumn")


def test_no_secret_is_in_the_store(store, bea):
    """Links, codes and sessions are in the store as hashes alone."""
    link, code = accounts.new_link(store, bea.id), accounts.new_code(store, bea.id)
    sessions = [accounts.redeem_link(store, link), accounts.redeem_code(store, "bea", code)]
    kept = everything(store)
    assert not [secret for secret in (link, code, *sessions) if secret in kept]


def test_the_audit_tells_who_did_what(store, bea):
    """Signing in is noted by itself; anything else by whoever does it."""
    accounts.redeem_link(store, accounts.new_link(store, bea.id))
    accounts.audit(store, bea.id, "read", "submission 7")
    found = store.read(lambda c: audit.audit(c, person=bea.id))
    assert [(each.act, each.thing) for each in found] == [("read", "submission 7"), ("signed in by link", "session")]


def test_what_is_long_over_is_forgotten(store, bea):
    """Links and sessions that were over long ago are removed; those in use stay."""
    accounts.new_link(store, bea.id, hours=-1)
    token = accounts.new_session(store, bea.id)
    assert store.write(lambda c: signin.prune(c, shifted(real_now(), minutes=-30))) == 1
    assert accounts.session_person(store, token) == bea
