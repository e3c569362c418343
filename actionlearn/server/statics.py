"""Files that are the same for everybody: ours, and those of Voilà's front-end that we allow."""

from __future__ import annotations

import mimetypes
import re
import secrets
from pathlib import Path
from typing import Any, ClassVar

from tornado.web import HTTPError

from actionlearn.errors import Missing
from actionlearn.server import assets
from actionlearn.server.base import Page

_FOREVER = "public, max-age=31536000, immutable"


class _File(Page):
    """Serves one file of a folder that everybody may read. Who asks is not looked up."""

    public = True

    async def prepare(self, **_: Any) -> None:
        """Check the host alone."""
        self.reference = secrets.token_hex(4)
        self.current_user = None
        if not self.check_host():
            raise HTTPError(403)

    async def _send(self, path: Path | None, *, forever: bool) -> None:
        if path is None:
            raise Missing("server.missing")
        stamp = path.stat()
        self.set_header("Etag", f'"{stamp.st_mtime_ns:x}-{stamp.st_size:x}"')
        self.set_header("Cache-Control", _FOREVER if forever else "no-cache")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        text = kind.startswith("text/") or kind in {"application/json", "text/javascript", "image/svg+xml"}
        self.set_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        if self.check_etag_header():
            self.set_status(304)
            return
        self.set_header("Content-Length", str(stamp.st_size))
        if self.request.method == "HEAD":
            return
        with path.open("rb") as file:
            while block := file.read(256 * 1024):
                self.write(block)
                await self.flush()


class Asset(_File):
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


#: A hash in the file's own name, as webpack gives it.
_HASHED = re.compile(r"\.[0-9a-f]{16,}\.|^[0-9a-f]{16,}\.")


class FrontEnd(_File):
    """Voilà's front-end: files of its folders, and nothing beside them."""

    #: Beginnings of the paths that are served; empty for all.
    allowed: ClassVar[tuple[str, ...]] = ()

    def folders(self) -> tuple[Path, ...]:
        """Return the folders that files are served from."""
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
        versioned = bool(self.get_query_argument("v", "")) or bool(_HASHED.search(Path(name).name))
        await self._send(self._find(name), forever=versioned)

    head = get
