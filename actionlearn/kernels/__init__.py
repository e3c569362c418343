"""Kernels that are there at once: forked from a process that has everything imported, or a notebook already run.

::

    server ──stdin, socket──> warm process ──fork──> kernel
                                   ├──fork──> snapshot (ran the notebook once) ──fork──> kernel
                                   └──fork──> blank (ran none, has more imports) ──fork──> kernel

A snapshot, and the blank one, have made the kernel that their forks only connect. `warm`, `forking`, `child`, `app` and
`snapshot` run in the processes on the right, `process`, `forked` and `provisioner` in the one on the left.
They know notebooks, never answers.
"""

from actionlearn.kernels.child import adopt
from actionlearn.kernels.forks import Fork, Forked, Limits, Refusal, Snapshot, Unshareable, patient
from actionlearn.kernels.protocol import ARGUMENTS, Reason
from actionlearn.kernels.provisioner import KERNEL, ForkProvisioner, forked_by, kernel_specs
from actionlearn.kernels.readiness import wait_until_ready
from actionlearn.kernels.sandbox import closes, keep_memory_closed
from actionlearn.kernels.warm_client import WarmProcess, available, current

__all__ = [
    "ARGUMENTS",
    "KERNEL",
    "Fork",
    "ForkProvisioner",
    "Forked",
    "Limits",
    "Reason",
    "Refusal",
    "Snapshot",
    "Unshareable",
    "WarmProcess",
    "adopt",
    "available",
    "closes",
    "current",
    "forked_by",
    "keep_memory_closed",
    "kernel_specs",
    "patient",
    "wait_until_ready",
]
