"""The files of a cohort in the data folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from actionlearn.errors import BuildError
from actionlearn.store.records import Workbook

FORMAT = 1
#: A half-written file older than this belongs to a build that was killed.
LEFT_BEHIND = 3600.0


def folder(data: Path, cohort: str) -> Path:
    """Return the folder of a cohort."""
    return data / "cohorts" / cohort


def writable(data: Path, cohort: str) -> None:
    """Make the folder of a cohort, and see that it can be written to.

    Raises
    ------
    BuildError
        It cannot.
    """
    where = folder(data, cohort)
    try:
        where.mkdir(parents=True, exist_ok=True)
        temporary(where / "manifest.json", b"").unlink()
        for part in where.rglob(".*.part"):
            with contextlib.suppress(FileNotFoundError):  # somebody else's, that has just been given its name
                if time.time() - part.stat().st_mtime > LEFT_BEHIND:
                    part.unlink()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BuildError("cohort.not_writable", folder=str(where), reason=reason) from error


def temporary(target: Path, content: bytes) -> Path:
    """Write a file beside its target, whole and on the disk, and return it: `Path.replace` gives it its name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    path = target.parent / f".{target.name}.{uuid4().hex[:8]}.part"
    try:
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def mirror(where: Path, wanted: Mapping[str, bytes]) -> None:
    """Make a folder of templates hold these files and no others; nothing is written where it does."""
    there = {path.relative_to(where).as_posix(): path for path in where.rglob("*.md")}
    changed = {name: content for name, content in wanted.items() if not _holds(there.get(name), content)}
    gone = [path for name, path in there.items() if name not in wanted]
    for name, content in changed.items():
        temporary(where / name, content).replace(where / name)
    for path in gone:
        path.unlink(missing_ok=True)
    if changed or gone:
        os.utime(where)  # a change below a folder is seen by its time


def _holds(path: Path | None, content: bytes) -> bool:
    return path is not None and path.read_bytes() == content


def write_manifest(data: Path, cohort: str, workbooks: Iterable[Workbook], usernames: Mapping[str, str]) -> None:
    """Write down which workbook is in which file: ids and hashes, no names and no answers."""
    entries = sorted((_entry(data, each, usernames) for each in workbooks), key=lambda entry: str(entry["path"]))
    manifest = {"format": FORMAT, "cohort": cohort, "workbooks": entries}
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    target = folder(data, cohort) / "manifest.json"
    temporary(target, text.encode()).replace(target)


def hashes(data: Path, cohort: str) -> dict[str, str]:
    """Return the hash of each notebook as the manifest has it, by path; nothing where there is none."""
    try:
        manifest = json.loads((folder(data, cohort) / "manifest.json").read_bytes())
        return {entry["path"]: entry["sha256"] for entry in manifest["workbooks"]}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, empty where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _entry(data: Path, workbook: Workbook, usernames: Mapping[str, str]) -> dict[str, Any]:
    return {
        "path": workbook.path,
        "workbook": workbook.id,
        "owner": usernames.get(workbook.owner, workbook.owner),
        "template": workbook.template,
        "number": workbook.number,
        "locale": workbook.locale,
        "template_hash": workbook.template_hash,
        "built": workbook.build_hash,
        "sha256": file_hash(data / workbook.path),
    }
