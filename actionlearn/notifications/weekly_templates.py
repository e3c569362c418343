"""Workbooks whose parts open week by week."""

from __future__ import annotations

from pathlib import Path

from actionlearn.notebook import asked_in
from actionlearn.store import Connection
from actionlearn.store.workbooks import workbooks


class WeeklyTemplates:
    """Knows which workbooks go by weeks: a cohort is looked through once, for everybody in it.

    Parameters
    ----------
    data
        Where their notebooks are.
    """

    def __init__(self, data: Path) -> None:
        self.asked = asked_in(data)
        self._known: dict[str, frozenset[tuple[str, str]]] = {}

    def kinds(self, c: Connection, cohort: str) -> frozenset[tuple[str, str]]:
        """Return template and language of those in a cohort that do."""
        if cohort not in self._known:
            versions = workbooks.versions_in(c, cohort).items()
            found = (key for key, path in versions if self.asked(path, *key[1:]).parts)
            self._known[cohort] = frozenset((template, locale) for template, _, locale in found)
        return self._known[cohort]
