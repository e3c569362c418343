"""Sharing: frozen, atomic, proved by a receipt, and never in the way."""

from __future__ import annotations

import hashlib
import threading

import pytest
import rfc8785

from actionlearn.errors import BadInput, Refused
from actionlearn.reviews import share
from actionlearn.reviews.visible_answers import OWNER, shared_items
from actionlearn.store.records import Review
from actionlearn.store.reviews import reviews, submissions
from actionlearn.store.workbooks import drafts, revisions


def test_sharing_says_who_would_read_what_and_what_is_empty(shared):
    """Before sharing, readers are named per audience, and required prompts that are empty are named."""
    shared.say(shared.scope, "need", "Fewer forms")
    shared.say(shared.scope, "secret", "I am afraid")
    seen = shared.store.read(lambda c: share.preview_share(c, shared.scope, shared.contents(shared.scope)))
    assert dict(seen.prompts) == {"need": ("me", "set", "coach")}
    assert {each.audience: each.names for each in seen.readers} == {
        "set": ("Carl Conceição",),
        "coach": ("Emma Conceição", "Fred Conceição"),
    }
    assert [prompt.id for prompt in seen.missing] == ["doubt"]
    assert seen.last is None


def test_sharing_freezes_what_others_may_read_and_nothing_else(shared):
    """A private answer is not frozen; a later edit does not change what was shared."""
    shared.say(shared.scope, "need", "Fewer forms")
    shared.say(shared.scope, "secret", "I am afraid")
    shared.say(shared.scope, "people", "Carl")
    made = shared.share(shared.scope, "the need")
    shared.say(shared.scope, "need", "No forms at all")
    items = shared.store.read(lambda c: submissions.items_of(c, made.id))
    assert {item.prompt: item.value for item in items} == {"need": "Fewer forms", "people": "Carl"}
    assert (made.number, made.wants, made.audiences) == (1, "the need", ("set", "coach"))
    assert set(share.answers_for(items, "coach")) == {"need"}
    assert set(share.answers_for(items, "set")) == {"need", "people"}


def test_every_draft_gets_a_revision(shared):
    """Sharing cuts a revision of every prompt with a draft, private ones too."""
    shared.say(shared.scope, "secret", "I am afraid")
    shared.share(shared.scope)
    cut = shared.store.read(lambda c: revisions.revisions(c, shared.scope.id, "secret"))
    assert [(each.value, each.cause) for each in cut] == [("I am afraid", "share")]


def test_the_receipt_can_be_computed_by_anybody(shared):
    """It is the SHA-256 of the canonical JSON of what was shared."""
    shared.say(shared.scope, "need", "Menos formulários €")
    made = shared.share(shared.scope)
    state = {
        "workbook": shared.scope.id,
        "template_hash": shared.scope.template_hash,
        "answers": {"need": {"value": "Menos formulários €", "audience": ["me", "set", "coach"]}},
    }
    assert made.receipt == hashlib.sha256(rfc8785.dumps(state)).hexdigest()
    assert share.verifies(shared.store, made)


def test_sharing_the_same_state_twice_is_one_submission(shared):
    """The same words and wants give the same submission; other words, wants or readers another."""
    shared.say(shared.scope, "need", "Fewer forms")
    first = shared.share(shared.scope, "need")
    assert shared.share(shared.scope, "need") == first
    assert shared.share(shared.scope, "all of it").number == 2
    shared.store.write(
        lambda c: drafts.put_audience(
            c, workbook=shared.scope.id, prompt="need", audience=("me", "coach"), person="bea", now=shared.now()
        )
    )
    assert shared.share(shared.scope, "all of it").number == 3
    shared.say(shared.scope, "need", "No forms")
    assert shared.share(shared.scope, "all of it").number == 4


def test_two_at_the_same_moment_share_once(shared):
    """Ten presses at once give one submission, with the answers of one moment."""
    shared.say(shared.scope, "need", "Fewer forms")
    made = []
    threads = [threading.Thread(target=lambda: made.append(shared.share(shared.scope))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each.id for each in made}) == 1
    assert len(made) == 10


def test_an_empty_workbook_can_be_shared(shared):
    """Nothing that is empty blocks sharing."""
    made = shared.share(shared.scope, "I do not know how to begin")
    assert made.number == 1
    assert shared.store.read(lambda c: submissions.items_of(c, made.id)) == []


@pytest.mark.parametrize("who", ["carl", "emma", "ines", "nobody"])
def test_only_the_owner_shares(shared, who):
    """Neither a peer nor a coach nor a facilitator shares somebody's workbook, and nothing is kept of it."""
    shared.say(shared.scope, "need", "Fewer forms")
    with pytest.raises(Refused):
        shared.share(shared.scope, by=who)
    assert shared.store.read(lambda c: submissions.submissions_of(c, shared.scope.id)) == []
    assert shared.store.read(lambda c: revisions.revisions(c, shared.scope.id, "need")) == []


def test_too_many_wants_are_refused(shared):
    """What one wants looked at has a limit, and it is said."""
    with pytest.raises(BadInput) as caught:
        shared.share(shared.scope, "x" * 2001)
    assert caught.value.values == {"limit": 2000}


def test_a_reference_to_another_workbook_keeps_its_secrets(shared):
    """A coach gets of another workbook only what was shared with coaches there; the owner gets drafts."""
    shared.say(shared.scope, "need", "Fewer forms")
    shared.say(shared.scope, "secret", "I am afraid")

    def items(reader):
        wanted = ["scope.need", "scope.secret", "actions"]
        return shared.store.read(lambda c: shared_items(c, shared.data, shared.plan, wanted, reader))

    assert items("coach") == {"scope.need": [], "scope.secret": []}
    shared.share(shared.scope)
    shared.say(shared.scope, "need", "No forms at all")
    (need,) = items("coach")["scope.need"]
    assert (need.value, need.workbook) == ("Fewer forms", "What needs to change?")
    assert need.question == "What needs to change at Acme?"
    assert items("coach")["scope.secret"] == []
    assert [item.value for item in items(OWNER)["scope.need"]] == ["No forms at all"]
    assert [item.value for item in items(OWNER)["scope.secret"]] == ["I am afraid"]


def test_a_reference_to_all_of_a_kind_keeps_their_order(shared):
    """`scope*.need` is all of the owner's scopes, in order; `scope.need` the newest."""
    second = shared.another_scope()
    shared.say(shared.scope, "need", "First")
    shared.say(second, "need", "Second")
    found = shared.store.read(lambda c: shared_items(c, shared.data, shared.plan, ["scope*.need", "scope.need"], OWNER))
    assert [item.value for item in found["scope*.need"]] == ["First", "Second"]
    assert [item.workbook for item in found["scope.need"]] == ["What needs to change? 2"]


def test_sharing_notes_at_once_who_waits_for_the_executed_notebook(shared):
    """The act that shares notes an execution for each reader, so that none is forgotten; sharing again asks no more."""
    shared.say(shared.scope, "need", "Fewer forms")
    made = shared.share(shared.scope)
    pending = shared.store.read(reviews.pending_reviews)
    assert {(each.submission, each.reader) for each in pending} == {(made.id, reader) for reader in made.audiences}
    assert "coach" in made.audiences
    done = Review(made.id, "coach", "done", "x.ipynb", "x.html")
    shared.store.write(lambda c: reviews.put_review(c, done))
    assert shared.share(shared.scope) == made
    assert shared.store.read(lambda c: reviews.review(c, made.id, "coach")) == done
