"""The progress of a cohort as a file: what the office shows, for a spreadsheet."""

from __future__ import annotations

import asyncio

from actionlearn.exports.spreadsheets import FORMATS
from actionlearn.i18n import say
from actionlearn.permissions import Resource
from actionlearn.server.web.handlers import PageHandler
from actionlearn.store.people import members


class ProgressDownload(PageHandler):
    """One cohort's progress in one of the formats there are, for those who facilitate it."""

    async def get(self, cohort: str, suffix: str) -> None:
        """Send the file."""
        from actionlearn.cohort.progress.status import cohort_status
        from actionlearn.cohort.progress.table import columns, table

        self.require("facilitate", Resource("cohort", cohort))
        await self.read(lambda c: members.cohort(c, cohort))

        def make() -> bytes:
            rows = table(cohort_status(self.store, self.data, cohort))
            return FORMATS[suffix].write(say("Progress", self.locale), columns(self.locale), rows)

        body = await asyncio.to_thread(make)
        await self.audit("took the progress", cohort)
        self.send_file(f"progress-{cohort}.{suffix}", FORMATS[suffix].media_type, body)
