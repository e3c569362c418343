"""Sets that nobody is in any more: they go from the office, unless something was written in them."""

from __future__ import annotations

import pytest

from actionlearn.store.people import members
from actionlearn.store.reports import progress
from actionlearn.store.workbooks import drafts, workbooks


@pytest.mark.parametrize(("wrote", "there"), [(False, ["", "Ana"]), (True, ["Left", "Ana"])])
def test_a_set_without_people_stays_for_its_words_alone(sqlite_store, wrote, there):
    """One that was taken out of the programme is no line of the office; one with words is, so that they are found."""

    def act(c):
        members.put_cohort(c, id="autumn", name="Autumn")
        ana = members.add_person(c, username="ana", firstname="Ana")
        members.grant(c, "autumn", ana.id, "learner")
        left = members.put_set(c, "autumn", "Left")
        made = {
            "cohort": "autumn",
            "owner": left.id,
            "owner_kind": "set",
            "template": "set-meeting",
            "template_hash": "h",
        }
        book = workbooks.add_workbook(c, **made, locale="en", number=1, title="Meeting", path="m.ipynb")
        if wrote:
            key = {"workbook": book.id, "prompt": "need", "person": ana.id, "client": "page", "seq": 1, "base": 0}
            drafts.save(c, **key, value="We promised.")
        return progress.progress_rows(c, "autumn"), progress.numbers(c, "autumn")

    (rows, found), numbers = sqlite_store.write(act)
    assert found == len(rows) == len([each for each in there if each])
    assert sorted(each.name for each in rows) == sorted(filter(None, there))
    assert numbers.sets == 0
