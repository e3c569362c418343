"""The table."""

from __future__ import annotations

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from faults.kinds import KINDS
from faults.run import Tally


def show(tallies: dict[str, Tally]) -> None:
    """Print what each kind came to, then what was wrong, if anything was."""
    table = Table("", box=SIMPLE)
    for title in ("rounds", "in flight", "edits", "acknowledged", "lost", "doubled", "median s"):
        table.add_column(title, justify="right")
    for name, tally in tallies.items():
        table.add_row(KINDS[name][0], *_cells(tally))
    table.add_section()
    table.add_row("all", *_cells(total(tallies)))
    console = Console(width=110)
    console.print(table)
    for tally in tallies.values():
        for each in tally.wrong:
            console.print(each, markup=False, highlight=False)


def total(tallies: dict[str, Tally]) -> Tally:
    """Return the sum."""
    summed = Tally()
    for tally in tallies.values():
        for name in Tally.__dataclass_fields__:
            setattr(summed, name, getattr(summed, name) + getattr(tally, name))
    return summed


def _cells(tally: Tally) -> list[str]:
    counts = (tally.rounds, tally.in_flight, tally.edits, tally.acknowledged, tally.lost, tally.doubled)
    return [*(f"{count:,}" for count in counts), f"{tally.median:.2f}"]
