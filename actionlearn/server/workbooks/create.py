"""Starting a workbook."""

from __future__ import annotations

import asyncio

from actionlearn.errors import BadInput, Refused
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import operation
from actionlearn.server.workbooks import schemas


class StartWorkbook(ApiHandler):
    """Start another workbook for oneself."""

    @operation(takes=schemas.Another, gives={201: schemas.Begun})
    async def post(self) -> None:
        """Build it and say where it is."""
        from actionlearn.cohort.workbooks import build

        sent = self.json_body("cohort", "template")
        cohort, template, parameters = sent["cohort"], sent["template"], sent.get("parameters") or {}
        if not isinstance(cohort, str) or not isinstance(template, str):
            raise BadInput("answers.bad_message", missing=["cohort", "template"])
        if not isinstance(parameters, dict) or not all(isinstance(each, str) for each in parameters.values()):
            raise BadInput("answers.bad_message", missing=["parameters"])
        person = self.signed_in()
        if self.actor is None or not self.actor.has("learner", cohort):
            raise Refused("server.refused")
        workbook = await asyncio.to_thread(
            build.build_workbook, self.store, self.data, cohort, person.id, template, person.locale, parameters
        )
        self.send_json({"workbook": workbook.id, "url": self.url(f"workbooks/{workbook.id}")}, status=201)
