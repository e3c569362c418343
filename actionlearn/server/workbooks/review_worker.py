"""Work that takes seconds, off the event loop: executing notebooks for their readers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from actionlearn.errors import ActionlearnError, Missing
from actionlearn.reviews import execute
from actionlearn.store.erasure import people, replay
from actionlearn.store.records import Review
from actionlearn.store.reviews import reviews, submissions

if TYPE_CHECKING:
    from actionlearn.server.web.context import ServerContext
    from actionlearn.store import Connection
    from actionlearn.store.records import Submission

T = TypeVar("T")

log = logging.getLogger("actionlearn.server")

#: Notebooks that are executed at once. Each has a process of its own.
AT_ONCE = 2


class ReviewWorker:
    """A few threads that execute notebooks, and what is still to do when the server starts.

    Parameters
    ----------
    kit
        The store and the data folder.
    """

    def __init__(self, kit: ServerContext) -> None:
        self._kit = kit
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="actionlearn-review")
        self._trying: set[asyncio.Task[None]] = set()
        #: Submission and reader of what waits or is being executed: a second press of the button adds nothing.
        self._started: set[tuple[str, str]] = set()
        self._stopped = False

    async def run(self, act: Callable[[], T]) -> T:
        """Run something in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, act)

    async def review(self, submission: Submission) -> None:
        """Begin to execute a submission for each reader for whom that is still to be done (`share.freeze` noted it)."""
        for each in await self._kit.store.aread(lambda c: reviews.reviews_of(c, submission.id)):
            if each.state == "pending" and (each.submission, each.reader) not in self._started:
                self._begin(submission, each.reader)

    def _begin(self, submission: Submission, reader: str) -> None:
        self._started.add((submission.id, reader))
        self._pool.submit(self._execute, submission, reader)

    def _execute(self, submission: Submission, reader: str) -> None:
        try:
            made = execute.execute(self._kit.store, self._kit.data, submission, reader)
            if self._stopped and made.state == "failed":  # its kernel ended with the server: the next one tries again
                self._kit.store.write(lambda c: reviews.put_review(c, Review(submission.id, reader)))
        except Missing:
            log.info("what was to be read is erased", extra={"workbook": submission.workbook})
        except Exception:  # a review that fails in an unforeseen way must not stay pending for ever
            if self._stopped:
                return  # nothing was written: it is still to be done
            log.exception("review failed", extra={"workbook": submission.workbook})
            with contextlib.suppress(Exception):
                failed = Review(submission.id, reader, state="failed", message="review.failed")
                self._kit.store.write(lambda c: reviews.put_review(c, failed))
        finally:
            self._started.discard((submission.id, reader))

    def retry_until_done(self, act: Callable[[], None]) -> None:
        """Try something again every half minute until it comes off. Belongs to the event loop."""

        async def trying() -> None:
            while True:
                await asyncio.sleep(30)
                with contextlib.suppress(ActionlearnError):
                    await asyncio.to_thread(act)
                    return

        task = asyncio.get_running_loop().create_task(trying())
        self._trying.add(task)
        task.add_done_callback(self._trying.discard)

    def execute_again(self, gone: Iterable[Review]) -> None:
        """Execute again what was taken away, since a passage was erased that may have been in it."""

        def look(c: Connection) -> list[tuple[Submission, str]]:
            return [(submissions.submission(c, each.submission), each.reader) for each in gone]

        for submission, reader in self._kit.store.read(look):
            self._begin(submission, reader)

    def resume(self) -> None:
        """Begin again what an earlier server left undone: erasures first, then what is read."""
        execute.delete_leftovers(self._kit.data)
        replay.finish(self._kit.store, self._kit.data)
        people.finish_pending(self._kit.store, self._kit.data)

        def look(c: Connection) -> list[tuple[Submission, str]]:
            return [(submissions.submission(c, each.submission), each.reader) for each in reviews.pending_reviews(c)]

        for submission, reader in self._kit.store.read(look):
            self._begin(submission, reader)

    def stop(self) -> None:
        """Begin nothing more. What is not done is begun again by the next server."""
        self._stopped = True
        for task in self._trying:
            task.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
