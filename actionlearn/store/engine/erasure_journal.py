"""The journal of erasures: a file beside the database, so that a restored backup forgets what was erased since.

Releases that were withdrawn stand in it too, by their ids.

It holds ids and places, never a word. A line is on the disk before the erasure is done.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from actionlearn.errors import StoreError

#: The file in the data folder.
JOURNAL = "erasures.jsonl"

#: What a line must say, of a passage, a person, a cohort, or that it did not come about; others are left alone.
_NEEDED = (
    {"erasure", "at", "by", "workbook", "prompt", "fields", "places"},
    {"erasure", "at", "by", "person"},
    {"erasure", "at", "by", "cohort"},
    {"erasure", "undone"},
)


def begin(data: Path) -> None:
    """Make an empty journal where there is none: whoever restores a backup has a file to give, though nothing was erased."""
    (data / JOURNAL).touch(mode=0o600)


def append_entry(data: Path, entry: dict[str, Any]) -> None:
    """Add a line, and return when the disk has it.

    Raises
    ------
    StoreError
        It cannot be written: then nothing may be erased.
    """
    path = data / JOURNAL
    line = json.dumps(entry, ensure_ascii=True, sort_keys=True, separators=(",", ":")) + "\n"
    new = not path.exists()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            before = os.fstat(handle).st_size
            # A line that a power cut tore is ended first, so that it takes no other with it.
            torn = before > 0 and not _ends_with_a_line(path)
            _write(handle, (b"\n" if torn else b"") + line.encode("ascii"))
            os.fsync(handle)
        finally:
            os.close(handle)
        if new:
            _sync_folder(data)
    except OSError as error:
        raise StoreError("store.journal", where=str(path)) from error


def entries(*files: Path) -> list[dict[str, Any]]:
    """Return the erasures that files tell of, each once, in their order; those that were not done are left out."""
    found: dict[str, dict[str, Any]] = {}
    undone = set()
    for file in files:
        for entry in _lines(file):
            if entry.get("undone"):
                undone.add(entry["erasure"])
            else:
                found.setdefault(entry["erasure"], entry)
    standing = [entry for id, entry in found.items() if id not in undone]
    return sorted(standing, key=lambda entry: str(entry["at"]))


def mark_clean(data: Path, ids: Iterable[str], *, clean: bool = True) -> None:
    """Note that erasures left nothing behind, no file and no byte of the database; or that there is something again.

    Raises
    ------
    StoreError
        As `append_entry`.
    """
    for id in ids:
        append_entry(data, {"erasure": id, "clean": clean})


def unclean(file: Path, store: str) -> list[str]:
    """Return the ids of erasures of a store whose files and bytes may still be there."""
    marks = {line["erasure"]: line["clean"] for line in _read(file) if line.keys() == {"erasure", "clean"}}
    return [each["erasure"] for each in entries(file) if each.get("store") == store and not marks.get(each["erasure"])]


def withdrawn(file: Path, store: str) -> set[str]:
    """Return the ids of releases of a store that were withdrawn."""
    return {str(line["withdrawn"]) for line in _read(file) if "withdrawn" in line and line.get("store") == store}


def merge(into: Path, files: Iterable[Path]) -> None:
    """Write into one file what several hold, each line once."""
    lines: dict[str, None] = {}
    for file in files:
        if file.is_file():
            lines.update(dict.fromkeys(line for line in file.read_text("ascii", "replace").splitlines() if line))
    if lines:
        into.write_text("".join(f"{line}\n" for line in lines), "ascii", "replace")
        into.chmod(0o600)


def _lines(file: Path) -> list[dict[str, Any]]:
    """Return the lines that tell of erasures."""
    return [entry for entry in _read(file) if any(entry.keys() >= needed for needed in _NEEDED)]


def _read(file: Path) -> list[dict[str, Any]]:
    if not file.is_file():
        return []
    found = []
    for line in file.read_text("ascii", "replace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # torn by a power cut: the erasure it was about had not begun
        if isinstance(entry, dict):
            found.append(entry)
    return found


def _write(handle: int, text: bytes) -> None:
    while text:
        text = text[os.write(handle, text) :]


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _sync_folder(folder: Path) -> None:
    """Have the disk keep the name of a new file too, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
