"""How long a coach waits for the next review, as a cohort grows; beside nbgrader's formgrader, in the same run.

::

    python benchmarks/desk.py [--learners 125 500 2000] [--pages 30] [--plot desk.svg]
                              [--nbgrader nbg/bin/python] [--students 12]

Each learner has shared one workbook five times, with five answers of forty words each: 2,000 learners have 50,000
revisions. One coach coaches them all, the worst case. A real server serves them. The clock runs from the request for
the next review until its last byte is there: who waits is found, the executed notebook read, the page made. The coach
goes on by the page's own link, so that no page is asked for twice. Told are the median and the slowest of the pages,
and, of the two questions that a desk asks of all that was shared, the median of nine rounds with the number of
statements: what waits, and who has gone quiet.

nbgrader has pins of its own, so it wants an environment of its own: ``python -m venv nbg && nbg/bin/pip install
nbgrader``. With ``--nbgrader`` its formgrader is measured by the same clock, over the address that its own “Next”
leads to, with a submitted notebook of the same five answers; see ``benchmarks/formgrader.py``. Its students are fewer,
which is in its favour: each has to be autograded first.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from rich.console import Console
from rich.table import Table
from sqlalchemy import event, insert

from actionlearn import accounts, notebook, template, views
from actionlearn.cohort.workbooks.build import prepare
from actionlearn.reviews import execute
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import Store, open_store, shifted
from actionlearn.store.people import members
from actionlearn.store.reports import inactivity
from actionlearn.store.reviews import queue
from actionlearn.store.reviews import submissions as reviews_submissions
from actionlearn.store.tables import schema

AT = "2026-10-05T09:00:00.000Z"
SHARED, ANSWERS, ROUNDS = 5, 5, 9
WORDS = "Nobody owns the corridor between the two wards, and whoever passes it on hopes that somebody else will. " * 2
HEAD = "---\ntemplate: scope\ntitle: Scope\nversion: 1\nminutes: 5\nstage: scope\nsummary: x\n---\n"
TEXT = HEAD + "".join(
    f"\n```{{prompt}} p{each}\n:kind: long-text\n:audience: me, coach\nQuestion {each}?\n```\n"
    for each in range(ANSWERS)
)


def fill(store: Store, data: Path, learners: int) -> str:
    """Let so many learners share; return the id of their coach."""
    rows: dict[str, list[dict[str, Any]]] = {}

    def add(table: str, **values: Any) -> str:
        rows.setdefault(table, []).append(values)
        return str(values.get("id", ""))

    parsed = template.parse(TEXT, views=views.VIEWS)
    path = "cohorts/c/scope.ipynb"
    (data / path).parent.mkdir(parents=True, exist_ok=True)
    (data / path).write_text(prepare(notebook.to_notebook(parsed), {"workbook": str(uuid4())}), "utf-8")

    def act(c: Any) -> str:
        members.put_cohort(c, id="c", name="C", locale="en", time_zone="UTC", programme={})
        group = members.put_set(c, "c", "One").id
        coach = members.add_person(c, username="coach").id
        members.grant(c, "c", coach, "coach")
        person = {"firstname": "A", "lastname": "B", "email": "", "locale": "", "time_zone": "", "operator": False}
        for each in range(learners):
            me = add("person", id=str(uuid4()), username=f"l{each}", username_key=f"l{each}", created_at=AT, **person)
            add("membership", cohort="c", person=me, role="learner", set_id=group)
            book = {"cohort": "c", "owner_kind": "person", "owner": me, "about": "", "template": "scope", "number": 1}
            book_id = add("workbook", id=str(uuid4()), locale="en", created_at=AT, started_at=AT, **book)
            told = {"template_hash": parsed.hash, "title": "Scope", "parameters": {}, "path": path, "build_hash": ""}
            add("notebook", workbook=book_id, locale="en", **told)
            for prompt in range(ANSWERS):
                add("draft", workbook=book_id, prompt=f"p{prompt}", version=1, value=WORDS, by=me, saved_at=AT)
            _share(add, book_id, me, shifted(AT, minutes=each), parsed.hash)
        for table, values in rows.items():
            c.execute(insert(schema.metadata.tables[table]), values)
        return coach

    coach = store.write(act)
    _execute(store, data, [each["submission"] for each in rows["review"]])
    return coach


def _share(add: Any, book: str, me: str, at: str, hash: str) -> None:
    for number in range(1, SHARED + 1):
        told = {"by": me, "shared_at": at, "wants": "", "receipt": "", "audiences": ["coach"], "template_hash": hash}
        one = add("submission", id=str(uuid4()), workbook=book, number=number, erased_at=None, asked=None, **told)
        for prompt in range(ANSWERS):
            value = f"{WORDS}{number}."
            kept = {"number": number, "version": number, "value": value, "by": me, "created_at": at, "cause": "share"}
            revision = add("revision", id=str(uuid4()), workbook=book, prompt=f"p{prompt}", **kept)
            item = {"answered_at": at, "audience": ["me", "coach"]}
            add("submission_item", submission=one, prompt=f"p{prompt}", revision=revision, **item)
    where = f"reviews/c/{one}/coach"
    paths = {"notebook_path": f"{where}.ipynb", "html_path": f"{where}.html", "message": "", "executed_at": at}
    add("review", submission=one, reader="coach", state="done", **paths)


def _execute(store: Store, data: Path, submissions: list[str]) -> None:
    """Execute the first that was shared, and lay its notebook where those of the others belong: a file for each."""
    first = store.read(lambda c: reviews_submissions.submission(c, submissions[0]))
    assert execute.execute(store, data, first, "coach").state == "done"
    made = data / "reviews" / "c" / submissions[0] / "coach.ipynb"
    for each in submissions[1:]:
        folder = data / "reviews" / "c" / each
        folder.mkdir(parents=True)
        shutil.copyfile(made, folder / made.name)


def measured(store: Store, act: Any) -> tuple[float, int]:
    """Return the median of some rounds in milliseconds, and how many statements one took."""
    took, asked = [], []

    def round_of(c: Any) -> None:
        said: list[str] = []
        note = lambda *statement: said.append(statement[2])  # noqa: E731 - an event's listener
        event.listen(c, "before_cursor_execute", note)
        began = time.perf_counter()
        act(c)
        took.append(1000 * (time.perf_counter() - began))
        event.remove(c, "before_cursor_execute", note)
        asked.append(len(said))

    for _ in range(ROUNDS):
        store.read(round_of)
    return statistics.median(took), max(asked)


class Served:
    """A server on a data folder, as long as it is open."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "actionlearn", "serve", "--data", str(data), "--port", str(self.port)]
        quiet_one = {**os.environ, "ACTIONLEARN_TELL": "no"}
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=quiet_one)

    def __enter__(self) -> Self:
        for _ in range(300):
            try:
                if self.get("/health", "")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(30)

    def get(self, path: str, session: str) -> tuple[int, str, float]:
        """Return status, page and milliseconds until its last byte was there."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"{SESSION_COOKIE}={session}"})
        answer = connection.getresponse()
        body = answer.read()
        took = 1000 * (time.perf_counter() - began)
        connection.close()
        return answer.status, body.decode(), took


def walk(served: Served, session: str, pages: int) -> list[float]:
    """Go from the desk to the first review and on by each page's own link; return how long each took."""
    _, desk, _ = served.get("/desk", session)
    path, took = re.findall(r'<h3><a href="(/reviews/[^"]+)"', desk)[0], []
    for _ in range(pages + 1):
        status, page, milliseconds = served.get(path, session)
        assert status == 200, status
        assert WORDS[:40] in page
        took.append(milliseconds)
        path = re.findall(r'<a href="([^"]+)" data-al-key="J"', page)[0]
    return took[1:]  # the first has the server's own first page in it


def plot(path: Path, sizes: list[int], shown: dict[str, list[float]]) -> None:
    """Draw how the times grow."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "actionlearn", "svg.fonttype": "none"}):
        figure = Figure(figsize=(6, 3.6), layout="constrained")
        axis = figure.subplots()
        for name, values in shown.items():
            axis.plot([each * SHARED * ANSWERS for each in sizes], values, marker="o", label=name)
        axis.axhline(100, linestyle=":", color="#8b8375", label="the aim")
        axis.set(xlabel="revisions in the store", ylabel="ms", ylim=(0, None), xlim=(0, None))
        axis.legend(frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def beside(python: str, students: int) -> dict[str, Any]:
    """Measure nbgrader's formgrader with its own Python."""
    script = Path(__file__).with_name("formgrader.py")
    command = [python, str(script), "--students", str(students), "--answers", str(ANSWERS), "--words", WORDS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> None:
    """Measure, and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--learners", type=int, nargs="+", default=[125, 500, 2000])
    arguments.add_argument("--pages", type=int, default=30)
    arguments.add_argument("--plot", type=Path)
    arguments.add_argument("--nbgrader", help="Python of an environment with nbgrader in it")
    arguments.add_argument("--students", type=int, default=12)
    given = arguments.parse_args()
    table = Table(
        "learners", "revisions", "next review, ms", "slowest", "what waits, ms", "statements", "gone quiet, ms"
    )
    drawn: dict[str, list[float]] = {"next review": [], "what waits, on the desk itself": []}
    for learners in given.learners:
        with tempfile.TemporaryDirectory() as folder:
            with open_store(Path(folder)) as store:
                coach = fill(store, Path(folder), learners)
                waits = measured(store, lambda c, coach=coach: queue.queue_of(c, coach, {"c": None}))
                silent = measured(store, lambda c: inactivity.inactive_learners(c, "c"))
                session = accounts.new_session(store, coach)
            with Served(Path(folder)) as served:
                took = walk(served, session, min(given.pages, learners - 2))
        told = (statistics.median(took), max(took), waits[0])
        drawn["next review"].append(told[0])
        drawn["what waits, on the desk itself"].append(told[2])
        first, slowest, found = (f"{each:.1f}" for each in told)
        revisions = learners * SHARED * ANSWERS
        table.add_row(str(learners), str(revisions), first, slowest, found, str(waits[1]), f"{silent[0]:.1f}")
    Console().print(table)
    if given.plot:
        plot(given.plot, given.learners, drawn)
    if given.nbgrader:
        other = beside(given.nbgrader, given.students)
        said = (
            "nbgrader {version}, {students} students, {cells} answers each: next {median:.0f} ms, slowest {slowest:.0f}"
        )
        Console().print(said.format(**other))
        largest = drawn["next review"][-1]
        Console().print(f"{other['median'] / largest:.1f} times as long as ours with {given.learners[-1]} learners")


if __name__ == "__main__":
    main()
