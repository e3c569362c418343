"""The kernel that executes a notebook: what it inherits, how long it may take, what it may print."""

from __future__ import annotations

import atexit
import copy
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

from actionlearn.errors import Fault
from actionlearn.kernels import Limits

#: Seconds all live cells of one notebook may take together.
SECONDS = 60

#: Characters all outputs of one notebook may have together.
MAX_OUTPUT = 8_000_000

#: What one kernel may take beyond what it is forked with.
LIMITS = Limits(memory=1024 * 1024 * 1024, seconds=2 * SECONDS, processes=4096, file=64 * 1024 * 1024)

#: What a kernel inherits of our environment; the rest is made for it.
INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH")


@dataclass
class ExecutionResult:
    """What came of running a notebook.

    Parameters
    ----------
    notebook
        As far as it got.
    faults
        What went wrong, in order.
    index
        The cell that ran last.
    flooded
        Whether it was stopped for printing too much.
    since
        When the first live cell began, by the monotonic clock.
    """

    notebook: Any = None
    faults: list[Fault] = field(default_factory=list)
    index: int = 0
    flooded: bool = False
    since: float = 0.0

    def started(self, cell: Any, cell_index: int) -> None:
        """Note which cell runs, and when the first live one did."""
        self.index = cell_index
        if _is_live(cell) and not self.since:
            self.since = monotonic()

    def left(self, cell: Any, seconds: float) -> float:
        """Return how long a cell may take: live ones share the time, ours end by themselves."""
        return max(0.1, seconds - (monotonic() - self.since)) if _is_live(cell) else SECONDS

    def ended(self, node: Any, code: str, seconds: float) -> None:
        """Take the notebook as far as it got, and note what went wrong: what raised, then what ended it."""
        self.notebook = copy.deepcopy(node)
        self.faults = _raised(node)
        if self.flooded:
            code = "review.cell_too_much"
        if code:
            cell = node.cells[self.index].get("id", str(self.index + 1))
            self.faults.append(Fault(code, {"cell": cell, "seconds": round(seconds)}))


def _is_live(cell: Any) -> bool:
    return "live" in cell.metadata.get("tags", [])


def environment(room: Path) -> dict[str, str]:
    """Return the whole environment of a kernel: nothing of the store, of people, or of our own settings."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    made = {
        "HOME": str(room),
        "TMPDIR": str(room),
        "IPYTHONDIR": str(room / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(room),
        "MPLCONFIGDIR": _cache(),
        "MPLBACKEND": "agg",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return {"LANG": "C.UTF-8", **inherited, **made}


@cache
def _cache() -> str:
    """Return a folder that lives as long as we do: matplotlib looks through all fonts only once."""
    folder = tempfile.mkdtemp(prefix="al-fonts-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _raised(node: Any) -> list[Fault]:
    """Return a fault for each cell that raised."""
    return [
        Fault("review.cell_failed", {"cell": cell.get("id", ""), "reason": _reason(output)})
        for cell in node.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]


def _reason(output: Any) -> str:
    return f"{output.ename}: {output.evalue}"[:300]
