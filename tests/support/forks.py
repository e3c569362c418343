"""A warm process and kernels forked from it, for the tests."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import psutil
from jupyter_client.manager import AsyncKernelManager

from actionlearn import kernels
from actionlearn.kernels import Fork, Snapshot, WarmProcess, wait_until_ready


@contextmanager
def warmed(*modules: str, blank: Sequence[str] = ()) -> Iterator[WarmProcess]:
    """Have a warm process, and kernels of this Python come from it."""
    made = WarmProcess(modules, blank=blank)
    made.start()
    kernels.warm_process(made)
    try:
        yield made
    finally:
        kernels.warm_process(none=True)
        made.close()


@asynccontextmanager
async def kernel(warm: WarmProcess, fork: Fork | None = None) -> AsyncIterator[tuple[AsyncKernelManager, Any]]:
    """Start a kernel and connect to it."""
    file = warm.folder / f"k{time.monotonic_ns()}.json"
    manager = AsyncKernelManager(kernel_name=kernels.KERNEL, transport="ipc", connection_file=str(file))
    manager.kernel_spec_manager = kernels.kernel_specs()
    await manager.start_kernel(env=dict(os.environ), fork=fork)
    client = manager.client()
    client.start_channels()
    try:
        await wait_until_ready(client, 30)
        yield manager, client
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


async def said(client: Any, code: str) -> str:
    """Run code, and return what it printed or the name of what it raised."""
    heard: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        content = message["content"]
        heard.append(content.get("text") or content.get("ename") or "")

    await client.execute_interactive(code, output_hook=hear, timeout=30)
    return "".join(heard).strip()


async def snapshot(warm: WarmProcess, *cells: str, seconds: float = 60) -> Snapshot:
    """Run cells once; `end` ends the run."""
    ran = await warm.snapshot(cells, env=dict(os.environ), seconds=seconds)
    _RAN.append(ran)
    return ran


_RAN: list[Snapshot] = []


def end() -> None:
    """End what a test has run."""
    while _RAN:
        _RAN.pop().close()


def until(true: Any, seconds: float = 10) -> bool:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return bool(true())


def gone(*pids: int) -> bool:
    """Return whether processes have ended, whether or not somebody has asked how."""
    return not any(_runs(pid) for pid in pids)


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
