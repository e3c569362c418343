"""First and last names, however many columns they stand in. No word of a name is left out."""

from __future__ import annotations

from collections.abc import Mapping

#: What stands behind a comma and is no first name.
_BEHIND = {"jr", "sr", "ii", "iii", "iv", "phd", "md", "msc", "mba", "neto", "filho"}


def first_and_last(cells: Mapping[str, str]) -> tuple[str, str]:
    """Return the first and the last name in the cells of a row, by our names of its columns."""
    first = _joined(cells, "firstname", "middlename")
    last = _joined(cells, "prefix", "lastname", "secondlastname")
    whole = " ".join(cells.get("name", "").split())
    if not whole or (first and last):
        return first, last
    if first:
        rest = _without(whole, first)
        return first, whole if rest is None else rest
    if last:
        rest = _without(whole, last)
        if rest is None:
            return whole, last
        return (rest, last) if rest else (whole, "")
    return split_name(whole)


def split_name(whole: str) -> tuple[str, str]:
    """Return a whole name as first and last: parted by its comma, else behind its first word."""
    family, comma, given = (part.strip() for part in whole.partition(","))
    if comma and given and family and given.replace(".", "").casefold() not in _BEHIND:
        return given, family
    first, _, rest = whole.strip(" ,").partition(" ")
    return first.rstrip(","), rest.strip()


def _joined(cells: Mapping[str, str], *columns: str) -> str:
    return " ".join(" ".join(cells.get(column, "") for column in columns).split())


def _without(whole: str, part: str) -> str | None:
    """Return a whole name without a part it begins or ends with; None where it does neither."""
    words, less = whole.replace(",", " ").split(), part.split()
    folded, less_folded = [word.casefold() for word in words], [word.casefold() for word in less]
    if len(less) <= len(words) and folded[: len(less)] == less_folded:
        return " ".join(words[len(less) :])
    if len(less) <= len(words) and folded[len(words) - len(less) :] == less_folded:
        return " ".join(words[: len(words) - len(less)])
    return None
