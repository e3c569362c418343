"""A roster's file as rows of cells, with what was found wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from actionlearn.errors import Fault

#: A row of a sheet: its number, counted from 1, and its cells.
Record = tuple[int, list[str]]


#: Tells whether a column of this name, in small letters, is one that we read.
Known = Callable[[str], bool]


@dataclass
class Sheet:
    """The rows of one sheet that hold something, what is wrong with it, and what is best known of it."""

    path: Path | None
    records: list[Record]
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)


#: The sheets of what was given, by the name of their file.
FoundSheets = dict[str, Sheet]


class UnreadableRoster(Exception):
    """What was given holds no sheet that could be read."""

    def __init__(self, code: str, path: Path | None = None, **values: object) -> None:
        super().__init__(code)
        self.faults = [Fault(code, values, path)]
