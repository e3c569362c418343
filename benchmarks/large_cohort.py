"""Build and execute a large cohort: time, memory, and how both grow.

::

    python benchmarks/large_cohort.py [--learners 10000] [--execute 400] [--executor processes]

A quarter, half and all of the learners get four workbooks each, every time in a store of its own. Then half of all is built, and
the rest in a second build, as after one that was cut off: the second makes what is missing. At the end so many of the workbooks are answered, shared and
executed, for each of their readers. Memory is the most that this process held, and the largest of its workers.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from actionlearn.cohort.programme.programme import Programme, load
from actionlearn.cohort.roster.roster import RosterRow, read_roster
from actionlearn.cohort.workbooks.build import build_cohort
from actionlearn.reviews import share, visible_answers
from actionlearn.reviews.pending import execute_pending
from actionlearn.store import Store, now, open_store
from actionlearn.store.reviews import reviews
from actionlearn.store.workbooks import drafts, workbooks

AUTUMN = Path(__file__).parents[1] / "examples" / "autumn"
WORKBOOKS = 4
MEGABYTE = 1024


@dataclass
class Took:
    """What one step took: seconds, and megabytes of this process and of its largest child at the most."""

    seconds: float
    here: float
    worker: float


def learners(count: int) -> list[RosterRow]:
    """Repeat the example's roster until there are enough, in no set."""
    rows = read_roster(AUTUMN / "roster.csv")
    return [
        replace(rows[n % len(rows)], username=f"l{n:05}", email=f"l{n:05}@example.org", set="") for n in range(count)
    ]


def programme() -> Programme:
    """Return the example's programme with four workbooks, and nobody but learners."""
    whole = load(AUTUMN / "programme.toml")
    alone = [each for each in whole.workbooks if each.template in ("scope", "plan", "reflect", "impact")]
    assert len(alone) == WORKBOOKS
    return whole.model_copy(update={"people": (), "sets": (), "workbooks": tuple(alone)})


def measured(act: Callable[[Callable[..., None]], Any], what: str) -> Took:
    """Do something with a progress bar; return what it took."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    own = psutil.Process()
    most = 0.0
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what)

        def progress(done: int, of: int, *_: object) -> None:
            nonlocal most
            bar.update(task, completed=done, total=of)
            if done % 50 == 0 or of < 1_000:
                most = max(most, own.memory_info().rss / MEGABYTE**2)

        start = time.perf_counter()
        act(progress)
        seconds = time.perf_counter() - start
    return Took(seconds, most, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MEGABYTE)


def built(folder: Path, store: Store, rows: list[RosterRow], where: str, what: str) -> Took:
    """Build, and see that nothing failed."""

    def act(progress: Callable[..., None]) -> None:
        report = build_cohort(store, folder, programme(), rows, where=where, progress=progress)
        assert not report.failed, report.failed[:3]
        assert len(report.made) + len(report.unchanged) == WORKBOOKS * len(rows)

    return measured(act, what)


def shared(folder: Path, store: Store, count: int) -> None:
    """Answer and share as many workbooks."""
    books = [
        each for each in store.read(lambda c: workbooks.workbooks_in(c, programme().id)) if each.template == "scope"
    ]
    for book in books[:count]:
        said = {"workbook": book.id, "prompt": "need", "person": book.owner, "client": "c", "seq": 1, "base": 0}
        store.write(lambda c, said=said: drafts.save(c, **said, value="Nobody waits for a form that is not needed."))
        share.share(store, book, visible_answers.load(folder, book)[1], book.owner, "", now())


def main() -> None:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=10_000)
    parser.add_argument("--execute", type=int, default=400)
    parser.add_argument("--executor", default="processes")
    given = parser.parse_args()
    everybody, where = learners(given.learners), given.executor
    told = Table("", "notebooks", "seconds", "each", "memory here", "memory of a worker", title=f"By {where}")

    def tell(what: str, number: int, took: Took) -> None:
        each = f"{1000 * took.seconds / number:.1f} ms"
        row = (what, f"{number:,}", f"{took.seconds:.1f}", each, f"{took.here:.0f} MB", f"{took.worker:.0f} MB")
        told.add_row(*row)
        Console(stderr=True).print(*row)  # whoever ends a long run early has what was measured by then

    for part in (4, 2, 1):
        rows = everybody[: len(everybody) // part]
        with tempfile.TemporaryDirectory() as name, open_store(Path(name)) as store:
            tell("built", WORKBOOKS * len(rows), built(Path(name), store, rows, where, f"build {len(rows)}"))
            if part > 1:
                continue
            tell("once more", WORKBOOKS * len(rows), built(Path(name), store, rows, where, "nothing to do"))
            shared(Path(name), store, given.execute)
            readers = len(store.read(reviews.pending_reviews))
            took = measured(lambda p: execute_pending(store, Path(name), where=where, progress=p), "execute")
            tell("executed", readers, took)
    with tempfile.TemporaryDirectory() as name, open_store(Path(name)) as store:
        half = everybody[: len(everybody) // 2]
        built(Path(name), store, half, where, "half")
        tell("the other half", WORKBOOKS * len(half), built(Path(name), store, everybody, where, "resumed"))
    Console().print(told)


if __name__ == "__main__":
    main()
