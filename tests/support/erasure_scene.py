"""A learner, a coach and somebody else in a store of their own, and everything that they can write."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from actionlearn.answers.prompts import Prompt
from actionlearn.store import Store
from actionlearn.store.erasure import passages, removal
from actionlearn.store.groups import entries, postings
from actionlearn.store.people import members
from actionlearn.store.records import SubmissionItem
from actionlearn.store.reviews import coach_answers, comments, notes, submissions
from actionlearn.store.tables import outbound, schema
from actionlearn.store.workbooks import drafts, revisions, workbooks

NEED = Prompt("need", "What?")
MARK = "[erased by its author]"


def rows(store: Any) -> list[str]:
    """Return every row that there is, as text."""
    tables = schema.metadata.sorted_tables
    return store.read(lambda c: [f"{table.name} {tuple(row)}" for table in tables for row in c.execute(select(table))])


def make_scene(store: Store, folder: Path) -> SimpleNamespace:
    """Make a learner, a coach of theirs and somebody else, with one workbook."""

    def act(c):
        members.put_cohort(c, id="autumn", name="Autumn")
        people = {name: members.add_person(c, username=name).id for name in ("ana", "cora", "ben")}
        for name, role in (("ana", "learner"), ("ben", "learner"), ("cora", "coach")):
            members.grant(c, "autumn", people[name], role)
        made = {"cohort": "autumn", "owner": people["ana"], "template": "scope", "template_hash": "h", "locale": "en"}
        return people, workbooks.add_workbook(c, **made, number=1, title="Scope", path="cohorts/autumn/ana/s.ipynb")

    people, book = store.write(act)
    data = folder / "data"
    made = SimpleNamespace(store=store, data=data, book=book, file=folder / "b.tar.gz", again=folder / "new")
    made.ana, made.cora, made.ben = people["ana"], people["cora"], people["ben"]
    return made


def type_in(scene: Any, value: str) -> None:
    """Save an answer over what is there."""

    def act(c):
        head = drafts.drafts(c, scene.book.id).get("need")
        key = {"workbook": scene.book.id, "prompt": "need", "person": scene.ana, "client": str(uuid4())}
        drafts.save(c, **key, seq=1, base=head.version if head else 0, value=value)

    scene.store.write(act)


def share(scene: Any, wants: str = "") -> str:
    """Share the answer as it is with coach and set."""

    def act(c):
        kept = revisions.cut_revision(c, scene.book.id, "need", "share")
        item = SubmissionItem("need", kept.id, kept.value, kept.created_at, ("me", "coach", "set"))
        given = {"workbook": scene.book.id, "by": scene.ana, "audiences": ("coach", "set"), "receipt": "r"}
        return submissions.add_submission(c, **given, wants=wants, items=[item]).id

    return scene.store.write(act)


def write_beside(scene: Any, shared: str, words: str, *, released: bool = True) -> None:
    """Have coach and learner write words wherever somebody can write."""

    def act(c):
        about = {"submission": shared, "prompt": "need", "by": scene.cora}
        comments.add_comment(c, **about, body=f"comment {words}", released=released)
        key = {"submission": shared, "prompt": "view", "coach": scene.cora, "client": "page", "seq": 1, "base": 0}
        coach_answers.save(c, **key, value=f"answer {words}")
        notes.put_note(c, by=scene.cora, about=scene.ana, kind="person", body=f"note {words}", base=0)
        notes.put_note(c, by=scene.cora, about=shared, kind="review", body=f"note {words}", base=0)
        notes.save_comment_draft(c, person=scene.cora, submission=shared, place="on need", body=f"half {words}")
        notes.add_agreement(c, cohort="autumn", learner=scene.ana, by=scene.cora, body=f"agreed {words}", day="")
        notes.add_question(c, scene.cora, f"question {words}")

    scene.store.write(act)


def write_own(scene: Any, words: str) -> None:
    """Have the learner write words beside the answer, and a record of learning quote them."""

    def act(c):
        shown = {"workbook": scene.book.id, "prompt": "need", "by": scene.ana}
        entries.show(c, **shown, cohort="autumn", set_id="", note=f"about {words}")
        asked = postings.add(c, cohort="autumn", set_id="", kind="ask", by=scene.ana, body=f"who knows {words}?")
        postings.answer(c, posting_id=asked.id, by=scene.ana, body=f"I found {words}")
        made = {"id": str(uuid4()), "cohort": "autumn", "person": scene.ana, "verb": "shared", "object": "o"}
        more = {"detail": "", "happened_at": "2026-01-01", "due_at": "2026-01-01", "tries": 0, "state": "aside"}
        c.execute(outbound.statement.insert().values(**made, **more, reason=f"400: bad {words}"))

    scene.store.write(act)


def erase(scene: Any, words: str) -> removal.Erased:
    """Erase words of the answer."""
    return passages.erase(scene.store, scene.data, scene.book.id, NEED, words, scene.ana)


def holding(data: Path, words: str) -> list[str]:
    """Name the files of a folder that have words in them."""
    return [str(file) for file in data.rglob("*") if file.is_file() and words.encode() in file.read_bytes()]
