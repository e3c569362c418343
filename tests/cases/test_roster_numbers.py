"""Student numbers in a roster: as the spreadsheet shows them, or refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from actionlearn.cohort.roster.roster import parse_roster, read_roster
from actionlearn.cohort.roster.shown import shown_text
from actionlearn.errors import RosterError

FILES = Path(__file__).parent / "roster-numbers"


def refused(name: str) -> list[tuple[str, int | None]]:
    """Return what is wrong with one of the files."""
    with pytest.raises(RosterError) as caught:
        read_roster(FILES / name)
    return [(fault.code, fault.line) for fault in caught.value.faults]


def test_leading_zeros_are_part_of_a_number():
    """A number format shows them, so a person reads them."""
    assert [row.username for row in read_roster(FILES / "leading-zeros.xlsx")] == ["00123456", "00000007"]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (7, "00000000", "00000007"),
        (7, "General", "7"),
        (7.0, "0", "7"),
        (1234567, "#,##0", "1234567"),
        (12, '"S"0000', "S0012"),
        (123456, "000-000", "123-456"),
        (123456789, "000-000", "123456-789"),
        (7, "0000;[Red]-0000", "0007"),
        (12, "dd/mm/yyyy", "12"),
        (1.5, "00", "1.5"),
    ],
)
def test_formats_of_numbers(value: float, code: str, text: str):
    """What a format adds to tell numbers apart stays; what makes them pretty does not."""
    assert shown_text(value, code) == text


def test_more_digits_than_a_spreadsheet_keeps_are_refused():
    """Eighteen digits cannot be trusted: each row is refused by its cell."""
    assert refused("eighteen-digits.xlsx") == [("roster.lost_digits", 2), ("roster.lost_digits", 3)]


@pytest.mark.parametrize("written", ["2.02612E+11", "2.0E+11", "2,02612E+11", "2E+11", "2.02612e11"])
def test_a_shortened_number_is_refused_with_a_way(written: str):
    """2.02612E+11 is nobody's number; a username that only looks like it is one."""
    assert refused("scientific.csv") == [("roster.shortened_number", 2)]
    text = f'username,firstname,lastname,email\n"{written}",A,B,a@example.org\n2e10,C,D,c@example.org\n'
    taken = parse_roster(text.encode(), only_right=True)
    assert [row.username for row in taken.rows] == ["2e10"]
    assert [fault.code for fault in taken.faults] == ["roster.shortened_number"]
