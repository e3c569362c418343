"""What the cells of a notebook do: practice, frozen, served."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from actionlearn import workbook as cells
from actionlearn.errors import ActionlearnError, Refused, ReviewError
from actionlearn.store import open_store
from actionlearn.store.people.members import put_cohort
from actionlearn.workbook import live, open_workbook, prompt, prose, view

WIDGET = "application/vnd.jupyter.widget-view+json"
SHARED: dict[str, Any] = {
    "format": 1,
    "number": 3,
    "shared_at": "2026-10-05T09:12:33.123Z",
    "receipt": "ab",
    "reader": "coach",
    "author": "Beatriz <Conceição>",
    "wants": "Is it <small> enough?",
    "answers": {
        "need": {"value": "Wait <b>less</b>\nplease", "when": "2026-10-05T09:00:00.000Z", "audience": ["me", "coach"]}
    },
    "items": {
        "plan.aim": [
            {
                "reference": "plan.aim",
                "value": "Half",
                "workbook": "Plan",
                "when": "2026-09-01T00:00:00.000Z",
                "question": "What will people see?",
                "kind": "long-text",
                "labels": {},
            }
        ]
    },
}
OPEN = (
    'from actionlearn.workbook import live, open_workbook, prompt, prose, view\n\nopen_workbook(template="scope", version=1,'
    ' template_hash="x", locale="en", title="Scope", stage="scope", minutes=10, workbook=workbook, submission=submission)'
)
SOURCES = (
    OPEN,
    'prose("""At **{organisation}**, then.""", organisation=organisation)',
    'prompt("need", "What needs to change at {organisation}?", recap=("plan.aim",), organisation=organisation)',
    'prompt("private", "And you?", kind="scale")',
    'view("recap", of=["need"])',
    'def both(need, aim):\n    return f"{need} / {aim}"\n\n\nlive(both, of=["need", "plan.aim"])',
)


@pytest.fixture(autouse=True)
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Keep practice in a folder of the test's own."""
    monkeypatch.delenv("ACTIONLEARN_SERVER", raising=False)
    monkeypatch.setenv("ACTIONLEARN_PRACTICE", str(tmp_path / "practice"))
    yield tmp_path / "practice"
    cells._close()


def notebook(submission: str = "") -> nbformat.NotebookNode:
    """Make a small workbook by hand."""
    head = f'workbook = ""\nsubmission = {submission!r}\norganisation = "the <b>clinic</b>"'
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (head, *SOURCES)])


def run(made: nbformat.NotebookNode, folder: Path) -> list[dict[str, Any]]:
    """Execute it in a real kernel; return what each cell showed, by type."""
    client = NotebookClient(made, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.execute()
    return [dict(cell.outputs[-1].data) if cell.outputs else {} for cell in made.cells]


def begin(**more: Any) -> Any:
    """Open the workbook here."""
    return open_workbook(template="scope", title="Scope", locale="en", **more)


def say_to(widget: Any, value: Any, seq: int = 1, base: int = 0, client: str = "c") -> tuple[int, dict[str, Any]]:
    """Send an edit as the page does; return status and body of the reply."""
    replies: list[dict[str, Any]] = []
    widget.send = replies.append
    widget._hear(widget, {"type": "save", "client": client, "seq": seq, "base": base, "value": value}, [])
    return replies[-1]["status"], replies[-1]["body"]


def test_practice_runs_in_a_kernel_and_leaves_no_trace(tmp_path, practice, monkeypatch):
    """Executed without a front-end, a notebook shows its prompts as widgets and makes no file."""
    monkeypatch.delenv("ACTIONLEARN_PRACTICE")
    folder = tmp_path / "here"
    folder.mkdir()
    shown = run(notebook(), folder)
    assert "for one person" in shown[1]["text/plain"]
    assert shown[2]["text/markdown"] == "At **the &#60;b&#62;clinic&#60;&#47;b&#62;**, then."
    assert WIDGET in shown[3]
    assert "What needs to change at the &lt;b&gt;clinic&lt;/b&gt;?" in shown[3]["text/html"]
    assert shown[6]["text/plain"] == "None / None"
    assert list(folder.iterdir()) == []


def test_frozen_in_a_kernel_is_html_and_text_alone(tmp_path):
    """With a submission, every cell shows words for reading: no widget, no script, no style, no store."""
    shown = run(notebook(json.dumps(SHARED)), tmp_path)
    for bundle in shown[1:]:
        assert set(bundle) <= {"text/html", "text/plain", "text/markdown"}
        assert "<script" not in bundle.get("text/html", "")
        assert "style=" not in bundle.get("text/html", "")
    assert "Beatriz &lt;Conceição&gt;: Scope, shared on 5 October 2026 (number 3)" in shown[1]["text/html"]
    assert "Is it &lt;small&gt; enough?" in shown[1]["text/html"]
    assert "Wait &lt;b&gt;less&lt;/b&gt;<br>please" in shown[3]["text/html"]
    assert "Beatriz &lt;Conceição&gt; said, in “Plan”, 1 September 2026:" in shown[3]["text/html"]
    assert "Nothing shared here." in shown[4]["text/html"]
    assert "Wait &lt;b&gt;less" in shown[5]["text/html"]
    assert shown[6]["text/plain"] == "Wait <b>less</b>\nplease / Half"
    assert not (tmp_path / "practice").exists()


def test_served_shows_live_cells_alone(tmp_path, monkeypatch):
    """In our server's kernel nothing but live cells is shown, and no store is opened."""
    monkeypatch.setenv("ACTIONLEARN_SERVER", "1")
    shown = run(notebook(), tmp_path)
    assert [bool(bundle) for bundle in shown] == [False] * 6 + [True]
    assert WIDGET in shown[6]
    assert not (tmp_path / "practice").exists()


def test_practice_saves_and_restores(practice):
    """An answer is in the practice folder once it is acknowledged, and there again in the next run."""
    begin()
    assert not practice.exists()
    need = prompt("need", "What needs to change?")
    assert say_to(need, "Wait less")[0] == 200
    assert say_to(need, "Wait less")[1]["version"] == 1  # a repeat counts once
    need._hear(need, {"type": "revision", "cause": "blur"}, [])
    need._hear(need, {"type": "revision", "cause": "nonsense"}, [])
    begin()
    again = prompt("need", "What needs to change?")
    assert (again.value, again.version) == ("Wait less", 1)
    assert "Wait less</textarea>" in again.html


def test_practice_draws_again_at_each_save():
    """Views and live cells follow each answer."""
    begin()
    need = prompt("need", "What needs to change?")
    seen = view("recap", of=["need"])
    drawn = live(lambda need: f"Said: {need}", of=["need"])
    say_to(need, "Wait less")
    assert drawn.shown == {"text": "Said: Wait less"}
    assert "Wait less" in seen.shown["html"]


def test_practice_looks_back_at_ones_own_versions():
    """A history shows what was kept here and in one's other workbooks, and how it is now."""
    open_workbook(template="scope", title="Scope", locale="en")
    need = prompt("need", "What?")
    seen = view("history", of=["need"])
    assert "will stand here" in seen.shown["html"]
    say_to(need, "Fewer forms for us")
    need._hear(need, {"type": "revision", "cause": "share"}, [])
    say_to(need, "Fewer calls for us", seq=2, base=1)
    assert "Fewer <del>forms </del><ins>calls </ins>for us" in seen.shown["html"]
    cells._close()
    open_workbook(template="reflect", title="Reflect", locale="en")
    prompt("moment", "Which?")
    there = view("history", of=["scope.need"])
    assert "Fewer <del>forms </del><ins>calls </ins>for us" in there.shown["html"]


def test_practice_refuses_what_does_not_fit():
    """A wrong value, a broken message and a version that is behind get the API's own replies."""
    begin()
    sure = prompt("sure", "How sure?", kind="scale")
    status, body = say_to(sure, 9)
    assert (status, body["error"]["code"]) == (422, "answers.out_of_range")
    assert body["error"]["message"]
    status, body = say_to(sure, 4, base="x")
    assert (status, body["error"]["code"]) == (422, "answers.bad_message")
    assert say_to(sure, 4)[0] == 200
    status, body = say_to(sure, 2, client="other")
    assert (status, body["head"]["value"]) == (409, 4)


def test_workbooks_of_one_person_see_each_other():
    """A recap reads one's other workbooks, with the question of the shipped template."""
    open_workbook(template="scope", title="Scope", locale="en")
    say_to(prompt("need", "What?"), "Wait less")
    cells._close()
    open_workbook(template="plan", title="Plan", locale="en")
    plan = prompt("aim", "What will people see?", recap=("scope.need", "scope*.need", "nowhere.x"))
    assert plan.html.count("Wait less") == 2
    assert "You said, in “Scope”, " in plan.html
    assert "What needs to change at your organisation that nobody has managed to change?" in plan.html
    assert "Your words will stand here once you have written them." in plan.html
    assert live(lambda every: every, of=["scope*.need"]).answers == {"scope*.need": ["Wait less"]}


def test_a_card_is_moved_in_its_own_notebook():
    """The buttons of a board name the notebook whose prompt saves it; a card of another one says where it is moved."""
    options = {"amplify": "More", "stop": "Stop"}
    of = ["experiment*.attempt", "experiment*.next"]
    for id, said in (("4ef2ac53-4e8a-4c81-9c54-6e0ad8a6a001", "A"), ("4ef2ac53-4e8a-4c81-9c54-6e0ad8a6a002", "B")):
        open_workbook(template="experiment", title="Try", locale="en", workbook=id)
        attempt = prompt("attempt", "What?")
        prompt("next", "What now?", kind="choice", options=options)
        drawn = view("board", of=of)
        say_to(attempt, said)
        if said == "A":
            assert "another notebook" not in drawn.shown["html"]
            cells._close()
    assert '<p class="al-what">A</p>' in drawn.shown["html"]
    assert drawn.shown["html"].count("data-al-set") == len(options)
    assert drawn.shown["html"].count(f'data-al-place="{id}"') == len(options)
    assert "A card of another notebook is moved in that notebook." in drawn.shown["html"]


def test_a_notebook_with_an_id_is_that_workbook():
    """Two notebooks of one template, each with its id, are two workbooks."""
    for id in ("4ef2ac53-4e8a-4c81-9c54-6e0ad8a6a001", "4ef2ac53-4e8a-4c81-9c54-6e0ad8a6a002"):
        begin(workbook=id)
        say_to(prompt("need", "What?"), f"in {id[-1]}")
        cells._close()
    begin(workbook="4ef2ac53-4e8a-4c81-9c54-6e0ad8a6a001")
    assert prompt("need", "What?").value == "in 1"


@pytest.mark.parametrize("how", ["lock", "people"])
def test_a_servers_folder_is_refused(practice, how):
    """Practice never touches a folder with a server's store in it, and says so in a sentence."""
    with open_store(practice) as store:
        if how == "people":
            store.write(lambda c: put_cohort(c, id="autumn", name="Autumn"))
        else:
            (practice / "server.lock").touch()
    with pytest.raises(Refused) as caught:
        begin()
    assert "belongs to a server" in caught.value._render_traceback_()[0]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"format": 2, "answers": {}}',
        '{"format": 1}',
        '{"format": 1, "answers": {}, "items": {"x": [{"y": 1}]}}',
    ],
)
def test_a_submission_that_cannot_be_read_is_refused(text):
    """A malformed submission gives one clear error."""
    with pytest.raises(ReviewError, match=r"answers\.bad_submission"):
        begin(submission=text)


def test_the_owner_sees_every_draft():
    """Taken along, the notebook says nothing of sharing where the owner wrote nothing."""
    opened = begin(submission=json.dumps({**SHARED, "reader": "owner"}))
    assert "as it stood on 5 October 2026" in opened.text
    assert "Nothing written yet." in prompt("private", "And?").html


def test_cells_before_the_first_one_say_what_to_do():
    """A cell that runs before open_workbook says so."""
    with pytest.raises(RuntimeError, match="from the top"):
        prose("Words")


def test_a_refusal_is_an_error_of_ours():
    """All that is refused is one of the kit's errors."""
    assert issubclass(Refused, ActionlearnError)
