"""Connections: a stranger who holds many keeps nobody out, and nothing of it fills the log."""

from __future__ import annotations

import http.client
import logging
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from actionlearn.server.connections import most_connections, raise_file_limit
from actionlearn.server.web.logs import Sparing

from ..support.served_kit import World

#: As systems have it by themselves.
FILES = 1024


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve with as few descriptors as a system gives by itself; the server thinks that there are more."""
    made = World(tmp_path_factory.mktemp("connections")).start()
    assert made.process is not None
    resource.prlimit(made.process.pid, resource.RLIMIT_NOFILE, (FILES, FILES))
    yield made
    made.stop()


def _idle(world: World, stack: ExitStack, count: int) -> None:
    for _ in range(count):
        with suppress(OSError):
            stack.enter_context(socket.create_connection(("127.0.0.1", world.port), 2))


def test_a_stranger_with_a_thousand_sockets_keeps_nobody_out(world: World):
    """Descriptors at their end: who has a page is answered, who comes anew is, too, and the log stays small."""
    raise_file_limit()  # ours, for so many sockets
    before = world.log.stat().st_size
    with ExitStack() as stack:
        held = http.client.HTTPConnection("127.0.0.1", world.port, timeout=20)
        stack.callback(held.close)
        held.request("GET", "/health")
        assert held.getresponse().read()
        _idle(world, stack, FILES + 100)
        for _ in range(5):
            answer = world.ask("ana", "GET", "/")
            assert answer.status == 200
            assert world.save("ana", world.book["ana/scope"], "need", "x", base=1).status in (200, 409)
    assert world.ask("ana", "GET", "/").status == 200
    added = world.log.read_bytes()[before:].decode()
    assert len(added) < 100_000
    assert [line for line in added.splitlines() if not line.startswith("{")] == []


def test_how_many_there_may_be():
    """Never so many that kernels and files have none; never so few that nobody is served."""
    assert most_connections(1024, 40) == 344
    assert most_connections(256, 40) == 64
    assert raise_file_limit() >= 256


def test_the_same_line_again_and_again_is_written_a_few_times():
    """A fault that comes with every turn of the loop fills no disk; another one is told all the same, and this one later."""
    sparing = Sparing()

    def said(at: float, line: int) -> str:
        record = logging.LogRecord("asyncio", logging.ERROR, "x.py", line, "wrong %s", ("here",), None)
        record.created = at
        return record.getMessage() if sparing.filter(record) else ""

    lines = [said(1.0, 7) for _ in range(1000)]
    assert len([line for line in lines if line]) == Sparing.MOST
    assert lines[Sparing.MOST - 1].endswith("not written for a minute)")
    assert said(2.0, 8) == "wrong here"
    assert said(62.0, 7) == "wrong here"
