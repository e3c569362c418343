"""Workbooks that a set owns, and a manager's about a learner: built, opened, saved, shared, compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest

from actionlearn.cohort.enrolment.enrol import plan
from actionlearn.cohort.progress.status import cohort_status, progress_page
from actionlearn.cohort.workbooks.build import build_cohort, build_workbook
from actionlearn.errors import BadInput, Refused, TooMany
from actionlearn.permissions import may, reads_as
from actionlearn.reviews import share
from actionlearn.server.journey import page
from actionlearn.server.office.overview import numbers
from actionlearn.server.web import reader as web_reader
from actionlearn.server.workbooks.state import notebook_contents, require_workbook, workbook_state
from actionlearn.store import open_store
from actionlearn.store.people import members
from actionlearn.store.records import SaveConflict, Saved
from actionlearn.store.reports import progress
from actionlearn.store.reviews import submissions
from actionlearn.store.workbooks import drafts, revisions, workbooks

from ..support import small_programme

PEOPLE = """
[[sets]]
name = "Blue"
coach = "cora"

[[sets]]
name = "Red"

[[people]]
username = "cora"
firstname = "Cora"
email = "cora@x.org"
role = "coach"

[[people]]
username = "max"
firstname = "Max"
email = "max@x.org"
role = "manager"
learners = ["ana", "bo"]
"""
PROGRAMME = small_programme.programme("meeting", "needs", more=PEOPLE)
ROSTER = """username,firstname,lastname,email,lang,set
ana,Ana,Lima,ana@x.org,pt,Blue
bo,Bo,Berg,bo@x.org,en,Blue
cy,Cy,Cole,cy@x.org,en,Red
"""


def text(id: str, title: str, question: str, more: str = "", body: str = "") -> str:
    """Return the source of a template with one prompt."""
    head = f"template: {id}\ntitle: {title}\nversion: 1\nminutes: 5\nstage: scope\nsummary: A sentence.{more}"
    return f"---\n{head}\n---\nLook.\n\n```{{prompt}} crop\n:audience: me, set, coach\n{question}\n```\n{body}"


TEMPLATES = {
    "meeting.md": text("meeting", "The meeting", "What did you promise?", "\nowner: set\nper: once"),
    "pt/meeting.md": text("meeting", "O encontro", "Que ficou prometido?", "\nowner: set\nper: once"),
    "needs.md": text(
        "needs",
        "Needs",
        "What does {{ firstname }} need?",
        "\nabout: member\nparameters:\n  firstname: {label: First name, default: X}",
        "\n```{view} compare\n:of: crop\n```\n",
    ),
}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """Build a cohort of two sets, with a manager of two learners."""
    folder, data = tmp_path / "author", tmp_path / "data"
    small_programme.write(folder, PROGRAMME, ROSTER, TEMPLATES)
    inputs = small_programme.inputs(folder)
    with open_store(data) as store:
        report = build_cohort(store, data, *inputs)
        people = {
            name: store.read(lambda c, n=name: members.person_by_username(c, n))
            for name in ("ana", "bo", "cy", "max", "cora")
        }
        actors = {name: store.read(lambda c, who=each.id: members.actor(c, who)) for name, each in people.items()}
        sets = {f"+{each.id}": f"+{each.name}" for each in store.read(lambda c: members.sets(c, "orchard"))}
        books = {}
        for each in store.read(lambda c: workbooks.notebooks_in(c, "orchard")):
            _, _, inside, *rest = each.path.split("/")
            books["/".join([sets.get(inside, inside), *rest])] = each
        made = {"store": store, "data": data, "inputs": inputs, "report": report, "folder": folder}
        yield SimpleNamespace(**made, people=people, actors=actors, books=books)


def save(scene, path: str, who: str, value: str, client: str = "", base: int = 0, seq: int = 1):
    """Save as one of the people."""
    key = {"workbook": scene.books[path].id, "prompt": "crop", "person": scene.people[who].id}
    return scene.store.write(
        lambda c: drafts.save(c, **key, client=client or str(uuid4()), seq=seq, base=base, value=value)
    )


def shared(scene, path: str, who: str):
    """Share a workbook as one of the people."""
    book = scene.books[path]
    contents = notebook_contents(scene.data, book)
    return share.share(scene.store, book, contents, scene.people[who].id, "", "2026-01-07T00:00:00.000Z")


def test_a_set_has_one_workbook_in_each_language_of_its_members(scene):
    """Built once, and left alone by the next build; a new language joins it, also once somebody has written."""
    assert sorted(path for path in scene.books if path.startswith("+")) == [
        "+Blue/meeting-1.ipynb",
        "+Blue/meeting-1.pt.ipynb",
        "+Red/meeting-1.ipynb",
    ]
    english, portuguese = scene.books["+Blue/meeting-1.ipynb"], scene.books["+Blue/meeting-1.pt.ipynb"]
    assert english.id == portuguese.id
    assert (english.owner_kind, english.title, portuguese.title) == ("set", "The meeting", "O encontro")
    assert (scene.data / portuguese.path).is_file()
    again = build_cohort(scene.store, scene.data, *scene.inputs)
    assert (len(again.made), len(again.changed), len(again.unchanged)) == (0, 0, len(scene.report.made))
    save(scene, "+Red/meeting-1.ipynb", "cy", "words")
    programme, rows = scene.inputs
    moved = [rows[0], rows[1], type(rows[2])(**{**vars(rows[2]), "locale": "pt"})]
    assert [path.split("/")[-1] for path in build_cohort(scene.store, scene.data, programme, moved).made] == [
        "meeting-1.pt.ipynb"
    ]


def test_each_member_opens_it_in_their_language(scene):
    """The same answers, asked in the reader's language; nobody else opens it, and its coach reads what was shared."""
    save(scene, "+Blue/meeting-1.ipynb", "bo", "A promise")
    id = scene.books["+Blue/meeting-1.ipynb"].id
    for who, question in (("ana", "Que ficou prometido?"), ("bo", "What did you promise?")):
        locale = scene.people[who].locale
        state = scene.store.read(lambda c, w=who, at=locale: workbook_state(c, scene.data, scene.actors[w], id, at))
        assert state.contents.prompts["crop"].question == question
        assert state.drafts["crop"].value == "A promise"
    for who in ("cy", "max", "cora"):
        with pytest.raises(Refused):
            scene.store.read(lambda c, w=who: require_workbook(c, scene.actors[w], id))
    made = shared(scene, "+Blue/meeting-1.ipynb", "ana")
    thing = scene.store.read(lambda c: submissions.submission_resource(c, made))
    assert may(scene.actors["cora"], "read", thing)
    assert may(scene.actors["cora"], "comment", thing)
    assert not may(scene.actors["cy"], "read", thing)
    assert not may(scene.actors["max"], "read", thing)


def test_two_members_at_once_lose_nothing(scene):
    """The same protocol: who writes over a version they have not seen is told, and both are kept by who wrote them."""
    path = "+Blue/meeting-1.ipynb"
    assert isinstance(save(scene, path, "ana", "hers"), Saved)
    assert isinstance(save(scene, path, "bo", "his"), SaveConflict)
    kept = scene.store.read(lambda c: revisions.revisions(c, scene.books[path].id, "crop"))
    assert {(each.value, each.by) for each in kept} == {
        ("hers", scene.people["ana"].id),
        ("his", scene.people["bo"].id),
    }


def test_a_set_starts_no_second_one_of_what_there_is_once(scene):
    """Any member may start another, for the set; of what there is once there is one."""
    with pytest.raises(TooMany):
        build_workbook(scene.store, scene.data, "orchard", scene.people["ana"].id, "meeting")
    again = build_workbook(scene.store, scene.data, "orchard", scene.people["ana"].id, "needs")
    assert (again.owner, again.number) == (scene.people["ana"].id, 2)


def test_the_journey_shows_what_is_the_sets_and_who_a_workbook_is_about(scene):
    """A member sees their own and their set's; a manager sees their own, each with the learner's name."""

    def steps(who: str) -> list[tuple[str, str]]:
        reader = web_reader.Reader(scene.people[who], scene.people[who].locale or "en", scene.data, "/")
        ways = scene.store.read(lambda c: page.journey(c, scene.actors[who], reader))
        return [(step.title, step.of) for way in ways for step in way.steps]

    assert steps("ana") == [("O encontro", "Blue"), ("Needs", "")]
    assert sorted(steps("max")) == [("Needs", "Ana Lima"), ("Needs", "Bo Berg")]


def test_a_manager_writes_about_each_learner_and_reads_none(scene):
    """The manager's is the manager's own; what they release is the learner's to read, beside the learner's own."""
    mine, theirs = scene.books["ana/needs-1.ipynb"], scene.books["max/ana/needs-1.ipynb"]
    assert (theirs.owner, theirs.about) == (scene.people["max"].id, scene.people["ana"].id)
    asked = notebook_contents(scene.data, theirs).prompts["crop"].question
    assert asked == "What does Ana need?" == notebook_contents(scene.data, mine).prompts["crop"].question
    for who, book in (("max", mine), ("ana", theirs), ("bo", theirs)):
        with pytest.raises(Refused):
            scene.store.read(lambda c, w=who, b=book: require_workbook(c, scene.actors[w], b.id))
    save(scene, "ana/needs-1.ipynb", "ana", "Time")
    save(scene, "max/ana/needs-1.ipynb", "max", "Practice")

    def compared(who: str, book) -> list[tuple[str, str]]:
        state = scene.store.read(lambda c: workbook_state(c, scene.data, scene.actors[who], book.id))
        view = next(each for each in state.contents.pieces if hasattr(each, "name"))
        return [(item.workbook, item.value) for item in state.items_in(view)]

    assert [value for _, value in compared("ana", mine)] == ["Time"]
    made = shared(scene, "max/ana/needs-1.ipynb", "max")
    thing = scene.store.read(lambda c: submissions.submission_resource(c, made))
    assert {who: reads_as(actor, thing) for who, actor in scene.actors.items()} == {
        "ana": {"set"},
        "bo": set(),
        "cy": set(),
        "cora": {"coach"},
        "max": set(),
    }
    found = scene.store.read(lambda c: share.preview_share(c, theirs, notebook_contents(scene.data, theirs)))
    assert {each.audience: each.names for each in found.readers} == {"set": ("Ana Lima",), "coach": ("Cora",)}
    assert compared("ana", mine)[1:] == [("Needs · Max", "Practice")]
    assert [value for _, value in compared("max", theirs)] == ["Practice"]


def test_the_office_sees_sets_beside_learners(scene):
    """A line for each set, and only learners are counted as such; managers' workbooks are nobody else's to see."""
    save(scene, "+Blue/meeting-1.ipynb", "bo", "A promise")
    lines = cohort_status(scene.store, scene.data, "orchard")
    assert [(each.person.name, each.alone) for each in lines] == [
        ("Blue", False),
        ("Bo Berg", True),
        ("Ana Lima", True),
        ("Red", False),
        ("Cy Cole", True),
    ]
    counted = scene.store.read(lambda c: progress.numbers(c, "orchard"))
    assert [each["count"] for each in numbers(counted, "en")] == [3, 0, 0, 2]
    found, of = progress_page(scene.store, scene.data, "orchard", search="bERG blue", most=1)
    assert ([each.person.name for each in found], of) == (["Bo Berg"], 1)


def test_learners_of_a_manager_are_checked(scene):
    """Only a manager has learners, and each is in the roster or in the cohort already."""
    path = scene.folder / "programme.toml"
    path.write_text(PROGRAMME.replace('role = "coach"', 'role = "coach"\nlearners = ["ana"]'), "utf-8")
    with pytest.raises(BadInput) as caught:
        small_programme.inputs(scene.folder)
    assert "programme.not_a_manager" in [each.code for each in caught.value.faults]
    path.write_text(PROGRAMME.replace('"bo"]', '"bob"]'), "utf-8")
    with pytest.raises(BadInput) as caught:
        plan(scene.store, *small_programme.inputs(scene.folder))
    assert [each.code for each in caught.value.faults] == ["roster.no_such_learner"]
