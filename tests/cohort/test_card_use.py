"""From a need to its use, for a programme: numbers about no one."""

from __future__ import annotations

from functools import partial

import pytest

from actionlearn.answers.prompts import NOT_YET
from actionlearn.cohort.progress.card_use import CardUse, card_use
from actionlearn.server.office.overview import card_use_number
from actionlearn.store import shifted
from actionlearn.store.people import members
from actionlearn.store.workbooks import drafts, revisions, workbooks

AT = "2026-10-05T09:00:00.000Z"


@pytest.fixture
def said(store):
    """Return how somebody says a need, and uses what they found some hours later."""
    store.write(lambda c: members.put_cohort(c, id="autumn", name="Autumn"))

    def act(name, hours=None, value="words"):
        def write(c):
            owner = members.person_by_username(c, name) or members.add_person(c, username=name)
            number = workbooks.next_number(c, "autumn", owner.id, "sense")
            made = {"cohort": "autumn", "owner": owner.id, "template": "sense", "number": number, "title": "Found"}
            book = workbooks.add_workbook(c, **made, template_hash="h", locale="en", path=f"{name}-{number}")
            save = partial(drafts.save, c, workbook=book.id, person=owner.id, client="c")
            save(prompt="stuck", seq=1, base=0, value="a secret need", now=AT)
            if hours is not None:
                save(prompt="tried", seq=2, base=0, value=value, now=shifted(AT, hours=hours))
            return book.id

        return store.write(write)

    return act


def test_five_people_make_a_number_and_four_do_not(store, said):
    """The middle of the hours from a need to its use; below five people who used something there is none."""
    for place, name in enumerate("abcd"):
        said(name, 10 * place + 2)
        said(name, 500)
    assert store.read(lambda c: card_use(c, "autumn")) is None
    said("e", value=NOT_YET, hours=1)  # "not yet" is no use
    assert store.read(lambda c: card_use(c, "autumn")) is None
    said("f", 12)
    said("g")
    found = store.read(lambda c: card_use(c, "autumn"))
    assert found == CardUse(needs=11, used=9, hours=32)
    assert store.read(lambda c: card_use(c, "winter")) is None


def test_the_first_words_count_and_not_the_last_ones(store, said):
    """A need or a use that was put better later is as old as its first words."""
    books = [said(name, 3) for name in "abcde"]

    def again(c):
        owner = workbooks.workbook(c, books[0]).owner
        revisions.cut_revision(c, books[0], "stuck", "blur", shifted(AT, hours=1))
        later = {"person": owner, "client": "d", "seq": 1, "base": 1, "value": "put better"}
        drafts.save(c, workbook=books[0], prompt="stuck", now=shifted(AT, hours=2), **later)

    store.write(again)
    assert store.read(lambda c: card_use(c, "autumn")).hours == 3


def test_the_office_shows_it_as_one_number_about_nobody():
    """Hours as people say them, among the numbers of a programme; nothing while there are few."""
    assert card_use_number(None, "en") == []
    assert card_use_number(CardUse(needs=11, used=9, hours=32.4), "en") == [
        {"count": "32 hours", "label": "until half was used of what 11 needs led to"}
    ]
    assert card_use_number(CardUse(needs=11, used=9, hours=72), "en")[0]["count"] == "3 days"
