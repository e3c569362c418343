"""A backup that an earlier version made, before tables and addresses had their names of today.

`earlier/` holds it, and the journal of an erasure that the same version did afterwards: two learners, one of whom wrote,
shared and was answered, and a coach's note and agreement.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from actionlearn import accounts
from actionlearn.store import Store, open_store
from actionlearn.store.backup.restore import restore
from actionlearn.store.engine import migrate
from actionlearn.store.people import members
from actionlearn.store.reviews import comments, notes, submissions
from actionlearn.store.workbooks import drafts, revisions, workbooks

from ..support.served_kit import World

EARLIER = Path(__file__).parent / "earlier"


def work_of_ana(store: Store) -> dict[str, Any]:
    """Return what stands in the store about Ana."""

    def look(c: Any) -> dict[str, Any]:
        ana = members.person_by_username(c, "ana")
        assert ana is not None
        book = next(each for each in workbooks.workbooks_of(c, owner=ana.id) if each.template == "scope")
        (shared,) = submissions.submissions_of(c, book.id)
        cora = members.person_by_username(c, "cora")
        assert cora is not None
        note = notes.note(c, cora.id, ana.id)
        assert note is not None
        return {
            "ana": ana,
            "book": book,
            "answer": drafts.drafts(c, book.id)["need"].value,
            "versions": [each.value for each in revisions.revisions(c, book.id, "need")],
            "wants": shared.wants,
            "comments": [each.body for each in comments.comments_of(c, shared.id)],
            "agreed": [each.body for each in notes.agreements(c, "spring", ana.id)],
            "note": note.body,
        }

    return store.read(look)


def test_it_comes_back_whole(tmp_path: Path):
    """Every word is where it was, in tables with the names of today."""
    done = restore(EARLIER / "backup.tar.gz", tmp_path / "data")
    assert (done.database, done.erased, done.journal) == (True, 0, False)
    with open_store(tmp_path / "data") as store:
        assert store.read(migrate.version) == migrate.HEAD
        found = work_of_ana(store)
    assert found["answer"] == "Nobody owns the corridor at night, says Maximilian."
    assert found["versions"] == [found["answer"]]
    assert (found["wants"], found["comments"]) == ("Is it Maximilian?", ["Who is Maximilian to them?"])
    assert (found["agreed"], found["note"]) == (["Call Maximilian"], "Maximilian again")
    assert (tmp_path / "data" / found["book"].path).is_file()


def test_what_that_version_erased_since_is_erased_again(tmp_path: Path):
    """Its journal has places alone, and no fingerprint: the words are read where they stood, and go everywhere."""
    done = restore(EARLIER / "backup.tar.gz", tmp_path / "data", [EARLIER / "erasures.jsonl"])
    assert (done.erased, done.whole, done.journal) == (1, 0, True)
    for file in (tmp_path / "data").rglob("*"):
        assert not file.is_file() or b"Maximilian" not in file.read_bytes(), file
    with open_store(tmp_path / "data") as store:
        assert work_of_ana(store)["answer"] == "Nobody owns the corridor at night, says [erased by its author]."


def test_it_is_served(tmp_path: Path):
    """The server of today shows Ana what she wrote, and takes what she writes next."""
    world = World(tmp_path)
    shutil.rmtree(world.data)
    restore(EARLIER / "backup.tar.gz", world.data)
    with open_store(world.data) as store:
        found = work_of_ana(store)
        ana, book = found["ana"].id, found["book"].id
        world.person["ana"], world.session["ana"] = ana, accounts.new_session(store, ana)
    world.start()
    try:
        page = world.ask("ana", "GET", f"/workbooks/{book}")
        assert page.status == 200
        assert "Nobody owns the corridor at night, says Maximilian." in page.text
        assert world.save("ana", book, "need", "And by day?", base=2).json["version"] == 3
    finally:
        world.stop()
