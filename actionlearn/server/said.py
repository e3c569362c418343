"""All that somebody said in their workbooks, for what looks at the whole of it: advice, and the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from actionlearn.errors import ActionlearnError
from actionlearn.items import Said
from actionlearn.reading import item_for
from actionlearn.roles import Actor, may
from actionlearn.server.state import contents_of
from actionlearn.store import Connection, drafts, workbooks
from actionlearn.store.rows import Workbook


def said(c: Connection, data: Path, actor: Actor, cohort: str, *, sets: bool = False) -> list[Said]:
    """Return every prompt of somebody's own workbooks in a cohort, answered or not.

    Parameters
    ----------
    c
        Connection of an act.
    data
        The data folder.
    actor
        Whose workbooks.
    cohort
        Id of the cohort.
    sets
        Whether those of their sets are among them.
    """
    owners = [actor.person]
    if sets:
        owners += sorted({each.set for each in actor.memberships if each.cohort == cohort and each.set})
    found: list[Said] = []
    for owner in owners:
        for workbook in workbooks.workbooks_of(c, cohort=cohort, owner=owner):
            # What somebody writes about another person is no part of their own way.
            if not workbook.about and may(actor, "open", workbooks.thing(c, workbook)):
                found += _of(c, data, workbook)
    return found


def _of(c: Connection, data: Path, workbook: Workbook) -> Iterator[Said]:
    try:
        contents = contents_of(data, workbook)
    except ActionlearnError:
        return  # one notebook that is gone takes nothing else with it
    heads = drafts.drafts(c, workbook.id)
    title = contents.title + (f" {workbook.number}" if workbook.number > 1 else "")
    for id, prompt in contents.prompts.items():
        if prompt.by == "learner":
            head = heads.get(id)
            value, when, version = (head.value, head.saved_at, head.version) if head else (None, "", 0)
            item = item_for(prompt, value, workbook=title, when=when, locale=contents.locale)
            yield Said(workbook.id, workbook.template, workbook.number, id, version, item)
