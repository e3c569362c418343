"""Erasing a passage for good: in every copy, in the bytes of the file, and again after a restore."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest

from actionlearn.answers.passages import ErasedPassage, text_fields
from actionlearn.answers.prompts import Column, Option, Prompt
from actionlearn.errors import BadInput, Missing, StoreError
from actionlearn.store.engine import erasure_journal
from actionlearn.store.engine.database import FILE
from actionlearn.store.erasure import passages, removal, replay
from actionlearn.store.people import members
from actionlearn.store.records import Review, SaveConflict, Saved, SubmissionItem
from actionlearn.store.reviews import coach_answers, comments, notes, reviews, submissions
from actionlearn.store.workbooks import drafts, revisions, workbooks

#: Most of it is the same in both databases.
pytestmark = pytest.mark.ordinary("sqlite")

NEED = Prompt("need", "What?")
STEPS = Prompt(
    "steps",
    "Which?",
    kind="table",
    columns=(
        Column("what", "What"),
        Column("state", "State", "choice", (Option("Bruno", "B"),)),
        Column("by", "By", "date"),
    ),
)
WORDS = "Bruno on the night shift"
MARK = "[erased by its author]"


def save(c, book, value, prompt="need", *, base=None, client="", seq=1):
    """Save over whatever is there, unless a base is given."""
    head = drafts.drafts(c, book.id).get(prompt)
    base = (head.version if head else 0) if base is None else base
    key = {"workbook": book.id, "prompt": prompt, "person": book.owner, "client": client or str(uuid4())}
    return drafts.save(c, **key, seq=seq, base=base, value=value)


@pytest.fixture
def scene(store, tmp_path):
    """Make a learner who wrote about somebody, shared it and was answered; and another one with the same words."""
    data = tmp_path / "data"
    data.mkdir(exist_ok=True)

    def act(c):
        members.put_cohort(c, id="autumn", name="Autumn")
        people = {name: members.add_person(c, username=name) for name in ("ana", "ben", "cora")}
        books = {
            name: workbooks.add_workbook(
                c,
                cohort="autumn",
                owner=people[name].id,
                template="scope",
                template_hash="h",
                locale="en",
                number=1,
                title="Scope",
                path="",
            )
            for name in ("ana", "ben")
        }
        book = books["ana"]
        save(c, books["ben"], f"I too know {WORDS}.")
        save(c, book, f"Ask {WORDS}, then {WORDS} again")
        first = revisions.cut_revision(c, book.id, "need", "blur")
        item = SubmissionItem("need", first.id, first.value, first.created_at, ("me", "coach"))
        told = {"workbook": book.id, "by": book.owner, "audiences": ("coach",), "receipt": "r"}
        shared = submissions.add_submission(c, **told, wants=f"Is {WORDS} right?", items=[item])
        said = comments.add_comment(
            c, submission=shared.id, prompt="need", by=people["cora"].id, body=f"Why “{WORDS}”?", released=True
        )
        save(c, book, f"Only {WORDS} now", client="tab", seq=1)
        behind = save(c, book, f"Elsewhere: {WORDS}!", base=1, client="phone")
        assert isinstance(behind, SaveConflict)
        path = f"reviews/autumn/{shared.id}/coach"
        reviews.put_review(c, Review(shared.id, "coach", "done", f"{path}.ipynb", f"{path}.html"))
        return SimpleNamespace(book=book, other=books["ben"], shared=shared, said=said, path=path)

    made = store.write(act)
    made.data, made.store = data, store
    for name in (f"{made.path}.ipynb", f"{made.path}.html", f"{made.path.rsplit('/', 1)[0]}/.left.html"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(WORDS)
    return made


def erase(scene, words=WORDS, prompt=NEED):
    """Erase a passage as its author."""
    return passages.erase(scene.store, scene.data, scene.book.id, prompt, words, scene.book.owner)


def everything(store):
    """Return every row of every table, as text."""
    from sqlalchemy import MetaData, select

    def act(c):
        tables = MetaData()
        tables.reflect(c)
        return {table.name: [str(tuple(row)) for row in c.execute(select(table))] for table in tables.sorted_tables}

    return store.read(act)


@pytest.mark.ordinary("sqlite", "postgresql")
def test_no_row_and_no_file_has_the_words_any_more(scene):
    """Head, revisions, conflicts, replies, wants, comments and executed notebooks: all are without them."""
    done = erase(scene)
    assert done.places == 6  # the answer, three revisions, what was wanted, a comment
    left = [row for rows in everything(scene.store).values() for row in rows if WORDS in row]
    assert len(left) == 1, left
    assert "I too know" in left[0]  # what somebody else wrote is theirs
    assert not [file for file in (scene.data / "reviews").rglob("*") if file.is_file()]
    head = scene.store.read(lambda c: drafts.drafts(c, scene.book.id))["need"]
    assert head.value == f"Only {MARK} now"
    frozen = scene.store.read(lambda c: submissions.items_of(c, scene.shared.id))
    assert [item.value for item in frozen] == [f"Ask {MARK}, then {MARK} again"]
    assert scene.store.read(lambda c: comments.comment(c, scene.said.id)).body == f"Why “{MARK}”?"


def test_what_was_shared_keeps_its_number_and_says_so(scene):
    """The submission keeps number and receipt; it notes when a passage was erased, and is executed again."""
    erase(scene)
    kept = scene.store.read(lambda c: submissions.submission(c, scene.shared.id))
    assert (kept.number, kept.receipt) == (scene.shared.number, scene.shared.receipt)
    assert kept.erased_at
    assert [each.reader for each in scene.store.read(reviews.pending_reviews)] == ["coach"]


def test_a_page_that_still_shows_the_words_is_told(scene):
    """The head has a new version, so that the next edit of an old page is a conflict and not the words again."""
    erase(scene)
    late = scene.store.write(lambda c: save(c, scene.book, f"Only {WORDS} now, and more", base=2, client="tab", seq=2))
    assert isinstance(late, SaveConflict)
    assert late.head.value == f"Only {MARK} now"


def test_a_repeat_of_an_old_message_gets_its_reply_without_the_words(scene):
    """Exactly-once holds: what was sent before is answered as before, and the head in the answer is clean."""
    erase(scene)
    again = scene.store.write(lambda c: save(c, scene.book, f"Elsewhere: {WORDS}!", base=1, client="phone"))
    assert isinstance(again, SaveConflict)
    assert WORDS not in str(again)
    saved = scene.store.write(lambda c: save(c, scene.book, f"Only {WORDS} now", base=1, client="tab"))
    assert isinstance(saved, Saved)
    assert WORDS not in str(scene.store.read(lambda c: drafts.drafts(c, scene.book.id)))


def test_the_journal_has_ids_and_places_and_never_a_word(scene):
    """A line per erasure, written before it: which texts, from where to where."""
    done = erase(scene)
    text = (scene.data / erasure_journal.JOURNAL).read_text()
    assert not any(part in text for part in WORDS.split() if len(part) > 3)
    (entry,) = erasure_journal.entries(scene.data / erasure_journal.JOURNAL)
    assert entry["erasure"] == done.id
    assert [place["in"] for place in entry["places"]] == [
        "draft",
        "revision",
        "revision",
        "revision",
        "wants",
        "comment",
    ]
    assert entry["places"][0]["spans"] == [["", 5, 5 + len(WORDS)]]


@pytest.mark.parametrize("words", ["", " ", "B", "\n\n"])
def test_too_little_to_erase_is_refused(scene, words):
    """An empty passage, or one letter, would take half of the text with it."""
    before = everything(scene.store)
    with pytest.raises(BadInput):
        erase(scene, words)
    assert everything(scene.store) == before
    assert not (scene.data / erasure_journal.JOURNAL).exists()


def test_words_that_are_nowhere_change_nothing(scene):
    """A passage that is not in the answer is said to be missing, and nothing is journalled."""
    before = everything(scene.store)
    with pytest.raises(Missing):
        erase(scene, "Somebody else")
    assert everything(scene.store) == before
    assert not (scene.data / erasure_journal.JOURNAL).exists()


def test_nothing_is_erased_that_cannot_be_journalled(scene):
    """Where the journal cannot be written, the words stay, and the author hears of it."""
    (scene.data / erasure_journal.JOURNAL).mkdir()
    before = everything(scene.store)
    with pytest.raises(StoreError):
        erase(scene)
    assert everything(scene.store) == before


@pytest.mark.ordinary("sqlite", "postgresql")
def test_an_erasure_that_was_cut_short_is_finished(scene, monkeypatch):
    """The journal has it, the store has not: it is done when the store is next served."""
    with monkeypatch.context() as patch:
        patch.setattr(removal, "apply", lambda *_: (_ for _ in ()).throw(RuntimeError("power cut")))
        patch.setattr(passages, "_not_done", lambda *_: None)
        with pytest.raises(RuntimeError):
            erase(scene)
    (done,) = replay.finish(scene.store, scene.data)
    assert done.places == 6
    assert replay.finish(scene.store, scene.data) == []
    assert len([row for rows in everything(scene.store).values() for row in rows if WORDS in row]) == 1


def test_a_torn_or_foreign_line_of_the_journal_harms_nothing(scene):
    """A power cut tears the last line, somebody edits one: the others are read, and the next one is whole."""
    erase(scene, "then ")
    path = scene.data / erasure_journal.JOURNAL
    whole = path.read_text()
    path.write_text("hello\n[]\n" + '{"erasure":"x","at":"y"}\n' + whole + whole[:40])
    assert replay.finish(scene.store, scene.data) == []
    erase(scene)
    assert len(erasure_journal.entries(path)) == 2


def test_an_erasure_that_was_refused_is_not_finished_later(scene, monkeypatch):
    """What the author was told did not happen does not happen behind their back."""
    with monkeypatch.context() as patch:
        patch.setattr(removal, "apply", lambda *_: (_ for _ in ()).throw(RuntimeError("full")))
        with pytest.raises(RuntimeError):
            erase(scene)
    before = everything(scene.store)
    assert replay.finish(scene.store, scene.data) == []
    assert everything(scene.store) == before
    assert erase(scene).places == 6


def test_two_erasures_follow_each_other(scene):
    """The places of a second erasure are those after the first."""
    erase(scene)
    erase(scene, "then ")
    frozen = scene.store.read(lambda c: submissions.items_of(c, scene.shared.id))
    assert [item.value for item in frozen] == [f"Ask {MARK}, {MARK}{MARK} again"]


def test_a_table_loses_words_and_nothing_else(scene):
    """Cells of text lose the words; options, dates and rows stay."""
    row = {"row": str(uuid4()), "cells": {"what": "Ask Bruno", "state": "Bruno", "by": "2026-10-05"}}
    scene.store.write(lambda c: save(c, scene.book, [row], "steps"))
    assert erase(scene, "Bruno", STEPS).places >= 1
    head = scene.store.read(lambda c: drafts.drafts(c, scene.book.id))["steps"]
    assert head.value == [{**row, "cells": {**row["cells"], "what": f"Ask {MARK}"}}]


def test_an_answer_without_words_has_no_passage(scene):
    """A scale or a date is no text: it is changed, not erased in part."""
    with pytest.raises(BadInput):
        erase(scene, "2026-10-05", Prompt("day", "When?", kind="date"))


def test_a_short_text_stays_short():
    """Where marks would make a text longer than its prompt takes, the mark alone is left."""
    short = ErasedPassage("ab", text_fields(Prompt("x", "?", kind="short-text")))
    assert short.without("ab" * 250) == MARK
    assert ErasedPassage("ab").without("ab" * 2) == MARK * 2
    assert short.without({"not_yet": True}) == {"not_yet": True}
    assert ErasedPassage("ab").without(["ab", "cd"]) == ["ab", "cd"]


def test_saves_at_the_same_time_lose_nothing(scene):
    """Somebody types on while a passage is erased: every acknowledged word is there."""
    said, stop = [], threading.Event()

    def type_on():
        while not stop.is_set():
            text = f"word {len(said)}"
            reply = scene.store.write(lambda c, text=text: save(c, scene.book, text, "other"))
            said.append((reply.version, text))

    typing = threading.Thread(target=type_on)
    typing.start()
    erase(scene)
    stop.set()
    typing.join()
    head = scene.store.read(lambda c: drafts.drafts(c, scene.book.id))["other"]
    assert (head.version, head.value) == said[-1]


@pytest.mark.ordinary("Bruno", "She said")
@pytest.mark.parametrize("words", [WORDS, 'She said "no"\nand left'])
def test_the_bytes_are_gone_from_the_file(sqlite_place, words, tmp_path):
    """Neither the SQLite file nor its write-ahead log has the words: overwritten drafts, long texts, moved pages."""
    data = sqlite_place.data
    with sqlite_place.open() as store:

        def act(c):
            members.put_cohort(c, id="autumn", name="Autumn")
            ana = members.add_person(c, username="ana")
            return workbooks.add_workbook(
                c,
                cohort="autumn",
                owner=ana.id,
                template="scope",
                template_hash="h",
                locale="en",
                number=1,
                title="Scope",
                path="",
            )

        book = store.write(act)
        for turn in range(60):
            text = ("x" * (turn * 97)) + words + ("y" * (turn * 211))
            store.write(lambda c, text=text: save(c, book, text))
            store.write(lambda c, text=text, turn=turn: save(c, book, text[: 500 + turn], f"p{turn}"))
            if turn % 3 == 0:
                store.write(lambda c: revisions.cut_revision(c, book.id, "need", "blur"))
        for turn in range(60):
            store.write(lambda c, turn=turn: save(c, book, "short", f"p{turn}"))
        assert any(_has(file, words) for file in data.iterdir())
        passages.erase(store, data, book.id, NEED, words, book.owner)
        assert not [file.name for file in data.rglob("*") if file.is_file() and _has(file, words)]
    assert not [file.name for file in data.rglob("*") if file.is_file() and _has(file, words)]


def _has(file: Path, words: str) -> bool:
    raw = file.read_bytes()
    return words.encode() in raw or json.dumps(words)[1:-1].encode() in raw


def test_other_programs_do_not_take_the_log_away_after_an_erasure(sqlite_place):
    """Whoever opens and closes the store meanwhile knows that it is still open: what is written next is there for all."""
    look = "import sqlite3, sys; base = sqlite3.connect(sys.argv[1]); print(*base.execute(sys.argv[2]).fetchone())"
    file = str(sqlite_place.data / FILE)

    def ask(query: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", look, file, query], check=True, capture_output=True, text=True
        ).stdout

    with sqlite_place.open() as store:
        store.scrub(WORDS)
        ask("SELECT count(*) FROM person")
        store.write(lambda c: members.add_person(c, username="bea", firstname="Bea"))
        assert ask("SELECT username FROM person").strip() == "bea"


def test_what_coaches_answered_loses_the_words_too(scene):
    """Their texts and the words of their tables; the ids of options they chose stay."""
    rows = [{"row": str(uuid4()), "cells": {"what": f"Ask {WORDS}", "how": "again"}}]
    given = {"said": f"Thank {WORDS}.", "choice": "bruno", "list": rows}
    coach = scene.said.by

    def act(c):
        for prompt, value in given.items():
            key = {"submission": scene.shared.id, "prompt": prompt, "coach": coach}
            coach_answers.save(c, **key, client="page", seq=1, base=0, value=value)

    scene.store.write(act)
    erase(scene)
    kept = {each.prompt: each.value for each in scene.store.read(lambda c: coach_answers.of(c, scene.shared.id))}
    assert kept["said"] == "Thank [erased by its author]."
    assert kept["choice"] == "bruno"
    assert kept["list"][0]["cells"] == {"what": "Ask [erased by its author]", "how": "again"}


def test_quotes_and_what_a_coach_keeps_lose_the_words_too(scene):
    """Also a quote that holds half of them; one from another place of the answer keeps its own words."""
    coach = scene.said.by
    text = f"{'far away ' * 20}Ask {WORDS}, then {WORDS} again"

    def target(start, end):
        words = {"type": "TextQuoteSelector", "exact": text[start:end], "prefix": text[max(0, start - 48) : start]}
        at = {"type": "TextPositionSelector", "start": start, "end": end}
        return {"source": "answer", "selector": [{**words, "suffix": text[end : end + 48]}, at]}

    def act(c):
        save(c, scene.book, text)
        kept = revisions.cut_revision(c, scene.book.id, "need", "share")
        item = SubmissionItem("need", kept.id, kept.value, kept.created_at, ("me", "coach"))
        told = {"workbook": scene.book.id, "by": scene.book.owner, "audiences": ("coach",), "receipt": "r", "wants": ""}
        shared = submissions.add_submission(c, **told, items=[item], asked=coach)
        at = text.index(WORDS)
        for place in ((at + 6, at + 12), (at - 20, at - 4), (0, 8)):
            more = {"submission": shared.id, "prompt": "need", "by": coach, "body": "Why?"}
            comments.add_comment(c, **more, target=target(*place))
        for about, kind in ((scene.book.owner, "person"), (shared.id, "review")):
            notes.put_note(c, by=coach, about=about, kind=kind, body=f"Hm, {WORDS}.", base=0)
        notes.save_comment_draft(c, person=coach, submission=shared.id, place="need", body=f"And {WORDS}")
        notes.add_agreement(c, cohort="autumn", learner=scene.book.owner, by=coach, body=f"Call {WORDS}", day="")
        return shared

    shared = scene.store.write(act)
    erase(scene)
    rows = everything(scene.store)
    for table in ("note", "comment_draft", "agreement"):
        assert all(MARK in each for each in rows[table]), table
    quotes = [each.target["selector"] for each in scene.store.read(lambda c: comments.comments_of(c, shared.id))]
    assert sorted(each[0]["exact"] for each in quotes) == [MARK, MARK, "far away"]
    assert not [each for each in rows["comment"] if "on the night" in each]
