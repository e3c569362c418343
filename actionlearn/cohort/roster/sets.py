"""The set of each row: one of the groups a cell names, spelled as the cohort spells it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

_BETWEEN = re.compile(r"\s*[,;|]\s*")


class SetNames:
    """Names of sets as they are to be written: two that differ by capitals, accents or spaces are one.

    Parameters
    ----------
    known
        Sets that are there already, as they are written.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = set(known)
        self._keys = {_key(name) for name in self._known}
        self._written: dict[str, str] = {}
        #: Names as they are written -> other spellings that were read as them.
        self.respelled: dict[str, set[str]] = {}
        for name in sorted(self._known):
            self._written.setdefault(_key(name), name)

    def learn(self, cells: Iterable[str]) -> None:
        """Take the spelling that most cells have for each name that is not known."""
        counted = Counter(part for cell in cells for part in self.parts(cell))
        for name, _ in counted.most_common():
            self._written.setdefault(_key(name), name)

    def parts(self, cell: str) -> Sequence[str]:
        """Return the groups that a cell names; a known set that has a comma in its name is one."""
        whole = " ".join(cell.split())
        if self._is_known(whole):
            return [whole]
        return list(dict.fromkeys(part for part in _BETWEEN.split(whole) if part))

    def choose(self, cell: str) -> tuple[str, bool]:
        """Return the set of somebody, and whether their cell names several: that which is known, else the first."""
        parts = self.parts(cell)
        if not parts:
            return "", False
        chosen = next((part for part in parts if self._is_known(part)), parts[0])
        written = chosen if chosen in self._known else self._written.get(_key(chosen), chosen)
        if written != chosen:
            self.respelled.setdefault(written, set()).add(chosen)
        return written, len({_key(part) for part in parts}) > 1

    def _is_known(self, name: str) -> bool:
        return _key(name) in self._keys


def _key(name: str) -> str:
    parted = unicodedata.normalize("NFKD", " ".join(name.split()).casefold())
    return "".join(letter for letter in parted if not unicodedata.combining(letter))
