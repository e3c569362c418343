"""Who has shared nothing for a while, as their coach is told."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from actionlearn.store import Store
from actionlearn.store.people import members
from actionlearn.store.records import SubmissionItem
from actionlearn.store.reports import inactivity
from actionlearn.store.reviews import submissions
from actionlearn.store.workbooks import drafts, revisions, workbooks

OLD, NOW = "2026-10-01T10:00:00.000Z", "2026-11-01T10:00:00.000Z"


def test_what_somebody_writes_for_themselves_is_no_sign_to_their_coach(store: Store):
    """Only what was shared counts: a private letter neither begins the silence nor ends it."""

    def act(c: Any) -> tuple[str, str, str]:
        members.put_cohort(c, id="autumn", name="Autumn")
        group = members.put_set(c, "autumn", "Blue").id
        ana, cora = (members.add_person(c, username=name).id for name in ("ana", "cora"))
        members.grant(c, "autumn", ana, "learner", group)
        members.grant(c, "autumn", cora, "coach", group)
        about = {"template": "scope", "template_hash": "0", "locale": "en", "title": "Scope", "path": "x.ipynb"}
        return ana, cora, workbooks.add_workbook(c, cohort="autumn", owner=ana, number=1, **about).id

    ana, cora, book = store.write(act)

    def save(version: int, at: str) -> None:
        key = {"workbook": book, "prompt": "need", "person": ana, "client": str(uuid4())}
        store.write(lambda c: drafts.save(c, **key, seq=1, base=version, value=f"Words {version}", now=at))

    def quiet() -> list[tuple[str, str]]:
        found = store.read(lambda c: inactivity.inactive_learners(c, "autumn", cora, now=NOW))
        return [(each.person, each.since) for each in found]

    def share(c: Any) -> None:
        kept = revisions.cut_revision(c, book, "need", "share", OLD)
        assert kept is not None
        item = SubmissionItem(prompt="need", revision=kept.id, value="x", when=OLD, audience=("coach",))
        submissions.add_submission(
            c, workbook=book, by=ana, wants="", audiences=("coach",), items=[item], receipt="r", now=OLD
        )

    save(0, OLD)
    assert quiet() == []
    assert store.read(lambda c: inactivity.inactive_since(c, "autumn", ana, NOW)) == OLD
    store.write(share)
    assert quiet() == [(ana, OLD)]
    save(1, NOW)
    assert quiet() == [(ana, OLD)]
    assert store.read(lambda c: inactivity.inactive_since(c, "autumn", ana, NOW)) == ""
