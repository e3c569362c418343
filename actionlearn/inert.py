"""Cells of a sheet that are text and nothing else, whoever filled them."""

from __future__ import annotations

#: What a spreadsheet may take for the beginning of a formula or a command; full-width forms are taken so in some.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_STARTS) else cell
