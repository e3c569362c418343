"""A served kit for the tests: two cohorts, a shared workbook, canaries in what is private, and a way to ask as anybody."""

from __future__ import annotations

import atexit
import copy
import functools
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from actionlearn import accounts, notebook, template, views
from actionlearn.cohort.workbooks.build import prepare
from actionlearn.reviews import comments, execute, share
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.server.workbooks.state import notebook_contents
from actionlearn.store import Store, now, open_store
from actionlearn.store.people import members
from actionlearn.store.reviews import notes, submissions
from actionlearn.store.workbooks import drafts, workbooks

from .forked_server import ForkedServer, fork_server

CANARY = "canary-4711"
OURS = {"X-Requested-With": "actionlearn", "Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@functools.cache
def _first() -> World:
    """Return the world that others are copies of."""
    folder = Path(tempfile.mkdtemp(prefix="world-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = World.__new__(World)
    made._fill(folder)
    return made


class World:
    """A data folder with people and workbooks, and the server on it.

    Every world of a run begins as a copy of one that was filled once.
    """

    process: subprocess.Popen[bytes] | ForkedServer | None = None

    def __init__(self, folder: Path, **environment: str) -> None:
        first = _first()
        shutil.copytree(first.data, folder / "data")
        vars(self).update(copy.deepcopy(vars(first)))
        self.data, self.log, self.environment = folder / "data", folder / "server.log", environment

    def _fill(self, folder: Path) -> None:
        self.data = folder / "data"
        self.person: dict[str, str] = {}
        self.session: dict[str, str] = {}
        self.book: dict[str, str] = {}
        self.release = ""  # of words to a sponsor, where somebody has made one
        with open_store(self.data) as store:
            self._people(store)
            for username, cohort in (("ana", "autumn"), ("ben", "autumn"), ("will", "winter")):
                self.add_workbook(store, username, cohort, "scope")
            self.add_workbook(store, "ana", "autumn", "impact")
            self._share(store)

    def _people(self, store: Store) -> None:
        cast = {"autumn": {"ana": "learner", "ben": "learner", "cora": "coach", "fay": "facilitator"}}
        cast["winter"] = {"will": "learner", "wim": "coach", "wanda": "facilitator"}

        def act(c: Any) -> None:
            for cohort, roles in cast.items():
                members.put_cohort(c, id=cohort, name=cohort.title(), locale="en", time_zone="UTC", programme={})
                group = members.put_set(c, cohort, "Blue").id
                for username, role in roles.items():
                    person = members.add_person(c, username=username, firstname=username.title(), locale="en")
                    members.grant(c, cohort, person.id, role, "" if role == "facilitator" else group)
                    self.person[username] = person.id

        store.write(act)
        self.session = {username: accounts.new_session(store, id) for username, id in self.person.items()}

    def add_workbook(self, store: Store, username: str, cohort: str, name: str, text: str = "") -> str:
        found = template.find(name, "en") if not text else None
        parsed = template.load(found, views=views.VIEWS) if found else template.parse(text, views=views.VIEWS)
        id, path = str(uuid4()), f"cohorts/{cohort}/{username}/{name}-1.ipynb"
        (self.data / path).parent.mkdir(parents=True, exist_ok=True)
        (self.data / path).write_text(prepare(notebook.to_notebook(parsed), {"workbook": id}), "utf-8")
        about = {"template": name, "template_hash": parsed.hash, "locale": "en", "title": parsed.title, "path": path}
        owner = self.person[username]
        store.write(lambda c: workbooks.add_workbook(c, id=id, cohort=cohort, owner=owner, number=1, **about))
        self.book[f"{username}/{name}"] = id
        return id

    def _share(self, store: Store) -> None:
        ana, scope = self.person["ana"], self.book["ana/scope"]
        said = {"need": f"The night hears {CANARY}", "other_side": f"Private {CANARY}"}

        def write(c: Any) -> None:
            for prompt, value in said.items():
                key = {"workbook": scope, "prompt": prompt, "person": ana, "client": str(uuid4())}
                drafts.save(c, **key, seq=1, base=0, value=value, now=now())

        store.write(write)
        workbook = store.read(lambda c: workbooks.workbook(c, scope))
        contents = notebook_contents(self.data, workbook)
        shared = share.share(store, workbook, contents, ana, f"Look at {CANARY}", now())
        self.submission = shared.id
        for reader in shared.audiences:
            if reader != "me":
                execute.execute(store, self.data, shared, reader)
        cora = store.read(lambda c: members.actor(c, self.person["cora"]))

        def comment(c: Any) -> tuple[str, str]:
            seen = comments.comment(c, cora, shared.id, "need", f"Why {CANARY}?", now()).id
            comments.release(c, cora, seen, now())
            held = comments.comment(c, cora, shared.id, "need", f"Held {CANARY}", now()).id
            return seen, held

        self.comment, self.held = store.write(comment)
        store.write(lambda c: self._margins(c, shared.id))
        assert store.read(lambda c: submissions.submission(c, shared.id)) == shared

    def _margins(self, c: Any, submission: str) -> None:
        """Let a coach keep notes, agree on something, begin to say something, and keep a question."""
        ana, cora = self.person["ana"], self.person["cora"]
        for about, kind in ((ana, "person"), (submission, "review")):
            notes.put_note(c, by=cora, about=about, kind=kind, body=f"Note {CANARY}", base=0)
        notes.save_comment_draft(c, person=cora, submission=submission, place="on need", body=f"Half {CANARY}")
        agreed = {"cohort": "autumn", "learner": ana, "by": cora, "body": f"Agreed {CANARY}", "day": "2099-10-05"}
        self.agreement = notes.add_agreement(c, **agreed).id
        self.question = notes.add_question(c, cora, f"Why {CANARY}?").id

    def start(self, port: int = 0, *, cold: bool = False) -> World:
        """Start the server; cold where it is about how a process begins."""
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", port))
            self.port = free.getsockname()[1]
        arguments = ["serve", "--data", str(self.data), "--port", str(self.port)]
        environment = {**os.environ, "SECRET_OF_THE_SERVER": CANARY, **self.environment}
        if cold or "PYTHONPATH" in self.environment:
            command = [sys.executable, "-W", "error", "-m", "actionlearn", *arguments]
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        else:
            self.process = fork_server(arguments, environment, self.log)
        for _ in range(600):
            try:
                if self.ask("", "GET", "/health").status == 200 and self._ours():
                    return self
            except OSError:
                pass
            if self.process.poll() is not None:
                # Somebody else may have taken the port between finding it free and using it.
                assert port == 0, self.log.read_text()
                assert "already listens" in self.log.read_text()[-500:], self.log.read_text()
                return self.start(cold=cold)
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def _ours(self) -> bool:
        assert self.process is not None
        return (self.data / "server.lock").read_text() == str(self.process.pid)

    def stop(self) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def ask(self, who: str, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """Ask as somebody (nobody where empty), as a page of ours would."""
        sent = {**OURS, **(headers or {})}
        if who:
            sent["Cookie"] = f"{SESSION_COOKIE}={self.session.get(who, who)}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        try:
            connection.request(method, path, body=body, headers={name: value for name, value in sent.items() if value})
            reply = connection.getresponse()
            return Answer(reply.status, reply.headers, reply.read())
        finally:
            connection.close()

    def save(self, who: str, book: str, prompt: str, value: Any, **fields: Any) -> Answer:
        message = {"person": self.person[who], "client": str(uuid4()), "seq": 1, "base": 0, "value": value, **fields}
        return self.ask(who, "PUT", f"/api/workbooks/{book}/answers/{prompt}", message)

    def rows(self) -> dict[str, list[Any]]:
        """Return every row of the store, by table."""
        file = next(self.data.glob("*.sqlite"))
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            found = {table: sorted(map(repr, connection.execute(f"SELECT * FROM {table}"))) for table in tables}
        connection.close()
        return found

    def children(self, name: str = "") -> list[psutil.Process]:
        """Return what the server started and still runs, all or of one name; what has ended is left out."""
        assert self.process is not None
        found = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # between two looks; a zombie, too
                if child.status() != psutil.STATUS_ZOMBIE and name in ("", child.name()):
                    found.append(child)
        return found

    def kernels(self) -> list[psutil.Process]:
        """Return the kernels of pages, without what they have just forked to run something else."""
        ours = {child.pid: child for child in self.children("al-kernel")}
        found = []
        for child in ours.values():
            with suppress(psutil.NoSuchProcess):
                if child.ppid() not in ours:
                    found.append(child)
        return found

    def runs(self, module: str) -> bool:
        """Return whether a process of the server runs a module of Python."""
        for child in self.children():
            with suppress(psutil.NoSuchProcess):
                if module in child.cmdline():
                    return True
        return False

    def lines(self) -> list[dict[str, Any]]:
        """Return the log, line by line."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines() if line.startswith("{")]
