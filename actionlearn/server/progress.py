"""Who is where, as a file: what the office shows, for a spreadsheet."""

from __future__ import annotations

import asyncio

from actionlearn import people
from actionlearn.exports import sheet
from actionlearn.roles import Thing
from actionlearn.server.base import Page
from actionlearn.store import members
from actionlearn.words import say

_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Progress(Page):
    """One cohort's progress as CSV or .xlsx, for those who facilitate it."""

    async def get(self, cohort: str, kind: str) -> None:
        """Send it."""
        from actionlearn.cohort.status import status
        from actionlearn.cohort.table import columns, table

        self.allow("facilitate", Thing("cohort", cohort))
        await self.read(lambda c: members.cohort(c, cohort))

        def make() -> bytes:
            rows = table(status(self.store, self.data, cohort))
            named = columns(self.locale)
            if kind == "xlsx":
                return sheet.as_xlsx(say("Progress", self.locale), named, rows)
            return sheet.as_csv(named, rows)

        made = await asyncio.to_thread(make)
        await asyncio.to_thread(people.audit, self.store, self.signed_in().id, "took the progress", cohort)
        self.set_header("Content-Type", _KINDS[kind])
        self.set_header("Content-Disposition", f'attachment; filename="progress-{cohort}.{kind}"')
        self.set_header("Cache-Control", "no-store")
        self.finish(made)
