"""Files attached to answers: taken in from their owner, and given out to whoever may read the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from actionlearn.answers import attachment_files, attachments, pictures
from actionlearn.errors import BadInput, Missing
from actionlearn.permissions import may, reads_as
from actionlearn.server.answers import schemas
from actionlearn.server.answers.answers import WorkbookApi
from actionlearn.server.heavy_work import run_heavy
from actionlearn.server.web.access_log import record_review_read
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.operations import BYTES, operation
from actionlearn.server.web.request_limits import MAX_BODY
from actionlearn.server.workbooks.state import require_workbook
from actionlearn.settings import Settings
from actionlearn.store import Connection
from actionlearn.store.records import Workbook
from actionlearn.store.reviews import submissions
from actionlearn.store.workbooks import workbooks
from actionlearn.store.workbooks.attachments import named

#: Over the policy of every answer: what is opened from here can do nothing at all.
_POLICY = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class UploadFile(WorkbookApi):
    """Take in a file for an answer. It is not part of the answer until that is saved."""

    @classmethod
    def max_body(cls, settings: Settings) -> int:
        """Return the largest file, in bytes."""
        return settings.file_mb * MAX_BODY

    @operation(takes=BYTES, gives={201: schemas.StoredFileReply}, query=("name",))
    async def put(self, id: str, prompt: str) -> None:
        """Keep it: answered once it is on the disk, with how it stands in the answer."""
        workbook, asked = await self.prompt(id, prompt)
        if asked.kind != "file":
            raise BadInput("answers.wrong_kind", prompt=prompt, kind=asked.kind, limit=0)
        name, content = self.get_query_argument("name", "", strip=False), self.request.body
        others = await self.read(lambda c: _family(c, workbook))

        def keep() -> attachment_files.StoredFile:
            room = self.kit.settings.files_mb * MAX_BODY - attachment_files.bytes_used(self.data, others)
            return attachment_files.save(self.data, id, content, name, most=self.max_body(self.kit.settings), room=room)

        stored = await run_heavy(self.signed_in().id, keep)
        called = attachments.clean_name(name, stored.type)
        self.send_json({"file": stored.hash, "name": called, "size": stored.size, "type": stored.type}, status=201)


def _family(c: Connection, workbook: Workbook) -> list[str]:
    return [each.id for each in workbooks.workbooks_of(c, cohort=workbook.cohort, owner=workbook.owner)]


class _File(PageHandler):
    """Sends a file so that a browser shows a picture and saves anything else, and runs nothing."""

    async def send(self, workbook: str, entry: Mapping[str, Any]) -> None:
        """Send a file of a workbook, as it is named in an answer."""
        content = await asyncio.to_thread(attachment_files.get, self.data, workbook, entry["file"])
        type = (
            await asyncio.to_thread(attachment_files.media_type, content, str(entry["name"]))
            or "application/octet-stream"
        )
        picture = type in pictures.PICTURES
        self.set_header("Content-Type", type)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Security-Policy", _POLICY)
        self.set_header("Cache-Control", "private, no-store")
        name = quote(str(entry["name"]), safe="")
        how = "inline" if picture else "attachment"
        self.set_header("Content-Disposition", f"{how}; filename*=UTF-8''{name}")
        self.finish(content)


class OwnFile(_File):
    """A file of one's own answer."""

    async def get(self, id: str, hash: str) -> None:
        """Send it to the workbook's owner."""

        def look(c: Connection) -> dict[str, Any]:
            require_workbook(c, self.actor, id)
            return named(c, id).get(hash) or {"file": hash, "name": "file"}

        await self.send(id, await self.read(look))


class SharedFile(_File):
    """A file of an answer that was shared, for whom it was shared with."""

    async def get(self, id: str, hash: str) -> None:
        """Send it, as long as the frozen answer names it and its audience holds the reader."""

        def look(c: Connection) -> tuple[str, dict[str, Any]]:
            shared = submissions.submission(c, id)
            thing = submissions.submission_resource(c, shared)
            if self.actor is None or not may(self.actor, "read", thing):
                raise Missing("evidence.missing")
            audiences = reads_as(self.actor, thing)
            for item in submissions.items_of(c, id):
                for each in attachments.files(item.value):
                    # Its owner is of no audience, and reads all they shared.
                    if each["file"] == hash and (not audiences or audiences & set(item.audience)):
                        return shared.workbook, each
            raise Missing("evidence.missing")

        found = await self.read(look)
        await record_review_read(self, id, "opened a file")
        await self.send(*found)
