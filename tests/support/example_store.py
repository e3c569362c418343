"""The example's lives in a store, for tests that look at them: those who live them, and their sets."""

from __future__ import annotations

from pathlib import Path

from actionlearn import demo
from actionlearn.cohort.enrolment.enrol import read_inputs
from actionlearn.cohort.workbooks.build import build_cohort
from actionlearn.demo import scenario
from actionlearn.store import Store
from actionlearn.store.records import Workbook

AUTUMN = demo.examples() / "autumn"
BOOKS = scenario.read(AUTUMN / "lives")
#: Whoever sits with them in their sets is not needed here, but the one who wrote for a set is.
PEOPLE = {book.owner for book in BOOKS} | {sitting.by for book in BOOKS for sitting in book.sittings}


def lived(store: Store, data: Path) -> dict[str, Workbook]:
    """Build the workbooks of those who have lives, and live them; return them by name."""
    programme, roster = read_inputs(AUTUMN / "programme.toml")
    report = build_cohort(store, data, programme, [row for row in roster if row.username in PEOPLE])
    assert not report.failed
    return {book.name: demo.write_scenario(store, data, programme.id, book) for book in BOOKS}
