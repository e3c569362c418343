"""What is new in a weekly workbook: that its next part is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from actionlearn.store import Connection
from actionlearn.store.workbooks import workbooks
from actionlearn.store.workbooks.schedule import days_of, progress_of

if TYPE_CHECKING:
    from actionlearn.notifications.window import NewsWindow


def opened(c: Connection, since: NewsWindow, cohort: str) -> Iterator[dict[str, Any]]:
    """Yield the parts of somebody's workbooks in a cohort whose day came since they were told, and that wait for words."""
    weekly = since.weekly
    kinds = weekly.kinds(c, cohort) if weekly else ()
    if weekly is None or not kinds:
        return
    at = datetime.fromisoformat(since.now)
    for book in workbooks.workbooks_of(c, cohort=cohort, owner=since.actor.person):
        if (book.template, book.locale) not in kinds:
            continue
        asked = weekly.asked(book.path, book.template_hash, book.locale)
        days = replace(days_of(c, book, at), today=since.today)
        # What opens with the workbook is told with it; what waits for an answer is told of by no clock.
        new = [each for each in asked.parts if each.opens.after and since.opened(days.on(each.opens).isoformat())]
        progress = progress_of(c, book, asked, at) if new else None
        for part in new:
            if progress and set(part.prompts) & set(progress.asked) - set(progress.answered):
                week = {"count": part.opens.number} if part.opens.unit == "week" else {}
                yield {"said": "part", "title": book.title, "path": f"workbooks/{book.id}#section-{part.id}", **week}
