"""Doors of the server: statuses and pages of refusals, numbers, addresses, bodies; and the page that promises them."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from tornado.httputil import HTTPHeaders

from actionlearn.server.web.addresses import client_address, public_address
from actionlearn.server.web.request_limits import MAX_ANONYMOUS, MAX_DISCARDED
from actionlearn.settings import read_settings
from actionlearn.store import open_store
from actionlearn.store.people import members

from ...support.served_kit import CANARY, World
from ..live.test_live import live

HERE = Path(__file__).parents[2]
SECURITY = (HERE.parent / "docs" / "security.md").read_text("utf-8")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts; a token reads numbers."""
    made = World(tmp_path_factory.mktemp("doors"), ACTIONLEARN_METRICS_TOKEN="let-me-count").start()
    yield made
    made.stop()


# What the page on security says


@pytest.mark.parametrize("hole", range(1, 22))
def test_every_hole_names_a_test_that_is_there(hole: int):
    """Twenty-one rows, each with a test of this suite."""
    (row,) = re.findall(rf"^\| H{hole} \|.*$", SECURITY, re.MULTILINE)
    file, name = re.search(r"`(tests/[\w/]+\.py)::(\w+)`", row).groups()  # type: ignore[union-attr]
    assert f"def {name}(" in (HERE.parent / file).read_text("utf-8")


# Refusals and faults


@pytest.mark.parametrize("query", ["theme", "template", "next", "u", "q"])
@pytest.mark.parametrize("path", ["/", "/in", "/workbooks/{book}", "/nothing"])
def test_nothing_of_an_address_comes_back_unescaped(world: World, path: str, query: str):
    """Markup in a query or a path is text, where it comes back at all."""
    path = path.replace("{book}", world.book["ana/scope"])
    for who in ("", "ana"):
        page = world.ask(who, "GET", f"{path}?{query}=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
        assert "<script>alert" not in page.text
        assert '"><' + "script" not in page.text


def test_each_refusal_is_a_page_of_ours_with_its_status(world: World):
    """403, 404, 405, 413 and 429: a sentence and what to do, as a page or as JSON; no trace, no library's name."""
    book, large = world.book["ana/scope"], b"a" * (MAX_ANONYMOUS + 1)
    seen = {
        403: world.ask("ben", "GET", f"/workbooks/{book}"),
        404: world.ask("ana", "GET", "/no/such"),
        405: world.ask("ana", "GET", "/out"),
        413: world.ask("", "POST", "/in", large),
    }
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(11):
        seen[429] = world.ask("", "POST", "/in", b"username=nobody&code=ABCDEFGH", form)
    for status, answer in seen.items():
        assert answer.status == status
        assert "<main" in answer.text
        assert answer.headers["Content-Security-Policy"]
        for word in ("Traceback", "tornado", "jupyter", "HTTPError", CANARY):
            assert word not in answer.text
    told = world.ask("ana", "PUT", f"/api/workbooks/{book}/answers/need", b"a" * (1024 * 1024 + 1))
    assert (told.status, told.json["error"]["code"]) == (413, "server.too_large")


def test_strangers_send_little_and_nothing_of_it_is_kept(world: World):
    """Sixty megabytes without a session: 413, and the server is no larger for it; more than that is hung up on."""
    assert world.process is not None
    before = psutil.Process(world.process.pid).memory_info().rss
    for who in ("", "made-up"):
        answer = world.ask(who, "POST", "/api/cohorts/autumn/roster", b"a" * (60 * 1024 * 1024))
        assert answer.status == 413
    assert psutil.Process(world.process.pid).memory_info().rss - before < 20 * 1024 * 1024
    with socket.create_connection(("127.0.0.1", world.port), 10) as line:
        line.sendall(f"POST /in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {MAX_DISCARDED + 1}\r\n\r\n".encode())
        assert b"400" in line.recv(1000)


def test_a_kernel_that_cannot_start_is_said_and_leaves_nothing(world: World):
    """The page says so with a status of a fault; no process stays, and the trace is in the log alone."""
    path = world.data / "cohorts/autumn/ana/impact-1.ipynb"
    whole = path.read_text("utf-8")
    before = {child.pid for child in world.children()}
    try:
        path.write_text(whole[:200], "utf-8")
        answer = live(world)
    finally:
        path.write_text(whole, "utf-8")
    assert answer.status >= 500
    assert "Traceback" not in answer.text
    assert answer.json["error"]["reference"]
    assert {child.pid for child in world.children()} <= before
    assert any(line.get("trace") for line in world.lines())


def test_a_database_that_is_gone_is_503_and_a_sentence(world: World):
    """A page of ours and an answer of ours, with a reference, and not a word of where it is; served again, all is well."""
    book = world.book["ana/scope"]
    world.stop()
    world.environment["ACTIONLEARN_TELL"] = "no"  # nothing is written by itself
    world.start()  # so that nobody has read anything yet
    file = next(world.data.glob("*.sqlite"))
    there = [name for name in (file, file.with_name(f"{file.name}-wal")) if name.exists()]
    whole = {name: name.read_bytes() for name in there}
    try:
        for name, content in whole.items():
            with name.open("r+b") as torn:
                torn.write(b"not a database, "[:16] * (len(content) // 16))
        page, told = world.ask("ana", "GET", "/"), world.ask("ana", "GET", f"/api/workbooks/{book}/answers")
    finally:
        for name, content in whole.items():
            with name.open("r+b") as back:
                back.write(content)
    assert (page.status, told.status) == (503, 503)
    assert "<main" in page.text
    assert "Nothing you wrote is lost" in page.text
    reference = told.json["error"]["reference"]
    assert any(line.get("reference") == reference for line in world.lines())
    for word in ("Traceback", "sqlite", "malformed", "database disk"):
        assert word not in page.text + told.text
    world.stop()
    world.start()
    assert world.ask("ana", "GET", "/").status == 200
    assert world.ask("", "GET", "/health").status == 200


@pytest.mark.parametrize(("version", "said"), [(0, True), (6, False)])
def test_a_system_without_walls_is_said_once(monkeypatch: pytest.MonkeyPatch, version: int, said: bool):
    """Where there is no Landlock the operator reads it in the log at the start, and not for every kernel."""
    from actionlearn.kernels import sandbox
    from actionlearn.server.live import manager as server_kernels

    told: list[str] = []
    monkeypatch.setattr(sandbox, "can_sandbox", lambda: version)
    monkeypatch.setattr(sandbox, "can_filter", lambda: True)
    monkeypatch.setattr(server_kernels.log, "warning", lambda text, *values: told.append(text % values))
    monkeypatch.setattr(server_kernels.WorkbookKernelManager, "_warm", lambda _: None)
    monkeypatch.setattr(server_kernels.asyncio, "create_task", lambda _: None)
    server_kernels.WorkbookKernelManager.warm(SimpleNamespace(_warm=lambda: None))  # type: ignore[arg-type]
    assert [each for each in told if "no walls" in each] == told
    assert bool(told) == said


def test_metrics_are_for_operators_and_hold_no_name(world: World):
    """Whoever is signed in gets nothing; an operator, or the token of the setting, gets numbers."""
    with open_store(world.data) as store:
        store.write(lambda c: members.set_operator(c, world.person["fay"]))
    assert world.ask("", "GET", "/metrics").status == 401
    assert world.ask("ana", "GET", "/metrics").status == 404
    assert world.ask("", "GET", "/metrics", headers={"Authorization": "Bearer let-me-coun"}).status == 401
    told = world.ask("", "GET", "/metrics", headers={"Authorization": "Bearer let-me-count"})
    assert told.status == world.ask("fay", "GET", "/metrics").status == 200
    assert "actionlearn_kernels_most 40.0" in told.text
    for secret in (*world.person, *world.person.values(), *world.book.values(), CANARY):
        assert not re.search(rf"\b{re.escape(secret)}\b", told.text)


# Where people come from, and go to


@pytest.mark.parametrize(
    ("remote", "headers", "found"),
    [
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, "203.0.113.9"),
        ("127.0.0.1", {"X-Forwarded-For": "198.51.100.1, 203.0.113.9, ::1"}, "203.0.113.9"),
        ("127.0.0.1", {"X-Real-Ip": "198.51.100.1"}, "127.0.0.1"),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9, made up"}, "127.0.0.1"),
        ("203.0.113.7", {"X-Forwarded-For": "198.51.100.1", "X-Real-Ip": "198.51.100.1"}, "203.0.113.7"),
    ],
)
def test_an_address_counts_where_our_own_proxy_says_it(remote: str, headers: dict[str, str], found: str):
    """What anybody can write into a header is not where they come from: the throttle of codes counts on it."""
    settings = read_settings({"public_url": "https://learn.example.org"}, {})
    request: Any = SimpleNamespace(remote_ip=remote, headers=HTTPHeaders(headers))
    assert client_address(request, settings) == found
    assert client_address(request, read_settings({}, {})) == remote


@pytest.mark.parametrize(
    ("public", "base", "found"),
    [
        ("https://x.org", "/", "https://x.org/"),
        ("https://x.org/", "learn", "https://x.org/learn/"),
        ("https://x.org/learn", "learn", "https://x.org/learn/"),
        ("https://x.org/learn/", "/learn/", "https://x.org/learn/"),
        ("https://x.org/a", "learn", "https://x.org/a/learn/"),
        ("", "learn", "http://127.0.0.1:1/learn/"),
    ],
)
def test_the_public_address_has_its_path_once(public: str, base: str, found: str):
    """Whether or not the public address ends with the path below which the kit is."""
    assert public_address(read_settings({"public_url": public, "base_url": base}, {}), 1) == found
