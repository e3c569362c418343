"""Executing many notebooks: all that were shared and that nobody can read yet."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from actionlearn import executors
from actionlearn.errors import Missing
from actionlearn.reviews.execute import execute
from actionlearn.store import Store
from actionlearn.store.records import Review
from actionlearn.store.reviews import reviews, submissions

#: Called with how many are done, and of how many.
Progress = Callable[[int, int], None]


def execute_pending(
    store: Store, data: Path, *, where: str = executors.PROCESSES, progress: Progress | None = None
) -> list[Review]:
    """Execute what waits to be executed. What was done stays done: called again, it goes on with the rest.

    Parameters
    ----------
    store, data
        The store and its data folder.
    where
        Where notebooks are run, as `batch.apart` takes it. What came of them is kept here, once.
    progress
        Called after each.
    """
    with executors.open_offload(where) as apart, ThreadPoolExecutor(apart.width, thread_name_prefix="review") as pool:
        waiting = store.read(
            lambda c: [(submissions.submission(c, r.submission), r) for r in reviews.pending_reviews(c)]
        )
        running = [pool.submit(execute, store, data, shared, each.reader, apart=apart) for shared, each in waiting]
        made = []
        for done, future in enumerate(running, 1):
            with suppress(Missing):  # erased meanwhile
                made.append(future.result())
            if progress:
                progress(done, len(running))
    return made
