"""The day a workbook opens on: as its programme suggests it; begun by oneself, the day it was made."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

from sqlalchemy import Connection

from actionlearn.answers.conditions import Progress, Questions
from actionlearn.answers.schedule import WorkbookDays
from actionlearn.store.clock import zone
from actionlearn.store.people import members
from actionlearn.store.records import Workbook
from actionlearn.store.workbooks import drafts


def counted(workbook: Workbook, suggested: str, where: tzinfo, at: datetime) -> WorkbookDays:
    """Return the days of a workbook.

    Parameters
    ----------
    suggested
        The day its programme suggests its first of the kind for; empty where it does not.
    where
        Whose midnights begin its days.
    at
        The instant, aware.
    """
    if workbook.number == 1 and suggested:
        first = date.fromisoformat(suggested)
    else:
        first = datetime.fromisoformat(workbook.created_at).astimezone(where).date()
    return WorkbookDays(first, at.astimezone(where).date(), where)


def progress_of(c: Connection, workbook: Workbook, asked: Questions, at: datetime | None = None) -> Progress:
    """Return how far a workbook is, as things stand.

    Parameters
    ----------
    asked
        What its owner answers in it.
    at
        The instant, aware; now where it is None.
    """
    answers = {id: draft.value for id, draft in drafts.drafts(c, workbook.id).items()}
    days = days_of(c, workbook, at) if asked.parts else None
    return asked.progress(answers, drafts.items(c, workbook, asked.elsewhere), days)


def days_of(c: Connection, workbook: Workbook, at: datetime | None = None) -> WorkbookDays:
    """Return the days of a workbook, by the time zone of the person whose it is, else of its cohort.

    Parameters
    ----------
    at
        The instant, aware; now where it is None.
    """
    own = members.person(c, workbook.owner).time_zone if workbook.owner_kind == "person" else ""
    where = zone(own, members.cohort(c, workbook.cohort).time_zone)
    suggested = {each.template: each.opens for each in members.suggestions(c, workbook.cohort)}
    return counted(workbook, suggested.get(workbook.template, ""), where, at or datetime.now(UTC))
