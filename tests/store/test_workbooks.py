"""Workbooks, their notebooks, and what is known of them."""

from __future__ import annotations

import pytest

from actionlearn.errors import Conflict, Missing
from actionlearn.permissions import Resource
from actionlearn.store.people import members
from actionlearn.store.records import Workbook
from actionlearn.store.reports import build_failures, progress
from actionlearn.store.reports.build_failures import BuildFailure
from actionlearn.store.reports.progress import Numbers
from actionlearn.store.reviews import submissions
from actionlearn.store.workbooks import drafts, workbooks


@pytest.fixture
def people(store):
    """Make a cohort with a learner in a set."""

    def make(c):
        members.put_cohort(c, id="autumn", name="Autumn")
        bea = members.add_person(c, username="bea")
        group = members.put_set(c, "autumn", "One")
        members.grant(c, "autumn", bea.id, "learner", group.id)
        return bea, group

    return store.write(make)


def add(store, owner, **more):
    """Add a workbook; what is not given does not matter."""
    usual = {"cohort": "autumn", "template": "scope", "template_hash": "h1", "locale": "en", "number": 1}
    usual |= {"title": "Scope", "path": "p.ipynb", "parameters": {"organisation": "Ácme"}, "build_hash": "b1"}
    return store.write(lambda c: workbooks.add_workbook(c, owner=owner, **(usual | more)))


def test_a_workbook_comes_back_as_it_was_put(store, people):
    """All that is known of a workbook comes back; its id may be chosen before."""
    bea, _ = people
    made = add(store, bea.id, id="11111111-2222-4333-8444-555555555555")
    created = made.created_at
    assert made == Workbook(
        "11111111-2222-4333-8444-555555555555", "autumn", "person", bea.id, "", "scope", "h1", "en", 1, "Scope",
        {"organisation": "Ácme"}, "p.ipynb", created, None, "b1",
    )  # fmt: skip
    assert store.read(lambda c: workbooks.workbook(c, made.id)) == made
    assert store.read(lambda c: workbooks.find_workbook(c, "autumn", bea.id, "scope", 1)) == made
    assert store.read(lambda c: workbooks.find_workbook(c, "autumn", bea.id, "scope", 2)) is None
    with pytest.raises(Missing):
        store.read(lambda c: workbooks.workbook(c, "none"))


def test_the_key_is_owner_template_and_number(store, people):
    """There is one workbook of a template and number for an owner; another number, or about somebody, is another."""
    bea, group = people
    add(store, bea.id)
    with pytest.raises(Conflict):
        add(store, bea.id)
    assert store.read(lambda c: workbooks.next_number(c, "autumn", bea.id, "scope")) == 2
    add(store, bea.id, number=2)
    about = add(store, bea.id, about="somebody")
    add(store, group.id, owner_kind="set")
    assert store.read(lambda c: workbooks.find_workbook(c, "autumn", bea.id, "scope", 1, "somebody")) == about
    assert store.read(lambda c: workbooks.next_number(c, "autumn", bea.id, "plan")) == 1
    assert [w.number for w in store.read(lambda c: workbooks.workbooks_of(c, owner=bea.id))] == [1, 1, 2]
    assert store.read(lambda c: workbooks.workbooks_of(c, cohort="spring", owner=bea.id)) == []
    assert len(store.read(lambda c: workbooks.workbooks_in(c, "autumn"))) == 4


def test_a_workbook_of_a_set_has_a_notebook_for_each_locale(store, people):
    """One workbook, one set of answers, a notebook in each language; the first where there is none in a language."""
    _, group = people
    book = add(store, group.id, owner_kind="set")
    values = {"template_hash": "h2", "title": "Âmbito", "parameters": {}, "path": "pt.ipynb"}
    store.write(lambda c: workbooks.put_notebook(c, book.id, "pt", **values))
    pt = store.read(lambda c: workbooks.workbook(c, book.id, "pt"))
    assert (pt.id, pt.locale, pt.title, pt.path) == (book.id, "pt", "Âmbito", "pt.ipynb")
    assert store.read(lambda c: workbooks.workbook(c, book.id, "fr")) == book
    assert store.read(lambda c: workbooks.locales(c, book.id)) == ["en", "pt"]
    assert len(store.read(lambda c: workbooks.workbooks_in(c, "autumn"))) == 1


def test_a_touched_workbook_is_never_built_again(store, people):
    """Building again is recorded until the first answer; after it, it is refused."""
    bea, _ = people
    book = add(store, bea.id)
    again = lambda c: workbooks.rebuilt(c, book.id, "b2", "h2", {"theme": "x"}, "q.ipynb", title="T", locale="pt")  # noqa: E731
    assert store.write(again)
    found = store.read(lambda c: workbooks.workbook(c, book.id))
    assert (found.build_hash, found.template_hash, found.parameters, found.path) == (
        "b2",
        "h2",
        {"theme": "x"},
        "q.ipynb",
    )
    assert (found.title, found.locale, found.created_at) == ("T", "pt", book.created_at)
    assert store.read(lambda c: workbooks.locales(c, book.id)) == ["pt"]
    save(store, found, "need", "words")
    assert not store.write(lambda c: workbooks.rebuilt(c, book.id, "b3", "h3", {}, "r.ipynb"))
    assert store.read(lambda c: workbooks.workbook(c, book.id)).build_hash == "b2"


def save(store, book, prompt, value, person=None):
    """Save an answer as somebody's first."""
    store.write(
        lambda c: drafts.save(
            c, workbook=book.id, prompt=prompt, person=person or book.owner, client="t", seq=1, base=0, value=value
        )
    )


def test_a_thing_says_whose_it_is(store, people):
    """The permission rule learns the owner and the set; somebody without a set has none."""
    bea, group = people
    mine, ours = add(store, bea.id), add(store, group.id, owner_kind="set")
    assert store.read(lambda c: workbooks.workbook_resource(c, mine)) == Resource(
        "workbook", "autumn", bea.id, "person", group.id
    )
    assert store.read(lambda c: workbooks.workbook_resource(c, ours)) == Resource(
        "workbook", "autumn", group.id, "set", group.id
    )
    store.write(lambda c: members.revoke(c, "autumn", bea.id, "learner", group.id))
    assert store.read(lambda c: workbooks.workbook_resource(c, mine)).set == ""


def test_practice_needs_nothing_before(store):
    """Outside a server a template has one workbook, made at the first use and found ever after."""
    make = lambda c: workbooks.practice_workbook(c, template="scope", template_hash="h", locale="en", title="Scope")  # noqa: E731
    first = store.write(make)
    assert store.write(make) == first
    save(store, first, "need", "words")
    assert store.read(lambda c: members.person(c, first.owner)).username == "me"


def test_a_cohort_is_counted_by_itself(store, people):
    """Who learns in two cohorts is counted in each for what they did there; an empty workbook may be shared, too."""
    bea, group = people

    def come(c):
        members.put_cohort(c, id="winter", name="Winter")
        members.grant(c, "winter", bea.id, "learner")
        members.grant(c, "autumn", members.add_person(c, username="carl").id, "learner", group.id)

    store.write(come)
    here, there = add(store, bea.id), add(store, bea.id, cohort="winter")
    save = {"prompt": "need", "person": bea.id, "client": "c", "seq": 1, "base": 0, "value": "Words"}
    store.write(lambda c: drafts.save(c, workbook=here.id, **save))
    told = {"by": bea.id, "wants": "", "audiences": ["coach"], "items": [], "receipt": ""}
    store.write(lambda c: submissions.add_submission(c, workbook=there.id, **told))
    assert store.read(lambda c: progress.numbers(c, "autumn")) == Numbers(learners=2, started=1, shared=0, sets=1)
    assert store.read(lambda c: progress.numbers(c, "winter")) == Numbers(learners=1, started=0, shared=1, sets=0)
    assert store.read(lambda c: progress.built_workbooks(c, "autumn", ["scope", "plan"])) == 1
    found, count = store.read(lambda c: progress.progress_rows(c, "autumn", ["carl"]))
    assert ([each.username for each in found], count) == (["carl"], 1)


def test_what_could_not_be_made_is_kept_until_the_next_time(store, people):
    """With the name of the person or the set whose it would be; a build that makes all leaves nothing."""
    bea, group = people
    failed = [
        BuildFailure(bea.id, "", "scope", "cohort.not_made", {"reason": "No space"}),
        BuildFailure(None, group.id, "meeting", "cohort.not_made", {"reason": "No space"}),
    ]
    store.write(lambda c: build_failures.replace_failures(c, "autumn", failed))
    assert sorted(name for name, _ in store.read(lambda c: build_failures.build_failures(c, "autumn"))) == [
        "One",
        "bea",
    ]
    assert failed[1] in [each for _, each in store.read(lambda c: build_failures.build_failures(c, "autumn"))]
    assert store.read(lambda c: build_failures.build_failures(c, "winter")) == []
    store.write(lambda c: build_failures.replace_failures(c, "autumn", []))
    assert store.read(lambda c: build_failures.build_failures(c, "autumn")) == []
