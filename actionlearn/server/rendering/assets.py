"""Our own style sheets, modules and pictures, as they are sent: joined, and compressed ahead of time."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from actionlearn.widgets.bundle import MODULES, bundle

_PACKAGE = Path(str(files("actionlearn")))

#: Folders whose files pages may load, and the endings that are served.
_FOLDERS = (_PACKAGE / "server" / "static", MODULES, _PACKAGE / "widgets")
_SERVED = frozenset({".css", ".js", ".svg", ".png", ".woff2", ".ico"})

#: Style sheets that are sent as one: name -> files.
_SHEETS = {
    "workbook.css": ("kit.css", "widgets.css", "views.css", "page.css", "talk.css", "room.css"),
    "reading.css": ("kit.css", "widgets.css", "views.css", "talk.css", "room.css"),
    "releasing.css": ("kit.css", "releases.css"),
}


@dataclass(frozen=True)
class Asset:
    """What is sent for one name.

    Parameters
    ----------
    body, zipped
        As it is, and as gzip.
    kind
        Value of Content-Type.
    hash
        By which browsers may keep it for good.
    """

    body: bytes
    zipped: bytes
    kind: str
    hash: str


@cache
def asset(name: str) -> Asset | None:
    """Return what is sent for a name: a module with all it imports, a style sheet, a picture.

    Parameters
    ----------
    name
        A bare file name, or a path below ``server/static``; nothing that climbs out.

    Returns
    -------
    Asset or None
        None where there is none of that name.
    """
    paths = [_path(each) for each in _SHEETS.get(name, (name,))]
    found = [path for path in paths if path]
    if not found:
        return None
    module = name.endswith(".js")
    body = bundle(name, _FOLDERS).encode() if module else b"\n".join(path.read_bytes() for path in found)
    kind = "text/javascript" if module else mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind == "image/svg+xml"
    whole = f"{kind}; charset=utf-8" if text else kind
    return Asset(body, gzip.compress(body, 9, mtime=0), whole, hashlib.sha256(body).hexdigest()[:12])


def _path(name: str) -> Path | None:
    if Path(name).suffix not in _SERVED:
        return None
    for folder in _FOLDERS:
        path = (folder / name).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            return path
    return None


def asset_hash(name: str) -> str:
    """Return the hash by which browsers may keep an asset for good; empty where there is none."""
    found = asset(name)
    return found.hash if found else ""


@cache
def inline(name: str) -> str:
    """Return a picture as an address that holds it: one thing less to ask for."""
    found = asset(name)
    return f"data:image/svg+xml,{quote(found.body.decode())}" if found else ""
