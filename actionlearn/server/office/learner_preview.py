"""A cohort as a learner of it sees it: the suggested workbooks, and each as it is before anybody wrote in it.

It is nobody's: there is no workbook behind it, and nothing that is typed goes anywhere.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import nbformat

from actionlearn import i18n, notebook
from actionlearn.errors import Missing
from actionlearn.server.office.cohort_page import CohortPage
from actionlearn.server.rendering import dates, pages
from actionlearn.server.rendering.voila_exporter import rendered
from actionlearn.server.workbooks import notebook as workbooks_notebook
from actionlearn.server.workbooks import summaries, views
from actionlearn.server.workbooks.state import WorkbookState
from actionlearn.store.people import members
from actionlearn.store.records import Cohort, Workbook

if TYPE_CHECKING:
    from actionlearn.answers.conditions import Condition
    from actionlearn.notebook import Contents


class _BlankState(WorkbookState):
    """A workbook in which nobody has written: what an answer would open is open."""

    def holds(self, when: Condition) -> bool:  # noqa: ARG002 - whatever it is
        """Say that every condition holds."""
        return True


class _PreviewPage(CohortPage):
    """What a learner sees, in one of their languages."""

    def spoken(self, cohort: Cohort) -> str:
        """Return the language that is asked for, else the cohort's."""
        return i18n.known_locale(self.get_query_argument("in", ""), cohort.locale)


class LearnerPreview(_PreviewPage):
    """The suggested workbooks of a cohort, with their dates."""

    async def get(self, id: str) -> None:
        """Show the page."""
        cohort = await self.cohort(id)
        locale = self.spoken(cohort)
        today = dates.today(dates.zone(cohort.time_zone)).isoformat()
        steps = []
        for each in await self.read(lambda c: members.suggestions(c, id)):
            face = summaries.template_summary(self.data, id, each.template, locale)
            if face:
                opens = dates.day(each.opens, self.locale) if each.opens else ""
                due = dates.day(each.due, self.locale) if each.due else ""
                steps.append(
                    {"id": each.template, "face": face, "opens": opens, "due": due, "later": each.opens > today}
                )
        self.render_page("office/learner_preview.html", cohort=cohort, steps=steps, spoken=locale)


class LearnerPreviewWorkbook(_PreviewPage):
    """One workbook of a cohort, as it is before anybody has written in it."""

    async def get(self, id: str, template: str) -> None:
        """Show the page."""
        cohort = await self.cohort(id)
        locale = self.spoken(cohort)
        contents = await asyncio.to_thread(self._contents, cohort, template, locale)
        book = Workbook(
            id="",
            cohort=id,
            owner_kind="person",
            owner="",
            about="",
            template=template,
            template_hash="",
            locale=contents.locale,
            number=1,
            title=contents.title,
            parameters={},
            path="",
            created_at="",
        )
        state = _BlankState(workbook=book, contents=contents, drafts={}, audiences={}, items={}, comments=())
        html = rendered(
            "office/learner_preview_workbook.html",
            workbooks_notebook.page_notebook(state, locale, {}, await views.render_views(state, locale)),
            **pages.namespace(self.base_url, self.locale),
            page={"title": contents.title, "stage": summaries.stage(contents.stage, locale), "locale": contents.locale},
            minutes=contents.minutes,
            cohort=cohort,
            spoken=locale,
            person=self.signed_in(),
            places=self.navigation(),
            demo=self.demo_bar(),
        )
        self.send_html(html)

    def _contents(self, cohort: Cohort, template: str, locale: str) -> Contents:
        from actionlearn.cohort.programme.library import Library, Sources, parameters_for, templates_folder
        from actionlearn.cohort.programme.programme import from_store
        from actionlearn.cohort.workbooks.parameters import prepare

        library = Library(templates_folder(self.data, cohort.id))
        if template not in library.ids:
            raise Missing("server.missing")
        source = Sources(library).get(template, locale)
        firstname = self.signed_in().firstname or i18n.say("You", locale)
        parameters = parameters_for(from_store(cohort.programme), source.template, firstname)
        node: Any = nbformat.reads(prepare(source.notebook, parameters), as_version=4)  # type: ignore[no-untyped-call]
        return notebook.read(node)
