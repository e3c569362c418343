"""The API of an answer's history: its kept versions, and erasing a passage for good."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from actionlearn.answers import attachment_files
from actionlearn.answers.prompts import Prompt
from actionlearn.answers.rendering import value_text
from actionlearn.budget import Allowance
from actionlearn.errors import BadInput
from actionlearn.server.answers import schemas
from actionlearn.server.answers.answers import WorkbookApi
from actionlearn.server.heavy_work import run_heavy
from actionlearn.server.web.operations import operation
from actionlearn.server.workbooks.push import notify_saved
from actionlearn.server.workbooks.state import require_workbook
from actionlearn.store import now
from actionlearn.store.erasure import passages, places, removal
from actionlearn.store.people import members
from actionlearn.store.records import Revision
from actionlearn.store.workbooks import drafts, revisions
from actionlearn.store.workbooks.attachments import named
from actionlearn.text.diff import word_diff

#: Versions that are answered at once, the newest ones. ``?before=<number>`` asks for older ones.
AT_ONCE = 100


class HistoryApi(WorkbookApi):
    """The kept versions of one answer, for its owner alone."""

    @operation(gives={200: schemas.Versions}, query=("before",))
    async def get(self, id: str, prompt: str) -> None:
        """Return them, the newest first, each with what changed since the one before. Every value is text."""
        before = self.get_query_argument("before", "")
        if before and not (before.isdecimal() and len(before) < 16):
            raise BadInput(
                "answers.bad_message", message_code="answers.wrong_field", field="before", expected="integer"
            )
        _, asked = await self.prompt(id, prompt)

        def look(c: Any) -> tuple[list[Revision], dict[str, str]]:
            require_workbook(c, self.actor, id)
            versions = revisions.revisions(c, id, prompt)
            return versions, {by: members.person(c, by).name for by in {each.by for each in versions}}

        cut, names = await self.read(look)
        older = [each for each in cut if not before or each.number < int(before)]
        self.send_json(
            {
                "revisions": await run_heavy(self.signed_in().id, versions, asked, older, names, self.locale),
                "more": len(older) > AT_ONCE,
            }
        )


def versions(
    prompt: Prompt, revisions: Sequence[Revision], names: Mapping[str, str], locale: str
) -> list[dict[str, Any]]:
    """Return kept versions as the page shows them, the newest first.

    A version that met another and never became the answer is compared with what stood then, and
    nothing is compared with it.
    """
    allowance = Allowance()
    texts = [value_text(prompt, locale, value=each.value) for each in revisions]
    shown: list[dict[str, Any]] = []
    answer = ""
    for place, (each, text) in enumerate(zip(revisions, texts, strict=True)):
        if place >= len(revisions) - AT_ONCE:
            shown.append(
                {
                    "id": each.id,
                    "number": each.number,
                    "when": each.created_at,
                    "cause": each.cause,
                    "by": names.get(each.by, ""),
                    "value": each.value,
                    "text": text,
                    "changes": word_diff(answer, text, allowance),
                }
            )
        answer = answer if each.cause == "conflict" else text
    return shown[::-1]


class EraseWords(WorkbookApi):
    """Erase a passage of an answer for good, with all copies of it."""

    @operation(takes=schemas.PassageToErase, gives={200: schemas.ErasedPlaces})
    async def post(self, id: str) -> None:
        """Do it: answered once the store has forgotten the words."""
        body = self.parsed(schemas.PassageToErase)
        prompt = body.prompt
        _, asked = await self.prompt(id, prompt)
        person = self.signed_in().id

        def act() -> removal.Erased:
            return passages.erase(
                self.store,
                self.data,
                id,
                asked,
                body.passage,
                person,
                allowed=lambda c: require_workbook(c, self.actor, id, "write"),
                now=now(),
            )

        before = await self.read(lambda c: named(c, id))
        erased = await asyncio.to_thread(act)
        await self.audit("erased a passage", erased.id)
        await self.kernels.forget(await self.read(lambda c: places.family_of(c, id)))
        await asyncio.to_thread(self.review_worker.execute_again, erased.reviews)
        if not erased.scrubbed:
            self.review_worker.retry_until_done(lambda: removal.scrub(self.store, self.data, erased))
        # A file that the erased answers were the last to name goes with them.
        after = await self.read(lambda c: named(c, id))
        await asyncio.to_thread(attachment_files.remove, self.data, id, set(before) - set(after))
        head = (await self.read(lambda c: drafts.drafts(c, id))).get(prompt)
        if head is not None:
            notify_saved(self, id, head, erased=True)
        self.send_json({"erased": erased.places})
