"""What stands far below in a spreadsheet, and is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from actionlearn.cohort.roster.roster import read_roster

FILES = sorted((Path(__file__).parent / "roster-blank-rows").iterdir())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_stray_blank_or_format_far_below_is_no_row(file: Path):
    """One learner is one learner, however far down somebody pressed the space bar."""
    assert [row.username for row in read_roster(file)] == ["ana"]
