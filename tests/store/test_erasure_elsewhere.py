"""What an erasure does to texts beside the answer: the author's own lose the words, others' only where they repeat them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from actionlearn.store import open_store
from actionlearn.store.backup.backup import backup
from actionlearn.store.backup.restore import restore
from actionlearn.store.engine import erasure_journal
from actionlearn.store.erasure import fingerprint, people, replay
from actionlearn.store.reviews import notes
from actionlearn.store.workbooks import drafts

from ..support.erasure_scene import MARK, erase, holding, make_scene, rows, share, type_in, write_beside, write_own


@pytest.fixture
def scene(sqlite_store, tmp_path) -> SimpleNamespace:
    """Make a learner and a coach."""
    return make_scene(sqlite_store, tmp_path)


def test_what_was_shared_goes_from_every_text_that_repeats_it(scene):
    """Comments, answers, notes, what is half said, agreements, questions; the author's own postings and notes."""
    type_in(scene, "It is about Maximilian, really.")
    write_beside(scene, share(scene, "What of Maximilian?"), "Maximilian")
    write_own(scene, "Maximilian")
    erase(scene, "Maximilian")
    assert not [row for row in rows(scene.store) if "Maximilian" in row]
    assert not holding(scene.data, "Maximilian")
    assert sum(MARK in row for row in rows(scene.store)) >= 14


def test_what_others_wrote_by_themselves_is_theirs(scene):
    """A word that nobody was given is guessed: neither what is answered nor what is held back says that it hit."""
    type_in(scene, "It is late again.")
    shared = share(scene)
    write_beside(scene, shared, "burnout in the night", released=False)
    before = [row for row in rows(scene.store) if "burnout" in row]
    counts = {}
    for guess in ("holiday", "promotion", "burnout", "banana", "night", "the"):
        type_in(scene, f"guess: {guess}")
        counts[guess] = erase(scene, guess).places
    assert len(set(counts.values())) == 1, counts
    assert [row for row in rows(scene.store) if "burnout" in row] == before
    assert not [row for row in before if MARK in row]


def test_a_guess_that_is_shared_changes_nothing_that_was_written_before(scene):
    """Whoever shares a guess afterwards learns nothing by it, and writes over nobody's notes."""
    type_in(scene, "It is late again.")
    write_beside(scene, share(scene), "burnout", released=False)
    before = [row for row in rows(scene.store) if "burnout" in row]
    type_in(scene, "guess: burnout")
    share(scene, "burnout")
    erase(scene, "burnout")
    assert [row for row in rows(scene.store) if "burnout" in row] == before


@pytest.mark.parametrize("words", ["an", "in", "th", "the"])
def test_a_few_letters_go_from_the_answer_alone(scene, words):
    """Short words would make holes in every text of others."""
    type_in(scene, "the man in the path")
    write_beside(scene, share(scene), "the man in another path")
    erase(scene, words)
    assert not [row for row in rows(scene.store) if MARK in row and row.split()[0] not in ("draft", "revision")]
    assert words not in scene.store.read(lambda c: drafts.drafts(c, scene.book.id))["need"].value.replace(MARK, "")


def test_a_backup_loses_them_wherever_it_had_them(scene):
    """It had the words in what was asked, in comments, notes and agreements, and the answer got them later."""
    type_in(scene, "The first words, which name nobody.")
    write_beside(scene, share(scene, "Is it about Maximilian?"), "Maximilian")
    write_own(scene, "Maximilian")
    backup(scene.store, scene.data, scene.file)
    type_in(scene, "It is about Maximilian, really.")
    erase(scene, "Maximilian")
    done = restore(scene.file, scene.again, [scene.data / erasure_journal.JOURNAL])
    assert (done.erased, done.whole) == (1, 0)
    assert not holding(scene.again, "Maximilian")
    with open_store(scene.again) as store:
        assert store.read(lambda c: drafts.drafts(c, scene.book.id))["need"].value.startswith("The first words")


def test_words_that_moved_since_the_backup_are_found(scene):
    """In the backup they stood in a draft of the coach alone, which is gone since: its key finds them."""
    type_in(scene, "I fear Maximilian.")
    shared = share(scene)
    type_in(scene, "I fear nobody.")
    scene.store.write(
        lambda c: notes.save_comment_draft(
            c, person=scene.cora, submission=shared, place="x", body="so Maximilian is it"
        )
    )
    backup(scene.store, scene.data, scene.file)
    scene.store.write(lambda c: notes.save_comment_draft(c, person=scene.cora, submission=shared, place="x", body=""))
    erase(scene, "Maximilian")
    restore(scene.file, scene.again, [scene.data / erasure_journal.JOURNAL])
    assert not holding(scene.again, "Maximilian")


def test_the_journal_says_nothing_to_whoever_has_a_later_store(scene):
    """The key goes on with each erasure: a guess cannot be compared, and equal words look different."""
    type_in(scene, "Maximilian and Maximilian")
    erase(scene, "Maximilian")
    type_in(scene, "Maximilian once more")
    erase(scene, "Maximilian")
    entries = erasure_journal.entries(scene.data / erasure_journal.JOURNAL)
    first, second = (each["fingerprint"] for each in entries)
    assert (first["step"], second["step"]) == (0, 1)
    assert {first["sum"], first["digest"]} & {second["sum"], second["digest"]} == set()
    assert not scene.store.read(lambda c: [each for each in entries if fingerprint.has_key(c, each)])


def test_words_that_only_a_kept_reply_has_are_found(scene, monkeypatch):
    """A page that was behind was told what stood then; nothing else in the backup has it."""
    monkeypatch.setattr("actionlearn.store.backup.backup.cut_heads", lambda _: 0)
    key = {"workbook": scene.book.id, "prompt": "need", "person": scene.ana}

    def act(c):
        drafts.save(c, **key, client="page", seq=1, base=0, value="I fear Maximilian.")
        drafts.save(c, **key, client="behind", seq=1, base=0, value="From elsewhere.")
        drafts.save(c, **key, client="page", seq=2, base=1, value="I fear nobody.")

    scene.store.write(act)
    backup(scene.store, scene.data, scene.file)
    type_in(scene, "Maximilian again")
    erase(scene, "Maximilian")
    restore(scene.file, scene.again, [scene.data / erasure_journal.JOURNAL])
    assert not holding(scene.again, "Maximilian")


def test_whoever_is_not_there_yet_leaves_it_to_the_owner(scene):
    """A backup that does not know who erased does it all the same, in the name of whose workbook it is."""
    type_in(scene, "I fear Maximilian.")
    backup(scene.store, scene.data, scene.file)
    erase(scene, "Maximilian")
    journal = scene.data / erasure_journal.JOURNAL
    journal.write_text(journal.read_text().replace(f'"by":"{scene.ana}"', '"by":"somebody"'))
    assert restore(scene.file, scene.again, [journal]).erased == 1
    assert not holding(scene.again, "Maximilian")
    with open_store(scene.again) as store:
        assert [scene.ana in row for row in rows(store) if row.startswith("erasure (")] == [True]


def test_a_journal_does_not_grow_for_what_is_no_more(scene):
    """A passage of a cohort that was erased later is done with: no start of a server writes of it again."""
    type_in(scene, "I fear Maximilian.")
    erase(scene, "Maximilian")
    people.erase_cohort(scene.store, scene.data, "autumn")
    before = (scene.data / erasure_journal.JOURNAL).read_text()
    replay.finish(scene.store, scene.data)
    people.finish_pending(scene.store, scene.data)
    assert (scene.data / erasure_journal.JOURNAL).read_text() == before
