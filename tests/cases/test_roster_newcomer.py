"""A roster of one newcomer, where a manager answers for somebody who is in the cohort already."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from actionlearn.cohort.enrolment.enrol import plan, read_inputs
from actionlearn.cohort.roster.roster import read_roster
from actionlearn.cohort.workbooks.build import build_cohort
from actionlearn.errors import BadInput
from actionlearn.store import open_store

from ..support import small_programme

FILE = Path(__file__).parent / "roster-newcomer" / "one-more.csv"
MANAGER = (
    '\n[[people]]\nusername = "graca"\nfirstname = "Graça"\nemail = "graca@example.org"\nrole = "manager"\n'
    'learners = ["ana"]\n'
)


def test_one_more_learner_is_added(tmp_path: Path):
    """The manager's learner is in the cohort, and need not be in the file; in a cohort of nobody they must."""
    folder = small_programme.write(tmp_path / "in", small_programme.programme("scope", more=MANAGER, templates=False))
    programme, rows = read_inputs(folder / "programme.toml", folder / "roster.csv")
    newcomer = [replace(row, set="") for row in read_roster(FILE)]
    with open_store(tmp_path / "data") as store:
        with pytest.raises(BadInput):
            plan(store, programme, newcomer)
        build_cohort(store, tmp_path / "data", programme, rows)
        assert plan(store, programme, newcomer).new == ("newcomer31",)
        assert build_cohort(store, tmp_path / "data", programme, newcomer).failed == []
