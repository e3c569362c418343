"""Find the line of a key in a TOML file, which ``tomllib`` does not tell."""

from __future__ import annotations

import re
from collections import Counter

_TABLE = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\"' -]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_\"'-]+(?:\s*\.\s*[A-Za-z0-9_\"'-]+)*)\s*=")
_INLINE = re.compile(r"([A-Za-z0-9_-]+)\s*=")

#: Where a thing is in the document: ``("workbooks", 0, "due")``.
Place = tuple[str | int, ...]


class Lines:
    """The lines of the keys and tables of one TOML text.

    Parameters
    ----------
    text
        The file, which need not be valid.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[Place, int] = {}
        seen: Counter[str] = Counter()
        table: Place = ()
        quoted = ""
        for number, line in enumerate(text.splitlines(), 1):
            if quoted:
                quoted = "" if line.count(quoted) % 2 else quoted
                continue
            if found := _TABLE.match(line):
                table = self._table(found[2], found[1] == "[[", seen)
                self._lines.setdefault(table, number)
            elif found := _KEY.match(line):
                self._key(table, found[1], line[found.end() :], number)
            quoted = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), "")

    def _table(self, name: str, repeated: bool, seen: Counter[str]) -> Place:
        parts = [part.strip(" \"'") for part in name.split(".")]
        if repeated:
            seen[name] += 1
            return (*parts, seen[name] - 1)
        # [workbooks.parameters] belongs to the last [[workbooks]].
        return (parts[0], seen[parts[0]] - 1, *parts[1:]) if parts[0] in seen else tuple(parts)

    def _key(self, table: Place, key: str, rest: str, number: int) -> None:
        place: Place = (*table, *(part.strip(" \"'") for part in key.split(".")))
        self._lines.setdefault(place, number)
        if rest.lstrip().startswith("{"):
            for inner in _INLINE.findall(rest):
                self._lines.setdefault((*place, inner), number)

    def of(self, *place: str | int) -> int | None:
        """Return the line of a key, else of the nearest table around it; None where there is none."""
        while place:
            if line := self._lines.get(place) or self._lines.get((*place, 0)):
                return line
            place = place[:-1]
        return None
