"""One kernel, as the server manages it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.kernelmanager import ServerKernelManager
from traitlets.config import Config

from actionlearn.kernels import Fork, forked_by
from actionlearn.server.live.channel import MESSAGES


class QuietKernel(ServerKernelManager):
    """One kernel. It tells of no event: nobody listens, and each would read a schema first.

    The end of a forked one is noticed at once (`KernelSession.watch`): nobody asks each second whether it runs.
    """

    @property
    def forked(self) -> bool:
        """Whether it was forked, and not started cold."""
        return forked_by(self.provisioner) is not None

    async def _async_pre_start_kernel(self, **more: Any) -> Any:
        # Where its sockets are to be no other kernel makes or removes one.
        fork = more.get("fork")
        if isinstance(fork, Fork) and fork.folder:
            self.connection_file = str(Path(fork.folder) / "k.json")
        return await super()._async_pre_start_kernel(**more)

    def start_restarter(self) -> None:
        """Ask again and again whether it runs, where there is no other way to know."""
        if not self.forked:
            super().start_restarter()

    def _connect_control_socket(self) -> None:
        # Asked for at the start already; used to ask a kernel to end.
        if self.shutting_down:
            super()._connect_control_socket()

    def emit(self, schema_id: str, data: dict[str, Any]) -> None:
        """Send no event."""


def configuration(idle_minutes: int) -> Config:
    """Return the configuration of kernels: sockets in a folder, no second life, an end when idle."""
    return Config(
        {
            "KernelManager": {"transport": "ipc"},
            # A kernel that died stays dead, unless it can be forked: a blank one under its id would be no use.
            "KernelRestarter": {"restart_limit": 0, "time_to_dead": 1.0},
            "WorkbookKernelManager": {
                "kernel_manager_class": "actionlearn.server.live.kernel.QuietKernel",
                "allowed_message_types": list(MESSAGES),
                "cull_idle_timeout": max(1, idle_minutes) * 60,
                "cull_connected": True,
                "cull_interval": 60,
                "allow_tracebacks": False,
            },
        }
    )
