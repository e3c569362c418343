"""Files that are the same for everybody: ours, and those of Voilà's front-end that we allow."""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
import re
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from tornado.web import HTTPError

from actionlearn.errors import Missing, Refused
from actionlearn.server.rendering import assets
from actionlearn.server.web.handlers import PageHandler

_FOREVER = "public, max-age=31536000, immutable"


class _File(PageHandler):
    """Serves one file of a folder that everybody may read. Who asks is not looked up."""

    public = True

    async def prepare(self, **_: Any) -> None:
        """Check the host alone."""
        self.reference = secrets.token_hex(4)
        self.current_user = None
        if not self.check_host():
            raise Refused("server.unknown_host", host=self.request.host)

    async def _send(self, path: Path | None, *, forever: bool) -> None:
        if path is None:
            raise Missing("server.missing")
        stamp = path.stat()
        self.set_header("Etag", f'"{stamp.st_mtime_ns:x}-{stamp.st_size:x}"')
        self.set_header("Cache-Control", _FOREVER if forever else "no-cache")
        # What a system calls a script differs; ours is what the standard says.
        kind = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0]
        kind = kind or "application/octet-stream"
        text = kind.startswith("text/") or kind in {"application/json", "image/svg+xml"}
        self.set_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        if self.check_etag_header():
            self.set_status(304)
            return
        self.set_header("Vary", "Accept-Encoding")
        if text and "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            body = await asyncio.to_thread(_zipped, path, stamp.st_mtime_ns)
        else:
            body = await asyncio.to_thread(path.read_bytes)
        self.set_header("Content-Length", str(len(body)))
        self.finish(b"" if self.request.method == "HEAD" else body)


class OwnAsset(_File):
    """Our own style sheets and modules. An address with the right hash may be kept for good."""

    async def get(self, name: str) -> None:
        """Send an asset."""
        found = assets.asset(name)
        if found is None:
            raise Missing("server.missing")
        forever = self.get_query_argument("v", "") == found.hash
        self.set_header("Etag", f'"{found.hash}"')
        self.set_header("Cache-Control", _FOREVER if forever else "no-cache")
        self.set_header("Content-Type", found.kind)
        self.set_header("Vary", "Accept-Encoding")
        if self.check_etag_header():
            self.set_status(304)
            return
        body = found.body
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            body = found.zipped
        self.set_header("Content-Length", str(len(body)))
        self.finish(b"" if self.request.method == "HEAD" else body)

    head = get


#: What is installed, before the name of a file.
_STAMPED = re.compile(r"([0-9a-f]{12})/(.+)")


@lru_cache(maxsize=512)
def _zipped(path: Path, changed: int) -> bytes:  # noqa: ARG001 - when it changes, it is read again
    return gzip.compress(path.read_bytes(), 6, mtime=0)


class FrontEnd(_File):
    """Voilà's front-end: files of its folders, and nothing beside them."""

    #: Beginnings of the paths that are served; empty for all.
    allowed: ClassVar[tuple[str, ...]] = ()

    def folders(self) -> tuple[Path, ...]:
        """Return the folders that files are served from."""
        raise NotImplementedError

    def stamp(self) -> str:
        """Return what is installed: with it in the address, a file may be kept for good."""
        raise NotImplementedError

    def _find(self, name: str) -> Path | None:
        if ".." in name.split("/") or (self.allowed and not name.startswith(self.allowed)):
            return None
        for folder in self.folders():
            root = folder.resolve()
            path = (root / name).resolve()
            if path.is_relative_to(root) and path.is_file():
                return path
        return None

    async def get(self, name: str) -> None:
        """Send a file."""
        if "\x00" in name:
            raise HTTPError(404)
        stamped = _STAMPED.fullmatch(name)
        path = self._find(stamped[2] if stamped else name)
        await self._send(path, forever=bool(stamped and stamped[1] == self.stamp()))

    head = get
