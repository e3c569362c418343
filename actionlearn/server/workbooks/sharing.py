"""The API of sharing and asking, and the owner's own copy."""

from __future__ import annotations

import asyncio
from pathlib import PurePosixPath
from typing import Any

from actionlearn.errors import BadInput, Refused
from actionlearn.reviews import execute, share
from actionlearn.server.answers import files
from actionlearn.server.web.handlers import ApiHandler, PageHandler, now
from actionlearn.server.workbooks.review_worker import ReviewWorker
from actionlearn.server.workbooks.state import notebook_contents, require_workbook
from actionlearn.store.records import Submission, Workbook


class _Sharing(ApiHandler):
    async def found(self, id: str) -> tuple[Workbook, Any]:
        """Return a workbook of this person, and what its notebook holds."""

        def look(c: Any) -> tuple[Workbook, Any]:
            workbook = require_workbook(c, self.actor, id, "write")
            return workbook, notebook_contents(self.data, workbook)

        return await self.read(look)


def _receipt(submission: Submission) -> dict[str, Any]:
    return {
        "number": submission.number,
        "shared_at": submission.shared_at,
        "receipt": submission.receipt,
        "verifies": submission.erased_at is None,
        "submission": submission.id,
    }


class SharePreview(_Sharing):
    """What sharing a workbook now would do."""

    async def get(self, id: str) -> None:
        """Say who would read, what is empty and when it was shared last."""
        workbook, contents = await self.found(id)
        found = await self.read(lambda c: share.preview_share(c, workbook, contents))
        self.send_json(
            {
                "readers": [{"audience": each.audience, "names": list(each.names)} for each in found.readers],
                "missing": [{"id": prompt.id, "question": prompt.question} for prompt in found.missing],
                "last": _receipt(found.last) if found.last else None,
            }
        )


class Share(_Sharing):
    """Share a workbook as it is now."""

    async def post(self, id: str) -> None:
        """Freeze what its readers may read, and begin to execute it for them."""
        wants = self.json_body().get("wants", "")
        if not isinstance(wants, str):
            raise BadInput("answers.bad_message", missing=["wants"])
        workbook, contents = await self.found(id)
        person = self.signed_in().id
        submission = await self.commit(lambda c: share.freeze(c, workbook, contents, person, wants, now()))
        workers: ReviewWorker = self.settings["workers"]
        await workers.review(submission)
        self.send_json(_receipt(submission))


class DownloadCopy(PageHandler):
    """The owner's own copy, private answers included."""

    async def get(self, id: str) -> None:
        """Execute the notebook for its owner, and send it with its HTML, and as a document to write on in."""
        from actionlearn.exports.docx import document

        workbook = await self.read(lambda c: require_workbook(c, self.actor, id, "take"))
        workers: ReviewWorker = self.settings["workers"]
        notebook, html = await workers.run(lambda: execute.claim(self.store, self.data, id))
        name = PurePosixPath(workbook.path).stem
        written = await workers.run(lambda: document(html, workbook.title, self.signed_in().name))
        parts = {f"{name}.ipynb": notebook, f"{name}.html": html, f"{name}.docx": written}
        archive = await asyncio.to_thread(files.packed, parts, self.data, self.store, id)
        self.set_header("Content-Type", "application/zip")
        self.set_header("Content-Disposition", f'attachment; filename="{name}.zip"')
        self.set_header("Cache-Control", "no-store")
        self.finish(archive)


class StartWorkbook(ApiHandler):
    """Start another workbook for oneself."""

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
        self.send_json({"workbook": workbook.id, "url": self.url(f"w/{workbook.id}")}, status=201)


class AskCoach(_Sharing):
    """Ask one coach about one answer, without sharing the rest."""

    async def get(self, id: str, prompt: str) -> None:  # noqa: ARG002 - whom one may ask is the same for every prompt
        """Say who may be asked."""
        workbook, _ = await self.found(id)
        named = await self.read(lambda c: share.coaches(c, workbook))
        self.send_json({"coaches": [{"id": each.id, "name": each.name} for each in named]})

    async def post(self, id: str, prompt: str) -> None:
        """Freeze the answer for that coach alone."""
        sent = self.json_body("coach")
        coach, wants = sent["coach"], sent.get("wants", "")
        if not isinstance(coach, str) or not isinstance(wants, str):
            raise BadInput("answers.bad_message", missing=["coach"])
        workbook, contents = await self.found(id)
        person = self.signed_in().id
        made = await self.commit(lambda c: share.ask(c, workbook, contents, person, prompt, coach, wants, now()))
        workers: ReviewWorker = self.settings["workers"]
        await workers.review(made)
        self.send_json(_receipt(made), status=201)
