"""Cells of a sheet that are text and nothing else, whoever filled them."""

from __future__ import annotations

import re
import unicodedata

#: What begins a formula or a command. Full-width and small forms are taken for these in some spreadsheets.
_BEGINS = frozenset("=+-@−")

#: What a spreadsheet may take for the end of a cell, if it takes a file for one of another kind.
_ENDS = re.compile(r"([;|\t\r\n])")


def escape_formula(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, nor for two cells of which one is."""
    text = "".join(f"'{part}" if _acts(part) else part for part in _ENDS.split(cell))
    return f"'{text}" if text.startswith(("\t", "\r", "\n")) else text


def _acts(part: str) -> bool:
    """Tell whether a formula begins here; what is not seen before it, or taken for quoting, does not count."""
    first = next((each for each in part if each != '"' and unicodedata.category(each)[0] not in "CZ"), "")
    return unicodedata.normalize("NFKC", first)[:1] in _BEGINS
