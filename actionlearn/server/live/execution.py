"""Run the live cells of a workbook in its kernel, with Voilà's executor, or take over what a run has shown."""

from __future__ import annotations

import logging
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionError
from voila.execute import VoilaExecutor

from actionlearn.kernels import wait_until_ready

_nbformat: Any = nbformat
_v4: Any = nbformat.v4
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}

log = logging.getLogger("actionlearn.server")

#: Seconds a kernel may take to start, and one cell to run.
SECONDS, CELL_SECONDS = 60, 30

#: Characters that the outputs of one cell may have: they go to a browser, and are in our memory meanwhile.
MAX_OUTPUT = 2 * 1024 * 1024


class _Executor(VoilaExecutor):  # type: ignore[misc]
    """Voilà's executor, which stops a cell that never ends and leaves out what nobody could read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Ids of cells that were stopped.
        self.stopped: set[str] = set()
        self._lengths: dict[int, int] = {}

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Take an output where there is room for it."""
        length = self._lengths[cell_index] = self._lengths.get(cell_index, 0) + len(str(msg["content"]))
        if length > MAX_OUTPUT and msg["msg_type"] in {"stream", "display_data", "execute_result"}:
            return None
        return super().process_message(msg, cell, cell_index)

    async def _async_handle_timeout(self, timeout: int, cell: Any = None) -> Any:
        """Interrupt a cell; one that takes no notice is given up, and its kernel with it."""
        self.interrupt_on_timeout = cell.id not in self.stopped
        self.stopped.add(cell.id)
        return await super()._async_handle_timeout(timeout, cell)


async def run_cells(kernel: Any, cells: list[Any]) -> list[Any]:
    """Run cells. A live cell that fails says so in its place; the others go on.

    Parameters
    ----------
    kernel
        The manager of a kernel that runs.
    cells
        Code cells, in order.

    Returns
    -------
    list
        The cells, with their outputs.
    """
    node = _v4.new_notebook(cells=cells, metadata={"kernelspec": _KERNEL})
    executor = _Executor(node, km=kernel, timeout=CELL_SECONDS, startup_timeout=SECONDS)
    executor.kc = kernel.client()
    executor.kc.start_channels()
    try:
        await wait_until_ready(executor.kc, SECONDS)
        for index, cell in enumerate(node.cells):
            try:
                await executor.execute_cell(cell, None, index, store_history=False)
            except CellExecutionError:
                if not cell.metadata.get("al_live"):
                    raise
                log.warning("live cell failed")
                cell.metadata["al_failed"] = "late" if cell.id in executor.stopped else "raised"
                cell.outputs = [each for each in cell.outputs if each.output_type != "error"]
    finally:
        executor.kc.stop_channels()
    return list(node.cells)


def filled(cells: list[Any], outputs: list[list[dict[str, Any]]]) -> list[Any]:
    """Return cells with the outputs of a run.

    Parameters
    ----------
    cells
        Code cells, in order; those that open the workbook show nothing.
    outputs
        What parameters, the opening and each live cell have shown.
    """
    live = [cell for cell in cells if cell.metadata.get("al_live")]
    for cell, shown in zip(live, outputs[2:], strict=True):
        cell.outputs = [_nbformat.from_dict(each) for each in shown]
    return cells
