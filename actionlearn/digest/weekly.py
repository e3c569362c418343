"""What there is to tell of a workbook that goes by weeks: that a new one is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from actionlearn.digest.since import Since
from actionlearn.store import Connection, workbooks
from actionlearn.store.opening import days_of, progress_of


def opened(c: Connection, since: Since, cohort: str) -> Iterator[dict[str, Any]]:
    """Yield the parts of somebody's workbooks in a cohort whose day came since they were told, and that wait for words."""
    versions = since.shared.ask(workbooks.versions_in, c, cohort)
    weekly = {
        (template, locale)
        for (template, hash, locale), path in versions.items()
        if since.asked(path, hash, locale).parts
    }
    if not weekly:
        return
    at = datetime.fromisoformat(since.now)
    for book in workbooks.workbooks_of(c, cohort=cohort, owner=since.actor.person):
        if (book.template, book.locale) not in weekly:
            continue
        asked = since.asked(book.path, book.template_hash, book.locale)
        days = replace(days_of(c, book, at), today=since.today)
        # What opens with the workbook is told with it; what waits for an answer is told of by no clock.
        new = [each for each in asked.parts if each.opens.after and since.opened(days.on(each.opens).isoformat())]
        progress = progress_of(c, book, asked, at) if new else None
        for part in new:
            if progress and set(part.prompts) & set(progress.asked) - set(progress.answered):
                week = {"count": part.opens.number} if part.opens.unit == "week" else {}
                yield {"said": "part", "title": book.title, "path": f"w/{book.id}#section-{part.id}", **week}
