"""Earlier answers of one's own kind above a question: those before this one, and of them what was said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from uuid import uuid4

import pytest

from actionlearn import workbook as cells
from actionlearn.answers.kinds import check
from actionlearn.answers.prompts import Column, Item, Prompt
from actionlearn.answers.rendering import item_for
from actionlearn.cohort.workbooks.build import build_cohort, build_workbook
from actionlearn.errors import Missing
from actionlearn.reviews import visible_answers
from actionlearn.server.workbooks.notebook import page_notebook
from actionlearn.server.workbooks.state import workbook_state
from actionlearn.store import open_store
from actionlearn.store.people import members
from actionlearn.store.records import Workbook
from actionlearn.store.workbooks import drafts
from actionlearn.views import render
from actionlearn.widgets.prompt_html import prompt_html

from ...support import small_programme

PROGRAMME = small_programme.programme("experiment", "set-meeting", more='\n[[sets]]\nname = "Blue"\n', templates=False)
SAID = {1: "Ask the night shift", 2: None, 3: "Only on Tuesdays", 4: {"not_yet": True}, 5: "With the lid open", 6: None}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Let Ana make six experiments, and say in three of them what will be different next time."""
    folder = tmp_path_factory.mktemp("recaps")
    small_programme.write(folder, PROGRAMME, "username,firstname,lastname,email,set\nana,Ana,Lima,ana@x.org,Blue\n")
    programme, roster = small_programme.inputs(folder)
    with open_store(folder / "data") as store:
        build_cohort(store, folder / "data", programme, roster)
        ana = store.read(lambda c: members.person_by_username(c, "ana"))
        made = SimpleNamespace(store=store, data=folder / "data", ana=ana)
        made.actor = store.read(lambda c: members.actor(c, ana.id))
        made.tries = [another(made, "experiment") for _ in range(5)]
        for each in store.read(lambda c: workbooks_of(c, ana.id)):
            if SAID[each.number] is not None:
                say(made, each.id, "one_thing", SAID[each.number])
        yield made


def workbooks_of(c, owner: str) -> list[Workbook]:
    """Return somebody's workbooks."""
    from actionlearn.store.workbooks import workbooks

    return workbooks.workbooks_of(c, cohort="orchard", owner=owner)


def another(scene: SimpleNamespace, template: str) -> Workbook:
    """Make Ana, or her set, one more workbook."""
    return build_workbook(scene.store, scene.data, "orchard", scene.ana.id, template)


def say(scene: SimpleNamespace, workbook: str, prompt: str, value: object) -> None:
    """Let Ana write something."""
    key = {"workbook": workbook, "prompt": prompt, "person": scene.ana.id, "client": str(uuid4())}
    scene.store.write(lambda c: drafts.save(c, **key, seq=1, base=0, value=value))


def page(scene: SimpleNamespace, id: str, prompt: str) -> str:
    """Return a prompt as the page has it."""
    state = scene.store.read(lambda c: workbook_state(c, scene.data, scene.actor, id))
    (cell,) = (each for each in page_notebook(state, "en", {}, _views(state))["cells"] if each["id"] == prompt)
    html: str = cell["outputs"][0]["data"]["text/html"]
    return html


def _views(state) -> dict[str, str]:
    return {piece.cell_id: "" for piece in state.contents.pieces if piece.cell_id.startswith("view")}


def executed(scene: SimpleNamespace, workbook: Workbook, prompt: str) -> str:
    """Return a prompt as the executed notebook shows it."""
    _, contents = visible_answers.load(scene.data, workbook)
    given = scene.store.read(lambda c: visible_answers.everything(c, scene.data, workbook, contents))
    cells.open_workbook(template=workbook.template, submission=given.parameter)
    for piece in contents.pieces:
        if getattr(piece, "prompt", None) and piece.prompt.id == prompt:
            return cells._mode().prompt(piece.prompt).html
    raise AssertionError(prompt)


def recap(html: str) -> str:
    """Return what stands above the question."""
    return html.partition('class="al-recaps"')[2].partition('class="al-question"')[0]


@pytest.mark.parametrize("how", ["page", "executed"])
def test_a_recap_of_ones_own_kind_shows_what_came_before(scene, how):
    """The last before this stands there, those before are folded; neither this one's, nor a later one's, nor what is empty."""
    for number, seen in ((1, []), (2, [1]), (4, [3, 1]), (6, [5, 3, 1])):
        (workbook,) = (
            each
            for each in scene.store.read(lambda c: workbooks_of(c, scene.ana.id))
            if (each.template, each.number) == ("experiment", number)
        )
        html = recap(page(scene, workbook.id, "attempt") if how == "page" else executed(scene, workbook, "attempt"))
        before, _, folded = html.partition("<details")
        assert [each for each in SAID.values() if isinstance(each, str) and each in html] == sorted(
            (SAID[each] for each in seen), key=list(SAID.values()).index
        )
        assert "Not yet" not in html
        assert [SAID[each] in before for each in seen] == [place == 0 for place in range(len(seen))]
        assert ("And before that" in folded) == (len(seen) > 1)


def test_a_set_meets_the_promises_of_the_last_meeting(scene):
    """The second meeting begins with the first one's promises, as a table; the first begins with nothing."""
    second = another(scene, "set-meeting")
    row = {"row": str(uuid4()), "cells": {"who": "Zoë", "what": "Ring the ward", "by": "2026-01-12"}}
    (first,) = (
        each
        for each in scene.store.read(lambda c: workbooks_of(c, second.owner))
        if (each.template, each.number) == ("set-meeting", 1)
    )
    say(scene, first.id, "actions", [row])
    say(scene, second.id, "actions", [{**row, "cells": {"who": "Rui", "what": "Later"}}])
    assert recap(page(scene, first.id, "promises")).count("al-recap-said") == 0
    html = recap(page(scene, second.id, "promises"))
    assert "Ring the ward" in html
    assert "<table" in html
    assert "Later" not in html


def test_practice_shows_what_came_before_too(tmp_path, monkeypatch):
    """In practice, on one's own machine, the third try shows the first's line and not its own; tables are tables."""
    monkeypatch.setenv("ACTIONLEARN_PRACTICE", str(tmp_path))
    ids = [str(uuid4()) for _ in range(3)]
    for number, id in enumerate(ids):
        cells.open_workbook(template="experiment", title="One small try", workbook=id)
        said = cells.prompt("one_thing", "Which one thing?", kind="short-text")
        if number != 1:
            message = {"type": "save", "client": "c", "seq": 1, "base": 0, "value": f"Line {number}"}
            monkeypatch.setattr(said, "send", lambda _: None)
            said._hear(said, message, [])
    html = recap(cells.prompt("attempt", "What?", recap=("experiment*.one_thing",)).html)
    assert "Line 0" in html
    assert "Line 2" not in html
    cells._close()
    cells.open_workbook(template="experiment", title="One small try", workbook=ids[0])
    assert "Line" not in recap(cells.prompt("attempt", "What?", recap=("experiment*.one_thing",)).html)
    cells._close()


def test_a_recap_of_nothing_is_gentle():
    """What is not answered yet has its place, in words that blame nobody; of all of a kind there is nothing to say."""
    from actionlearn.answers.prompts import Item, Prompt
    from actionlearn.widgets.prompt_html import prompt_html

    asked = Prompt("aim", "What will people see?", recap=("scope.need", "scope*.need"))
    waiting = [Item("scope.need", question="What needs to change?"), Item("scope*.need")]
    html = prompt_html(asked, recaps=waiting)
    assert "When you have answered “What needs to change?”, your words stand here." in html.replace("&#34;", '"')
    assert html.count("al-recap ") == 1


def test_a_try_that_goes_on_from_another_begins_with_what_that_one_showed(scene):
    """Begun from the first, it has the first one's number, decision, lesson and change above it, not the latest one's."""
    first, *_ = scene.store.read(lambda c: [each for each in workbooks_of(c, scene.ana.id) if each.number == 1])
    other = another(scene, "experiment")
    for id, word in ((first.id, "lids"), (other.id, "latest")):
        say(scene, id, "next", "change" if word == "lids" else "stop")
        say(scene, id, "showed", f"What the {word} taught")
    given = {"after": "1"}
    made = build_workbook(scene.store, scene.data, "orchard", scene.ana.id, "experiment", parameters=given)
    html = recap(page(scene, made.id, "attempt"))
    now = re.sub(r"<details.*?</details>", "", html, flags=re.DOTALL)
    assert [each in now for each in ("Again, with one thing changed", "What the lids taught", SAID[1])] == [True] * 3
    assert "latest" not in now
    assert now.count('class="al-recap"') == 3
    _, contents = visible_answers.load(scene.data, made)
    given = scene.store.read(lambda c: visible_answers.everything(c, scene.data, made, contents))
    assert [each["before"] for each in given.submission["items"]["experiment*.showed"]] == [True, False]


@pytest.mark.parametrize("after", ["x", "-1", "0", "2.5", "99"])
def test_a_try_goes_on_from_one_that_there_is(scene, after):
    """What is no number of an earlier one is refused, and nothing is made."""
    before = scene.store.read(lambda c: len(workbooks_of(c, scene.ana.id)))
    with pytest.raises(Missing, match=r"cohort\.no_earlier"):
        build_workbook(scene.store, scene.data, "orchard", scene.ana.id, "experiment", parameters={"after": after})
    assert scene.store.read(lambda c: len(workbooks_of(c, scene.ana.id))) == before


def test_a_half_filled_row_is_kept_and_read():
    """A row with one cell is an answer like any other: kept as it is, recapped, and no view stumbles over it."""
    columns = (Column("what", "What"), Column("by", "By when", "date"))
    asked = Prompt("actions", "What will you do?", "table", columns=columns)
    half = [{"row": str(uuid4()), "cells": {"what": "🙂"}}, {"row": str(uuid4()), "cells": {"by": "2026-10-05"}}]
    assert check(asked, half) == half
    item: Item = item_for(asked, half, reference="plan.actions", workbook="Plan", when="2026-10-01T09:00:00.000Z")
    above = recap(prompt_html(Prompt("next", "And now?", recap=("plan.actions",)), recaps=[item]))
    assert "🙂" in above
    assert "5 Oct 2026" in above
    for view in ("steps", "timeline", "calendar"):
        assert render(view, [item], "en").html


def test_words_from_right_to_left_find_their_direction():
    """A control, a recap, a table and a view let each answer run the way its own words do."""
    said = "הלילה (bed 9)"
    asked = Prompt(
        "actions", "What will you do?", "table", columns=(Column("what", "What"), Column("by", "By", "date"))
    )
    rows = [{"row": str(uuid4()), "cells": {"what": said, "by": "2026-10-05"}}]
    told: Item = item_for(asked, rows, reference="plan.actions", workbook="Plan")
    words: Item = item_for(Prompt("need", "What?"), said, reference="scope.need")

    for html in (
        prompt_html(Prompt("need", "What?"), value=said),
        prompt_html(asked, value=rows),
        recap(prompt_html(Prompt("next", "And?", recap=("scope.need",)), recaps=[words])),
        recap(prompt_html(Prompt("next", "And?", recap=("plan.actions",)), recaps=[told])),
        render("steps", [told], "en").html,
    ):
        # The words, or the paragraph they are alone in, stand in an element that takes its direction from them.
        assert re.search(rf"dir=\"auto\"[^>]*>\s*(<p>)?{re.escape(said)}", html), html
