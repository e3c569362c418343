"""Values of cells as a spreadsheet shows them: leading zeros of a number format are part of a student number."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

#: A spreadsheet keeps fifteen digits of a number; the rest it writes as zeros.
MOST_DIGITS = 15

_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_SIGN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|.')


def shown_text(value: Any, number_format: str = "") -> str:
    """Return a value as the cell shows it, in a format such as ``00000000``."""
    if value is None:
        return ""
    if isinstance(value, float) and not value.is_integer():
        return str(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _shown_number(int(value), number_format)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip() if not isinstance(value, timedelta) else str(value)


def has_lost_digits(value: Any) -> bool:
    """Tell whether a number is longer than a spreadsheet keeps."""
    return isinstance(value, int | float) and abs(value) >= 10**MOST_DIGITS


def _shown_number(value: int, number_format: str) -> str:
    digits = str(abs(value))
    sign = "-" if value < 0 else ""
    signs = _signs(number_format)
    places = [at for at, (kind, _) in enumerate(signs) if kind == "digit"]
    if not places or not any(sign == "0" for _, sign in signs):
        return sign + digits
    first_zero = next(at for at in places if signs[at][1] == "0")
    digits = digits.zfill(sum(at >= first_zero for at in places))
    return sign + _filled(signs, places[0], digits)


def _filled(signs: list[tuple[str, str]], first: int, digits: str) -> str:
    """Put digits into the places of a format, from the right; the first place takes all that are left."""
    made: list[str] = []
    left = digits
    for at in range(len(signs) - 1, -1, -1):
        kind, sign = signs[at]
        if kind == "literal":
            made.append(sign if at < first or (at > first and left) else "")
        elif at == first:
            made.append(left)
        elif left:
            made.append(left[-1])
            left = left[:-1]
    return "".join(reversed(made))


def _signs(number_format: str) -> list[tuple[str, str]]:
    """Return the digits and literals of a format; none where it shows dates, fractions, powers or a share."""
    signs: list[tuple[str, str]] = []
    for sign in _SIGN.findall(number_format):
        if sign == ";":
            break
        if literal := _LITERAL.fullmatch(sign):
            signs += [("literal", letter) for letter in literal[1] or literal[2] or ""]
        elif sign in "0#?":
            signs.append(("digit", sign))
        elif sign in "- ()":
            signs.append(("literal", sign))
        elif sign[0] not in "_*[,":
            return []
    # Spaces and apostrophes part thousands; they are no part of a number.
    return [(kind, sign) for kind, sign in signs if kind == "digit" or sign not in " \u00a0\u202f'’"]
