"""Starting a workbook."""

from __future__ import annotations

import asyncio

from actionlearn.errors import Refused
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import operation
from actionlearn.server.workbooks import schemas


class StartWorkbook(ApiHandler):
    """Start another workbook for oneself."""

    @operation(takes=schemas.NewWorkbook, gives={201: schemas.StartedWorkbook}, by_form=True)
    async def post(self) -> None:
        """Build a workbook of a template, and say where it is."""
        from actionlearn.cohort.workbooks import build

        body, person = self.parsed(schemas.NewWorkbook), self.signed_in()
        if not self.required_actor().has("learner", body.cohort):
            raise Refused("server.refused")
        workbook = await asyncio.to_thread(
            build.build_workbook,
            self.store,
            self.data,
            body.cohort,
            person.id,
            body.template,
            person.locale,
            body.parameters or {},
        )
        self.send_json({"workbook": workbook.id, "url": self.url(f"workbooks/{workbook.id}")}, status=201)
