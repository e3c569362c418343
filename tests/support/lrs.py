"""What a record of learning is told of: Ana writes, shares and is answered. And record stores to tell it to."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

from actionlearn.exports.lrs import Target, send_due
from actionlearn.reviews import comments, share
from actionlearn.server.workbooks.state import notebook_contents
from actionlearn.store import now, open_store
from actionlearn.store.outbound import statements
from actionlearn.store.people import members
from actionlearn.store.reviews import coach_answers
from actionlearn.store.workbooks import drafts, revisions, workbooks

from .served_kit import CANARY, World

OPEN = """---
template: open
title: Open
version: 1
minutes: 5
---
```{prompt} said
:kind: long-text
:audience: me, cohort
What is going well?
```

```{prompt} sure
:kind: scale
:low: 1
:high: 5
:audience: me, cohort
How sure are you?
```

```{prompt} kept
:kind: scale
:audience: me, coach
How tired are you?
```

```{prompt} goals
:kind: table
:audience: me, cohort
:columns:
    goal: What you meant to reach
    reached: {label: It became, kind: choice, options: {a: Much less, b: Less, c: As expected, d: More, e: Much more}}
How far did you come?
```

```{view} goals
:of: goals
```

```{prompt} shows
:kind: scale
:low: 0
:high: 4
:by: coach
How much of it can be seen at work?
```
"""

GOALS = [
    {"row": "3d8ab3c4-0c1b-4e0a-9b4f-6f0f3c5b7a11", "cells": {"goal": f"Less waiting {CANARY}", "reached": "d"}},
    {"row": "3d8ab3c4-0c1b-4e0a-9b4f-6f0f3c5b7a12", "cells": {"goal": f"Fewer calls {CANARY}", "reached": None}},
]


@contextmanager
def looked_at(world: World) -> Iterator[SimpleNamespace]:
    """Begin to look, at a store in which nothing waits; yield it with a workbook that Ana has not begun."""
    with open_store(world.data) as store:
        store.write(statements.stop)
        store.write(lambda c: c.exec_driver_sql("DELETE FROM statement"))
        store.write(statements.begin)
        book = world.add_workbook(store, "ana", "autumn", f"open-{uuid4().hex[:8]}", OPEN)
        yield SimpleNamespace(store=store, world=world, book=book, ana=world.person["ana"])


def say(scene, prompt, value):
    """Save an answer, and keep a version of it."""

    def act(c):
        head = drafts.drafts(c, scene.book).get(prompt)
        key = {"workbook": scene.book, "prompt": prompt, "person": scene.ana, "client": str(uuid4())}
        drafts.save(c, **key, seq=1, base=head.version if head else 0, value=value)
        revisions.cut_revision(c, scene.book, prompt, "blur")

    scene.store.write(act)


def live(scene):
    """Write, share with the whole cohort, be rated and commented on; return the id of the comment."""
    unique = str(uuid4())
    say(scene, "said", f"Said {CANARY} {unique}")
    say(scene, "sure", 4)
    say(scene, "kept", 2)
    say(scene, "goals", GOALS)
    book = scene.store.read(lambda c: workbooks.workbook(c, scene.book))
    shared = share.share(scene.store, book, notebook_contents(scene.world.data, book), scene.ana, CANARY, now())
    cora = scene.store.read(lambda c: members.actor(c, scene.world.person["cora"]))

    def comment(c):
        of = {"submission": shared.id, "coach": scene.world.person["cora"], "client": "c"}
        coach_answers.save(c, **of, prompt="shows", seq=1, base=0, value=3)
        said = comments.comment(c, cora, shared.id, "kept", f"Why {CANARY}?", now())
        comments.release_all(c, cora, shared.id, now())
        return said.id

    return scene.store.write(comment)


def go(scene, lrs, *, home="https://learn.example.org/", password="secret", text=False):
    """Do one round."""
    target = Target(lrs.url, home, "us", password, text)
    return send_due(scene.store, target, partial(notebook_contents, scene.world.data))


def make_due(scene):
    """Let the waiting be over."""
    scene.store.write(lambda c: c.exec_driver_sql("UPDATE statement SET due_at = '2020-01-01T00:00:00.000Z'"))


def meet(scene):
    """Write twice in a new meeting of Ana's set."""

    def act(c):
        notebook = workbooks.workbook(c, scene.book)
        group = members.sets(c, "autumn")[0].id
        number = 1 + len(workbooks.workbooks_of(c, cohort="autumn", owner=group))
        about = {
            "template": statements.MEETING,
            "template_hash": "h",
            "locale": "en",
            "number": number,
            "title": "Meeting",
        }
        about |= {"owner": group, "owner_kind": "set", "path": notebook.path}
        meeting = workbooks.add_workbook(c, cohort="autumn", **about).id
        for base in (0, 1):
            key = {"workbook": meeting, "prompt": "said", "person": scene.ana, "client": str(uuid4())}
            drafts.save(c, **key, seq=1, base=base, value=f"{CANARY} {base}")
            revisions.cut_revision(c, meeting, "said", "blur")

    scene.store.write(act)


class Lrs:
    """A record store on this machine that answers as it is told, and keeps what it took."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.bad: set[str] = set()
        self.kept: dict[str, dict] = {}
        self.asked: list[dict] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                owner.asked.append({name.lower(): value for name, value in self.headers.items()})
                sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = owner.answers.pop(0) if owner.answers else owner.take(sent)
                self.send_response(status)
                if status in (301, 302):
                    self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()
                self.wfile.write(b"because of this")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/xAPI"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def take(self, sent: list[dict]) -> int:
        """Keep statements as a record store does: all or none, and none twice."""
        if any(each["verb"]["id"].rpartition("/")[2] in self.bad for each in sent):
            return 400
        if any(self.kept.get(each["id"], each) != each for each in sent):
            return 409
        self.kept |= {each["id"]: each for each in sent}
        return 200

    def verbs(self) -> list[str]:
        return sorted(each["verb"]["id"].rpartition("/")[2] for each in self.kept.values())

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


#: Who may write there, with the password "secret".
KNOWN = {
    "agent": {"mbox": "mailto:us@example.org"},
    "scopes": ["all"],
    "username": "us",
    "hash": "$2b$04$3mj9GrP5dGYvK7ky63QrGe/R2itiVwz2bh58XdLw74QBNL8eo55j2",
}


@dataclass
class Ralph:
    """The store of records: there is an address before anybody answers at it."""

    url: str
    begin: Callable[[], None]

    def kept(self) -> list[dict]:
        """Return the statements that it has."""
        asked = urllib.request.Request(f"{self.url}/statements/?limit=100")
        asked.add_header("Authorization", "Basic " + b64encode(b"us:secret").decode())
        asked.add_header("X-Experience-API-Version", "1.0.3")
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.load(answer)["statements"]


@contextmanager
def real(python: str, folder: Path) -> Iterator[Ralph]:
    """Offer ralph's own server, run by a Python that has it: it wants other versions than we do."""
    (folder / "auth.json").write_text(json.dumps([KNOWN]), "utf-8")
    told = {
        "RALPH_APP_DIR": folder,
        "RALPH_AUTH_FILE": folder / "auth.json",
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": folder / "statements",
    }
    environment = os.environ | {name: str(value) for name, value in told.items()}
    begun: list[subprocess.Popen[bytes]] = []
    # Ours until it is theirs: nobody else can take the port, and until they listen nothing answers.
    with socket.socket() as door, (folder / "log").open("wb") as log:
        door.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{door.getsockname()[1]}"

        def begin() -> None:
            line = [python, "-m", "uvicorn", "ralph.api:app", "--fd", str(door.fileno())]
            ways = {"cwd": folder, "env": environment, "stdout": log, "stderr": log}
            begun.append(subprocess.Popen(line, pass_fds=[door.fileno()], **ways))
            deadline = time.monotonic() + 90
            while not _answers(f"{address}/__lbheartbeat__"):
                assert begun[0].poll() is None, (folder / "log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.05)

        try:
            yield Ralph(f"{address}/xAPI", begin)
        finally:
            for process in begun:
                process.kill()
                process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=60):
            return True
    except urllib.error.URLError:
        return False
