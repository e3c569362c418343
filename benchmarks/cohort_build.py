"""Build a cohort beside papermill's prepare-only in a plain loop, over the same notebooks, in one run.

    python benchmarks/cohort_build.py [--learners 30] [--rounds 3]

The loop reads one notebook per template from a file and writes one per learner, as papermill's
documentation does it. Ours does what the loop does and more: records in a store that syncs to disk,
files that are whole or not there, a manifest. The ratio says what that costs. A second run is where
it pays: ours only looks, and the loop would do everything again.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import papermill

from actionlearn.cohort.programme.library import Library, Sources, parameters_for
from actionlearn.cohort.programme.programme import Programme, load
from actionlearn.cohort.roster.roster import RosterRow, read_roster
from actionlearn.cohort.workbooks.build import build_cohort
from actionlearn.notebook import dumps
from actionlearn.store import open_store
from actionlearn.store.records import Person

AUTUMN = Path(__file__).parents[1] / "examples" / "autumn"


def learners(count: int) -> list[RosterRow]:
    """Repeat the example's roster until there are enough."""
    rows = read_roster(AUTUMN / "roster.csv")
    return [replace(rows[n % len(rows)], username=f"{rows[n % len(rows)].username}-{n}") for n in range(count)]


def loop(folder: Path, programme: Programme, rows: list[RosterRow]) -> None:
    """Do what papermill's documentation does: a notebook, parameters, a path, for each learner."""
    sources = Sources(Library())
    for row in rows:
        person = Person(id="", username=row.username, firstname=row.firstname, lastname=row.lastname)
        (folder / row.username).mkdir()
        for each in programme.workbooks:
            made = sources.get(each.template, row.locale or programme.locale)
            source = folder / f"{made.template.locale}-{each.template}.ipynb"
            if not source.exists():
                source.write_text(dumps(made.notebook), "utf-8")
            target = folder / row.username / f"{each.template}-1.ipynb"
            values = {"workbook": "0" * 36, **parameters_for(programme, made.template, person.firstname)}
            papermill.execute_notebook(
                str(source), str(target), parameters=values, prepare_only=True, progress_bar=False
            )


def whole(*given: object) -> None:
    """Build, and see that nothing failed: a failure is quick."""
    if failed := build_cohort(*given).failed:
        raise SystemExit(f"{len(failed)} failed: {failed[0]}")


def seconds(act: Callable[..., object], *given: object) -> float:
    """Tell how long something takes."""
    before = time.perf_counter()
    act(*given)
    return time.perf_counter() - before


def main() -> None:
    """Run both in turn, and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    autumn, rows = load(AUTUMN / "programme.toml"), learners(given.learners)
    # Who manages somebody does so by a username, and those are not the roster's here.
    programme = autumn.model_copy(update={"people": tuple(each for each in autumn.people if not each.learners)})
    took: dict[str, list[float]] = {"papermill in a loop": [], "cohort build": [], "cohort build again": []}
    for round in range(given.rounds + 1):
        with tempfile.TemporaryDirectory() as name:
            theirs, ours = Path(name, "loop"), Path(name, "ours")
            theirs.mkdir()
            times = [seconds(loop, theirs, programme, rows)]
            with open_store(ours) as store:
                times += [seconds(whole, store, ours, programme, rows) for _ in range(2)]
        if round:  # the one before warms imports and disk
            for all, one in zip(took.values(), times, strict=True):
                all.append(one)
    base, notebooks = statistics.median(took["papermill in a loop"]), len(rows) * len(programme.workbooks)
    print(f"{notebooks} notebooks for {len(rows)} learners, median of {given.rounds} rounds after one to warm up")
    for what, all in took.items():
        middle, spread = statistics.median(all), f"{min(all):.2f}-{max(all):.2f} s"
        print(
            f"{what:20}{middle:7.2f} s ({spread}){1000 * middle / notebooks:7.1f} ms each{middle / base:7.2f} of the loop"
        )


if __name__ == "__main__":
    main()
