"""Newer versions of a cohort's templates: whom they reach, and updating the workbooks nobody has written in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actionlearn.server.office.cohort_page import CohortPage
from actionlearn.server.workbooks import summaries

if TYPE_CHECKING:
    from actionlearn.cohort.workbooks.difference import Difference, Value
    from actionlearn.cohort.workbooks.upgrade import Planned


@dataclass
class UpdateGroup:
    """One template in one language, and one way in which it changed: how many workbooks it reaches, and who is asked."""

    title: str
    locale: str
    difference: Difference
    corrected: int
    offered: list[str]


class TemplateUpdatesPage(CohortPage):
    """What the newest versions of templates mean for a cohort. The same as ``cohort upgrade --dry-run``."""

    async def get(self, id: str) -> None:
        """Show what is asked otherwise, how many get it at once, who is asked whether they want it."""
        from actionlearn.cohort.workbooks import upgrade

        cohort = await self.cohort(id)
        planned = await asyncio.to_thread(upgrade.plan, self.store, self.data, id)
        groups = await asyncio.to_thread(self._groups, id, planned)
        self.render_page(
            "office/template_updates.html",
            cohort=cohort,
            groups=groups,
            untouched=sum(each.corrected for each in groups),
        )

    async def post(self, id: str) -> None:
        """Give the newest version to the workbooks that nobody has written in."""
        from actionlearn.cohort.workbooks import upgrade

        await self.cohort(id)
        planned = await asyncio.to_thread(upgrade.plan, self.store, self.data, id)
        await asyncio.to_thread(upgrade.correct_untouched, self.store, self.data, planned)
        await self.audit("corrected workbooks", id)
        self.redirect_to(f"template-updates/{id}")

    def _groups(self, cohort: str, planned: list[Planned]) -> list[UpdateGroup]:
        groups: dict[tuple[str, str, str, tuple[Value, ...]], UpdateGroup] = {}
        for each in planned:
            book = each.workbook
            key = book.template, book.locale, book.template_hash, each.difference.values
            if key not in groups:
                title = summaries.title(self.data, cohort, book.template, self.locale) or book.title
                groups[key] = UpdateGroup(
                    title=title, locale=book.locale, difference=each.difference, corrected=0, offered=[]
                )
            if each.what == "corrected":
                groups[key].corrected += 1
            else:
                groups[key].offered.append(each.owner)
        return list(groups.values())
