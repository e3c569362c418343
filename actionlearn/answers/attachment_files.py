"""Files that are attached to answers: kept beside the store, under their hash, readable by us alone.

``evidence/<workbook>/<sha256>``. What a file is, is read from its bytes, again whenever it is given
out; its name and the type its sender claims are never believed. It is written whole or not at all.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import tempfile
import time
import zipfile
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actionlearn.answers.attachments import ENDINGS, HASH, clean_name
from actionlearn.answers.pictures import CONVERTED, PICTURES, converted_type, prepared
from actionlearn.errors import AnswerError, BadInput, Missing, StoreError, TooLarge
from actionlearn.text.encoding import decode

FOLDER = "evidence"

#: A file that no answer names is removed after this many seconds: time enough to be named.
FORGOTTEN_AFTER = 24 * 60 * 60

#: The longest text that a live cell gets, in bytes.
LONGEST_TEXT = 1024 * 1024

_BINARY = {"application/pdf", *PICTURES}
_OFFICE = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "ppt/presentation.xml": ".pptx"}
_MARKUP = re.compile(
    r"\s*(<\?xml|<!doctype|<!--|<(html|head|body|svg|script|iframe|math|style|meta|link)\b)", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class StoredFile:
    """A file that is kept."""

    hash: str
    size: int
    type: str


def media_type(content: bytes, name: str = "") -> str:
    """Return what a file is, from its bytes; empty for what is not taken.

    Of a picture its first bytes are looked at: that it is one to its end is found out when it is taken in (`prepared`).

    Parameters
    ----------
    content
        All of it.
    name
        What it is called: tells a table from other text, and nothing else.
    """
    if not content:
        return ""
    if content[:2] == b"PK":
        return _packed(content)
    found = converted_type(content) or _magic(content)
    if found in _BINARY or found in CONVERTED:
        return found
    if not _is_text(content):
        return ""
    return "text/csv" if name.lower().endswith(ENDINGS["text/csv"]) else "text/plain"


def _magic(content: bytes) -> str:
    import puremagic

    with suppress(puremagic.PureError, ValueError):
        best = max(puremagic.magic_string(content[:8192]), key=lambda each: each.confidence)
        starts = {"application/pdf": b"%PDF-"}.get(best.mime_type, b"")
        return str(best.mime_type) if content.startswith(starts) else ""
    return ""


def _packed(content: bytes) -> str:
    """Return what office document it is; a plain archive, or one that brings macros, is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = set(packed.namelist())
            if any("vbaproject" in each.lower() or each.startswith("Basic/") for each in names):
                return ""
            for inside, ending in _OFFICE.items():
                if inside in names and "[Content_Types].xml" in names:
                    return next(type for type, endings in ENDINGS.items() if ending in endings)
            if "mimetype" in names and packed.getinfo("mimetype").file_size < 100:
                type = packed.read("mimetype").decode("ascii", "replace").strip()
                return type if type in ENDINGS and type.startswith("application/vnd.oasis.") else ""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return ""
    return ""


def _is_text(content: bytes) -> bool:
    text = as_text(content)
    return text is not None and not _MARKUP.match(text.lstrip("\ufeff")) and not _CONTROL.search(text)


def as_text(content: bytes) -> str | None:
    """Return a file as text, whatever program wrote it; None where it is none."""
    try:
        return decode(content, strict=True)[0]
    except UnicodeDecodeError:
        return None


def save(data: Path, workbook: str, content: bytes, name: str, *, most: int, room: int) -> StoredFile:
    """Keep a file; the same one again is the same. Returns when it is on the disk.

    Parameters
    ----------
    data, workbook
        The data folder, and the workbook whose answer it is for.
    content, name
        The file, and what it is called.
    most, room
        How large it may be, and how much there is left to its owner, in bytes.

    Raises
    ------
    BadInput
        ``evidence.empty``, ``evidence.kind``, and what `pictures.prepared` raises.
    TooLarge
        ``evidence.too_large``, ``evidence.full``.
    StoreError
        ``evidence.no_room``: the disk cannot take it.
    """
    if not content:
        raise BadInput("evidence.empty")
    if len(content) > most:
        raise TooLarge("evidence.too_large", megabytes=most // 1024 // 1024)
    type = media_type(content, name)
    if not type:
        raise BadInput("evidence.kind")
    if type in PICTURES or type in CONVERTED:
        content, type = prepared(content, type)
        if len(content) > most:
            raise TooLarge("evidence.too_large", megabytes=most // 1024 // 1024)
    stored = StoredFile(hashlib.sha256(content).hexdigest(), len(content), type)
    path = data / FOLDER / workbook / stored.hash
    if path.is_file() and path.stat().st_size == stored.size:
        os.utime(path)  # it is wanted again: it has a day to be named
        return stored
    if len(content) > room:
        raise TooLarge("evidence.full")
    try:
        _write(path, content)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StoreError("evidence.no_room" if full else "evidence.not_kept") from error
    return stored


def _write(path: Path, content: bytes) -> None:
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
    folder_handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder_handle)
    finally:
        os.close(folder_handle)


def find(data: Path, workbook: str, hash: str) -> Path | None:
    """Return where a file is kept; None where there is none of that hash."""
    path = data / FOLDER / workbook / hash
    return path if HASH.fullmatch(hash) and path.is_file() and not path.is_symlink() else None


def get(data: Path, workbook: str, hash: str) -> bytes:
    """Return a file.

    Raises
    ------
    Missing
        There is none, or it is not what it was any more.
    """
    path = find(data, workbook, hash)
    content = path.read_bytes() if path else b""
    if not path or hashlib.sha256(content).hexdigest() != hash:
        raise Missing("evidence.missing")
    return content


def verified(data: Path, workbook: str, value: Any) -> Any:
    """Return what is attached with what the kept files really are.

    Raises
    ------
    AnswerError
        One of them is not kept for this workbook: nobody reaches a file of others by its hash.
    """
    found: list[dict[str, Any]] = []
    for each in value if isinstance(value, list) else ():
        entry = dict(each)
        if "file" in entry:
            path = find(data, workbook, entry["file"])
            content = path.read_bytes() if path else b""
            type = media_type(content, entry["name"])
            if not type:
                raise AnswerError("evidence.missing")
            entry |= {"size": len(content), "type": type, "name": clean_name(entry["name"], type)}
        found.append(entry)
    return found if isinstance(value, list) else value


def with_texts(data: Path, workbook: str, value: Any) -> Any:
    """Return what is attached, each table and text with its ``text`` as long as it is not too long for a live cell."""
    if not isinstance(value, list):
        return value
    found = []
    for each in value:
        readable = each.get("type") in ("text/csv", "text/plain") and each["size"] <= LONGEST_TEXT
        path = find(data, workbook, each["file"]) if readable else None
        text = as_text(path.read_bytes()) if path else None
        found.append(each if text is None else {**each, "text": text})
    return found


def bytes_used(data: Path, workbooks: Iterable[str]) -> int:
    """Return how many bytes the files of some workbooks take."""
    folders = (data / FOLDER / each for each in workbooks)
    return sum(path.stat().st_size for folder in folders if folder.is_dir() for path in folder.iterdir())


def remove(data: Path, workbook: str, gone: Iterable[str]) -> None:
    """Remove files that are to go for good."""
    for hash in gone:
        if path := find(data, workbook, hash):
            path.unlink(missing_ok=True)


def delete_unreferenced(data: Path, workbook: str, named: Collection[str], *, older: float = FORGOTTEN_AFTER) -> int:
    """Remove the files of a workbook that no answer and no version of one names.

    Parameters
    ----------
    data, workbook
        The data folder and the workbook.
    named
        Hashes that are named.
    older
        Younger files stay, in seconds: they may be about to be named.
    """
    folder, gone = data / FOLDER / workbook, 0
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            if path.name not in named and time.time() - path.stat().st_mtime >= older:
                path.unlink()
                gone += 1
    return gone
