"""Letters by any SMTP server. What stands in a name or an address is text: it makes no header of its own."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any, Self

from actionlearn.errors import ActionlearnError, BadInput
from actionlearn.i18n import say

#: Seconds a mail server may take over anything.
PATIENCE = 30


class MailError(ActionlearnError):
    """The mail server cannot be used, or did not take a letter."""


@dataclass(frozen=True)
class Email:
    """One letter to one person.

    Parameters
    ----------
    address, name
        Whom it goes to.
    subject, text
        What it says, in plain text.
    """

    address: str
    name: str
    subject: str
    text: str = field(repr=False)  # it holds a link


class Mailer:
    """A mail server, as long as it is open.

    Parameters
    ----------
    settings
        Every setting by name: ``mail_host``, ``mail_port``, ``mail_tls``, ``mail_user``, ``mail_password``,
        ``mail_from``.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        if not settings["mail_host"] or not settings["mail_from"]:
            raise BadInput("mail.not_set")
        self._from = _address("actionlearn", settings["mail_from"])

    def __enter__(self) -> Self:
        """Connect and sign in, before anything is made that would be of no use without it.

        Raises
        ------
        MailError
            ``mail.unreachable``, ``mail.sign_in`` or ``mail.no_tls``.
        """
        host, port, tls = (self._settings[f"mail_{name}"] for name in ("host", "port", "tls"))
        context = ssl.create_default_context()
        with ExitStack() as opened:
            try:
                if tls == "tls":
                    server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
                else:
                    server = smtplib.SMTP(host, port, timeout=PATIENCE)
                opened.callback(server.close)
                if tls == "starttls":
                    server.starttls(context=context)
                if self._settings["mail_user"]:
                    server.login(self._settings["mail_user"], self._settings["mail_password"])
            except (OSError, smtplib.SMTPException) as error:
                raise _reason(error, host, port) from error
            opened.pop_all()
        self._server = server
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._server.quit()
        except (OSError, smtplib.SMTPException):
            self._server.close()

    def send(self, letter: Email) -> None:
        """Hand a letter over.

        Raises
        ------
        BadInput
            ``mail.bad_address``: it can be nobody's.
        MailError
            ``mail.not_taken``: the server did not take it.
        """
        message = EmailMessage()
        message["From"] = self._from
        message["To"] = _address(letter.name, letter.address)
        message["Subject"] = _line(letter.subject)
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self._from.domain)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        try:
            self._server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise MailError("mail.not_taken", address=letter.address) from error


def _reason(error: Exception, host: str, port: int) -> MailError:
    if isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLError):
        return MailError("mail.no_tls", host=host, port=port)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return MailError("mail.sign_in", host=host)
    return MailError("mail.unreachable", host=host, port=port)


def sign_in_email(
    *, address: str, name: str, firstname: str, cohort: str, link: str, lapses: str, locale: str
) -> Email:
    """Return the letter with somebody's sign-in link, in their language."""
    paragraphs = (
        say("Hello {firstname},", locale, firstname=_line(firstname)),
        say("this link signs you in to your workbooks of “{cohort}”:", locale, cohort=_line(cohort)),
        link,
        say("It works once, until {lapses}. Open it on the device you want to write on.", locale, lapses=lapses),
        say("It is for you alone: please do not pass it on. It replaces earlier links.", locale),
    )
    return Email(
        address, name, say("Your way in: {cohort}", locale, cohort=_line(cohort)), "\n\n".join(paragraphs) + "\n"
    )


def digest_email(
    *,
    address: str,
    name: str,
    firstname: str,
    cohort: str,
    lines: Sequence[str],
    link: str,
    choices: str,
    locale: str,
) -> Email:
    """Return the letter with what is new for somebody, in their language."""
    paragraphs = (
        say("Hello {firstname},", locale, firstname=_line(firstname)),
        say("this is new for you:", locale),
        "\n".join(f"- {_line(each)}" for each in lines),
        say("You find it here: {link}", locale, link=link),
        say("One letter a day at most. What it tells you, and when, you choose here: {link}", locale, link=choices),
    )
    return Email(
        address, name, say("New for you: {cohort}", locale, cohort=_line(cohort)), "\n\n".join(paragraphs) + "\n"
    )


def retention_email(*, address: str, name: str, firstname: str, cohort: str, day: str, link: str, locale: str) -> Email:
    """Return the letter that says when all of a cohort goes, in their language."""
    paragraphs = [
        say("Hello {firstname},", locale, firstname=_line(firstname)),
        say(
            "what was written in “{cohort}” is kept until {day}, and then erased for good.",
            locale,
            cohort=_line(cohort),
            day=day,
        ),
        say("Take with you what you want to keep: sign in and open “What is held about me”.", locale),
        link,
    ]
    subject = say("Kept until {day}: {cohort}", locale, cohort=_line(cohort), day=day)
    return Email(address, name, subject, "\n\n".join(filter(None, paragraphs)) + "\n")


def _line(text: str) -> str:
    """Return a text as one line: nothing in it begins a header."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _address(name: str, address: str) -> Address:
    try:
        made = Address(_line(name), addr_spec=address)
    except (ValueError, IndexError, TypeError, AttributeError, MessageError) as error:
        raise BadInput("mail.bad_address", address=_line(address)) from error
    if not made.domain or not address.isascii() or any(letter.isspace() for letter in address):
        raise BadInput("mail.bad_address", address=_line(address))
    return made
