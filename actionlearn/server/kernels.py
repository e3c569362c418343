"""Kernels of live cells: started, owned and ended by the server alone.

A kernel belongs to one workbook and its owner. It gets an environment by allow-list and knows no
store; it talks through sockets in a folder that nobody else may enter. Any of them may be killed at
any moment: no answer is in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_server.services.kernels.connection import base as messages
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from nbclient.exceptions import CellControlSignal
from traitlets.config import Config
from voila.execute import VoilaExecutor

from actionlearn.errors import ServerError, TooMany

_v4: Any = nbformat.v4
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
_messages: Any = messages

log = logging.getLogger("actionlearn.server")

#: What a kernel inherits of our environment; the rest is made for it.
INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH")

#: What a page may say to its kernel.
MESSAGES = ("comm_msg", "comm_close", "comm_open", "comm_info_request", "kernel_info_request")

#: The largest message of a page, in bytes.
MAX_MESSAGE = 2 * 1024 * 1024

#: Seconds a kernel may take to start, and one cell to run.
SECONDS = 60

_ARGUMENTS = ["--HistoryManager.enabled=False", "--InteractiveShellApp.exec_PYTHONSTARTUP=False"]


@dataclass(frozen=True)
class Live:
    """The kernel of a workbook, and the cells it has run."""

    kernel: str
    owner: str
    stamp: str
    cells: Any


class WorkbookKernels(AsyncMappingKernelManager):
    """One kernel for each workbook with live cells, as long as somebody uses it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self._live: dict[str, Live] = {}
        self._owners: dict[str, str] = {}
        self._starting: dict[str, asyncio.Task[Live]] = {}
        self.most = 40
        self.home = Path.cwd()

    def owner_of(self, kernel: str) -> str:
        """Return the id of the person a kernel was started for; empty for a kernel we do not have."""
        return self._owners.get(kernel, "") if kernel in self else ""

    async def live(self, workbook: str, owner: str, stamp: str, cells: list[Any]) -> Live:
        """Return the kernel of a workbook, started and its cells run where that is needed.

        Whoever asks while it starts waits for the same start.

        Parameters
        ----------
        workbook, owner
            Ids of the workbook, and of the person it is for.
        stamp
            What the cells were read from; another one starts another kernel.
        cells
            Code cells to run, in order.

        Raises
        ------
        TooMany
            As many kernels as may be are running.
        ServerError
            It did not start.
        """
        key = f"{workbook}/{owner}"
        running = self._live.get(key)
        if running and running.kernel in self and running.stamp == stamp:
            return running
        if key not in self._starting:
            if len(self._owners) + len(self._starting) >= self.most:
                raise TooMany("server.kernels_full")
            task = asyncio.create_task(self._begin(key, owner, stamp, cells, running))
            self._starting[key] = task
            task.add_done_callback(lambda _: self._starting.pop(key, None))
        return await asyncio.shield(self._starting[key])

    async def _begin(self, key: str, owner: str, stamp: str, cells: list[Any], old: Live | None) -> Live:
        if old and old.kernel in self:
            await self._end(old.kernel)
        kernel = ""
        try:
            kernel = await self.start_kernel(
                kernel_name="python3", env=self._environment(), cwd=str(self.home), extra_arguments=_ARGUMENTS
            )
            self._owners[kernel] = owner
            run = await self._run(kernel, cells)
        except Exception as error:
            if kernel and kernel in self:
                await self._end(kernel)
            raise ServerError("server.kernel_failed") from error
        log.info("kernel started", extra={"kernel": kernel})
        self._live[key] = Live(kernel, owner, stamp, run)
        return self._live[key]

    async def forget(self, workbooks: Iterable[str]) -> None:
        """End the kernels of some workbooks: what they were told is not to be remembered. Use starts new ones."""
        ids = set(workbooks)
        for key in [key for key in (*self._starting, *self._live) if key.partition("/")[0] in ids]:
            if key in self._starting:
                with contextlib.suppress(ServerError):
                    await asyncio.shield(self._starting[key])
            live = self._live.get(key)
            if live and live.kernel in self:
                await self._end(live.kernel)

    async def _end(self, kernel: str) -> None:
        await self.shutdown_kernel(kernel, now=True)  # type: ignore[no-untyped-call]

    def _environment(self) -> dict[str, str]:
        made = {
            "HOME": str(self.home),
            "IPYTHONDIR": str(self.home),
            "MPLBACKEND": "agg",
            "MPLCONFIGDIR": str(self.home),
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONNOUSERSITE": "1",
            "ACTIONLEARN_SERVER": "1",
        }
        return {name: os.environ[name] for name in INHERITED if name in os.environ} | made

    async def _run(self, kernel: str, cells: list[Any]) -> Any:
        """Run cells with Voilà's executor. A live cell that fails says so in its place; the others go on."""
        node = _v4.new_notebook(cells=cells, metadata={"kernelspec": _KERNEL})
        executor = VoilaExecutor(node, km=self.get_kernel(kernel), timeout=SECONDS, startup_timeout=SECONDS)
        executor.kc = await executor.async_start_new_kernel_client()
        try:
            for index, cell in enumerate(node.cells):
                try:
                    await executor.execute_cell(cell, None, index, store_history=False)
                except (CellControlSignal, TimeoutError):
                    if not cell.metadata.get("al_live"):
                        raise
                    log.warning("live cell failed", extra={"kernel": kernel})
                    cell.metadata["al_failed"] = True
                    cell.outputs = [each for each in cell.outputs if each.output_type != "error"]
        finally:
            executor.kc.stop_channels()
        return node.cells

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended, whatever ended it."""
        self._owners.pop(kernel_id, None)
        for key in [key for key, live in self._live.items() if live.kernel == kernel_id]:
            del self._live[key]
        return super().remove_kernel(kernel_id)


class WorkbookChannel(ZMQChannelsWebsocketConnection):
    """What passes between a page and its kernel: messages of widgets, and nothing else."""

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        """Let a message through where a page has reason to send it."""
        if len(incoming_msg) <= MAX_MESSAGE and self._is_allowed(incoming_msg):
            super().handle_incoming_message(incoming_msg)

    def _is_allowed(self, incoming: Any) -> bool:
        try:
            if self.subprotocol == "v1.kernel.websocket.jupyter.org":
                channel, parts = _messages.deserialize_msg_from_ws_v1(incoming)
                header, content = self.session.unpack(parts[0]), self.session.unpack(parts[3])
            else:
                message = (
                    _messages.deserialize_binary_message(incoming)
                    if isinstance(incoming, bytes)
                    else self.session.unpack(incoming)
                )
                channel, header, content = message["channel"], message["header"], message["content"]
            kind, target = header["msg_type"], content.get("target_name", "")
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            return False
        if channel != "shell" or kind not in MESSAGES:
            log.warning("message refused", extra={"kernel": self.kernel_id})
            return False
        return bool(kind != "comm_open" or target == "jupyter.widget.control")


def configuration(settings: dict[str, Any]) -> Config:
    """Return the configuration of kernels: sockets in a folder, no second life, an end when idle."""
    return Config(
        {
            "KernelManager": {"transport": "ipc"},
            # A kernel that died stays dead: a blank one under its id would be no use to the page.
            "KernelRestarter": {"restart_limit": 0, "time_to_dead": 1.0},
            "WorkbookKernels": {
                "allowed_message_types": list(MESSAGES),
                "cull_idle_timeout": max(1, int(settings["kernel_idle_minutes"])) * 60,
                "cull_connected": True,
                "cull_interval": 60,
                "allow_tracebacks": False,
            },
        }
    )
