"""Releasing: sentences a learner picks for one reader, and what takes them back."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest

from actionlearn.answers.prompts import Prompt
from actionlearn.errors import BadInput, Missing
from actionlearn.server.releases.received import STATE_WORDS, ReceivedCohort, TemplateCounts
from actionlearn.server.rendering import pages
from actionlearn.store import open_store
from actionlearn.store.backup.backup import backup
from actionlearn.store.backup.restore import restore
from actionlearn.store.engine import erasure_journal
from actionlearn.store.erasure import passages, personal_data, personal_rows
from actionlearn.store.outbound import releases
from actionlearn.store.outbound.releases import PickedPassage
from actionlearn.store.people import members
from actionlearn.store.records import Suggestion
from actionlearn.store.reports import counts
from actionlearn.store.reviews import submissions
from actionlearn.store.workbooks import drafts, revisions, workbooks

NEED = Prompt("need", "What?")
TEXT = "Handovers are late 🌙. Bruno is tired. We will try a board."
PROGRAMME = {"people": [{"username": "mona", "role": "manager", "learners": ["ana"]}]}


def sentence(words, text=TEXT, prompt="need", path=""):
    """Return words as they stand in a text."""
    at = text.index(words)
    return PickedPassage(prompt, path, at, at + len(words), words)


def save(c, book, value, prompt="need"):
    """Save over whatever is there."""
    head = drafts.drafts(c, book.id).get(prompt)
    key = {"workbook": book.id, "prompt": prompt, "person": book.owner, "client": str(uuid4())}
    drafts.save(c, **key, seq=1, base=head.version if head else 0, value=value)


@pytest.fixture
def scene(tmp_path):
    """Make a learner who wrote something, with a manager and a sponsor."""
    with open_store(tmp_path / "data") as store:

        def act(c):
            members.put_cohort(c, id="autumn", name="Autumn", programme=PROGRAMME)
            people = {name: members.add_person(c, username=name) for name in ("ana", "ben", "mona", "max", "sol")}
            for name, role in {"ana": "learner", "ben": "learner", "mona": "manager", "max": "manager"}.items():
                members.grant(c, "autumn", people[name].id, role)
            members.grant(c, "autumn", people["sol"].id, "sponsor")
            told = {
                "template": "scope",
                "template_hash": "h",
                "locale": "en",
                "number": 1,
                "title": "Scope",
                "path": "",
            }
            book = workbooks.add_workbook(c, cohort="autumn", owner=people["ana"].id, **told)
            save(c, book, TEXT)
            return people, book

        people, book = store.write(act)
        yield SimpleNamespace(store=store, data=tmp_path / "data", book=book, **people)


def out(scene, words, reader=None):
    """Release words of the answer."""
    return scene.store.write(lambda c: releases.add(c, scene.book, sentence(words), (reader or scene.mona).id))


def read(scene, reader=None):
    """Return the words that somebody may read."""
    return [
        each.words for each in scene.store.read(lambda c: releases.to_reader(c, "autumn", (reader or scene.mona).id))
    ]


def withdraw(scene, id):
    """Take a release back."""
    releases.withdraw(scene.store, scene.data, id, scene.ana.id, allowed=lambda _c, _each: None)


def test_one_reads_the_sentences_one_was_given_and_no_letter_more(scene):
    """Not what stands around them, and not what somebody else was given."""
    out(scene, "We will try a board.")
    out(scene, "Handovers are late 🌙.", scene.sol)
    assert read(scene) == ["We will try a board."]
    assert read(scene, scene.sol) == ["Handovers are late 🌙."]
    assert read(scene, scene.max) == []


def test_the_same_words_to_the_same_reader_are_out_once(scene):
    """A second press of the button adds nothing, and changes no date."""
    assert out(scene, "We will try a board.") == out(scene, "We will try a board.")


@pytest.mark.parametrize(
    "words",
    [
        PickedPassage("need", "", 0, 5, "Other"),
        PickedPassage("need", "", 0, 0, ""),
        PickedPassage("need", "row/what", 0, 9, "Handovers"),
        PickedPassage("gone", "", 0, 9, "Handovers"),
        PickedPassage("need", "", 500, 509, "Handovers"),
    ],
)
def test_what_does_not_stand_there_is_not_released(scene, words):
    """Words that were changed meanwhile, or never written, are refused, and nothing is out."""
    with pytest.raises(BadInput, match=r"release\.changed"):
        scene.store.write(lambda c: releases.add(c, scene.book, words, scene.mona.id))
    assert read(scene) == []


def test_what_is_written_later_is_not_read(scene):
    """A release is the words as they were: an answer that goes on changing does not change it."""
    out(scene, "We will try a board.")
    scene.store.write(lambda c: save(c, scene.book, "We will try a board. Bruno does not know yet."))
    assert read(scene) == ["We will try a board."]


def test_withdrawn_is_gone_at_once_and_for_good(scene):
    """Also from a backup of before, whose journal or the folder's own knows of it."""
    kept = out(scene, "Handovers are late 🌙.")
    gone = out(scene, "We will try a board.")
    backup(scene.store, scene.data, scene.data.parent / "before.tar.gz")
    withdraw(scene, gone.id)
    assert read(scene) == [kept.words]
    with pytest.raises(Missing):
        withdraw(scene, gone.id)
    new = scene.data.parent / "new"
    restore(scene.data.parent / "before.tar.gz", new, [scene.data / erasure_journal.JOURNAL])
    with open_store(new) as store:
        again = store.read(lambda c: releases.to_reader(c, "autumn", scene.mona.id))
    assert [each.words for each in again] == [kept.words]


def test_erasing_a_passage_erases_releases_of_it(scene):
    """And of whatever touches it; what stands after it keeps its words."""
    out(scene, "Bruno is tired.")
    out(scene, "Bruno is tired. We")
    out(scene, "We will try a board.")
    passages.erase(scene.store, scene.data, scene.book.id, NEED, "Bruno is tired", scene.ana.id)
    assert read(scene) == ["We will try a board."]


def test_an_erasure_of_words_nobody_can_name_takes_all_releases_of_the_answer(scene):
    """Where a whole version goes, nothing of it stays out."""
    out(scene, "We will try a board.")
    kept = scene.store.read(lambda c: revisions.revisions(c, scene.book.id, "need"))[0]
    blank = passages.ErasedPassage("", {"": 1})
    scene.store.write(lambda c: releases.forget(c, kept.id, kept.value, blank))
    assert read(scene) == []


def test_whom_one_can_choose(scene):
    """One's own managers, as the programme names them, and the sponsors; a role that ended, ended."""

    def known(c):
        return set(releases.managers(c, "autumn").get(scene.ana.id, {})), set(releases.sponsors(c, "autumn"))

    assert scene.store.read(known) == ({scene.mona.id}, {scene.sol.id})
    assert scene.store.read(lambda c: releases.managers(c, "autumn").get(scene.ben.id)) is None
    scene.store.write(lambda c: members.revoke(c, "autumn", scene.mona.id, "manager"))
    assert scene.store.read(known) == (set(), {scene.sol.id})


@pytest.mark.parametrize("who", ["ana", "mona"])
def test_an_erased_person_has_nothing_out_and_reads_nothing(scene, who):
    """Neither as the one who released, nor as the reader."""
    out(scene, "We will try a board.")
    assert "release" in scene.store.read(lambda c: personal_rows.personal_rows(c, getattr(scene, who).id))
    scene.store.write(lambda c: personal_data.erase(c, getattr(scene, who)))
    assert read(scene) == []


def test_how_many_are_where_by_the_start_of_a_day(scene):
    """Each learner in one state of each suggested workbook; what happened later, or to a question alone, does not count."""

    def act(c):
        members.put_suggestions(c, "autumn", [Suggestion("autumn", "scope"), Suggestion("autumn", "plan")])
        return counts.counts(c, "autumn", "2020-01-01T00:00:00.000Z"), counts.counts(
            c, "autumn", "2999-01-01T00:00:00.000Z"
        )

    before, after = scene.store.write(act)
    assert before == (2, {"scope": {"shared": 0, "begun": 0, "new": 2}})
    assert after == (2, {"scope": {"shared": 0, "begun": 1, "new": 1}})
    about = {"workbook": scene.book.id, "by": scene.ana.id, "wants": "", "receipt": "r", "items": []}
    scene.store.write(lambda c: submissions.add_submission(c, **about, audiences=("coach",), asked=scene.max.id))
    assert scene.store.write(act)[1] == after
    scene.store.write(lambda c: submissions.add_submission(c, **about, audiences=("set",)))
    assert scene.store.write(act)[1][1]["scope"] == {"shared": 1, "begun": 0, "new": 1}


def test_a_sponsor_sees_a_dash_where_a_number_is_not_told(scene):
    """And no number at all of a cohort that is small."""

    def page(**more):
        cohort = scene.store.read(lambda c: members.cohort(c, "autumn"))
        place = ReceivedCohort(cohort=cohort, people=(), manager=False, sponsor=True, **more)
        about = {"least": 5, "states": counts.STATES, "state_words": STATE_WORDS, "person": None}
        about |= {"base_url": "/", "locale": "en", "demo": [], "places": []}
        return pages.render("releases/received.html", cohorts=[place], **about)

    template_counts = (TemplateCounts("Scope", {"shared": (20, 24), "begun": None, "new": None}),)
    shown = page(learners=29, counts=template_counts, since="Monday, 16 November")
    assert "29 people learn here" in shown
    assert shown.count("not told</") + shown.count('aria-label="not told"') == 2
    assert ">20–24<" in shown
    assert "No number can be told yet of: Plan" in page(learners=29, counts=template_counts, withheld=("Plan",))
    assert "No numbers" in page(learners=None, counts=template_counts)
