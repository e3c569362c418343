"""E-mail by any SMTP server. A name or an address with line breaks cannot add a header."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Self

from actionlearn.errors import ActionlearnError, BadInput
from actionlearn.settings import Settings
from actionlearn.text.email_addresses import mail_address

#: How Exchange Online begins to say that names and passwords are over there (RFC 3463 codes of its own).
_NO_PASSWORDS = (b"5.7.139", b"5.7.30")

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
        Every setting: ``mail_host``, ``mail_port``, ``mail_tls``, ``mail_user``, ``mail_password``,
        ``mail_from``.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        if not settings.mail_host or not settings.mail_from:
            raise BadInput("mail.not_set")
        self._from = _address("actionlearn", settings.mail_from)

    def __enter__(self) -> Self:
        """Connect and sign in, before anything is made that would be of no use without it.

        Raises
        ------
        MailError
            ``mail.unreachable``, ``mail.sign_in``, ``mail.no_passwords`` or ``mail.no_tls``.
        """
        self._connect()
        return self

    def _connect(self) -> None:
        settings = self._settings
        host, port, tls = settings.mail_host, settings.mail_port, settings.mail_tls
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
                if settings.mail_user:
                    self._sign_in(server)
            except (OSError, smtplib.SMTPException) as error:
                raise _reason(error, host, port) from error
            opened.pop_all()
        self._server = server

    def _sign_in(self, server: smtplib.SMTP) -> None:
        """Sign in by name and password, and say so where the server takes none of either."""
        host = self._settings.mail_host
        try:
            server.login(self._settings.mail_user, self._settings.mail_password)
        except smtplib.SMTPAuthenticationError as error:
            takes_none = isinstance(error.smtp_error, bytes) and error.smtp_error.startswith(_NO_PASSWORDS)
            raise MailError("mail.no_passwords" if takes_none else "mail.sign_in", host=host) from error
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException):
            raise
        except smtplib.SMTPException as error:  # it offers no way of signing in that has a password
            raise MailError("mail.no_passwords", host=host) from error

    def __exit__(self, *_: object) -> None:
        try:
            self._server.quit()
        except (OSError, smtplib.SMTPException):
            self._server.close()

    def send(self, letter: Email) -> None:
        """Hand a letter over.

        A server that has had enough letters on one connection ends it: the same letter, by its id, goes over a new one.

        Raises
        ------
        BadInput
            ``mail.bad_address``: it can be nobody's.
        MailError
            ``mail.not_taken``: the server did not take it. ``mail.try_later``: not now.
        """
        message = EmailMessage()
        message["From"] = self._from
        address = mail_address(letter.address)
        if not address:
            raise BadInput("mail.bad_address", address=one_line(letter.address))
        message["To"] = _address(letter.name, address)
        message["Subject"] = one_line(letter.subject)
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self._from.domain)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        try:
            self._hand_over(message)
        except (OSError, smtplib.SMTPException) as error:
            code = "mail.try_later" if _is_temporary(error) else "mail.not_taken"
            raise MailError(code, address=letter.address) from error

    def _hand_over(self, message: EmailMessage) -> None:
        try:
            self._server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            if not _ends_connection(error):
                raise
            self._server.close()
            self._connect()
            self._server.send_message(message)


def _codes(error: Exception) -> list[int]:
    """Return the codes that a mail server answered with."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _ends_connection(error: Exception) -> bool:
    return isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError) or 421 in _codes(error)


def _is_temporary(error: Exception) -> bool:
    """Tell whether a server says that it may take the letter later, as all do the first time that keep grey lists."""
    codes = _codes(error)
    return (
        all(400 <= code < 500 for code in codes)
        if codes
        else isinstance(error, OSError | smtplib.SMTPServerDisconnected)
    )


def _reason(error: Exception, host: str, port: int) -> MailError:
    if isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLError):
        return MailError("mail.no_tls", host=host, port=port)
    return MailError("mail.unreachable", host=host, port=port)


def one_line(text: str) -> str:
    """Return a text as one line: nothing in it begins a header."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _address(name: str, address: str) -> Address:
    try:
        made = Address(one_line(name), addr_spec=address)
    except (ValueError, IndexError, TypeError, AttributeError, MessageError) as error:
        raise BadInput("mail.bad_address", address=one_line(address)) from error
    if not made.domain or not address.isascii() or any(letter.isspace() for letter in address):
        raise BadInput("mail.bad_address", address=one_line(address))
    return made
