"""Limits of mail servers: everybody has one letter, nobody two, and an earlier link works until the new one is out."""

from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from click.testing import CliRunner

from actionlearn import accounts
from actionlearn.cli import commands
from actionlearn.cohort.enrolment import link_mail
from actionlearn.errors import SignInNeeded
from actionlearn.store import open_store
from actionlearn.store.people import members

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:aiosmtpd")
PEOPLE = [f"p{number:02}" for number in range(25)]


class Limited:
    """A mail server that takes no more than some letters: on a connection, or at all; or none the first time."""

    def __init__(self, *, of_connection: int = 1000, of_all: int = 1000, grey: bool = False, answer: str = "") -> None:
        self.of_connection, self.of_all, self.grey = of_connection, of_all, grey
        self.answer = answer or "421 4.4.2 That was enough for one connection"
        self.letters: list[tuple[str, str]] = []
        self.known: set[str] = set()
        self.taken: Counter[int] = Counter()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        """Know who is written to; a grey list lets nobody through at first."""
        if self.grey and address not in self.known:
            self.known.add(address)
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        """Take a letter, or end the connection."""
        self.taken[id(session)] += 1
        if self.taken[id(session)] > self.of_connection or len(self.letters) >= self.of_all:
            server.loop.call_later(0.01, server.transport.close)
            return self.answer
        assert isinstance(envelope.content, bytes)
        self.letters.append((envelope.rcpt_tos[0], envelope.content.decode()))
        return "250 OK"


@contextmanager
def serving(handler: Limited) -> Iterator[int]:
    """Serve, and give the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Make a cohort whose people have a link each already."""

    def act(c: Any) -> None:
        members.put_cohort(c, id="autumn", name="Autumn", locale="en", time_zone="UTC", programme={})
        for username in PEOPLE:
            person = members.add_person(c, username=username, firstname=username, email=f"{username}@example.org")
            members.grant(c, "autumn", person.id, "learner")

    with open_store(tmp_path / "data") as store:
        store.write(act)
    return tmp_path / "data"


@pytest.fixture
def mail(data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Any]:
    """Type the command that mails everybody a link; what is to be tried later is tried at once."""
    monkeypatch.setattr(link_mail, "WAITS", (0, 0, 0))

    def send(port: int) -> Any:
        for name, value in {"HOST": "127.0.0.1", "PORT": str(port), "TLS": "none", "FROM": "kit@example.org"}.items():
            monkeypatch.setenv(f"ACTIONLEARN_MAIL_{name}", value)
        command = ["cohort", "links", "--mail", "--data", str(data), "--public-url", "https://learn.example.org"]
        return CliRunner().invoke(commands, command)

    return send


def first_links(data: Path) -> dict[str, str]:
    """Give everybody a link, as a letter of last week did."""
    with open_store(data) as store:
        people = store.read(lambda c: members.people_by_username(c, PEOPLE))
        return {username: accounts.new_link(store, person.id) for username, person in people.items()}


def working(data: Path, tokens: dict[str, str]) -> set[str]:
    """Return whose link works."""
    found = set()
    with open_store(data) as store:
        for token in tokens.values():
            with suppress(SignInNeeded):
                found.add(accounts.peek_link(store, token).username)
    return found


def in_letters(handler: Limited) -> dict[str, str]:
    """Return the token of each letter by username."""
    return {to.partition("@")[0]: re.findall(r"/in/([\w-]+)", text)[0] for to, text in handler.letters}


@pytest.mark.ordinary("grey list", "one a connection")
@pytest.mark.parametrize(
    "handler",
    [
        Limited(of_connection=10),
        Limited(of_connection=1),
        Limited(of_connection=10, answer="451 4.3.0 Too many on one connection"),
        Limited(grey=True),
        Limited(grey=True, of_connection=3),
    ],
    ids=["ten a connection", "one a connection", "ten, and then later", "grey list", "both"],
)
def test_everybody_has_one_letter(data: Path, mail: Callable[[int], Any], handler: Limited):
    """Over new connections, or later: each letter's link signs its person in, and the earlier one has ended."""
    before = first_links(data)
    with serving(handler) as port:
        done = mail(port)
    assert done.exit_code == 0, done.output
    assert sorted(to.partition("@")[0] for to, _ in handler.letters) == PEOPLE
    assert working(data, in_letters(handler)) == set(PEOPLE)
    assert working(data, before) == set()


def test_whoever_has_no_letter_keeps_the_earlier_link(data: Path, mail: Callable[[int], Any]):
    """A server that takes ten a day: the others are named, and what they were sent last week works."""
    before, handler = first_links(data), Limited(of_all=10)
    with serving(handler) as port:
        done = mail(port)
    assert done.exit_code == 1
    assert len(handler.letters) == 10
    reached = set(in_letters(handler))
    assert working(data, in_letters(handler)) == reached
    assert working(data, before) == set(PEOPLE) - reached
    for username in set(PEOPLE) - reached:
        assert f"{username}: " in done.output
    more = Limited()
    with serving(more) as port:
        assert mail(port).exit_code == 0
    assert len(more.letters) == len(PEOPLE)
