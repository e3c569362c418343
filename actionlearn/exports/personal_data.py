"""The personal data of somebody, for them: what they wrote, what others wrote to them, and who read their work."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from actionlearn.answers import attachment_files, attachments
from actionlearn.store import Connection, Store
from actionlearn.store.erasure import personal_rows
from actionlearn.store.people import access_log


def collect(store: Store, person: str) -> dict[str, Any]:
    """Return who read somebody's work, and the rows about them that they may read, without secrets."""

    def look(c: Connection) -> dict[str, Any]:
        return {
            "opened_by": [asdict(each) for each in access_log.reads_about(c, person)],
            "rows": personal_rows.personal_rows(c, person),
        }

    return store.read(look)


def as_json(found: dict[str, Any]) -> str:
    """Return it as a file has it."""
    return json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"


def archive(store: Store, data: Path, person: str) -> bytes:
    """Return it as an archive, with the files attached to answers of one's own."""
    found, made = collect(store, person), io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("held.json", as_json(found))
        own = {each["id"] for each in found["rows"].get("workbook", ()) if each["owner"] == person}
        for row in found["rows"].get("draft", ()):
            for entry in attachments.files(row["value"]) if row["workbook"] in own else ():
                name = f"files/{row['workbook']}/{entry['file'][:8]}-{entry['name']}"
                path = attachment_files.find(data, row["workbook"], entry["file"])
                if path and name not in file.namelist():
                    file.write(path, name)
    return made.getvalue()
