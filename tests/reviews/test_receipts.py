"""Receipts: what was frozen is what the receipt says, whatever else happens in the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from uuid import uuid4

import pytest

from actionlearn import accounts, notebook, template, views
from actionlearn.permissions import may
from actionlearn.reviews import share
from actionlearn.store import now, open_store
from actionlearn.store.erasure import passages
from actionlearn.store.people import members
from actionlearn.store.reviews import submissions
from actionlearn.store.workbooks import drafts, workbooks

from ..support.served_kit import World

TEMPLATE = """---
template: scope
title: What needs to change?
version: 1
minutes: 10
stage: scope
summary: Find the need.
---
```{prompt} need
What needs to change?
```

```{prompt} twin
The same again?
```

```{prompt} secret
:audience: me
What do you tell nobody?
```
"""


@pytest.fixture
def scene(store, tmp_path):
    """Make a class of learners, each with a workbook."""
    parsed = template.parse(TEMPLATE, views=views.VIEWS)
    contents = notebook.read(notebook.to_notebook(parsed))

    def act(c):
        members.put_cohort(c, id="autumn", name="Autumn")
        group = members.put_set(c, "autumn", "Blue").id
        made = {}
        about = {"cohort": "autumn", "template": "scope", "template_hash": parsed.hash, "locale": "en", "number": 1}
        for n in range(200):
            person = members.add_person(c, username=f"p{n}")
            members.grant(c, "autumn", person.id, "learner", group)
            made[person.id] = workbooks.add_workbook(c, **about, owner=person.id, title="Scope", path=f"{n}.ipynb")
        return made

    return SimpleNamespace(store=store, books=store.write(act), contents=contents, data=tmp_path)


def say(c, book, **values):
    """Save answers over whatever is there, in one act."""
    heads = drafts.drafts(c, book.id)
    for prompt, value in values.items():
        key = {"workbook": book.id, "prompt": prompt, "person": book.owner, "client": str(uuid4())}
        drafts.save(c, **key, seq=1, base=heads[prompt].version if prompt in heads else 0, value=value)


def frozen(store, submission):
    """Return what is kept of a submission."""
    return {item.prompt: item.value for item in store.read(lambda c: submissions.items_of(c, submission.id))}


def test_what_is_frozen_is_one_moment_and_what_the_receipt_says(scene):
    """Sharing again and again while others save: every receipt verifies, and no set is half of two saves."""
    store, book = scene.store, next(iter(scene.books.values()))
    store.write(lambda c: say(c, book, need="0", twin="0", secret="s0"))
    stop, faults, shared = threading.Event(), [], []

    def type_on(name):
        turn = 0
        while not stop.is_set():
            turn += 1
            text = f"{name} {turn}"
            try:
                store.write(lambda c, text=text: say(c, book, need=text, twin=text, secret=f"s {text}"))
            except Exception as error:
                faults.append(error)

    typing = [threading.Thread(target=type_on, args=(name,)) for name in ("laptop", "phone", "tablet")]
    for thread in typing:
        thread.start()
    for _ in range(40):
        shared.append(share.share(store, book, scene.contents, book.owner, "", now()))
    stop.set()
    for thread in typing:
        thread.join()
    assert faults == []
    assert len({each.id for each in shared}) > 1
    for each in shared:
        values = frozen(store, each)
        assert set(values) == {"need", "twin"}
        assert values["need"] == values["twin"]
        assert share.verifies(store, each)


def test_the_same_state_twice_is_the_same_receipt(scene):
    """Going away from a state and back to it proves the same; in between it is another."""
    store, book = scene.store, next(iter(scene.books.values()))

    def shared():
        return share.share(store, book, scene.contents, book.owner, "", now())

    store.write(lambda c: say(c, book, need="one"))
    first, again = shared(), shared()
    store.write(lambda c: say(c, book, secret="of no matter to readers"))
    assert shared() == first == again
    store.write(lambda c: say(c, book, need="two"))
    second = shared()
    store.write(lambda c: say(c, book, need="one"))
    third = shared()
    assert (first.number, second.number, third.number) == (1, 2, 3)
    assert first.receipt == third.receipt != second.receipt
    assert all(share.verifies(store, each) for each in (first, second, third))


@pytest.mark.ordinary("sqlite")
def test_two_hundred_share_in_the_same_second(scene):
    """All get a receipt of their own, and each is in the store."""
    store = scene.store
    for owner, book in scene.books.items():
        store.write(lambda c, owner=owner, book=book: say(c, book, need=f"I am {owner}", twin="all the same"))
    at = now()
    with ThreadPoolExecutor(50) as pool:
        made = list(
            pool.map(lambda book: share.share(store, book, scene.contents, book.owner, "", at), scene.books.values())
        )
    assert len({each.receipt for each in made}) == len({each.id for each in made}) == 200
    for book, each in zip(scene.books.values(), made, strict=True):
        assert (each.workbook, each.number, each.shared_at) == (book.id, 1, at)
        assert store.read(lambda c, each=each: submissions.submission(c, each.id)) == each
        assert frozen(store, each)["need"] == f"I am {book.owner}"
        assert share.verifies(store, each)


def test_a_receipt_verifies_no_longer_where_a_passage_was_erased(scene):
    """The submission says since when; the others of the workbook verify as before."""
    store, book = scene.store, next(iter(scene.books.values()))
    store.write(lambda c: say(c, book, need="I asked Bruno"))
    first = share.share(store, book, scene.contents, book.owner, "", now())
    store.write(lambda c: say(c, book, need="I asked nobody"))
    second = share.share(store, book, scene.contents, book.owner, "", now())
    passages.erase(store, scene.data, book.id, scene.contents.prompts["need"], "Bruno", book.owner)
    assert (share.verifies(store, first), share.verifies(store, second)) == (False, True)
    third = share.share(store, book, scene.contents, book.owner, "", now())
    assert third == second


@pytest.mark.slow
def test_two_hundred_share_over_http_in_the_same_moment(tmp_path):
    """The same through the running server: each gets 200 and a receipt that is stored and verifies."""
    world = World(tmp_path)
    with open_store(world.data) as store:

        def act(c):
            for n in range(200):
                person = members.add_person(c, username=f"p{n}", locale="en")
                members.grant(c, "autumn", person.id, "learner", "")
                world.person[f"p{n}"] = person.id

        store.write(act)
        for n in range(200):
            book = world.add_workbook(store, f"p{n}", "autumn", "scope")
            owner = store.read(lambda c, book=book: workbooks.workbook(c, book))
            store.write(lambda c, owner=owner: say(c, owner, need=f"I am {owner.owner}"))
            world.session[f"p{n}"] = accounts.new_session(store, world.person[f"p{n}"])
    world.start()
    gate = threading.Barrier(50)

    def shared(n):
        if n < 50:
            gate.wait()
        return world.ask(f"p{n}", "POST", f"/api/workbooks/{world.book[f'p{n}/scope']}/share", {"wants": ""})

    try:
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(shared, range(200)))
    finally:
        world.stop()
    assert {answer.status for answer in answers} == {200}
    assert len({answer.json["receipt"] for answer in answers}) == 200
    with open_store(world.data) as store:
        for n, answer in enumerate(answers):
            kept = store.read(lambda c, answer=answer: submissions.submission(c, answer.json["submission"]))
            assert (kept.workbook, kept.receipt) == (world.book[f"p{n}/scope"], answer.json["receipt"])
            assert share.verifies(store, kept)
            actor = store.read(lambda c, n=n: members.actor(c, world.person[f"p{n}"]))
            assert may(actor, "read", store.read(lambda c, kept=kept: submissions.submission_resource(c, kept)))
