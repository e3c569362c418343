"""Run live cells as a server would, to say why they cannot be run once for everybody."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence

from actionlearn.kernels.forks import ForkRefused, Unshareable
from actionlearn.kernels.protocol import Reason
from actionlearn.kernels.sandbox import can_sandbox
from actionlearn.kernels.warm_client import WarmProcess, available

#: Seconds that running them once may take, here and on a server.
SECONDS = 30.0


def reasons_against(cells: Sequence[str], modules: Sequence[str] = ()) -> tuple[Reason, ...]:
    """Return why cells cannot share one run; nothing where they can.

    They are run only where the system has walls to run them behind: whoever looks at a file has not said yes to
    the code in it. Elsewhere it is what their source says.

    Parameters
    ----------
    cells
        Sources of code cells, in order.
    modules
        What they import; it is there before they are run.

    Returns
    -------
    tuple of Reason
        With the code ``ends`` and no cell where they take too long, or end their process.
    """
    if not (available() and can_sandbox()):
        from actionlearn.kernels.snapshot import reasons_in

        return tuple(reasons_in(cells))
    try:
        asyncio.run(_run(cells, modules))
    except Unshareable as error:
        return error.reasons or (Reason(0, "ends"),)
    except ForkRefused:
        return ()  # there is no process to be had just now: it says nothing of the cells
    return ()


async def _run(cells: Sequence[str], modules: Sequence[str]) -> None:
    """Run them, in a folder that is gone afterwards."""
    warm = WarmProcess(modules)
    try:
        with tempfile.TemporaryDirectory(prefix="al-") as folder:
            env = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ}
            env |= {"HOME": folder, "TMPDIR": folder, "MPLCONFIGDIR": folder, "ACTIONLEARN_SERVER": "1"}
            ran = await warm.snapshot(cells, env=env, cwd=folder, rooms=[folder], seconds=SECONDS)
            ran.close()
    finally:
        warm.close()
