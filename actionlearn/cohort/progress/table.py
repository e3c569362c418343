"""The progress of a cohort as a table for a spreadsheet, without a word that anybody wrote."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from actionlearn.cohort.progress.status import Learner
from actionlearn.i18n import say

#: Message ids.
COLUMNS = (
    "Username",
    "First name",
    "Last name",
    "Set",
    "Workbook",
    "Number",
    "Title",
    "Answered",
    "Questions",
    "Last saved",
    "Last shared",
)


def columns(locale: str) -> list[str]:
    """Return what the columns are called."""
    return [say(column, locale) for column in COLUMNS]


def table(learners: Iterable[Learner]) -> list[tuple[str | int | date | None, ...]]:
    """Return who is where, one row for each workbook."""
    return [
        (
            *(each.person.username, each.person.firstname, each.person.lastname, each.set),
            *(one.template, one.number, one.title, one.answered, one.prompts, one.saved, one.shared),
        )
        for each in learners
        for one in each.workbooks
    ]
