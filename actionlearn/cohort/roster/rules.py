"""What a cell of a roster may hold."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from actionlearn.text.email_addresses import mail_address, safe_email

MAX_NAME = 100
MAX_USERNAME = 64

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,3}")
#: A long number as a spreadsheet shortens it: its last digits are gone.
_SHORTENED = re.compile(r"\d+([.,]\d+)?e\+\d+|\d+[.,]\d+e\d+", re.IGNORECASE)


def wrong_cell(column: str, value: str) -> str:
    """Return the code of what is wrong with a cell, or an empty text."""
    if has_control_characters(value):
        return "roster.control_characters"
    if "\ufffd" in value:
        return "roster.lost_characters"
    match column:
        case "username":
            return _wrong_username(value)
        case "email":
            return _wrong_email(value)
        case "locale":
            return "roster.bad_locale" if value and not _LOCALE.fullmatch(value) else ""
    return wrong_name(column, value)


def wrong_name(column: str, value: str) -> str:
    """Return the code of what is wrong with the name of a person or a set, or an empty text."""
    if has_control_characters(value):
        return "roster.control_characters"
    if column == "firstname" and not value:
        return "roster.no_name"
    if _formula(value):
        return "roster.formula"
    if column == "set" and (".." in value or "/" in value or "\\" in value):
        return "roster.bad_set"
    return "roster.too_long" if len(value) > MAX_NAME else ""


def _wrong_username(value: str) -> str:
    if not value:
        return "roster.no_username"
    if _SHORTENED.fullmatch(value):
        return "roster.shortened_number"
    return "" if safe_username(value) else "roster.bad_username"


def _wrong_email(value: str) -> str:
    if not value:
        return "roster.no_email"
    if safe_email(value):
        return ""
    if value.count("@") > 1 and re.search(r"[\s,;]", value):
        return "roster.several_emails"
    if "’" in value and safe_email(value.replace("’", "'")):
        return "roster.curly_email"
    local, _, domain = value.rpartition("@")
    return "roster.foreign_email" if not local.isascii() and safe_email(f"a@{domain}") else "roster.bad_email"


def safe_username(value: str) -> bool:
    """Tell whether a username is one that can name a folder and stand in a spreadsheet."""
    return bool(_USERNAME.fullmatch(value)) and ".." not in value


def username_of(cell: str) -> str:
    """Return the username that a cell gives: as it is, or where it is an address that cannot be one, made from that.

    A platform's mark before it (``#ana``) is left out. What can be no username comes back as it is.
    """
    username = cell.strip().lower().lstrip("#").replace("#ext#", "-ext-")
    if safe_username(username):
        return username
    address = mail_address(username)
    if not address:
        return cell.lower()
    if safe_username(address):
        return address
    # The sum keeps two addresses apart that differ in what is left out.
    rest = re.sub(r"[^a-z0-9._@+-]+", "-", address.lower()).lstrip("._@+-")
    return f"{rest[: MAX_USERNAME - 9]}-{sha256(address.lower().encode()).hexdigest()[:8]}"


def _formula(value: str) -> bool:
    """Tell whether a spreadsheet would take a cell for a formula, full-width signs included."""
    return unicodedata.normalize("NFKC", value)[:1] in ("=", "+", "-", "@") if value else False


def has_control_characters(value: str) -> bool:
    """Tell whether a text holds what steers a terminal or turns the reading direction about."""
    return not value.isprintable() and any(
        unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp")
        or each in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        for each in value
    )


def printable(value: str) -> str:
    """Return a cell as it can be printed: control characters spelled out, and no longer than a line."""
    clear = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in value)
    return clear if len(clear) <= 60 else clear[:60] + "…"
