"""What may be attached to an answer: files and links, as they stand in the value of a ``file`` prompt.

``{"file": sha256, "name": …, "size": bytes, "type": …}`` or ``{"link": address, "name": …}``. The bytes
are elsewhere (`actionlearn.answers.attachment_files`), under their hash; what a file is called is only ever words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from actionlearn.text.clean import storable

#: How many things may be attached to one answer.
MOST = 20
LONGEST_LINK = 2000
LONGEST_NAME = 120

#: Type of a file, as its first bytes tell -> the endings its name may have. What is not here is not taken.
ENDINGS: dict[str, tuple[str, ...]] = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "text/csv": (".csv", ".tsv"),
    "text/plain": (".txt", ".md"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
}

#: Endings of pictures that are made another kind when they are taken.
CONVERTED_ENDINGS = (".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp")
_CONVERTED = re.compile(rf"(?<=.)({'|'.join(map(re.escape, CONVERTED_ENDINGS))})+$", re.IGNORECASE)

HASH = re.compile(r"[0-9a-f]{64}")
#: Control characters, and those that turn the direction of text round or hide in it.
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


def check_entries(raw: Any) -> list[dict[str, Any]]:
    """Return what is attached, in the shape in which it is stored; the same thing twice is there once.

    Raises
    ------
    TypeError, ValueError
        It is none of the two shapes.
    """
    if not isinstance(raw, list):
        raise TypeError
    found: dict[str, dict[str, Any]] = {}
    for each in raw:
        entry = _file(each) if isinstance(each, dict) and "file" in each else _link(each)
        found.setdefault(entry.get("file") or entry["link"], entry)
    if len(found) > MOST:
        raise ValueError("answers.too_many_rows")
    return list(found.values())


def _file(raw: dict[str, Any]) -> dict[str, Any]:
    hash, size, type = raw["file"], raw.get("size"), raw.get("type")
    if not isinstance(hash, str) or not HASH.fullmatch(hash) or type not in ENDINGS:
        raise ValueError
    if isinstance(size, bool) or not isinstance(size, int) or size < 1 or set(raw) - {"file", "name", "size", "type"}:
        raise ValueError
    return {"file": hash, "name": clean_name(str(raw.get("name", "")), type), "size": size, "type": type}


def _link(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict) or set(raw) - {"link", "name"} or not isinstance(raw["link"], str):
        raise TypeError
    link = raw["link"].strip()
    parts = urlsplit(link)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise ValueError
    if len(link) > LONGEST_LINK or re.search(r"[\s\"'<>\\^`{|}\ud800-\udfff]", link) or _HIDDEN.search(link):
        raise ValueError
    name = _words(str(raw.get("name", "")))
    return {"link": link, "name": name} if name else {"link": link}


#: Names that Windows keeps for devices, whatever follows their first dot: no archive with one of them unfolds there.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=[ .]|$)", re.IGNORECASE)


def clean_name(raw: str, type: str) -> str:
    """Return a name to show and to save a file under: no path, nothing hidden, an ending that fits the type.

    Parameters
    ----------
    raw
        What the sender calls it.
    type
        What it is, a key of `ENDINGS`.
    """
    name = _words(re.split(r"[/\\]", raw)[-1]).lstrip(".~ ")
    if type.startswith("image/"):
        name = _CONVERTED.sub("", name)
    name = re.sub(r"[<>:\"|?*;%]", "_", name)
    endings = ENDINGS[type]
    ending = next((each for each in endings if name.lower().endswith(each)), "")
    stem = name[: len(name) - len(ending)] if ending else name
    stem = f"_{stem}" if _RESERVED.match(stem) else stem
    stem = stem[: LONGEST_NAME - len(ending or endings[0])].rstrip(". ")
    return (stem or "file") + (name[len(name) - len(ending) :] if ending else endings[0])


def _words(text: str) -> str:
    return " ".join(_HIDDEN.sub("", unicodedata.normalize("NFC", storable(text).replace("\n", " "))).split())[
        : 2 * LONGEST_NAME
    ]


def files(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the files in a value of any kind."""
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict) and isinstance(each.get("file"), str):
            yield each


def as_text(entry: dict[str, Any]) -> str:
    """Return an attached thing as text: a name with its size, or a link."""
    if "file" in entry:
        return f"{entry['name']} ({human_size(entry['size'])})"
    return f"{entry['name']}: {entry['link']}" if entry.get("name") else str(entry["link"])


def human_size(size: int) -> str:
    """Return a size as people say it: ``3 KB``, ``1.4 MB``."""
    return f"{max(1, round(size / 1024))} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"
