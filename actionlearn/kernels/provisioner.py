"""Kernels named ``actionlearn``: forked from the warm process where there is one, started cold elsewhere.

The standard way for jupyter_client to have its kernels from somewhere else: jupyter_server, nbclient,
papermill and Voilà notice nothing.
"""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from actionlearn.kernels.forked_process import Forked
from actionlearn.kernels.forks import Fork, ForkRefused
from actionlearn.kernels.warm_client import warm_process

#: Name of the kernelspec.
KERNEL = "actionlearn"

_log = logging.getLogger(__name__)


class _KernelSpecs(KernelSpecManager):
    """Kernelspecs, each looked up once."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self._seen: dict[str, Any] = {}

    def get_kernel_spec(self, kernel_name: str) -> Any:
        """Return a kernelspec by its name."""
        if kernel_name not in self._seen:
            self._seen[kernel_name] = super().get_kernel_spec(kernel_name)
        return self._seen[kernel_name]


def kernel_specs() -> Any:
    """Return the kernelspecs of this machine, ours among them even where it was not installed."""
    specs = _KernelSpecs()
    specs.kernel_dirs = [*specs.kernel_dirs, str(Path(__file__).parent / "specs")]
    return specs


def forked_by(provisioner: object) -> Forked | None:
    """Return the process that a provisioner has forked; None where it started one cold, or is of another kind."""
    return provisioner.forked if isinstance(provisioner, ForkProvisioner) else None


class ForkProvisioner(LocalProvisioner):
    """Forks the kernel of a connection file, and can do so again when it dies."""

    process: Any
    _launch: tuple[list[str], dict[str, Any]] | None = None
    #: Whether the kernel counts as alive while its process is gone, since somebody will renew it.
    is_renewable = False

    @property
    def forked(self) -> Forked | None:
        """The forked process; None where it was started cold."""
        return self.process if isinstance(self.process, Forked) else None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork a kernel, or start one cold where there is nothing to fork.

        Parameters
        ----------
        cmd
            How it would be started cold.
        **kwargs
            ``env``, ``cwd``, and ``fork``: what it is forked from.
        """
        fork: Fork | None = kwargs.pop("fork", None)
        if warm_process() is not None:
            try:
                self.process = await self._forked(cmd, fork, kwargs)
            except ForkRefused as error:
                _log.warning("kernel started cold: %s", error)
                if fork is not None and fork.snapshot is not None:
                    raise  # a cold one would not have run the notebook
            else:
                self._launch = (cmd, {**kwargs, "fork": fork})
                self.pid = self.pgid = self.process.pid
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)

    async def _forked(self, cmd: list[str], fork: Fork | None, kwargs: dict[str, Any]) -> Forked:
        warm = warm_process()
        if warm is None:
            raise ForkRefused("there is no warm process")
        env = kwargs.get("env")
        argv = cmd[cmd.index("-f") :]
        return await warm.kernel(argv, env=os.environ if env is None else env, cwd=kwargs.get("cwd"), fork=fork)

    async def renew(self, fork: Fork | None = None) -> None:
        """Fork the kernel again on its connection file: whoever talked to the old one talks to the new one.

        Parameters
        ----------
        fork
            What it is forked from now; as before where nothing is said.

        Raises
        ------
        Refusal
            It cannot be forked.
        """
        if self._launch is None:
            raise ForkRefused("it was started cold")
        cmd, kwargs = self._launch
        kwargs = dict(kwargs)
        before = kwargs.pop("fork", None)
        fork = fork or before
        old, self.process = self.process, await self._forked(cmd, fork, kwargs)
        old.close()
        self._launch = (cmd, {**kwargs, "fork": fork})
        self.pid = self.pgid = self.process.pid

    async def poll(self) -> int | None:
        """Return the exit code, None while it runs or may be renewed."""
        if self.is_renewable:
            return None
        code: int | None = await super().poll()
        return code

    async def wait(self) -> int | None:
        """Wait until the kernel's process has ended."""
        if self.forked is None:
            code: int | None = await super().wait()
            return code
        while self.process.poll() is None:
            await asyncio.sleep(0.005)
        code = self.process.returncode
        self.process.close()
        self.process = None
        return code

    async def send_signal(self, signum: int) -> None:
        """Send a signal to it and to what it started."""
        if self.forked is None:
            await super().send_signal(signum)
        else:
            self.process.send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """End it. Where it was forked, it has ended when we return: who asks then looks ten times a second alone."""
        await super().kill(restart=restart)
        if self.forked is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    while self.process.poll() is None:
                        await asyncio.sleep(0.002)

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of it: a kernel nobody holds ends."""
        if self.forked is not None and not restart:
            self.process.close()
        await super().cleanup(restart=restart)
