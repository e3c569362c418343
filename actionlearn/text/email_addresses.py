"""E-mail addresses: one rule for rosters, forms and mail."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

import idna

#: The longest address that mail servers take.
MAX_ADDRESS = 254

# It begins with a letter, a digit or a low line: no spreadsheet takes it for a formula, no program for an option.
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9!#$%&'*+/=?^_`{|}~-]*(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})+")
#: How a directory of Microsoft's writes a guest: ``ana_gmail.com#EXT#`` for ana@gmail.com.
_GUEST = re.compile(r"(.+)_([^_]+)#EXT#", re.IGNORECASE)
_BESIDE_NAME = re.compile(r"[^<>]*<\s*([^<>\s]+)\s*>")


def mail_address(text: str) -> str:
    """Return an address as every mail server takes it, the domain in ASCII; empty where it is none."""
    local, _, domain = unicodedata.normalize("NFC", text).rpartition("@")
    if not _LOCAL.fullmatch(local):
        return ""
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    made = f"{local}@{domain}"
    return made if _DOMAIN.fullmatch(domain) and len(made) <= MAX_ADDRESS else ""


def safe_email(text: str) -> bool:
    """Tell whether mail can be sent to an address."""
    return bool(mail_address(text))


def bare_address(cell: str) -> str:
    """Return the address in a cell without what mail programs and directories put around it.

    ``Ana Lima <ana@example.org>``, ``mailto:ana@example.org``, and a guest's name in a directory all hold one.
    """
    text = cell.strip().rstrip(";,").rstrip()
    if beside := _BESIDE_NAME.fullmatch(text):
        text = beside[1]
    if text[:7].lower() == "mailto:":
        text = unquote(text[7:].partition("?")[0])
    local, _, _ = text.rpartition("@")
    guest = _GUEST.fullmatch(local)
    return f"{guest[1]}@{guest[2]}" if guest else text
