"""Statements for a learning record store: true to the specification, without words, and there once whatever fails."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from click.testing import CliRunner
from ralph.models.xapi.base.statements import BaseXapiStatement

from actionlearn.cli.lrs import lrs as lrs_command
from actionlearn.errors import BadInput
from actionlearn.exports import records
from actionlearn.exports.records import Target, step
from actionlearn.review import comments, share
from actionlearn.server.kit import Kit
from actionlearn.server.leaving import Leaving
from actionlearn.server.state import contents_of
from actionlearn.settings import read_settings
from actionlearn.store import drafts, members, now, open_store, persons, reviews, statements, workbooks

from .world import CANARY, World

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
"""


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


@pytest.fixture
def lrs() -> Iterator[Lrs]:
    """Run a record store."""
    made = Lrs()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> World:
    """Make two cohorts, and what happened before anybody looked."""
    return World(tmp_path_factory.mktemp("records"))


@pytest.fixture
def scene(world: World) -> Iterator[SimpleNamespace]:
    """Begin to look; then let Ana write, share and be answered."""
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
        drafts.cut_revision(c, scene.book, prompt, "blur")

    scene.store.write(act)


def live(scene):
    """Write, share with the whole cohort, and be commented on; return the id of the comment."""
    unique = str(uuid4())
    say(scene, "said", f"Said {CANARY} {unique}")
    say(scene, "sure", 4)
    say(scene, "kept", 2)
    book = scene.store.read(lambda c: workbooks.workbook(c, scene.book))
    shared = share.share(scene.store, book, contents_of(scene.world.data, book), scene.ana, CANARY, now())
    cora = scene.store.read(lambda c: members.actor(c, scene.world.person["cora"]))

    def comment(c):
        said = comments.comment(c, cora, shared.id, "kept", f"Why {CANARY}?", now())
        comments.release(c, cora, said.id, now())
        return said.id

    return scene.store.write(comment)


def go(scene, lrs, **more):
    """Do one round."""
    target = Target(lrs.url, "https://learn.example.org/", "us", "secret", **more)
    return step(scene.store, target, partial(contents_of, scene.world.data))


def make_due(scene):
    """Let the waiting be over."""
    scene.store.write(lambda c: c.exec_driver_sql("UPDATE statement SET due_at = '2020-01-01T00:00:00.000Z'"))


def test_every_statement_is_true_to_the_specification_and_holds_no_word(scene, lrs):
    """Held to the models of ralph; accounts, UTC, no nulls; of scales only what the whole cohort was shown."""
    live(scene)
    done = go(scene, lrs)
    assert (done.sent, done.aside, done.later) == (len(lrs.kept), 0, 0)
    assert {"initialized", "answered", "progressed", "completed", "commented", "shared", "scored"} <= set(lrs.verbs())
    for each in lrs.kept.values():
        BaseXapiStatement.model_validate(each)
        assert set(each["actor"]) == {"objectType", "account"}
        assert each["actor"]["account"]["homePage"] == "https://learn.example.org/"
        assert each["timestamp"].endswith("Z")
    text = json.dumps(list(lrs.kept.values()))
    assert CANARY not in text
    assert "null" not in text
    (scored,) = [each for each in lrs.kept.values() if each["verb"]["id"].endswith("scored")]
    assert scored["result"] == {"score": {"raw": 4, "min": 1, "max": 5, "scaled": 0.75}}
    assert lrs.asked[0]["x-experience-api-version"] == "1.0.3"
    assert lrs.asked[0]["authorization"] == "Basic " + b64encode(b"us:secret").decode()


def test_who_writes_in_a_meeting_of_their_set_attended_it(scene, lrs):
    """Each once, however much they wrote; what a set has together nobody has begun or finished alone."""

    def act(c):
        notebook = workbooks.workbook(c, scene.book)
        group = members.sets(c, "autumn")[0].id
        about = {"template": statements.MEETING, "template_hash": "h", "locale": "en", "number": 1, "title": "Meeting"}
        about |= {"owner": group, "owner_kind": "set", "path": notebook.path}
        meeting = workbooks.add_workbook(c, cohort="autumn", **about).id
        for base in (0, 1):
            key = {"workbook": meeting, "prompt": "said", "person": scene.ana, "client": str(uuid4())}
            drafts.save(c, **key, seq=1, base=base, value=f"{CANARY} {base}")
            drafts.cut_revision(c, meeting, "said", "blur")

    scene.store.write(act)
    go(scene, lrs)
    assert lrs.verbs() == ["answered", "answered", "attended"]
    assert CANARY not in json.dumps(list(lrs.kept.values()))


def test_text_goes_along_only_where_it_is_turned_on_and_was_for_the_whole_cohort(scene, lrs):
    """What a coach alone was given does not, nor does a comment."""
    live(scene)
    go(scene, lrs, text=True)
    told = [each["result"] for each in lrs.kept.values() if "response" in each.get("result", {})]
    assert sorted(each["response"][:4] for each in told) == ["4", "Said"]
    assert "Why" not in json.dumps(list(lrs.kept.values()))


def test_nothing_is_sent_twice_and_nothing_from_before(scene, lrs):
    """A second look finds nothing; what Ana wrote before anybody looked stays here."""
    live(scene)
    first = go(scene, lrs)
    assert first.sent > 0
    assert go(scene, lrs) == records.Step()
    assert scene.world.book["ana/scope"] not in json.dumps(list(lrs.kept.values()))


@pytest.mark.parametrize("status", [503, 500, 429, 401, 404, 302])
def test_where_it_cannot_everything_waits_and_is_tried_again(scene, lrs, status):
    """Later each time; a redirect is not followed; once it is back, all of it arrives, once."""
    live(scene)
    lrs.answers = [status]
    found = go(scene, lrs)
    assert (found.sent, found.aside) == (0, 0)
    assert go(scene, lrs) == records.Step()  # it is not due yet
    assert len(lrs.asked) == 1
    make_due(scene)
    assert go(scene, lrs).sent == len(lrs.kept) == found.later > 0


def test_where_nothing_answers_everything_waits(scene, lrs):
    """It survives here what happens meanwhile: another process sends it."""
    live(scene)
    gone = SimpleNamespace(url="http://127.0.0.1:9/xAPI")
    assert go(scene, gone).later > 0
    counts = scene.store.read(statements.counts)
    assert counts["waiting"] > 0
    make_due(scene)
    with open_store(scene.world.data) as other:
        assert go(SimpleNamespace(store=other, world=scene.world), lrs).sent == len(lrs.kept) > 0


def test_a_lost_reply_doubles_nothing(scene, lrs):
    """The store of records took them and the reply was lost: they are sent again under their ids, and are there once."""
    live(scene)
    go(scene, lrs)
    before = dict(lrs.kept)
    scene.store.write(lambda c: c.exec_driver_sql("UPDATE statement SET state = 'waiting'"))
    for each in lrs.kept.values():
        each["stored"] = "2026-10-05T09:12:33.123Z"  # it may answer that it has another one of this id
    go(scene, lrs)
    assert lrs.kept.keys() == before.keys()
    assert scene.store.read(statements.counts)["waiting"] == 0


def test_what_it_refuses_is_kept_aside_and_told_and_stops_nothing(scene, lrs):
    """The rest arrives; the command says what was refused and why, and sends it once more when asked to."""
    live(scene)
    lrs.bad = {"shared"}
    done = go(scene, lrs)
    assert done.aside == 1
    assert done.sent == len(lrs.kept) > 3
    told = CliRunner().invoke(lrs_command, ["--data", str(scene.world.data)])
    assert "1 refused." in told.output
    assert "shared" in told.output
    assert "400: because of this" in told.output
    lrs.bad = set()
    CliRunner().invoke(lrs_command, ["--again", "--data", str(scene.world.data)])
    assert go(scene, lrs).sent == 1
    assert "shared" in lrs.verbs()


def test_what_was_taken_back_meanwhile_is_not_sent(scene, lrs):
    """A statement is worded when it leaves: what it is about must be there still. Who asks what is held finds them."""
    comment = live(scene)
    records.look(scene.store, partial(contents_of, scene.world.data))
    assert "statement" in scene.store.read(lambda c: persons.held(c, scene.ana))
    scene.store.write(lambda c: reviews.delete_comment(c, comment))
    go(scene, lrs)
    assert "shared" in lrs.verbs()
    assert "commented" not in lrs.verbs()


def test_turned_off_it_forgets_what_waits(scene, lrs):
    """And what happens until it is turned on again never leaves."""
    live(scene)
    records.look(scene.store, partial(contents_of, scene.world.data))
    scene.store.write(statements.stop)
    assert scene.store.read(statements.counts)["waiting"] == 0
    live(scene)
    assert go(scene, lrs) == records.Step()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x", "lrs.example.org"])
def test_an_address_that_is_none_is_said(url):
    """Before anything is sent."""
    with pytest.raises(BadInput, match=r"records\.bad_url"):
        Target(url, "https://learn.example.org/")


@pytest.fixture
def ralph(tmp_path, unused_port) -> Iterator[SimpleNamespace]:
    """Run ralph's LRS, from the Python that ACTIONLEARN_TEST_RALPH names, else from an environment made for it."""
    python = os.environ.get("ACTIONLEARN_TEST_RALPH") or _environment_with_ralph(tmp_path / "env")
    folder = tmp_path / "lrs"
    folder.mkdir()
    told = {"RALPH_APP_DIR": folder, "RALPH_AUTH_FILE": folder / "auth.json", "RALPH_RUNSERVER_BACKEND": "fs"}
    told["RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH"] = folder / "statements"
    environment = {**os.environ, **{name: str(value) for name, value in told.items()}}
    known = ["-u", "us", "-p", "secret", "-s", "all", "-M", "mailto:us@example.org", "-w"]
    subprocess.run([python, "-m", "ralph", "auth", *known], env=environment, check=True, capture_output=True)
    serve = [python, "-m", "uvicorn", "ralph.api:app", "--host", "127.0.0.1", "--port", str(unused_port)]
    process = subprocess.Popen(serve, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    made = SimpleNamespace(url=f"http://127.0.0.1:{unused_port}/xAPI")
    try:
        for _ in range(600):
            assert process.poll() is None
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{made.url[:-5]}/__lbheartbeat__", timeout=2):
                break
            time.sleep(0.1)
        yield made
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def unused_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment_with_ralph(folder: Path) -> str:
    """Make an environment of its own for the server: it wants other versions than we do."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    wanted = ["ralph-malph[cli,lrs]>=5.1", "requests"]
    got = subprocess.run(
        [folder / "bin" / "pip", "install", "-q", *wanted], capture_output=True, text=True, timeout=600
    )
    if got.returncode:
        pytest.skip(f"no environment for ralph: {got.stderr[-200:]}")
    return str(folder / "bin" / "python")


@pytest.mark.slow
def test_a_real_record_store_takes_them_once(scene, ralph):
    """Ralph's own LRS: all that was sent is there, and sent again it is there once."""
    live(scene)
    sent = go(scene, ralph, text=True).sent
    assert sent > 5
    scene.store.write(lambda c: c.exec_driver_sql("UPDATE statement SET state = 'waiting' WHERE state = 'sent'"))
    assert go(scene, ralph, text=True).aside == 0
    asked = urllib.request.Request(f"{ralph.url}/statements/?limit=100")
    asked.add_header("Authorization", "Basic " + b64encode(b"us:secret").decode())
    asked.add_header("X-Experience-API-Version", "1.0.3")
    with urllib.request.urlopen(asked, timeout=20) as answer:
        there = [each["id"] for each in json.load(answer)["statements"]]
    assert len(there) == len(set(there)) == sent


def test_the_server_sends_where_an_operator_named_a_store_and_nothing_else(scene, lrs):
    """Where none is named, it forgets that it ever looked."""

    def leaving(**more):
        return Leaving(Kit(scene.store, scene.world.data, read_settings({"port": 8765, **more}, {})))

    async def serve():
        named = leaving(lrs_url=lrs.url, public_url="https://learn.example.org/")
        await named.start()
        await asyncio.to_thread(live, scene)
        await named.look()
        named.stop()
        assert "shared" in lrs.verbs()
        await leaving().start()
        await leaving().look()

    asyncio.run(serve())
    assert scene.store.read(statements.window) is None
