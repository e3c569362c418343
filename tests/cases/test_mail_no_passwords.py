"""A mail server that takes no user name with a password any more: the advice is not to look for a wrong one."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import MISSING, AuthResult

from actionlearn.mail import Mailer, MailError
from actionlearn.settings import read_settings

Server = Callable[..., int]


class OtherWays:
    """Offers a way of signing in that has no password."""

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> Any:
        return MISSING


@pytest.fixture
def server() -> Iterator[Server]:
    """Start mail servers that let nobody in."""
    running: list[Controller] = []

    def start(answer: str = "", **more: Any) -> int:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]

        def refuse(*_: Any) -> AuthResult:
            return AuthResult(success=False, handled=False, message=answer)

        given = {"authenticator": refuse, "auth_require_tls": False, **more}
        running.append(Controller(OtherWays(), hostname="127.0.0.1", port=port, **given))
        running[-1].start()
        return port

    yield start
    for each in running:
        each.stop()


def refused(port: int) -> MailError:
    """Return what is said when letters are to go over a server."""
    given = {"mail_host": "127.0.0.1", "mail_port": port, "mail_tls": "none", "mail_from": "kit@example.org"}
    made = read_settings({**given, "mail_user": "us", "mail_password": "secret"}, {})
    with pytest.raises(MailError) as caught, Mailer(made):
        pass
    return caught.value


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("535 5.7.139 Authentication unsuccessful, basic authentication is disabled.", "mail.no_passwords"),
        ("550 5.7.30 Basic authentication is not supported for Client Submission.", "mail.no_passwords"),
        ("535 5.7.8 Authentication credentials invalid", "mail.sign_in"),
    ],
)
def test_what_the_server_answers_leads_to_the_right_advice(server: Server, answer: str, code: str):
    """Exchange Online says by a code of its own that passwords are over; others that this one is wrong."""
    assert refused(server(answer)).code == code


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("without", [("LOGIN", "PLAIN"), ("LOGIN", "PLAIN", "XOAUTH2")], ids=["other ways", "no way"])
def test_a_server_that_offers_no_way_with_a_password_is_told_apart(server: Server, without: tuple[str, ...]):
    """Only other ways, or none: a password cannot be wrong there."""
    assert refused(server(auth_exclude_mechanism=without)).code == "mail.no_passwords"
