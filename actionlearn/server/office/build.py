"""The making of a cohort's workbooks, as the office asks for it."""

from __future__ import annotations

from dataclasses import asdict

from actionlearn.errors import Missing
from actionlearn.server.office import builds, schemas
from actionlearn.server.office.cohort_page import CohortPage, learners
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import operation


class StartBuild(ApiHandler, CohortPage):
    """The making of a cohort's workbooks."""

    @operation(gives={200: schemas.BuildStatus})
    async def get(self, id: str) -> None:
        """Say how far it is."""
        await self.cohort(id)
        building = builds.latest_build(self.store, id)
        if building is None:
            raise Missing("server.no_build")
        self.send_json(asdict(building))

    @operation(gives={202: schemas.BuildStatus})
    async def post(self, id: str) -> None:
        """Make what is missing, for the people as they are."""
        from actionlearn.cohort.programme import programme

        cohort = await self.cohort(id)
        rows = await self.read(lambda c: learners(c, id))
        kept = programme.from_store(cohort.programme)
        building = builds.start_build(self.store, self.data, kept, rows, self.asker, self.locale)
        self.send_json(asdict(building), status=202)
