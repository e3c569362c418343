"""How long the server takes for the pages of the office, as a cohort grows.

::

    python benchmarks/office.py [--learners 1000 10000]

Each learner has four workbooks; a quarter of them are begun, with five answers each, and half of these are shared.
The rows are written straight into the store, since the pages read one notebook of each kind however many there are.
A server is asked over HTTP, signed in as the facilitator: of nine rounds the median and the longest are told.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert

from actionlearn import accounts, notebook, template, views
from actionlearn.cohort.edit_programme import checked_tables, create_cohort
from actionlearn.cohort.programme.library import parameters_for
from actionlearn.cohort.programme.programme import from_store
from actionlearn.cohort.workbooks.build import prepare
from actionlearn.permissions import OPERATOR
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import Store, open_store
from actionlearn.store.people import members
from actionlearn.store.tables import schema

AT = "2026-10-05T09:00:00.000Z"
TEMPLATES = ("scope", "plan", "experiment", "reflect")
ROUNDS, ANSWERS, SET = 9, 5, 6

PROGRAMME: dict[str, Any] = {
    "programme": {
        "id": "big",
        "name": "Big",
        "organisation": "Ribeira",
        "time_zone": "Europe/Lisbon",
        "contact": {"name": "Teresa", "phone": "1"},
    },
    "people": [{"username": "fay", "firstname": "Fay", "email": "fay@example.org", "role": "facilitator"}],
    "workbooks": [{"template": each, "opens": f"2026-10-{5 + at:02}"} for at, each in enumerate(TEMPLATES)],
}


def fill(store: Store, data: Path, learners: int) -> str:
    """Make a cohort of so many learners; return a session of its facilitator."""
    create_cohort(store, data, checked_tables(data, "", PROGRAMME), OPERATOR)
    read = {each: template.load(template.find(each, "en"), views=views.VIEWS) for each in TEMPLATES}
    for id, each in read.items():
        path = data / "cohorts" / "big" / f"{id}-1.ipynb"
        path.write_text(prepare(notebook.to_notebook(each), {"workbook": str(uuid4())}), "utf-8")
    programme = store.read(lambda c: from_store(members.cohort(c, "big").programme))
    told = {id: parameters_for(programme, each, "Ana") for id, each in read.items()}
    rows: dict[str, list[dict[str, Any]]] = {}

    def add(table: str, **values: Any) -> str:
        rows.setdefault(table, []).append(values)
        return str(values.get("id", ""))

    def act(c: Any) -> None:
        groups = [members.put_set(c, "big", f"Set {number:04}").id for number in range(-(-learners // SET))]
        for number in range(learners):
            name = f"learner{number:05}"
            who = {"firstname": "Ana", "lastname": f"Lima {number}", "email": f"{name}@example.org", "locale": "en"}
            me = add(
                "person",
                id=str(uuid4()),
                username=name,
                username_key=name,
                time_zone="",
                operator=False,
                created_at=AT,
                **who,
            )
            add("membership", cohort="big", person=me, role="learner", set_id=groups[number // SET])
            for id, each in read.items():
                _book(add, me, id, each, told[id], begun=number % 4 == 0)
        for table, values in rows.items():
            c.execute(insert(schema.metadata.tables[table]), values)

    store.write(act)
    fay = store.read(lambda c: members.person_by_username(c, "fay"))
    assert fay is not None
    return accounts.new_session(store, fay.id)


def _book(add: Any, me: str, id: str, read: Any, parameters: dict[str, str], *, begun: bool) -> None:
    key = {"cohort": "big", "owner_kind": "person", "owner": me, "about": "", "template": id, "number": 1}
    book = add("workbook", id=str(uuid4()), locale="en", created_at=AT, started_at=AT if begun else None, **key)
    path = f"cohorts/big/{id}-1.ipynb"
    told = {"template_hash": read.hash, "title": read.title, "parameters": parameters, "path": path, "build_hash": ""}
    add("notebook", workbook=book, locale="en", **told)
    for prompt in list(read.prompts)[: ANSWERS if begun else 0]:
        add("draft", workbook=book, prompt=prompt.id, version=1, value="Words", by=me, saved_at=AT)
    if begun and id in TEMPLATES[:2]:
        shared = {"by": me, "shared_at": AT, "wants": "", "receipt": "", "audiences": ["coach"], "template_hash": ""}
        add("submission", id=str(uuid4()), workbook=book, number=1, erased_at=None, asked=None, **shared)


def serve(data: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start a server; return it with its port, once it answers."""
    log = data.parent / "log"
    with log.open("wb") as said:
        command = [sys.executable, "-m", "actionlearn", "serve", "--data", str(data), "--port", "0"]
        server = subprocess.Popen(command, stderr=said, stdout=said, env={**os.environ, "LANG": "en"})
    while not (found_at := re.search(rb"http://127\.0\.0\.1:(\d+)/", log.read_bytes())):
        assert server.poll() is None, log.read_text()
        time.sleep(0.1)
    port = int(found_at[1])
    while True:  # it says where it is before it listens there
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.1)
        else:
            return server, port


def asked(port: int, session: str, method: str, path: str, body: bytes | None) -> list[float]:
    """Return how many milliseconds each of some rounds took, the first being a warm-up that is not counted."""
    took = []
    headers = {"Cookie": f"{SESSION_COOKIE}={session}", "X-Requested-With": "actionlearn"}
    headers["Sec-Fetch-Site"] = "same-origin"
    for _ in range(ROUNDS + 1):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        began = time.perf_counter()
        line.request(method, path, body=body, headers=headers)
        reply = line.getresponse()
        text = reply.read()
        took.append(1000 * (time.perf_counter() - began))
        line.close()
        assert reply.status == 200, (reply.status, text[:500])
        assert body is None or not json.loads(text)["faults"], text[:500]
    return took[1:]


def roster(learners: int) -> bytes:
    """Return a roster in which one learner is new and the first is gone."""
    lines = (f"learner{n:05},Ana,Lima {n},learner{n:05}@example.org,Set {n // SET:04}" for n in range(1, learners + 1))
    return ("username,firstname,lastname,email,set\n" + "\n".join(lines) + "\n").encode()


def main() -> None:
    """Measure, and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--learners", type=int, nargs="+", default=[1000, 10_000])
    table = Table("learners", "asked for", "median, ms", "longest, ms")
    for learners in arguments.parse_args().learners:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            with open_store(data) as store:
                session = fill(store, data, learners)
            server, port = serve(data)
            try:
                for what, method, path, body in (
                    ("the office", "GET", "/office/big", None),
                    ("its last page", "GET", f"/office/big?page={-(-learners // 50)}", None),
                    ("a search", "GET", f"/office/big?q=lima+{learners - 1}", None),
                    ("the programme", "GET", "/programme/big", None),
                    ("as a learner sees it", "GET", "/seen/big", None),
                    ("newer versions", "GET", "/newer/big", None),
                    ("what a roster would change", "POST", "/api/cohorts/big/roster", roster(learners)),
                ):
                    took = asked(port, session, method, path, body)
                    table.add_row(str(learners), what, f"{statistics.median(took):.0f}", f"{max(took):.0f}")
            finally:
                server.terminate()
                server.wait(30)
    Console().print(table)


if __name__ == "__main__":
    main()
