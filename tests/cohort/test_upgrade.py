"""A template that changes under a workbook: pinned, offered, taken; every answer kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest

from actionlearn.answers.prompts import Prompt
from actionlearn.cli import main
from actionlearn.cohort import files
from actionlearn.cohort.workbooks import upgrade
from actionlearn.cohort.workbooks.build import build_cohort, build_workbook
from actionlearn.errors import Conflict
from actionlearn.notebook import CardPiece
from actionlearn.reviews import share, visible_answers
from actionlearn.server.workbooks.state import notebook_contents, workbook_state
from actionlearn.store import now, open_store
from actionlearn.store.people import members
from actionlearn.store.workbooks import drafts, notebook_versions, workbooks

from ..support import small_programme

HEAD = "---\ntemplate: harvest\ntitle: The harvest\nversion: {version}\nminutes: 5\nstage: scope\nsummary: A sentence.\n---\n"


def prompt(id: str, question: str) -> str:
    """Return the source of a prompt."""
    return f"```{{prompt}} {id}\n{question}\n```\n"


OLD = HEAD.format(version=1) + prompt("crop", "How was it?") + prompt("rain", "Did it rain?")
NEW = HEAD.format(version=2) + prompt("crop", "How was the harvest?") + prompt("sun", "Was there sun?")
PARAMETERS = """parameters:
  firstname: {kind: text, default: you}
  organisation: {kind: text, default: us, label: Where}
---
"""
FILLED = (
    HEAD.format(version=3).removesuffix("---\n")
    + PARAMETERS
    + prompt("crop", "How was it at {{ organisation }}, {{ firstname }}?")
)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """Build for Ana, who writes and shares, and for Bo, who does not; then the author changes the template."""
    folder, data = tmp_path / "author", tmp_path / "data"
    roster = f"{small_programme.ROSTER}{small_programme.ANA}bo,Bo,Berg,bo@x.org\n"
    small_programme.write(folder, small_programme.programme("harvest"), roster, {"harvest.md": OLD})
    inputs = small_programme.inputs(folder)
    with open_store(data) as store:
        build_cohort(store, data, *inputs)
        books = {
            each.path.split("/")[2]: each.id for each in store.read(lambda c: workbooks.workbooks_in(c, "orchard"))
        }
        ana = store.read(lambda c: members.person_by_username(c, "ana"))
        for id, value in (("crop", "Good"), ("rain", "Never")):
            key = {"workbook": books["ana"], "prompt": id, "person": ana.id, "client": str(uuid4())}
            store.write(lambda c, key=key, value=value: drafts.save(c, **key, seq=1, base=0, value=value))
        book = store.read(lambda c: workbooks.workbook(c, books["ana"]))
        shared = share.share(store, book, notebook_contents(data, book), ana.id, "", "2026-01-07T00:00:00.000Z")
        (folder / "templates" / "harvest.md").write_text(NEW, "utf-8")
        made = {"store": store, "data": data, "inputs": inputs, "books": books, "ana": ana, "shared": shared}
        yield SimpleNamespace(**made)


def page(scene, who: str = "ana"):
    """Return what the page of somebody shows."""

    def look(c):
        person = members.person_by_username(c, who)
        return workbook_state(c, scene.data, members.actor(c, person.id), scene.books[who])

    return scene.store.read(look)


def test_only_what_nobody_wrote_in_changes_by_a_build(scene):
    """Bo gets the corrected words; Ana's workbook is pinned, and the page says that there is a newer version."""
    assert not page(scene).newer
    report = build_cohort(scene.store, scene.data, *scene.inputs)
    assert (len(report.changed), len(report.preserved)) == (1, 1)
    assert list(page(scene, "bo").contents.prompts) == ["crop", "sun"]
    assert not page(scene, "bo").newer
    state = page(scene)
    assert list(state.contents.prompts) == ["crop", "rain"]
    assert state.newer
    assert state.orphaned_answers == ()


def test_the_difference_is_shown_and_taken_by_prompt_ids(scene):
    """What is new, asked otherwise and gone is named; taken, answers stay, and what has no prompt any more is read."""
    build_cohort(scene.store, scene.data, *scene.inputs)
    found = upgrade.offer(scene.store, scene.data, scene.books["ana"])
    assert [each.id for each in found.added] == ["sun"]
    assert [(before.question, after.question) for before, after in found.changed] == [
        ("How was it?", "How was the harvest?")
    ]
    assert [each.id for each in found.removed] == ["rain"]
    assert (found.reworded, found.refitted) == (found.changed, ())
    upgrade.accept(scene.store, scene.data, scene.books["ana"])
    state = page(scene)
    assert list(state.contents.prompts) == ["crop", "sun"]
    assert state.drafts["crop"].value == "Good"
    assert [(item.question, item.value) for item in state.orphaned_answers] == [("Did it rain?", "Never")]
    assert not state.newer
    with pytest.raises(Conflict):
        upgrade.accept(scene.store, scene.data, scene.books["ana"])
    build_cohort(scene.store, scene.data, *scene.inputs)
    assert len(build_cohort(scene.store, scene.data, *scene.inputs).unchanged) == 2


def test_a_question_that_only_got_another_hint_is_not_struck_out():
    """It is told apart from one that is asked in other words."""
    was, hinted, other = (
        Prompt("crop", question, hint=hint) for question, hint in (("A?", ""), ("A?", "B"), ("C?", ""))
    )
    assert upgrade.Difference((), ((was, hinted),), ()).refitted == (hinted,)
    assert upgrade.Difference((), ((was, other),), ()).reworded == ((was, other),)


def test_what_was_shared_stays_what_it_was(scene):
    """Its receipt verifies, and it is executed again with the questions that were answered."""
    build_cohort(scene.store, scene.data, *scene.inputs)
    upgrade.accept(scene.store, scene.data, scene.books["ana"])
    assert share.verifies(scene.store, scene.shared)
    book = scene.store.read(lambda c: workbooks.workbook(c, scene.books["ana"]))
    _, contents = visible_answers.load(
        scene.data,
        notebook_versions.earlier_version(scene.data, book, scene.shared.template_hash, scene.shared.shared_at),
    )
    assert list(contents.prompts) == ["crop", "rain"]


def test_what_a_programme_fills_in_is_offered_too(scene):
    """Only a parameter changed: it is shown, taken, and what was shared before keeps the words it was shared with."""
    store, data = scene.store, scene.data
    cohort = store.read(lambda c: members.cohort(c, "orchard"))
    mine, given = scene.books["ana"], {"firstname": "Ana", "organisation": "Pomar"}
    files.mirror(data / "cohorts" / "orchard" / "templates", {"harvest.md": FILLED.encode()})
    upgrade.accept(store, data, mine)
    book = store.read(lambda c: workbooks.workbook(c, mine))
    assert book.parameters == given
    shared = share.share(store, book, notebook_contents(data, book), scene.ana.id, "", now())
    assert not page(scene).newer
    changed = {**cohort.programme, "organisation": "Horta"}
    who = {"id": cohort.id, "name": cohort.name, "locale": cohort.locale, "time_zone": cohort.time_zone}
    store.write(lambda c: members.put_cohort(c, **who, programme=changed))
    store.write(lambda c: members.update_person(c, scene.ana.id, firstname='An"a'))
    assert page(scene).newer
    found = upgrade.offer(store, data, mine)
    assert found.values == (("Firstname", "Ana", 'An"a'), ("Where", "Pomar", "Horta"))
    assert [(a.question, b.question) for a, b in found.changed] == [
        ("How was it at Pomar, Ana?", 'How was it at Horta, An"a?')
    ]
    planned = {each.owner: each for each in upgrade.plan(store, data, "orchard")}
    assert (planned["ana"].what, planned["ana"].difference) == ("offered", found)
    assert planned["bo"].what == "corrected"
    assert upgrade.correct_untouched(store, data, list(planned.values())) == 1
    upgrade.accept(store, data, mine)
    state = page(scene)
    assert state.contents.prompts["crop"].question == 'How was it at Horta, An"a?'
    assert state.drafts["crop"].value == "Good"
    assert not state.newer
    assert upgrade.plan(store, data, "orchard") == []
    book = store.read(lambda c: workbooks.workbook(c, mine))
    for before, question in ((scene.shared, "How was it?"), (shared, "How was it at Pomar, Ana?")):
        assert share.verifies(store, before)
        _, contents = visible_answers.load(
            data, notebook_versions.earlier_version(data, book, before.template_hash, before.shared_at)
        )
        assert contents.prompts["crop"].question == question
    one = build_workbook(store, data, "orchard", scene.ana.id, "harvest", parameters={"organisation": "Mine"})
    store.write(
        lambda c: drafts.save(
            c, workbook=one.id, prompt="crop", person=scene.ana.id, client="c", seq=1, base=0, value="x"
        )
    )
    assert not store.read(lambda c: upgrade.offered(c, data, workbooks.workbook(c, one.id)))


def test_a_plan_says_what_would_happen_to_whom(scene):
    """Before the build that keeps the templates there is nothing to say; a plan changes nothing, correcting does."""
    assert upgrade.plan(scene.store, scene.data, "orchard") == []
    kept = scene.data / "cohorts" / "orchard" / "templates"
    files.mirror(kept, {"harvest.md": NEW.encode()})
    planned = upgrade.plan(scene.store, scene.data, "orchard")
    assert {each.owner: each.what for each in planned} == {"ana": "offered", "bo": "corrected"}
    assert list(page(scene, "bo").contents.prompts) == ["crop", "rain"]
    assert upgrade.correct_untouched(scene.store, scene.data, planned) == 1
    assert list(page(scene, "bo").contents.prompts) == ["crop", "sun"]
    assert list(page(scene).contents.prompts) == ["crop", "rain"]


def test_a_card_one_began_with_is_never_lost(scene):
    """A touched workbook that began with a card is made again with it: its file gone, or a newer version taken."""
    store, data = scene.store, scene.data
    begun = build_workbook(store, data, "orchard", scene.ana.id, "harvest", parameters={"card": "five-whys"})
    key = {"workbook": begun.id, "prompt": "crop", "person": scene.ana.id, "client": str(uuid4())}
    store.write(lambda c: drafts.save(c, **key, seq=1, base=0, value="Good"))

    def cards() -> list[str]:
        book = store.read(lambda c: workbooks.workbook(c, begun.id))
        return [each.card.id for each in notebook_contents(data, book).pieces if isinstance(each, CardPiece)]

    assert cards() == ["five-whys"]
    build_cohort(store, data, *scene.inputs)
    upgrade.accept(store, data, begun.id)
    assert cards() == ["five-whys"]
    book = store.read(lambda c: workbooks.workbook(c, begun.id))
    assert "sun" in notebook_contents(data, book).prompts
    assert not store.read(lambda c: upgrade.offered(c, data, book))


def test_the_command_line_says_what_an_upgrade_would_do(scene, capsys):
    """``cohort upgrade --dry-run`` names whom it is offered to and who is corrected, and changes nothing; without, it does."""
    kept = scene.data / "cohorts" / "orchard" / "templates"
    files.mirror(kept, {"harvest.md": NEW.encode()})
    scene.store.close()
    before = {path: path.read_bytes() for path in sorted((scene.data / "cohorts").rglob("*.ipynb"))}

    def run(*more: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["cohort", "upgrade", "orchard", "--data", str(scene.data), *more])
        assert not ended.value.code
        return str(capsys.readouterr().out)

    said = run("--dry-run")
    assert "ana" in said
    assert "bo" in said
    assert {path: path.read_bytes() for path in before} == before
    run()
    changed = [path.parent.name for path, old in before.items() if path.read_bytes() != old]
    assert changed == ["bo"]
