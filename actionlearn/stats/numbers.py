"""Numbers as people write them in a column: whether a comma parts thousands or decimals is one question for all of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol

_NUMBER = re.compile(r"[+-]?(\d{1,30}([.,]\d{1,30})?|[.,]\d{1,30})")
_MARKED = re.compile(r"[+-]?(\d[\d.,]{0,60}|[.,]\d{1,30})")
_GROUPS = re.compile(r"\d{1,3}([.,])\d{3}(\1\d{3})*")
_SPACED = re.compile(r"([+-]?\d{1,3})((?:[ '’\u00a0\u202f]\d{3})+)(?=$|[.,])")
_CURRENCY = "€$£¥"


@dataclass(frozen=True)
class NumberColumn:
    """The cells of a column as numbers.

    Parameters
    ----------
    values
        None for what is no number.
    unclear
        The first cell that can be read in two ways, and is asked about; empty where none is.
    thousands
        The first cell whose mark was read as one that parts thousands, though it might be another; empty where none is.
    """

    values: tuple[Fraction | None, ...]
    unclear: str = ""
    thousands: str = ""


def number(raw: Any) -> Fraction | None:
    """Return a number exactly as written, with a point or a comma, also with a percent sign; None for anything else."""
    if isinstance(raw, Fraction):
        return raw
    text = str(raw).strip().replace("\N{MINUS SIGN}", "-").removesuffix("%").strip()
    if isinstance(raw, bool) or not _NUMBER.fullmatch(text):
        return None
    return Fraction(Decimal(text.replace(",", ".")))


def decimal_mark(locale: str) -> str:
    """Return the mark before the decimals in a language: a comma, else a point."""
    try:
        return "," if get_decimal_symbol(Locale.parse(locale.replace("-", "_"))) == "," else "."
    except (ValueError, UnknownLocaleError):
        return "."


def read_numbers(cells: Sequence[str], mark: str = ".", chosen: str = "") -> NumberColumn:
    """Return a column of numbers.

    What ``1,010`` is, is seen from the whole column: another cell settles it, such as ``0,5`` or ``1,010,000``; else
    the language does. Where it would make small fractions stand beside whole numbers, it is asked.

    Parameters
    ----------
    cells
        As they were written.
    mark
        The mark before decimals in the reader's language, or in that of the file.
    chosen
        The mark before decimals, where the reader has said it.
    """
    bare = [_bare(cell) for cell in cells]
    decimals = {sign for text in bare if (sign := _decimal_in(text))}
    thousands = {sign for text in bare if (sign := _thousands_in(text))}
    both = {text[position] for text in bare if (position := _unclear_place(text)) >= 0}
    whole = any(text.lstrip("+-").isdigit() for text in bare)
    reading: dict[str, str] = {}
    unclear = read_as_thousands = ""
    for sign in sorted(both):
        other = "." if sign == "," else ","
        first = next(text for text in bare if (place := _unclear_place(text)) >= 0 and text[place] == sign)
        if chosen:
            reading[sign] = "decimal" if sign == chosen else "thousands"
        elif (sign in decimals) != (sign in thousands):
            reading[sign] = "decimal" if sign in decimals else "thousands"
        elif other in decimals or sign != mark:
            reading[sign] = "thousands"
            read_as_thousands = first
        elif whole:
            unclear = unclear or first
        else:
            reading[sign] = "decimal"
    return NumberColumn(tuple(_value(text, reading) for text in bare), unclear, read_as_thousands)


def _bare(cell: str) -> str:
    """Return a number without what stands around it: currency, percent, spaces that part thousands."""
    text = str(cell).strip().replace("\N{MINUS SIGN}", "-").removesuffix("%").strip(f" \u00a0{_CURRENCY}")
    if match := _SPACED.match(text):
        text = match[1] + re.sub(r"\D", "", match[2]) + text[match.end() :]
    return text if _MARKED.fullmatch(text) else ""


def _decimal_in(text: str) -> str:
    """Return the mark that can only stand before decimals, empty where none does."""
    marks = [sign for sign in text if sign in ".,"]
    if len(set(marks)) == 2:
        return marks[-1] if marks.count(marks[-1]) == 1 else ""
    if len(marks) != 1 or _unclear_place(text) >= 0:
        return ""
    return marks[0]


def _thousands_in(text: str) -> str:
    """Return the mark that can only part thousands, empty where none does."""
    marks = [sign for sign in text if sign in ".,"]
    if len(set(marks)) == 2:
        return marks[0]
    return marks[0] if len(marks) > 1 else ""


def _unclear_place(text: str) -> int:
    """Return where the mark is that may be either, -1 where there is none: three digits behind, one to three before."""
    match = re.fullmatch(r"[+-]?([1-9]\d{0,2})[.,]\d{3}", text)
    return len(text) - 4 if match else -1


def _value(text: str, reading: dict[str, str]) -> Fraction | None:
    if not text:
        return None
    place = _unclear_place(text)
    if place >= 0:
        if text[place] not in reading:
            return None
        decimal = text[place] if reading[text[place]] == "decimal" else ""
    else:
        decimal = _decimal_in(text)
    whole, _, rest = text.rpartition(decimal) if decimal else (text, "", "")
    whole = whole.lstrip("+-")
    if re.search("[.,]", rest) or (re.search("[.,]", whole) and not _GROUPS.fullmatch(whole)):
        return None
    digits = re.sub("[.,]", "", whole) or "0"
    made = Fraction(Decimal(f"{digits}.{rest}" if rest else digits))
    return -made if text.startswith("-") else made
