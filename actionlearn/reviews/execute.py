"""Executed notebooks: papermill runs the learner's own notebook for one reader, as text and pictures.

The kernel gets an environment of its own, talks through sockets in a private folder, opens no store
and is killed at the end. Whatever a live cell does (raise, never end, print without end, take Python
down with it), every answer the reader may read is shown.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import json
import os
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from actionlearn import notebook
from actionlearn.errors import Fault, Missing
from actionlearn.executors import INLINE, Offload
from actionlearn.kernels import KERNEL, Fork, kernel_specs, wait_until_ready
from actionlearn.notebook import Contents
from actionlearn.permissions import AUDIENCES
from actionlearn.reviews import notebook_html, visible_answers
from actionlearn.reviews.kernel import LIMITS, MAX_OUTPUT, SECONDS, ExecutionResult, environment
from actionlearn.store import Connection, Store, now
from actionlearn.store.erasure import passages
from actionlearn.store.records import Review, Submission
from actionlearn.store.reviews import reviews, submissions
from actionlearn.store.workbooks import notebook_versions, workbooks


def execute(
    store: Store, data: Path, submission: Submission, reader: str, *, seconds: float = SECONDS, apart: Offload = INLINE
) -> Review:
    """Execute the notebook of a submission for one of its audiences, and keep what came of it.

    Blocks for a second or two: a server calls it in an executor. Two at once are safe.

    Parameters
    ----------
    store, data
        The store and its data folder.
    submission
        What was shared.
    reader
        The audience that will read it.
    seconds
        How long all its live cells may take together.
    apart
        Who runs it. What came of it is kept here, once.

    Returns
    -------
    Review
        Its state is ``done`` or ``failed``; both can be read.

    Raises
    ------
    Missing
        It was erased meanwhile: nothing of it is kept.
    """
    if reader not in AUDIENCES or reader not in submission.audiences:
        raise Missing("review.no_submission")
    workbook = store.read(lambda c: workbooks.workbook(c, submission.workbook))
    try:
        node, contents = visible_answers.load(
            data, notebook_versions.earlier_version(data, workbook, submission.template_hash, submission.shared_at)
        )
    except Missing as error:
        failed = _review(submission, reader, {}, [Fault(error.code)])
        return store.write(lambda c: reviews.put_review(c, failed))
    made = None
    while made is None:
        made = _make(store, data, submission.id, reader, (node, contents), seconds, apart)
    return made


def _make(
    store: Store, data: Path, submission: str, reader: str, source: tuple[Any, Contents], seconds: float, apart: Offload
) -> Review | None:
    """Make the files of a review, and keep them; None, and nothing kept, where a passage was erased meanwhile."""

    def look(c: Connection) -> tuple[int, Submission, visible_answers.VisibleAnswers]:
        shared = submissions.submission(c, submission)
        return passages.count(c), shared, visible_answers.shared(c, data, shared, reader, source[1])

    erased, shared, given = store.read(look)
    texts, faults = apart(executed_notebook, source[0], given, seconds)
    folder = Path("reviews") / given.workbook.cohort / submission
    paths = {kind: folder / f"{reader}.{kind}" for kind in ("ipynb", "html")}
    written = {kind: _write(data / paths[kind], text) for kind, text in texts.items()}
    review = _review(shared, reader, paths, faults)

    def keep(c: Connection) -> Review | None:
        submissions.submission(c, submission)  # its cohort, or its author, may have been erased meanwhile
        if passages.count(c) != erased:
            return None
        row = reviews.put_review(c, review)
        for kind, file in written.items():
            file.replace(data / paths[kind])
        return row

    try:
        return store.write(keep)
    finally:
        for file in written.values():
            file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # where nothing was kept, no folder is left either
            (data / folder).rmdir()
            (data / folder).parent.rmdir()


def executed_notebook(
    node: Any, given: visible_answers.VisibleAnswers, seconds: float
) -> tuple[dict[str, str], list[Fault]]:
    """Return the texts of an executed notebook by their endings, and what failed; needs nothing but what it is given."""
    outcome = run(node, notebook.read(node), given, seconds=seconds)
    texts = {"ipynb": notebook.dumps(outcome.notebook), "html": notebook_html.render(outcome.notebook)}
    return texts, outcome.faults


def delete_leftovers(data: Path) -> None:
    """Remove what a server that died was writing. For when nothing is being executed."""
    for left in (data / "reviews").glob("*/*/.*"):
        left.unlink(missing_ok=True)


def claim(store: Store, data: Path, workbook: str, *, seconds: float = SECONDS) -> tuple[bytes, bytes]:
    """Return the owner's own copy: the executed notebook and its HTML, private answers included.

    Nothing of it is kept.

    Raises
    ------
    Missing
        There is no such workbook, or its notebook is gone.
    """
    row = store.read(lambda c: workbooks.workbook(c, workbook))
    node, contents = visible_answers.load(data, row)
    given = store.read(lambda c: visible_answers.everything(c, data, row, contents))
    outcome = run(node, contents, given, seconds=seconds)
    return notebook.dumps(outcome.notebook).encode(), notebook_html.render(outcome.notebook).encode()


def failure(review: Review) -> Fault | None:
    """Return why a review failed, for `words.sentence`; None where it did not."""
    if review.state != "failed" or not review.message:
        return None
    try:
        reason = json.loads(review.message)
        return Fault(reason["code"], reason["values"])
    except ValueError:
        return Fault(review.message)


def run(
    node: Any, contents: Contents, given: visible_answers.VisibleAnswers, *, seconds: float = SECONDS
) -> ExecutionResult:
    """Run a notebook with what its reader gets, and make what came of it readable."""
    outcome = ExecutionResult()
    # A thread of its own, also for a caller that has one: papermill needs an event loop that is not running.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_run, node, given, seconds, outcome).result()
    notebook_html.tidy_notebook(outcome.notebook, contents, given, outcome.faults)
    return outcome


def _run(node: Any, given: visible_answers.VisibleAnswers, seconds: float, outcome: ExecutionResult) -> None:
    """Have papermill fill an outcome, and leave no event loop behind."""
    import papermill
    from jupyter_core.utils import ensure_event_loop

    # All parameters: papermill puts its cell in the place of the one that the notebook was built with.
    parameters = {
        **notebook.parameter_values(node),
        "workbook": given.workbook.id,
        "submission": given.parameter,
    }
    loop = ensure_event_loop()
    try:
        # Short: the path of a socket has about 100 characters. 0700: nobody else listens.
        with tempfile.TemporaryDirectory(prefix="al-", ignore_cleanup_errors=True) as room:
            papermill.execute_notebook(
                copy.deepcopy(node),
                None,
                parameters=parameters,
                engine_name=_engine(),
                kernel_name="python3",
                progress_bar=False,
                outcome=outcome,
                seconds=seconds,
                room=Path(room),
            )
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()


@cache
def _engine() -> str:
    """Register our papermill engine, and return its name.

    It differs from papermill's own in what a review needs: goes on after a cell that raised, limits
    the time and the output of the whole notebook, and hands back what there is when Python dies.
    """
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.engines import Engine, papermill_engines

    class Reader(Engine):  # type: ignore[misc]  # papermill ships no types
        @classmethod
        def execute_managed_notebook(
            cls,
            nb_man: Any,
            kernel_name: str,  # noqa: ARG003 - papermill's signature; what the notebook names stays in it
            *,
            outcome: ExecutionResult,
            seconds: float,
            room: Path,
            **_: Any,
        ) -> None:
            code = ""
            try:
                client = _client()(nb_man, outcome, seconds, room)
                fork = Fork(limits=LIMITS, rooms=(str(room),), name="al-review")
                client.execute(env=environment(room), cwd=str(room), fork=fork)
            except CellTimeoutError:
                code = "review.cell_too_slow"
            except DeadKernelError:
                code = "review.kernel_died"
            except Exception:  # noqa: BLE001 - whatever stops Python, the answers are shown
                code = "review.kernel_did_not_start"
            outcome.ended(nb_man.nb, code, seconds)
            for cell in nb_man.nb.cells:
                if cell.cell_type == "code":
                    # papermill raises where it finds an error; ours are told already.
                    cell.outputs = []

    papermill_engines.register("actionlearn", Reader)
    return "actionlearn"


@cache
def _client() -> Any:
    """Return the class that talks to the kernel: through a private folder, and only so much."""
    from jupyter_core.utils import run_sync
    from papermill.clientwrap import PapermillNotebookClient
    from traitlets.config import Config

    class Client(PapermillNotebookClient):  # type: ignore[misc]  # papermill ships no types
        def __init__(self, nb_man: Any, outcome: ExecutionResult, seconds: float, room: Path) -> None:
            super().__init__(
                nb_man,
                kernel_name=KERNEL,
                allow_errors=True,
                startup_timeout=60,
                timeout_func=lambda cell: outcome.left(cell, seconds),
                shutdown_kernel="immediate",
                on_cell_start=outcome.started,
                config=Config(KernelManager={"transport": "ipc", "connection_file": str(room / "k.json")}),
            )
            self._outcome = outcome
            self._printed = 0

        def create_kernel_manager(self) -> Any:
            """Know our kernel wherever we are installed."""
            manager = super().create_kernel_manager()
            manager.kernel_spec_manager = kernel_specs()
            return manager

        async def async_start_new_kernel_client(self) -> Any:
            """Connect, and wait no longer than until the kernel is heard."""
            self.kc = self.km.client()
            self.kc.start_channels()
            try:
                await wait_until_ready(self.kc, self.startup_timeout)
            except RuntimeError:
                await self._async_cleanup_kernel()
                raise
            self.kc.allow_stdin = False
            return self.kc

        # What papermill calls; nbclient's own is tied to nbclient's own way of waiting.
        start_new_kernel_client = run_sync(async_start_new_kernel_client)

        def process_message(self, msg: Mapping[str, Any], cell: Any, cell_index: int) -> Any:
            content = msg["content"]
            data = content.get("data") or {}
            self._printed += len(content.get("text") or "") + sum(len(str(each)) for each in data.values())
            if self._printed > MAX_OUTPUT:
                self._outcome.flooded = True
                self.task_poll_for_reply.cancel()
                return None
            return super().process_message(msg, cell, cell_index)

    return Client


def _write(path: Path, text: str) -> Path:
    """Write a text beside the place of a file; return where, for it to be moved there whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _review(submission: Submission, reader: str, paths: Mapping[str, Path], faults: list[Fault]) -> Review:
    return Review(
        submission=submission.id,
        reader=reader,
        state="failed" if faults else "done",
        notebook_path=paths["ipynb"].as_posix() if paths else "",
        html_path=paths["html"].as_posix() if paths else "",
        message=json.dumps({"code": faults[0].code, "values": faults[0].values}) if faults else "",
        executed_at=now(),
    )
