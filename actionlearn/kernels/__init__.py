"""Kernels that are there at once: forked from a process that has everything imported, or a notebook already run.

::

    server ──stdin, socket──> warm process ──fork──> kernel
                                   ├──fork──> snapshot (ran the notebook once) ──fork──> kernel
                                   └──fork──> blank (ran none, has more imports) ──fork──> kernel

A snapshot, and the blank one, have made the kernel that their forks only connect. `warm`, `forking`, `child`, `app` and
`snapshot` run in the processes on the right, `process`, `forked` and `provisioner` in the one on the left.
They know notebooks, never answers.
"""

from actionlearn.kernels.child import become_subreaper
from actionlearn.kernels.forked_process import Forked
from actionlearn.kernels.forks import Fork, ForkRefused, Limits, Snapshot, Unshareable, retry_while_restarting
from actionlearn.kernels.protocol import ARGUMENTS, Reason
from actionlearn.kernels.provisioner import KERNEL, ForkProvisioner, forked_by, kernel_specs
from actionlearn.kernels.readiness import wait_until_ready
from actionlearn.kernels.sandbox import can_sandbox, enter_sandbox, keep_memory_closed, open_sides
from actionlearn.kernels.usage import Usage, usages
from actionlearn.kernels.warm_client import WarmProcess, available, warm_process

__all__ = [
    "ARGUMENTS",
    "KERNEL",
    "Fork",
    "ForkProvisioner",
    "ForkRefused",
    "Forked",
    "Limits",
    "Reason",
    "Snapshot",
    "Unshareable",
    "Usage",
    "WarmProcess",
    "available",
    "become_subreaper",
    "can_sandbox",
    "enter_sandbox",
    "forked_by",
    "keep_memory_closed",
    "kernel_specs",
    "open_sides",
    "retry_while_restarting",
    "usages",
    "wait_until_ready",
    "warm_process",
]
