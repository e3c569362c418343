"""A roster's file as rows of cells, with what was found wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from actionlearn.errors import Fault

#: A row of a sheet: its number, counted from 1, and its cells.
Record = tuple[int, list[str]]


#: Tells whether a column of this name is one that we read.
Known = Callable[[str], bool]

#: In how many rows from the top the names of the columns are looked for: people put a title above them.
ABOVE = 10


@dataclass
class Sheet:
    """The rows of one sheet that hold something, what is wrong with it, and what is best known of it.

    Parameters
    ----------
    path
        The file it is in.
    records
        Its rows.
    faults
        What is wrong with it as a whole.
    notes
        What is best known of how it was read.
    cell_faults
        What is wrong with single cells, by row and place: it counts where the column is read.
    row_faults
        What is wrong with rows, whichever columns are read.
    """

    path: Path | None
    records: list[Record]
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    cell_faults: dict[tuple[int, int], Fault] = field(default_factory=dict)
    row_faults: dict[int, list[Fault]] = field(default_factory=dict)

    def begin_at_header(self, known: Known) -> bool:
        """Let the sheet begin with the row that names the columns; tell whether there is one."""
        for at, (_, cells) in enumerate(self.records[:ABOVE]):
            if sum(known(cell) for cell in cells) > 1:
                del self.records[:at]
                return True
        return False


#: The sheets of what was given, by the name of their file.
FoundSheets = dict[str, Sheet]


class UnreadableRoster(Exception):
    """What was given holds no sheet that could be read."""

    def __init__(self, code: str, path: Path | None = None, **values: object) -> None:
        super().__init__(code)
        self.faults = [Fault(code, values, path)]
