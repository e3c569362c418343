"""Who reads a page: the person, their language, and where the kit is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from actionlearn.store.records import Person


@dataclass(frozen=True)
class Reader:
    """Who reads a page: their language and, beside it, where the data are."""

    person: Person
    locale: str
    data: Path
    base: str
