"""Who is where, as a file: what the office shows, for a spreadsheet."""

from __future__ import annotations

import asyncio

from actionlearn import accounts
from actionlearn.exports import spreadsheets
from actionlearn.i18n import say
from actionlearn.permissions import Resource
from actionlearn.server.web.handlers import PageHandler
from actionlearn.store.people import members

_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ProgressDownload(PageHandler):
    """One cohort's progress as CSV or .xlsx, for those who facilitate it."""

    async def get(self, cohort: str, kind: str) -> None:
        """Send it."""
        from actionlearn.cohort.progress.status import cohort_status
        from actionlearn.cohort.progress.table import columns, table

        self.require("facilitate", Resource("cohort", cohort))
        await self.read(lambda c: members.cohort(c, cohort))

        def make() -> bytes:
            rows = table(cohort_status(self.store, self.data, cohort))
            named = columns(self.locale)
            if kind == "xlsx":
                return spreadsheets.as_xlsx(say("Progress", self.locale), named, rows)
            return spreadsheets.as_csv(named, rows)

        made = await asyncio.to_thread(make)
        await asyncio.to_thread(accounts.audit, self.store, self.signed_in().id, "took the progress", cohort)
        self.set_header("Content-Type", _KINDS[kind])
        self.set_header("Content-Disposition", f'attachment; filename="progress-{cohort}.{kind}"')
        self.set_header("Cache-Control", "no-store")
        self.finish(made)
