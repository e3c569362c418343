"""What somebody is given of the rows about them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from actionlearn.store import Store
from actionlearn.store.erasure.personal_rows import RULES, personal_rows
from actionlearn.store.people import members
from actionlearn.store.records import SubmissionItem
from actionlearn.store.reviews import coach_answers, submissions
from actionlearn.store.tables import schema
from actionlearn.store.workbooks import drafts, revisions, workbooks


def test_every_table_has_a_rule():
    """A table that is added later is given to nobody until somebody says whose its rows are."""
    assert set(RULES) == set(schema.metadata.tables)


def _book(c: Any, owner: str, about: str = "") -> str:
    template = "needs" if about else "scope"
    about_it = {"template": template, "template_hash": "0", "locale": "en", "title": template, "path": "x.ipynb"}
    return workbooks.add_workbook(c, cohort="autumn", owner=owner, about=about, number=1, **about_it).id


def _save(c: Any, book: str, person: str, prompt: str, value: str) -> None:
    key = {"workbook": book, "prompt": prompt, "person": person, "client": str(uuid4())}
    drafts.save(c, **key, seq=1, base=0, value=value)


def _share(c: Any, book: str, by: str, prompt: str, audience: tuple[Any, ...]) -> str:
    revision = revisions.cut_revision(c, book, prompt, "share")
    assert revision is not None
    item = SubmissionItem(
        prompt=prompt, revision=revision.id, value=revision.value, when=revision.created_at, audience=audience
    )
    made = submissions.add_submission(c, workbook=book, by=by, wants="", audiences=audience, items=[item], receipt="r")
    return made.id


def test_it_is_what_they_may_read_and_nothing_else(store: Store):
    """A manager's own words about a learner are the manager's until they are shared; a coach's until they are released."""

    def act(c: Any) -> dict[str, str]:
        members.put_cohort(c, id="autumn", name="Autumn")
        group = members.put_set(c, "autumn", "Blue").id
        ids = {name: members.add_person(c, username=name).id for name in ("ana", "cora", "mona")}
        for name, role in (("ana", "learner"), ("cora", "coach"), ("mona", "manager")):
            members.grant(c, "autumn", ids[name], role, "" if role == "manager" else group)
        own, about = _book(c, ids["ana"]), _book(c, ids["mona"], ids["ana"])
        _save(c, own, ids["ana"], "need", "Ana's own")
        _save(c, about, ids["mona"], "private", "Mona's alone")
        _save(c, about, ids["mona"], "said", "Mona to Ana")
        _share(c, about, ids["mona"], "said", ("set",))
        _save(c, about, ids["mona"], "coached", "Mona to Cora")
        _share(c, about, ids["mona"], "coached", ("coach",))
        shared = _share(c, own, ids["ana"], "need", ("set", "coach"))
        for prompt, value in (("held", "Cora holds back"), ("told", "Cora to Ana")):
            key = {"submission": shared, "prompt": prompt, "coach": ids["cora"], "client": str(uuid4())}
            coach_answers.save(c, **key, seq=1, base=0, value=value)
            if prompt == "held":
                continue
        table = schema.coach_answer
        c.execute(table.update().where(table.c.prompt == "told").values(released_at="2026-10-01T00:00:00.000Z"))
        return ids

    ids = store.write(act)
    given = {name: str(store.read(lambda c, who=who: personal_rows(c, who))) for name, who in ids.items()}
    lines = ("Ana's own", "Mona's alone", "Mona to Ana", "Mona to Cora", "Cora holds back", "Cora to Ana")
    assert {name: [line for line in lines if line in text.replace("\\'", "'")] for name, text in given.items()} == {
        "ana": ["Ana's own", "Mona to Ana", "Cora to Ana"],
        "cora": ["Cora holds back", "Cora to Ana"],
        "mona": ["Mona's alone", "Mona to Ana", "Mona to Cora"],
    }
