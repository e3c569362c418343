"""A newer version of a workbook: what is different, and taking it."""

from __future__ import annotations

import asyncio
from typing import Any

from actionlearn.cohort.workbooks import upgrade
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.workbooks.state import require_workbook
from actionlearn.store.records import Workbook


class UpgradePage(PageHandler):
    """The newer version of a workbook, for its owner."""

    async def workbook(self, id: str) -> Workbook:
        """Return the workbook of this person."""

        def look(c: Any) -> Workbook:
            return require_workbook(c, self.actor, id, "write", self.locale)

        return await self.read(look)

    async def get(self, id: str) -> None:
        """Show what is different."""
        book = await self.workbook(id)
        found = await asyncio.to_thread(upgrade.offer, self.store, self.data, id, self.locale)
        self.render_page("workbooks/upgrade.html", title=book.title, difference=found, back=self.url(f"workbooks/{id}"))

    async def post(self, id: str) -> None:
        """Take it."""
        await self.workbook(id)
        await asyncio.to_thread(upgrade.accept, self.store, self.data, id)
        await self.audit("took a newer version", f"workbook {id}")
        self.redirect_to(f"workbooks/{id}")
