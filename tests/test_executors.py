"""Work done apart: by processes, and by the workers of a real Dask scheduler, one of which is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil
import pytest
from distributed import Client

from actionlearn import executors
from actionlearn.cohort.programme.programme import load
from actionlearn.cohort.roster.roster import read_roster
from actionlearn.cohort.workbooks.build import build_cohort
from actionlearn.errors import ActionlearnError, BadInput, BuildError
from actionlearn.executors import open_offload
from actionlearn.reviews import share, visible_answers
from actionlearn.reviews.pending import execute_pending
from actionlearn.store import now, open_store
from actionlearn.store.reviews import reviews, submissions
from actionlearn.store.workbooks import drafts, workbooks

AUTUMN = Path(__file__).parents[1] / "examples" / "autumn"
PROGRAMME = load(AUTUMN / "programme.toml").model_copy(update={"people": (), "sets": ()})
ROWS = read_roster(AUTUMN / "roster.csv")


def until(holds: Callable[[], object], what: str) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def double(number: int) -> int:
    """Return twice a number."""
    return 2 * number


def refuse(code: str) -> None:
    """Raise one of our errors."""
    raise BadInput(code)


def die_elsewhere(here: int) -> str:
    """End the process it runs in, if that is not the one given."""
    if os.getpid() != here:
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def texts(data: Path) -> dict[str, str]:
    """Return the notebooks of a data folder, without the ids of their workbooks."""
    made = json.loads((data / "cohorts" / PROGRAMME.id / "manifest.json").read_bytes())["workbooks"]
    return {each["path"]: (data / each["path"]).read_text("utf-8").replace(each["workbook"], "ID") for each in made}


def rows_for(number: int) -> list:
    """Return so many learners."""
    return [
        replace(ROWS[n % len(ROWS)], username=f"l{n:03}", email=f"l{n:03}@example.org", set="") for n in range(number)
    ]


@pytest.mark.parametrize("value", ["dask://", "dask://host", "ray://x:1", "threads", " "])
def test_what_is_no_place_is_refused_before_anything_is_written(tmp_path, value):
    """A word that names no place is an error of ours, and nobody was enrolled."""
    with open_store(tmp_path) as store:
        with pytest.raises(BadInput, match=r"batch\.executor"):
            build_cohort(store, tmp_path, PROGRAMME, ROWS[:1], where=value)
        assert store.read(lambda c: c.exec_driver_sql("select count(*) from person").scalar()) == 0


def test_a_scheduler_that_is_not_there_is_said(monkeypatch):
    """Nobody answers at that address: one error, with what to do."""
    monkeypatch.setattr(executors, "PATIENCE", 1)
    with pytest.raises(BuildError, match=r"batch\.no_scheduler"), open_offload("dask://127.0.0.1:9"):
        pass


@pytest.mark.slow
def test_processes_make_what_is_made_here(tmp_path):
    """Built by processes or here, the notebooks are the same but for their ids; a process that dies costs nothing."""
    made = {}
    for where in ("here", "processes"):
        data = tmp_path / where
        with open_store(data) as store:
            report = build_cohort(store, data, PROGRAMME, rows_for(1), where=where)
            assert not report.failed
        made[where] = texts(data)
    assert made["here"] == made["processes"]
    with open_offload("processes") as work:
        assert work(double, 21) == 42
        with pytest.raises(ActionlearnError, match="odd"):
            work(refuse, "odd")
        assert work(die_elsewhere, os.getpid()) == "done"
        assert work(double, 4) == 8


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, list[psutil.Process]]]:
    """Start a scheduler and two workers; yield the address, and the workers' processes."""
    environment = {**os.environ, "DASK_DISTRIBUTED__ADMIN__LOG_FORMAT": "%(message)s"}
    address = tmp_path / "scheduler.json"
    begun: list[subprocess.Popen[bytes]] = []

    def start(*command: str) -> psutil.Process:
        with (tmp_path / f"{len(begun)}.log").open("wb") as log:
            line = [sys.executable, "-m", f"distributed.cli.dask_{command[0]}", *command[1:]]
            begun.append(subprocess.Popen(line, cwd=tmp_path, env=environment, stdout=log, stderr=log))
        return psutil.Process(begun[-1].pid)

    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(address))
    try:
        start("scheduler", *options)
        until(address.is_file, "the scheduler does not answer")
        worker = ("worker", "--scheduler-file", str(address), "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny")
        workers = [start(*worker, "--no-dashboard", "--local-directory", str(tmp_path)) for _ in range(2)]
        found = json.loads(address.read_text())["address"]
        with Client(found, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield found.replace("tcp://", "dask://"), workers
    finally:
        for process in begun:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_nothing(tmp_path, scheduler, caplog):
    """Two workers build a cohort, and one is killed as it works: everything is made once, and nothing twice."""
    address, workers = scheduler
    data, rows = tmp_path / "data", rows_for(16)
    seen: list[str] = []
    killed = threading.Event()

    def progress(done: int, of: int, path: str) -> None:
        seen.append(path)
        if done == of // 4:
            workers[0].kill()
            killed.set()

    with open_store(data) as store:
        report = build_cohort(store, data, PROGRAMME, rows, where=address, progress=progress)
        assert killed.is_set()
        assert report.failed == []
        wanted = len(report.made)
        assert len(set(report.made)) == wanted
        each = Counter(Path(path).parent.name for path in report.made)
        assert set(each) == {row.username for row in rows}
        assert len(set(each.values())) == 1
        assert "done here" not in caplog.text  # the other worker did what was left
        again = build_cohort(store, data, PROGRAMME, rows, where=address)
        assert (again.made, again.changed, len(again.unchanged)) == ([], [], wanted)
    on_disk = sorted(path.relative_to(data).as_posix() for path in (data / "cohorts").rglob("*.ipynb"))
    assert on_disk == sorted(report.made)
    assert not list(data.rglob("*.part"))


def test_a_worker_that_is_killed_loses_no_review(tmp_path, scheduler, caplog):
    """Two workers execute what was shared, and one is killed while its kernel runs: each review is made, and once."""
    address, workers = scheduler
    data, programme = tmp_path / "data", PROGRAMME.model_copy(update={"workbooks": PROGRAMME.workbooks[1:2]})
    with open_store(data) as store, ThreadPoolExecutor(1) as beside:
        build_cohort(store, data, programme, rows_for(2), where="here")
        for book in store.read(lambda c: workbooks.workbooks_in(c, programme.id)):
            said = {"workbook": book.id, "prompt": "need", "person": book.owner, "value": f"Said in {book.id}"}
            store.write(partial(drafts.save, **said, client="c", seq=1, base=0))
            share.share(store, book, visible_answers.load(data, book)[1], book.owner, "", now())
        asked = store.read(reviews.pending_reviews)
        killed = beside.submit(kill_one_at_work, workers)
        done = execute_pending(store, data, where=address)
        assert [each.submission for each in done] == [each.submission for each in asked]
        for each in done:
            assert each.state == "done"
            book = store.read(partial(submissions.submission, id=each.submission)).workbook
            assert f"Said in {book}" in (data / each.html_path).read_text("utf-8")
        assert "done here" not in caplog.text  # the other worker did what was left
        assert execute_pending(store, data, where=address) == []
        until(lambda: not any(map(lives, killed.result())), "a kernel outlives its worker")
    on_disk = sorted(path.relative_to(data).as_posix() for path in (data / "reviews").rglob("*.*"))
    assert on_disk == sorted(path for each in done for path in (each.notebook_path, each.html_path))


def kill_one_at_work(workers: list[psutil.Process]) -> list[psutil.Process]:
    """Kill a worker as soon as it runs a kernel; return what it ran."""
    found: dict[psutil.Process, list[psutil.Process]] = {}

    def look() -> bool:
        found.update((each, each.children(recursive=True)) for each in workers)
        return any(found.values())

    until(look, "no worker runs a kernel")
    worker = max(workers, key=lambda each: len(found[each]))
    worker.kill()
    return found[worker]


def lives(process: psutil.Process) -> bool:
    """Tell whether a process does anything still."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.slow
@pytest.mark.parametrize("where", ["processes", "dask"])
def test_what_waits_is_executed_elsewhere_and_once(tmp_path, scheduler, caplog, where):
    """Shared workbooks, one with a live cell, are run by processes or by workers; asked again, nothing is left."""
    data = tmp_path / "data"
    with open_store(data) as store:
        build_cohort(store, data, PROGRAMME, rows_for(2), where="here")
        books = store.read(lambda c: workbooks.workbooks_in(c, PROGRAMME.id))
        chosen = [each for each in books if each.template in ("scope", "impact")]
        for book in chosen:
            said = {
                "workbook": book.id,
                "prompt": "agree" if book.template == "impact" else "need",
                "person": book.owner,
            }
            store.write(partial(drafts.save, **said, client="c", seq=1, base=0, value="Less waiting"))
            share.share(store, book, visible_answers.load(data, book)[1], book.owner, "", now())
        asked = len(store.read(reviews.pending_reviews))
        assert asked >= len(chosen)
        address = scheduler[0] if where == "dask" else where
        made = execute_pending(store, data, where=address)
        assert [each.state for each in made] == ["done"] * asked
        read = [(data / each.html_path).read_text("utf-8") for each in made if each.reader == "coach"]
        assert len(read) == len(chosen)
        assert all("Less waiting" in page for page in read)
        assert execute_pending(store, data, where="here") == []
    assert "done here" not in caplog.text
