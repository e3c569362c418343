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

from actionlearn.widgets.bundle import bundle

STATIC = Path(str(files("actionlearn"))) / "server" / "static"

#: What others made stands here, with a README that says whose it is, and is sent as it is.
VENDOR = STATIC / "vendor"

#: The endings of the files that are served.
_SERVED = frozenset({".css", ".js", ".svg", ".png", ".woff2", ".ico"})


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
    """Return what is sent for a name: a script or a style sheet with all it imports, a picture.

    Parameters
    ----------
    name
        A path below ``server/static``; nothing that climbs out.

    Returns
    -------
    Asset or None
        None where there is none of that name.
    """
    path = (STATIC / name).resolve()
    if path.suffix not in _SERVED or not path.is_relative_to(STATIC.resolve()) or not path.is_file():
        return None
    ours = path.suffix in {".css", ".js"} and not path.is_relative_to(VENDOR.resolve())
    body = bundle(path).encode() if ours else path.read_bytes()
    # What a system calls a script differs; ours is what the standard says.
    kind = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind == "image/svg+xml"
    header = f"{kind}; charset=utf-8" if text else kind
    return Asset(
        body=body,
        zipped=gzip.compress(body, 9, mtime=0),
        kind=header,
        hash=hashlib.sha256(body).hexdigest()[:12],
    )


def asset_hash(name: str) -> str:
    """Return the hash by which browsers may keep an asset for good; empty where there is none."""
    known = asset(name)
    return known.hash if known else ""


@cache
def inline(name: str) -> str:
    """Return a picture as an address that holds it: one thing less to ask for."""
    picture = asset(name)
    return f"data:image/svg+xml,{quote(picture.body.decode())}" if picture else ""
