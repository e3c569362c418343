"""Letters with sign-in links, taken by a real mail server on this machine."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from click.testing import CliRunner

from actionlearn import accounts
from actionlearn.cli import commands
from actionlearn.cohort.enrolment import link_mail
from actionlearn.cohort.enrolment.link_mail import sign_in_email
from actionlearn.cohort.enrolment.links import PersonLink
from actionlearn.errors import ActionlearnError, SignInNeeded
from actionlearn.mail import Email, Mailer
from actionlearn.settings import Settings, read_settings
from actionlearn.store import open_store
from actionlearn.store.people import members

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning", "ignore:.*:DeprecationWarning:aiosmtpd")


class Box:
    """Keeps what it is handed, and refuses one recipient."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.port = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        if address.startswith("full@"):
            return "552 no room"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[arg-type]
        self.letters.append((envelope.rcpt_tos, message))  # type: ignore[arg-type]
        return "250 OK"


def _check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=data.login == b"us" and data.password == b"secret", handled=False)


@contextmanager
def mailbox() -> Iterator[Box]:
    """Start a mail server that wants a name and a password."""
    handler = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        handler.port = free.getsockname()[1]
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=handler.port,
        authenticator=_check,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def box() -> Iterator[Box]:
    """Start one for a test."""
    with mailbox() as made:
        yield made


def settings(box: Any, **more: Any) -> Settings:
    """Return settings that reach the box."""
    given = {"mail_host": "127.0.0.1", "mail_port": box.port, "mail_tls": "none", "mail_from": "kit@example.org"}
    return read_settings({**given, "mail_user": "us", "mail_password": "secret", **more}, {})


def letter(**more: str) -> Email:
    """Return a letter to Ana."""
    known = {"username": "ana", "email": "ana@example.org", "name": "Ana Sá", "firstname": "Ana", "locale": "en"}
    cohort = more.pop("cohort", "Autumn")
    known |= {"link": "https://x.org/in/tok", "valid_until": "2026-10-05 10:00 WEST"}
    return sign_in_email(PersonLink(**{**known, **more}), cohort)


def test_a_letter_says_whose_link_it_is_and_until_when(box: Any):
    """Plain text with the link on a line of its own, to one person, named as sent by a program."""
    with Mailer(settings(box)) as post:
        post.send(letter())
    ((to, message),) = box.letters
    assert to == ["ana@example.org"]
    assert str(message["To"]) == "Ana Sá <ana@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "https://x.org/in/tok" in message.get_content().splitlines()
    assert "2026-10-05 10:00 WEST" in message.get_content()


@pytest.mark.parametrize("field", ["name", "firstname", "cohort"])
def test_no_name_makes_a_header(box: Any, field: str):
    """Line ends in a name or a title, of whatever kind, end neither the header nor the letter."""
    with Mailer(settings(box)) as post:
        for bad in ("Eve\r\nBcc: all@example.org", "Eve\nX: 1\n\nOther text", "Eve\u2028Bcc: x@y.z\x85\x0b"):
            post.send(letter(**{field: bad}))
    for to, message in box.letters:
        assert to == ["ana@example.org"]
        assert not {"Bcc", "X"} & set(message.keys())


@pytest.mark.parametrize("address", ["", "ana", "a@b.c\r\nBcc: x@y.z", "a@b.c, x@y.z", "a b@c.d", "<a@b.c>", "á@b.c"])
def test_what_is_no_address_gets_no_letter(box: Any, address: str):
    """It is named, and nothing is sent."""
    with Mailer(settings(box)) as post, pytest.raises(ActionlearnError) as refused:
        post.send(letter(email=address))
    assert refused.value.code == "mail.bad_address"
    assert box.letters == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"mail_password": "wrong"}, "mail.sign_in"),
        ({"mail_tls": "starttls"}, "mail.no_tls"),
        ({"mail_tls": "tls"}, "mail.no_tls"),
        ({"mail_host": "127.0.0.1", "mail_port": 1}, "mail.unreachable"),
        ({"mail_host": ""}, "mail.not_set"),
    ],
)
def test_a_server_that_cannot_be_used_is_named(box: Any, more: dict[str, Any], code: str):
    """Each its own sentence; no letter goes without the security that was asked for."""
    with pytest.raises(ActionlearnError) as refused, Mailer(settings(box, **more)):
        pass
    assert refused.value.code == code


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Make a cohort of three: one with a Portuguese page, one whose mailbox is full."""

    def act(c: Any) -> None:
        members.put_cohort(c, id="autumn", name="Autumn", locale="en", time_zone="Europe/Lisbon", programme={})
        for username, locale in (("ana", "pt"), ("ben", ""), ("full", "en")):
            told = {"username": username, "firstname": username.title(), "email": f"{username}@example.org"}
            members.grant(c, "autumn", members.add_person(c, **told, locale=locale).id, "learner")

    with open_store(tmp_path / "data") as store:
        store.write(act)
    return tmp_path / "data"


def command(data: Path, box: Any, monkeypatch: pytest.MonkeyPatch, *more: str, **settings: str) -> Any:
    """Type the command; what is to be tried later is tried at once."""
    monkeypatch.setattr(link_mail, "WAITS", (0, 0))
    given = {"HOST": "127.0.0.1", "PORT": str(box.port), "TLS": "none", "FROM": "kit@example.org", "USER": "us"}
    for name, value in {**given, "PASSWORD": "secret", **settings}.items():
        monkeypatch.setenv(f"ACTIONLEARN_MAIL_{name}", value)
    return CliRunner().invoke(commands, ["cohort", "links", "--mail", "--data", str(data), *more])


def test_everybody_gets_a_link_that_signs_them_in(data: Path, box: Any, monkeypatch: pytest.MonkeyPatch):
    """In their own language; who could not be reached is named, and no link is printed."""
    done = command(data, box, monkeypatch, "--public-url", "https://learn.example.org")
    assert done.exit_code == 1
    assert "full" in done.output
    assert "/in/" not in done.output
    assert {to[0] for to, _ in box.letters} == {"ana@example.org", "ben@example.org"}
    with open_store(data) as store:
        for to, message in box.letters:
            (token,) = re.findall(r"https://learn\.example\.org/in/([\w-]+)", message.get_content())
            assert accounts.session_person(store, accounts.redeem_link(store, token)).email == to[0]


def test_no_link_is_made_where_no_letter_can_be_sent(data: Path, box: Any, monkeypatch: pytest.MonkeyPatch):
    """A wrong password ends no link that somebody was sent before."""
    with open_store(data) as store:
        ana = store.read(lambda c: members.person_by_username(c, "ana"))
        token = accounts.new_link(store, ana.id)
    done = command(data, box, monkeypatch, PASSWORD="wrong")
    assert done.exit_code == 1
    with open_store(data) as store:
        assert accounts.peek_link(store, token).username == "ana"
        with pytest.raises(SignInNeeded):
            accounts.peek_link(store, "another")
