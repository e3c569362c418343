"""Random lives of an answer: typed, kept, shared, talked about, copied, erased, killed, brought back, in any order."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionlearn.errors import Missing
from actionlearn.store import open_store
from actionlearn.store.backup import backup as backups
from actionlearn.store.backup.restore import restore
from actionlearn.store.engine import erasure_journal
from actionlearn.store.erasure import passages, people, removal, replay
from actionlearn.store.reviews import notes
from actionlearn.store.workbooks import drafts, revisions

from ..support.erasure_scene import erase, holding, make_scene, share, type_in, write_beside, write_own

CASES = int(os.environ.get("ACTIONLEARN_CASES", "0"))

CANARIES = ['CANARY-"quoted"', "CANARY-ü-é", "CANARY", "CANARY " * 3, "CANARY\nline", "CANARY" + "z" * 250]

STEPS = [
    "type",
    "type it",
    "type it",
    "keep",
    "share",
    "share it",
    "beside",
    "own",
    "half",
    "forget half",
    "copy",
    "raw copy",
]


def live(scene: SimpleNamespace, step: str, words: str, copies: list[Path]) -> None:
    """Do one thing that happens to an answer."""
    head = scene.store.read(lambda c: drafts.drafts(c, scene.book.id)).get("need")
    if step.startswith("type"):
        type_in(scene, f"{len(copies)} before {words if step == 'type it' else ''} after {uuid4()}")
    elif head is None:
        return
    elif step == "keep":
        scene.store.write(lambda c: revisions.cut_revision(c, scene.book.id, "need", "blur"))
    elif step.startswith("share"):
        shared = share(scene, f"Is it {words}?" if step == "share it" else "")
        # What others write before they were given the words is theirs.
        scene.shared = shared if step == "share it" else scene.shared
    elif step == "own":
        write_own(scene, words)
    elif step.endswith("copy"):
        file = scene.data.parent / f"{len(copies)}.tar.gz"
        with pytest.MonkeyPatch.context() as patch:
            if step == "raw copy":  # as one of the disk, or of PostgreSQL's own tool: no version is kept for it
                patch.setattr(backups, "cut_heads", lambda _: 0)
            backups.backup(scene.store, scene.data, file)
        copies.append(file)
    elif scene.shared and step == "beside":
        write_beside(scene, scene.shared, words)
    elif scene.shared:
        body, key = "" if step == "forget half" else f"so {words}", {"person": scene.cora, "submission": scene.shared}
        scene.store.write(lambda c: notes.save_comment_draft(c, **key, place="x", body=body))


@settings(
    max_examples=CASES or 12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    derandomize=not CASES,
)
@given(
    words=st.sampled_from(CANARIES),
    steps=st.lists(st.sampled_from(STEPS), min_size=3, max_size=14),
    killed=st.booleans(),
    again=st.booleans(),
)
def test_what_was_erased_is_nowhere_whatever_happens(words: str, steps: list[str], killed: bool, again: bool):
    """Not in the folder it was erased in, nor in any that a copy is brought back to with the journal; killed or not."""
    folder, copies = Path(tempfile.mkdtemp(prefix="life-")), []
    try:
        with open_store(folder / "data") as store:
            scene = make_scene(store, folder)
            scene.shared = ""
            for step in [*steps, "share it", "beside", "copy", "type it"]:
                live(scene, step, words, copies)
            try:
                with pytest.MonkeyPatch.context() as patch:
                    if killed:
                        patch.setattr(removal, "apply", _die)
                        patch.setattr(passages, "_not_done", lambda *_: None)
                    erase(scene, words)
            except KeyboardInterrupt:
                replay.finish(store, scene.data)
            except Missing:
                return
            if again:
                live(scene, "type it", words, copies)
                erase(scene, words)
            people.finish_pending(store, scene.data)
            assert not holding(scene.data, "CANARY"), "where it was erased"
        for number, copy in enumerate(copies):
            new = folder / f"new{number}"
            restore(copy, new, [scene.data / erasure_journal.JOURNAL])
            assert not holding(new, "CANARY"), f"copy {number}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _die(*_: object) -> None:
    raise KeyboardInterrupt
