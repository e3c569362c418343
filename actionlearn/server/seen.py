"""A cohort as a learner of it sees it: the way that is suggested, and each workbook before anybody wrote in it.

It is nobody's: there is no workbook behind it, and nothing that is typed goes anywhere.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import nbformat

from actionlearn import notebook, words
from actionlearn.errors import Missing
from actionlearn.server import covers, dates, drawing, page, rendering
from actionlearn.server.exporting import rendered
from actionlearn.server.facilitating import CohortPage
from actionlearn.server.state import State
from actionlearn.store import members
from actionlearn.store.rows import Cohort, Workbook

if TYPE_CHECKING:
    from actionlearn.conditions import Condition
    from actionlearn.notebook import Contents


class _Blank(State):
    """A page on which nobody has written: what an answer would open is open."""

    def holds(self, when: Condition) -> bool:  # noqa: ARG002 - whatever it is
        """Tell that it does."""
        return True


class _Seen(CohortPage):
    """What a learner sees, in one of their languages."""

    def spoken(self, cohort: Cohort) -> str:
        """Return the language that is asked for, else the cohort's."""
        return words.known_locale(self.get_query_argument("in", ""), cohort.locale)


class Way(_Seen):
    """The way of a cohort, with its dates."""

    async def get(self, id: str) -> None:
        """Show it."""
        cohort = await self.cohort(id)
        locale = self.spoken(cohort)
        today = dates.today(dates.zone(cohort.time_zone)).isoformat()
        steps = []
        for each in await self.read(lambda c: members.suggestions(c, id)):
            face = covers.face(self.data, id, each.template, locale)
            if face:
                opens = dates.day(each.opens, self.locale) if each.opens else ""
                due = dates.day(each.due, self.locale) if each.due else ""
                steps.append(
                    {"id": each.template, "face": face, "opens": opens, "due": due, "later": each.opens > today}
                )
        self.render_page("seen.html", cohort=cohort, steps=steps, spoken=locale)


class One(_Seen):
    """One workbook of a cohort, as it is before anybody has written in it."""

    async def get(self, id: str, template: str) -> None:
        """Show it."""
        cohort = await self.cohort(id)
        locale = self.spoken(cohort)
        contents = await asyncio.to_thread(self._contents, cohort, template, locale)
        book = Workbook("", id, "person", "", "", template, "", contents.locale, 1, contents.title, {}, "", "")
        state = _Blank(book, contents, {}, {}, {}, ())
        html = rendered(
            "seen.html.j2",
            page.page_notebook(state, locale, {}, await drawing.drawn(state, locale)),
            **rendering.namespace(self.base_url, self.locale),
            page={"title": contents.title, "stage": covers.stage(contents.stage, locale), "locale": contents.locale},
            minutes=contents.minutes,
            cohort=cohort,
            spoken=locale,
            person=self.signed_in(),
            places=self.places(),
            demo=self.demo(),
        )
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(html)

    def _contents(self, cohort: Cohort, template: str, locale: str) -> Contents:
        from actionlearn.cohort.prepare import prepare
        from actionlearn.cohort.programme import from_store
        from actionlearn.cohort.sources import Library, Sources, kept, parameters_for

        library = Library(kept(self.data, cohort.id))
        if template not in library.ids:
            raise Missing("server.missing")
        source = Sources(library).get(template, locale)
        firstname = self.signed_in().firstname or words.say("You", locale)
        given = parameters_for(from_store(cohort.programme), source.template, firstname)
        made: Any = nbformat.reads(prepare(source.notebook, given), as_version=4)  # type: ignore[no-untyped-call]
        return notebook.read(made)
