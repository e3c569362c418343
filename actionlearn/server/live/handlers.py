"""Live cells: their kernel, and the fragment of a page that shows what they have shown."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import nbformat
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

from actionlearn.errors import BadInput, Missing, SignInNeeded
from actionlearn.notebook import Contents, LivePiece
from actionlearn.permissions import Actor
from actionlearn.server.live import schemas
from actionlearn.server.live.outputs import live_html
from actionlearn.server.live.session import KernelSession
from actionlearn.server.live.snapshots import SharedCells, shared_sources
from actionlearn.server.rendering.pages import namespace
from actionlearn.server.rendering.voila_exporter import rendered
from actionlearn.server.web import voila_frontend
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.channels import Standing, channels_of, session_of
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.web.operations import HTML, operation
from actionlearn.server.web.origins import require_websocket
from actionlearn.server.workbooks.push import may_open
from actionlearn.server.workbooks.state import notebook_contents, require_workbook
from actionlearn.store.records import Workbook

_nbformat: Any = nbformat

log = logging.getLogger("actionlearn.server")

#: Stands for the id of each page's own kernel.
_SOME_KERNEL = "00000000-0000-4000-8000-000000000000"

_rendered: dict[tuple[str, ...], str] = {}
_MAX_RENDERED = 64


def live_cells(data: Path, workbook: Workbook, contents: Contents) -> SharedCells:
    """Return the cells that a kernel runs: those of parameters, the opening and the live ones.

    Prompts, views and prose are in the page already.
    """
    live = {piece.cell_id: piece.source for piece in contents.pieces if isinstance(piece, LivePiece)}
    cells = [_code_cell(id, source, id in live) for id, source in (*contents.first, *live.items())]
    stamp = f"{(data / workbook.path).stat().st_mtime_ns}-{contents.template_hash}"
    return SharedCells(stamp, cells, shared_sources(contents.parameters, contents.first[-1][1], tuple(live.values())))


def _code_cell(id: str, source: str, live: bool) -> Any:
    # Not by nbformat's maker, which checks each cell against a schema.
    cell = {"cell_type": "code", "id": id, "metadata": {"al_live": live}, "source": source}
    return _nbformat.from_dict({**cell, "execution_count": None, "outputs": []})


class LivePart(ApiHandler):
    """The live part of a page."""

    @operation(gives={200: HTML})
    async def post(self, id: str) -> None:
        """Start the kernel where none runs, and answer with what its cells show."""

        def look(c: Any) -> tuple[SharedCells, str]:
            workbook = require_workbook(c, self.actor, id, locale=self.locale)
            contents = notebook_contents(self.data, workbook)
            if not contents.has_live:
                raise BadInput("server.no_live_cells")
            return live_cells(self.data, workbook, contents), contents.template_hash

        cells, template = await self.read(look)
        live = await self.kernels.live(id, self.signed_in().id, cells)
        html = self.fragment(live, template)
        self.send_html(html)

    def fragment(self, live: KernelSession, template: str) -> str:
        """Return what the cells show. Those who share a run share its rendering, too."""
        key = (template, live.of.key, self.base_url, self.locale)
        html = _rendered.get(key) if live.snapshot else None
        if html is None:
            html = live_html(live.cells, kernel=_SOME_KERNEL, base_url=self.base_url, locale=self.locale)
            html = html or self.for_voila(live.cells, template)
        if live.snapshot:
            _rendered[key] = html
            while len(_rendered) > _MAX_RENDERED:
                del _rendered[next(iter(_rendered))]
        return html.replace(_SOME_KERNEL, live.kernel)

    def for_voila(self, cells: list[Any], template: str) -> str:
        """Return what cells show for Voilà's front-end to draw; pages of the same template ask for it ahead from now on."""
        voila_frontend.mark_needed(template)
        return rendered(
            "live/voila_cells.html",
            {"cells": cells},
            **namespace(self.base_url, self.locale),
            config={**voila_frontend.page_config(self.base_url), "kernelId": _SOME_KERNEL},
            ahead=voila_frontend.all_urls(self.base_url),
        )


class OwnKernel(PageHandler):
    """What is about a kernel, for its owner alone."""

    def check_owner(self, kernel: str) -> None:
        """Refuse whoever is not the kernel's owner; others are not told whether it is there.

        Raises
        ------
        SignInNeeded, Missing
            Nobody is signed in; it is not theirs.
        """
        if self.actor is None:
            raise SignInNeeded("server.sign_in")
        if self.kernels.owner_of(kernel) != self.actor.person:
            raise Missing("server.missing")

    async def may_open(self, actor: Actor) -> bool:
        """Tell whether somebody may, by now, open the workbook that the kernel is for."""
        kernel = self.path_args[0] if self.path_args else self.path_kwargs["kernel_id"]
        workbook = self.kernels.workbook_of(kernel)
        return bool(workbook) and await may_open(self, actor, workbook)


class KernelModel(OwnKernel, ApiHandler):
    """What the front-end asks of a kernel before it connects."""

    @operation(gives={200: schemas.Kernel})
    async def get(self, kernel_id: str) -> None:
        """Return id, name and state."""
        self.check_owner(kernel_id)
        if not await self.may_open(self.required_actor()):
            raise Missing("server.missing")
        kernel: Any = self.kernel_manager.get_kernel(kernel_id)
        self.send_json(
            {
                "id": kernel_id,
                "name": kernel.kernel_name,
                "last_activity": kernel.last_activity.isoformat(),
                "execution_state": kernel.execution_state,
                "connections": 1,
            }
        )


class Channels(KernelWebsocketHandler, OwnKernel):
    """The websocket between a page and its kernel."""

    async def prepare(self, **_: Any) -> None:
        """Find out who is asking."""
        await OwnKernel.prepare(self)

    over = False

    async def get(self, kernel_id: str) -> None:
        """Connect, where the kernel is one's own and the page one of ours."""
        self.check_owner(kernel_id)
        if self.same_site() is False:
            raise self.site_refusal()
        if not await self.may_open(self.required_actor()):
            raise Missing("server.missing")
        require_websocket(self.request)
        self._standing = Standing(self, self.signed_in().id)
        self._asking: asyncio.Task[bool] | None = None
        await super().get(kernel_id=kernel_id)  # type: ignore[no-untyped-call]

    async def open(self, kernel_id: str) -> None:
        """Send everything at once: a kernel sends several small messages, and each would wait until the one before is confirmed."""
        self.set_nodelay(True)
        channels_of(self).add(self, self.signed_in().id, session_of(self))
        await super().open(kernel_id)  # type: ignore[no-untyped-call]

    async def on_message(self, ws_message: Any) -> None:
        """Pass a message on to the kernel, where whoever sends it may still."""
        if self.over or not await self._stands():
            return
        if self.connection is not None:  # closed meanwhile
            super().on_message(ws_message)  # type: ignore[no-untyped-call]

    def write_message(self, message: Any, binary: bool = False) -> Any:
        """Pass a message on to the page, as long as its session and role stand."""
        if self.over:
            return None
        if not self._standing.known and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._stands())
        return super().write_message(message, binary)

    async def _stands(self) -> bool:
        why = await self._standing.why_not(self.may_open)
        if why:
            self.end(why)
        return not why

    def end(self, why: int) -> None:
        """Say and hear nothing more from this moment on."""
        self.over = True
        self.close(why)

    def on_close(self) -> None:
        """Forget the page."""
        channels_of(self).remove(self, self.signed_in().id)
        super().on_close()  # type: ignore[no-untyped-call]
