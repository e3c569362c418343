"""Executed notebooks: papermill runs the learner's own notebook for one reader, as text and pictures.

The kernel gets an environment of its own, talks through sockets in a private folder, opens no store
and is killed at the end. Whatever a live cell does (raise, never end, print without end, take Python
down with it), every answer the reader may read is shown.
"""

from __future__ import annotations

import atexit
import copy
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

from actionlearn import notebook
from actionlearn.errors import Fault, Missing
from actionlearn.notebook import Contents
from actionlearn.review import gather, readable
from actionlearn.roles import AUDIENCES
from actionlearn.store import Store, reviews, workbooks
from actionlearn.store.rows import Review, Submission

#: Seconds all cells of one notebook may take together.
SECONDS = 60

#: Characters all outputs of one notebook may have together.
MAX_OUTPUT = 8_000_000

#: What a kernel inherits of our environment; the rest is made for it.
INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH")


@dataclass
class Outcome:
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
        When the first cell began, by the monotonic clock.
    """

    notebook: Any = None
    faults: list[Fault] = field(default_factory=list)
    index: int = 0
    flooded: bool = False
    since: float = 0.0

    def started(self, cell: Any, cell_index: int) -> None:  # noqa: ARG002 - nbclient calls it by these names
        """Note which cell runs, and when the first one did."""
        self.index = cell_index
        self.since = self.since or monotonic()


def execute(store: Store, data: Path, submission: Submission, reader: str, *, seconds: float = SECONDS) -> Review:
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
        How long all its cells may take together.

    Returns
    -------
    Review
        Its state is ``done`` or ``failed``; both can be read.
    """
    if reader not in AUDIENCES or reader not in submission.audiences:
        raise Missing("review.no_submission")
    workbook = store.read(lambda c: workbooks.workbook(c, submission.workbook))
    try:
        node, contents = gather.load(data, workbook)
    except Missing as error:
        return _keep(store, submission, reader, None, None, [Fault(error.code)])
    given = store.read(lambda c: gather.shared(c, data, submission, reader, contents))
    outcome = run(node, contents, given, seconds=seconds)
    folder = Path("reviews") / workbook.cohort / submission.id
    made = {folder / f"{reader}.ipynb": notebook.dumps(outcome.notebook)}
    made[folder / f"{reader}.html"] = readable.render(outcome.notebook)
    for path, text in made.items():
        _write(data / path, text)
    ipynb, html = made
    return _keep(store, submission, reader, ipynb, html, outcome.faults)


def take(store: Store, data: Path, workbook: str, *, seconds: float = SECONDS) -> tuple[bytes, bytes]:
    """Return the owner's own copy: the executed notebook and its HTML, private answers included.

    Nothing of it is kept.

    Raises
    ------
    Missing
        There is no such workbook, or its notebook is gone.
    """
    row = store.read(lambda c: workbooks.workbook(c, workbook))
    node, contents = gather.load(data, row)
    given = store.read(lambda c: gather.everything(c, data, row, contents))
    outcome = run(node, contents, given, seconds=seconds)
    return notebook.dumps(outcome.notebook).encode(), readable.render(outcome.notebook).encode()


def failure(review: Review) -> Fault | None:
    """Return why a review failed, for `words.sentence`; None where it did not."""
    if review.state != "failed" or not review.message:
        return None
    told = json.loads(review.message)
    return Fault(told["code"], told["values"])


def run(node: Any, contents: Contents, given: gather.Reading, *, seconds: float = SECONDS) -> Outcome:
    """Run a notebook with what its reader gets, and make what came of it readable."""
    import papermill

    outcome = Outcome()
    # Short: the path of a socket has about 100 characters. 0700: nobody else listens.
    with tempfile.TemporaryDirectory(prefix="al-", ignore_cleanup_errors=True) as room:
        papermill.execute_notebook(
            copy.deepcopy(node),
            None,
            # All of them: papermill puts its cell in the place of the one that the notebook was built with.
            parameters={
                **notebook.parameter_values(node),
                "workbook": given.workbook.id,
                "submission": given.parameter,
            },
            engine_name=_engine(),
            kernel_name="python3",
            progress_bar=False,
            outcome=outcome,
            seconds=seconds,
            room=Path(room),
        )
    readable.tidy(outcome.notebook, contents, given, outcome.faults)
    return outcome


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


@cache
def _engine() -> str:
    """Register our papermill engine, and return its name.

    It differs from papermill's own in what a review needs: goes on after a cell that raised, limits
    the time and the output of the whole notebook, and hands back what there is when Python dies.
    """
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine, papermill_engines
    from traitlets.config import Config

    class Client(PapermillNotebookClient):  # type: ignore[misc]  # papermill ships no types
        outcome: Outcome
        printed = 0

        def process_message(self, msg: Mapping[str, Any], cell: Any, cell_index: int) -> Any:
            content = msg["content"]
            data = content.get("data") or {}
            self.printed += len(content.get("text") or "") + sum(len(str(each)) for each in data.values())
            if self.printed > MAX_OUTPUT:
                self.outcome.flooded = True
                self.task_poll_for_reply.cancel()
                return None
            return super().process_message(msg, cell, cell_index)

    class Reader(Engine):  # type: ignore[misc]  # papermill ships no types
        @classmethod
        def execute_managed_notebook(
            cls, nb_man: Any, kernel_name: str, *, outcome: Outcome, seconds: float, room: Path, **_: Any
        ) -> None:
            client = Client(
                nb_man,
                kernel_name=kernel_name,
                allow_errors=True,
                startup_timeout=60,
                timeout_func=lambda _: max(0.1, seconds - (monotonic() - outcome.since)),
                shutdown_kernel="immediate",
                extra_arguments=["--HistoryManager.enabled=False"],
                on_cell_start=outcome.started,
                config=Config(KernelManager={"transport": "ipc", "connection_file": str(room / "k.json")}),
            )
            client.outcome = outcome
            values: dict[str, Any] = {}
            code = ""
            try:
                client.execute(env=environment(room), cwd=str(room))
            except CellTimeoutError:
                code, values = "review.cell_too_slow", {"seconds": round(seconds)}
            except DeadKernelError:
                code = "review.kernel_died"
            except Exception:  # noqa: BLE001 - whatever stops Python, the answers are shown
                code = "review.kernel_did_not_start"
            if outcome.flooded:
                code, values = "review.cell_too_much", {}
            outcome.notebook = copy.deepcopy(nb_man.nb)
            outcome.faults = [*_raised(nb_man.nb)]
            if code:
                cell = nb_man.nb.cells[outcome.index].get("id", str(outcome.index + 1))
                outcome.faults.append(Fault(code, {"cell": cell, **values}))
            for cell in nb_man.nb.cells:
                if cell.cell_type == "code":
                    # papermill raises where it finds an error; ours are told already.
                    cell.outputs = []

    papermill_engines.register("actionlearn", Reader)
    return "actionlearn"


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


def _write(path: Path, text: str) -> None:
    """Write a file whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _keep(
    store: Store, submission: Submission, reader: str, ipynb: Path | None, html: Path | None, faults: list[Fault]
) -> Review:
    message = json.dumps({"code": faults[0].code, "values": faults[0].values}) if faults else ""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    review = Review(
        submission.id,
        reader,
        "failed" if faults else "done",
        ipynb.as_posix() if ipynb else "",
        html.as_posix() if html else "",
        message,
        now,
    )
    store.write(lambda c: reviews.put_review(c, review))
    return review
