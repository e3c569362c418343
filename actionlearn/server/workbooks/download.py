"""A copy of a workbook to take along."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from actionlearn.answers import attachment_files, attachments
from actionlearn.reviews import execute
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.workbooks.state import require_workbook
from actionlearn.store import Store
from actionlearn.store.workbooks import drafts


def pack(file: zipfile.ZipFile, data: Path, store: Store, workbook: str) -> None:
    """Put the files of a workbook's answers into what its owner takes along."""
    answers = store.read(lambda c: drafts.drafts(c, workbook))
    taken: set[str] = set()
    for draft in answers.values():
        for entry in attachments.files(draft.value):
            name, path = str(entry["name"]), PurePosixPath(str(entry["name"]))
            number = 1
            while name.lower() in taken:
                number += 1
                name = f"{path.stem} ({number}){path.suffix}"
            taken.add(name.lower())
            if found := attachment_files.find(data, workbook, entry["file"]):
                file.write(found, f"files/{name}")


def packed(parts: Mapping[str, bytes], data: Path, store: Store, workbook: str) -> bytes:
    """Return an archive of some files, and of those that are attached to a workbook."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
        pack(file, data, store, workbook)
    return made.getvalue()


class DownloadCopy(PageHandler):
    """The owner's own copy, private answers included."""

    async def get(self, id: str) -> None:
        """Execute the notebook for its owner, and send it with its HTML, and as a document to write on in."""
        from actionlearn.exports.docx import document

        workbook = await self.read(lambda c: require_workbook(c, self.actor, id, "take"))
        notebook, html = await self.review_worker.run(lambda: execute.claim(self.store, self.data, id))
        name = PurePosixPath(workbook.path).stem
        written = await self.review_worker.run(lambda: document(html, workbook.title, self.signed_in().name))
        parts = {f"{name}.ipynb": notebook, f"{name}.html": html, f"{name}.docx": written}
        archive = await asyncio.to_thread(packed, parts, self.data, self.store, id)
        self.send_file(f"{name}.zip", "application/zip", archive)
