"""What a kernel's process may reach: the installation of Python to read, a folder of its own, and nothing else.

Landlock, which every Linux since 5.13 has and no privilege is needed for: a process gives up rights for itself and
for all it starts, for good. So a live cell reads no store, no notebook, no other process and no key of another
kernel, though all of them belong to the same user. What is no right to a file is refused by `refuse_calls`. On a
system without one of them it is open; `open_sides` tells.
"""

from __future__ import annotations

import ctypes
import os
import stat
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from actionlearn.kernels.syscalls import can_filter, refuse_calls

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same numbers on every machine
_NO_NEW_PRIVILEGES, _DUMPABLE = 38, 4  # of ``prctl``
_BELOW_PATH = 1

_EXECUTE, _WRITE, _READ, _LIST, _REMOVE, _SOCKET, _TRUNCATE = 1, 1 << 1, 1 << 2, 1 << 3, 1 << 5, 1 << 9, 1 << 14
_OF_A_FILE = _EXECUTE | _WRITE | _READ | _TRUNCATE | 1 << 15
_LOOK = _EXECUTE | _READ | _LIST

#: Version of the interface -> how many rights over files it knows.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
#: From these versions on: no TCP; no signal, and no abstract socket, to a process outside.
_TCP_FROM, _SCOPES_FROM = 4, 6

#: What Python and its libraries read besides themselves.
_SYSTEM = (
    "/usr", "/lib", "/lib64", "/lib32", "/bin", "/opt/homebrew", "/nix/store", "/etc/ld.so.cache", "/etc/localtime",
    "/etc/timezone", "/etc/mime.types", "/etc/fonts", "/etc/nsswitch.conf", "/etc/passwd", "/etc/group",
    "/dev/urandom", "/dev/random", "/sys/devices/system/cpu", "/proc/cpuinfo", "/proc/meminfo",
)  # fmt: skip
_OF_OURSELVES = ("statm", "stat", "status")


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Below(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


@cache
def _system() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


@cache
def can_sandbox() -> int:
    """Return which version of Landlock this system has, 0 where it has none."""
    if sys.platform != "linux":
        return 0
    version = _system().syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(0, int(version))


def enter_sandbox(
    rooms: Sequence[str],
    *,
    sockets: Iterable[str] = (),
    reads: Iterable[str] = (),
    forks: bool = False,
) -> bool:
    """Give up every right of this process but those named, for good; return whether the system can.

    Threads that run already keep theirs: it is for a process that has one.

    Parameters
    ----------
    rooms
        Folders in which everything may be done.
    sockets
        Folders in which sockets may be made, and nothing looked at.
    reads
        Files and folders that may be read, besides the installation of Python.
    forks
        Whether it is to end what it forks: it may signal others then, where Landlock does not see to that.
    """
    version = can_sandbox()
    if not version:
        return False
    every = (1 << _RIGHTS.get(version, 16)) - 1
    rules = _Ruleset(every, 3 if version >= _TCP_FROM else 0, 3 if version >= _SCOPES_FROM else 0)
    size = 8 if version < _TCP_FROM else 16 if version < _SCOPES_FROM else 24
    made = _called(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path in (*_common(), *(f"/proc/self/{name}" for name in _OF_OURSELVES), *reads):
            _allow(made, path, _LOOK & every)
        for path in sockets:
            _allow(made, path, _SOCKET | _REMOVE)
        for path in rooms:
            _allow(made, path, every)
        _allow(made, os.devnull, (_READ | _WRITE | _TRUNCATE) & every)
        prctl(_NO_NEW_PRIVILEGES, 1)
        _called(_RESTRICT, ctypes.c_int(made), ctypes.c_uint32(0))
    finally:
        os.close(made)
    refuse_calls(signals=None if forks or version >= _SCOPES_FROM else (os.getpid(),))
    return True


def open_sides() -> list[str]:
    """Return what is not closed around kernels on this system, each as a line for the log."""
    version = can_sandbox()
    if not version:
        return ["no walls around kernels: this system has no Landlock"]
    sides = (
        (version >= _TCP_FROM or can_filter(), "kernels may connect to others: Linux 6.7 or newer closes that"),
        (
            version >= _SCOPES_FROM,
            "cells that run once for everybody may signal processes: Linux 6.12 or newer closes that",
        ),
        (
            can_filter(),
            "kernels may change modes and limits of what is the same user's: there is no filter for this machine",
        ),
    )
    return [line for closed, line in sides if not closed]


def keep_memory_closed() -> None:
    """Have the system show memory, environment and open files of this process to nobody but root."""
    prctl(_DUMPABLE, 0)


def prctl(option: int, value: int | bytes) -> None:
    """Set something of this process, where the system is Linux.

    Parameters
    ----------
    option, value
        As ``prctl`` has them.
    """
    if sys.platform == "linux":
        _system().prctl(option, value, 0, 0, 0)


@cache
def _common() -> tuple[str, ...]:
    """Return what everybody may look at: looked up once for all that are forked from here."""
    return tuple(path for path in (*_installation(), *_SYSTEM) if Path(path).exists())


def _installation() -> set[str]:
    """Return where Python, its libraries and we ourselves are. Not the folder that somebody works in."""
    import actionlearn

    ours = str(Path(actionlearn.__file__ or "").parent.parent)
    libraries = {path for path in sys.path if Path(path).name in {"site-packages", "dist-packages"}}
    own = {str(Path(ours) / name) for name in ("actionlearn", "templates", "examples")}
    return {sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), *libraries, *own}


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # it is not there
    try:
        rights &= -1 if stat.S_ISDIR(os.fstat(folder).st_mode) else _OF_A_FILE
        _called(_ADD, ctypes.c_int(ruleset), ctypes.c_int(_BELOW_PATH), ctypes.byref(_Below(rights, folder)), 0)
    finally:
        os.close(folder)


def _called(number: int, *arguments: object) -> int:
    result = int(_system().syscall(number, *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
