"""Executed notebooks: real papermill, real kernels, hostile words, cells that do their worst."""

from __future__ import annotations

import html.parser
import json
import re
import stat
import threading
from pathlib import Path

import nbformat
import pytest
from jupyter_client.asynchronous import AsyncKernelClient

from actionlearn import i18n
from actionlearn.errors import Missing
from actionlearn.reviews import execute, notebook_html
from actionlearn.store.reviews import reviews

CANARY = "canary-5f1c"
HOSTILE = (
    '<script>alert(1)</script><img src="https://evil.example/x" onerror="alert(2)"> **bold** [link](javascript:alert(3))'
    " {organisation} {{ x }} {% raw %} \\n \"\"\" ''' $x^2$ &lt; \u2028 çã \U0001f600"
)


class Tags(html.parser.HTMLParser):
    """Collects the tags of a page, and the text in it."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def read(shared, review):
    """Return the notebook and the HTML of a review, both found sound."""
    text = (shared.data / review.notebook_path).read_text("utf-8")
    node = nbformat.reads(text, as_version=4)
    nbformat.validate(node)
    page = (shared.data / review.html_path).read_text("utf-8")
    safe(page)
    return node, page


def safe(page):
    """Nothing in a page runs, loads from elsewhere or submits."""
    for tag, attributes in Tags(page).tags:
        assert tag not in {"script", "iframe", "object", "embed", "link", "form", "base", "svg", "math", "video"}
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("src", "data:image/").startswith("data:image/")
        assert not attributes.get("href", "#").lower().startswith(("javascript:", "data:"))
    assert "@import" not in page
    assert not re.search(r"url\(", page)


def outputs(node):
    """Return the outputs of each cell."""
    return {cell.id: cell.get("outputs", []) for cell in node.cells}


def with_live_cell(shared, source):
    """Put another live cell into the learner's plan."""
    path = shared.data / shared.plan.path
    node = nbformat.read(path, as_version=4)
    next(cell for cell in node.cells if "live" in cell.metadata.get("tags", [])).source = source
    nbformat.write(node, path)


def test_a_coach_reads_the_answers_and_no_other_word(shared):
    """The executed notebook shows what was shared with the coach; a private answer is nowhere in the files."""
    shared.say(shared.scope, "need", HOSTILE)
    shared.say(shared.scope, "secret", f"I am afraid {CANARY}")
    shared.say(shared.scope, "people", f"Carl {CANARY}")
    made = shared.share(shared.scope, "look at <b>this</b>")
    review = execute.execute(shared.store, shared.data, made, "coach")
    assert (review.state, review.message) == ("done", "")
    assert review.notebook_path == f"reviews/autumn/{made.id}/coach.ipynb"
    assert shared.store.read(lambda c: reviews.review(c, made.id, "coach")) == review
    node, page = read(shared, review)
    for file in (shared.data / "reviews").rglob("*"):
        assert file.is_dir() or CANARY not in file.read_text("utf-8")
    shown = outputs(node)
    for prompt in ("need", "secret", "people", "doubt"):
        (output,) = shown[prompt]
        assert set(output.data) == {"text/html", "text/plain"}
        assert "<script" not in output.data["text/html"]
    assert "Nothing shared here." in shown["secret"][0].data["text/html"]
    told = Tags(page)
    for piece in ("<script>alert(1)</script>", "**bold**", "[link](javascript:alert(3))", "{{ x }}", "çã \U0001f600"):
        assert piece in told.text
    assert "What needs to change at Acme?" in told.text
    assert "look at <b>this</b>" in told.text
    assert "Bea Conceição" in told.text
    assert made.receipt in told.text


def test_the_page_is_one_file_for_any_screen(shared):
    """It names its language, fits a phone, prints, hides inputs, and needs nothing from elsewhere."""
    shared.say(shared.scope, "need", "Fewer forms")
    node, page = read(shared, execute.execute(shared.store, shared.data, shared.share(shared.scope), "coach"))
    assert '<html lang="en">' in page
    assert "width=device-width" in page
    assert "@media print" in page
    assert "default-src 'none'" in page
    assert "open_workbook" not in page
    assert not re.search(r"https?://", page)
    assert "widgets" not in node.metadata
    code = [cell for cell in node.cells if cell.cell_type == "code"]
    assert all(cell.metadata["jupyter"]["source_hidden"] for cell in code)
    assert any('submission = "' in cell.source for cell in code)
    assert str(shared.data) not in json.dumps(node)
    assert [each.cell_id for each in notebook_html.sections(node) if each.kind == "prompt"] == [
        "need",
        "secret",
        "people",
        "doubt",
    ]


def test_each_audience_reads_its_own_notebook(shared):
    """The set reads what was shared with the set; nobody reads as an audience that it was not shared with."""
    shared.say(shared.scope, "need", "Fewer forms")
    shared.say(shared.scope, "people", "Carl and I")
    made = shared.share(shared.scope)
    _, page = read(shared, execute.execute(shared.store, shared.data, made, "set"))
    assert "Carl and I" in page
    for reader in ("cohort", "me", "owner", "../x"):
        with pytest.raises(Missing):
            execute.execute(shared.store, shared.data, made, reader)


def test_references_show_what_the_reader_may_read(shared):
    """A recap of another workbook shows a coach what was shared there, and live cells run."""
    shared.say(shared.scope, "need", "Fewer forms")
    shared.say(shared.scope, "secret", CANARY)
    shared.share(shared.scope)
    cells = {"what": "Ask <Ana>", "by": "2026-11-02"}
    row = {"row": "5e2f6a34-0d0a-4a43-9a27-3c9d6b1d2f10", "cells": cells}
    shared.say(shared.plan, "actions", [row])
    review = execute.execute(shared.store, shared.data, shared.share(shared.plan), "coach")
    assert review.state == "done"
    _, page = read(shared, review)
    told = Tags(page).text
    for said in ("Fewer forms", "Ask <Ana>", "2 Nov 2026", "live"):
        assert said in told
    assert CANARY not in page


@pytest.mark.ordinary("cell_too_slow", "kernel_died")
@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("1 / 0", "review.cell_failed"),
        ("raise SystemExit", "review.cell_failed"),
        ("x = (", "review.cell_failed"),
        ("while True: pass", "review.cell_too_slow"),
        (
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
            "review.cell_too_slow",
        ),
        ("while True: print('x' * 1000)", "review.cell_too_much"),
        ("import os; os._exit(1)", "review.kernel_died"),
    ],
)
def test_a_cell_at_its_worst_ends_in_a_review_that_can_be_read(shared, source, code):
    """The failing cell is named, the file is kept, and every answer is shown, those after it too."""
    with_live_cell(shared, source)
    shared.say(shared.plan, "last", "Then I ask again")
    made = shared.share(shared.plan)
    seconds = 3 if code == "review.cell_too_slow" else 60
    review = execute.execute(shared.store, shared.data, made, "coach", seconds=seconds)
    assert review.state == "failed"
    fault = execute.failure(review)
    assert fault.code == code
    assert fault.values["cell"] == "live-1"
    node, page = read(shared, review)
    assert "Then I ask again" in Tags(page).text
    assert "live-1" in i18n.sentence(fault)
    assert i18n.sentence(fault) in Tags(page).text
    assert len(page) < 200_000
    assert [each.cell_id for each in notebook_html.sections(node) if each.kind == "prompt"] == ["actions", "last"]
    assert "site-packages" not in json.dumps(node)


def test_what_a_live_cell_shows_is_cleaned(shared):
    """A live cell's HTML loses what runs or loads; printed words and Markdown are text; warnings are left out."""
    with_live_cell(
        shared,
        "import sys\nfrom IPython.display import HTML, Markdown, SVG, Javascript\n"
        "print('<b>printed</b>'); print('warned', file=sys.stderr)\n"
        "display(HTML('<script>alert(1)</script><img src=\"https://evil.example/x\" onerror=alert(1)><b>kept</b>'))\n"
        "display(Markdown('# <i>hash</i>'), Javascript('alert(1)'))\n"
        "display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>'))",
    )
    review = execute.execute(shared.store, shared.data, shared.share(shared.plan), "coach")
    assert review.state == "done"
    node, page = read(shared, review)
    told = Tags(page)
    assert "<b>printed</b>" in told.text
    assert "# <i>hash</i>" in told.text
    assert "<b>kept</b>" in page
    assert "evil.example" not in page
    assert "warned" not in page
    assert ("img", "data:image/svg+xml;base64") in [
        (tag, attributes.get("src", "").split(",")[0]) for tag, attributes in told.tags
    ]
    assert "application/javascript" not in json.dumps(node.cells)


def test_the_kernel_knows_nothing_of_us(shared, monkeypatch):
    """Its environment holds no setting, secret or store; its folder is its own and closed; it is gone after."""
    monkeypatch.setenv("ACTIONLEARN_STORE", CANARY)
    monkeypatch.setenv("SECRET_TOKEN", CANARY)
    monkeypatch.setenv("PYTHONPATH", f"/{CANARY}")
    with_live_cell(
        shared,
        "import json, os, pathlib\n"
        "home = pathlib.Path.home()\n"
        "print(json.dumps([dict(os.environ), str(home), os.getcwd(), oct(home.stat().st_mode), os.getpid(),"
        " json.loads((home / 'k.json').read_text())['transport'],"
        " [p.name for p in home.rglob('history.sqlite')]]))",
    )
    review = execute.execute(shared.store, shared.data, shared.share(shared.plan), "coach")
    node, _ = read(shared, review)
    printed = next(output.text for output in outputs(node)["live-1"])
    environ, home, folder, mode, pid, transport, history = json.loads(printed)
    assert CANARY not in json.dumps(environ)
    assert not [name for name in environ if name.startswith("ACTIONLEARN")]
    assert environ["MPLBACKEND"] == "agg"
    assert home == folder
    assert home != str(Path.home())
    assert stat.S_IMODE(int(mode, 8)) & 0o777 == 0o700
    assert (transport, history) == ("ipc", [])
    assert not Path(home).exists()
    assert not Path(f"/proc/{pid}").exists()


def test_nobody_waits_for_a_kernel_that_is_there(shared, monkeypatch):
    """A review waits until its kernel is heard: nbclient's way listens a fifth of a second longer."""

    def waited(*_, **__):
        raise AssertionError("it was waited for in nbclient's way")

    monkeypatch.setattr(AsyncKernelClient, "wait_for_ready", waited)
    assert execute.execute(shared.store, shared.data, shared.share(shared.scope), "coach").state == "done"


def test_two_at_once_do_not_meet(shared):
    """Two submissions executed at the same moment hold their own answers."""
    shared.say(shared.scope, "need", "First words")
    first = shared.share(shared.scope)
    shared.say(shared.scope, "need", "Second words")
    second = shared.share(shared.scope)
    done = {}

    def run(made):
        done[made.id] = execute.execute(shared.store, shared.data, made, "coach")

    threads = [threading.Thread(target=run, args=(made,)) for made in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for made, own, other in ((first, "First words", "Second words"), (second, "Second words", "First words")):
        _, page = read(shared, done[made.id])
        assert own in page
        assert other not in page


def test_an_owner_takes_everything_and_nothing_is_kept(shared):
    """The owner's copy holds private answers and what was never shared; no file of it stays."""
    shared.say(shared.scope, "secret", f"I am afraid {CANARY}")
    before = sorted(shared.data.rglob("*"))
    ipynb, page = execute.claim(shared.store, shared.data, shared.scope.id)
    node = nbformat.reads(ipynb.decode(), as_version=4)
    nbformat.validate(node)
    safe(page.decode())
    assert f"I am afraid {CANARY}" in Tags(page.decode()).text
    assert f"I am afraid {CANARY}" in outputs(node)["secret"][0].data["text/html"]
    assert [path for path in sorted(shared.data.rglob("*")) if path.suffix in {".ipynb", ".html"}] == [
        path for path in before if path.suffix in {".ipynb", ".html"}
    ]


def test_a_missing_notebook_is_said(shared):
    """Where the file of a workbook is gone, the review says so, and taking it raises."""
    made = shared.share(shared.scope)
    (shared.data / shared.scope.path).unlink()
    review = execute.execute(shared.store, shared.data, made, "coach")
    assert (review.state, execute.failure(review).code) == ("failed", "review.no_notebook")
    with pytest.raises(Missing):
        execute.claim(shared.store, shared.data, shared.scope.id)


def test_a_second_execution_replaces_the_first(shared):
    """Executing again writes the same two files, and no other."""
    shared.say(shared.scope, "need", "Fewer forms")
    made = shared.share(shared.scope)
    for _ in range(2):
        review = execute.execute(shared.store, shared.data, made, "coach")
    folder = (shared.data / review.html_path).parent
    assert sorted(path.name for path in folder.iterdir()) == ["coach.html", "coach.ipynb"]


def test_parameters_that_papermill_put_in_stay(shared):
    """A notebook that was built with papermill keeps its organisation when it is executed again."""
    import papermill

    path = shared.data / shared.scope.path
    papermill.execute_notebook(path, path, {"organisation": "Beta & Söhne"}, prepare_only=True, progress_bar=False)
    shared.say(shared.scope, "need", "Fewer forms")
    _, page = read(shared, execute.execute(shared.store, shared.data, shared.share(shared.scope), "coach"))
    told = Tags(page).text
    assert "What needs to change at Beta & Söhne?" in told
    assert "Start from the work at Beta & Söhne." in told
    assert "Acme" not in told
