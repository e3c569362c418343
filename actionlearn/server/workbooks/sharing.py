"""The API of sharing and asking, and the owner's own copy."""

from __future__ import annotations

from typing import Any

from actionlearn.reviews import share
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import operation
from actionlearn.server.workbooks import schemas
from actionlearn.server.workbooks.state import notebook_contents, require_workbook
from actionlearn.store import now
from actionlearn.store.records import Submission, Workbook


class _SharingApi(ApiHandler):
    async def own_workbook(self, id: str) -> tuple[Workbook, Any]:
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


class SharePreview(_SharingApi):
    """What sharing a workbook now would do."""

    @operation(gives={200: schemas.SharingPreview})
    async def get(self, id: str) -> None:
        """Say who would read, what is empty and when it was shared last."""
        workbook, contents = await self.own_workbook(id)
        preview = await self.read(lambda c: share.preview_share(c, workbook, contents))
        self.send_json(
            {
                "readers": [{"audience": each.audience, "names": list(each.names)} for each in preview.readers],
                "missing": [{"id": prompt.id, "question": prompt.question} for prompt in preview.missing],
                "last": _receipt(preview.last) if preview.last else None,
            }
        )


class Share(_SharingApi):
    """Share a workbook as it is now."""

    @operation(takes=schemas.MailChoice, gives={200: schemas.Receipt})
    async def post(self, id: str) -> None:
        """Freeze what its readers may read, and begin to execute it for them."""
        wants = self.parsed(schemas.MailChoice).wants
        workbook, contents = await self.own_workbook(id)
        person = self.signed_in().id
        submission = await self.commit(lambda c: share.freeze(c, workbook, contents, person, wants, now()))
        await self.review_worker.review(submission)
        self.send_json(_receipt(submission))


class AskCoach(_SharingApi):
    """Ask one coach about one answer, without sharing the rest."""

    @operation(gives={200: schemas.Coaches})
    async def get(self, id: str, prompt: str) -> None:  # noqa: ARG002 - whom one may ask is the same for every prompt
        """Say who may be asked."""
        workbook, _ = await self.own_workbook(id)
        coaches = await self.read(lambda c: share.coaches(c, workbook))
        self.send_json({"coaches": [{"id": each.id, "name": each.name} for each in coaches]})

    @operation(takes=schemas.CoachRequest, gives={201: schemas.Receipt})
    async def post(self, id: str, prompt: str) -> None:
        """Freeze the answer for that coach alone."""
        question = self.parsed(schemas.CoachRequest)
        workbook, contents = await self.own_workbook(id)
        person = self.signed_in().id
        submission = await self.commit(
            lambda c: share.ask(c, workbook, contents, person, prompt, question.coach, question.wants, now())
        )
        await self.review_worker.review(submission)
        self.send_json(_receipt(submission), status=201)
