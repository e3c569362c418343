"""The API of answers: save, read, say who may read them, keep a version."""

from __future__ import annotations

import asyncio
from typing import Any

from actionlearn.answers import attachment_files, kinds, prompts
from actionlearn.answers.locks import check_not_locked
from actionlearn.errors import Missing, SignInNeeded
from actionlearn.server.answers import schemas
from actionlearn.server.answers.autosave import head_json, send_outcome
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import operation
from actionlearn.server.workbooks.push import notify_saved
from actionlearn.server.workbooks.state import notebook_contents, require_workbook
from actionlearn.store import now
from actionlearn.store.records import Draft, Saved, Workbook
from actionlearn.store.workbooks import drafts, revisions


class WorkbookApi(ApiHandler):
    """What is about the workbook of its owner."""

    async def prompt(self, id: str, prompt: str) -> tuple[Workbook, prompts.Prompt]:
        """Return the workbook and one of its prompts, as its notebook has it."""

        def look(c: Any) -> tuple[Workbook, prompts.Prompt]:
            workbook = require_workbook(c, self.actor, id, "write")
            found = notebook_contents(self.data, workbook).prompts.get(prompt)
            if found is None or found.by != "learner":
                raise Missing("answers.no_such_prompt", prompt=prompt)
            return workbook, found

        return await self.read(look)


class AnswersApi(WorkbookApi):
    """All answers of a workbook, as they are now."""

    @operation(gives={200: schemas.Answers})
    async def get(self, id: str) -> None:
        """Return them by prompt."""

        def look(c: Any) -> dict[str, Any]:
            workbook = require_workbook(c, self.actor, id)
            heads, audiences = drafts.drafts(c, id), drafts.audiences(c, id)
            return {
                name: {
                    **head_json(heads.get(name)),
                    "audience": list(audiences.get(name, prompts.default_audience(prompt, workbook.about))),
                }
                for name, prompt in notebook_contents(self.data, workbook).prompts.items()
            }

        self.send_json({"answers": await self.read(look)})


class AnswerApi(WorkbookApi):
    """One answer."""

    @operation(takes=schemas.Edit, gives={200: schemas.SaveReceipt, 409: schemas.EditConflict})
    async def put(self, id: str, prompt: str) -> None:
        """Save an edit: answered once the store has committed it, and not before.

        An edit that does not follow the head is kept, does not become the head, and is answered
        with 409 and the head. The same edit sent again gets the same answer.
        """
        edit = self.parsed(schemas.Edit)
        person, client = self.signed_in().id, str(edit.client)
        if edit.person != person:
            raise SignInNeeded("answers.other_person")
        _, asked = await self.prompt(id, prompt)
        value = kinds.check(asked, edit.value)
        if asked.kind == "file":
            value = await asyncio.to_thread(attachment_files.verified, self.data, id, value)

        def act(c: Any) -> Any:
            require_workbook(c, self.actor, id, "write")
            if asked.locked_when:
                check_not_locked(asked, value, drafts.drafts(c, id), now())
            return drafts.save(
                c,
                workbook=id,
                prompt=prompt,
                person=person,
                client=client,
                seq=edit.seq,
                base=edit.base,
                value=value,
                now=now(),
            )

        outcome = await self.commit(act)
        send_outcome(self, outcome)
        if isinstance(outcome, Saved):
            draft = Draft(prompt=prompt, version=outcome.version, value=value, by=person, saved_at=outcome.saved_at)
            notify_saved(self, id, draft, client)


class AudienceApi(WorkbookApi):
    """Who may read one answer once it is shared."""

    @operation(takes=schemas.AudienceChoice, gives={200: schemas.ChosenAudience})
    async def put(self, id: str, prompt: str) -> None:
        """Choose."""
        choice = self.parsed(schemas.AudienceChoice)
        await self.prompt(id, prompt)
        audience = prompts.check_audience(choice.audience, prompt)
        person = self.signed_in().id

        def act(c: Any) -> None:
            require_workbook(c, self.actor, id, "write")
            drafts.put_audience(c, workbook=id, prompt=prompt, audience=audience, person=person, now=now())

        await self.commit(act)
        self.send_json({"audience": list(audience)})


class CutRevision(WorkbookApi):
    """Kept versions of one answer."""

    @operation(takes=schemas.NewRevision, gives={204: None})
    async def post(self, id: str, prompt: str) -> None:
        """Keep the answer as it is now, where it differs from what was kept last."""
        cause = self.parsed(schemas.NewRevision).cause
        await self.prompt(id, prompt)

        def act(c: Any) -> None:
            require_workbook(c, self.actor, id, "write")
            revisions.cut_revision(c, id, prompt, cause, now())

        await self.commit(act)
        self.send_json()
