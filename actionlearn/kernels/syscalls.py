"""What Landlock does not cover is refused call by call: modes, owners, limits of others, priorities, watches, sockets.

A filter of system calls (seccomp), which a process sets for itself and for all it starts, for good. It is written for the two
machines that servers are; `can_filter` tells. Changes of modes and times are answered as if they had been made, since
libraries make them beside what they are asked for; anything else is "not permitted".
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable
from errno import ENOSYS, EPERM
from functools import cache

#: Of ``prctl``, and the mode of a filter.
_SET_SECCOMP, _FILTER = 22, 2

#: Instructions of a filter: load a word, jump where it is equal, at least, or has one of these bits, return; and with a mask.
_LOAD, _EQUAL, _AT_LEAST, _HAS, _RETURN, _AND = 0x20, 0x15, 0x35, 0x45, 0x06, 0x54
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000

#: Where a filter finds the number of the call, the machine, and the low word of an argument.
_NUMBER, _MACHINE = 0, 4
_UNIX, _DATAGRAM, _KIND = 1, 2, 0xF

#: Calls that make a process one of another system: mounts, users, processes, network.
_NEW_NAMESPACES = 0x7E020000
#: Numbers of x86_64 from here on are another way of calling.
_X32 = 0x40000000

#: The same numbers on every machine.
_EVERYWHERE = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "clone3": 435, "pidfd_getfd": 438,
    "mount_setattr": 442, "memfd_secret": 447, "fchmodat2": 452, "setxattrat": 463, "removexattrat": 466,
}  # fmt: skip

#: Machine -> its number in a filter, and those of its calls.
_MACHINES: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (0xC000003E, {
        "shmget": 29, "shmat": 30, "socket": 41, "connect": 42, "sendto": 44, "clone": 56, "kill": 62, "semget": 64,
        "msgget": 68, "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94, "ptrace": 101, "utime": 132,
        "mknod": 133, "setpriority": 141, "sched_setparam": 142, "sched_setscheduler": 144, "pivot_root": 155, "mount": 165,
        "umount2": 166, "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198,
        "fremovexattr": 199, "tkill": 200, "sched_setaffinity": 203, "tgkill": 234, "rt_sigqueueinfo": 129, "utimes": 235,
        "mq_open": 240, "add_key": 248, "request_key": 249, "keyctl": 250, "ioprio_set": 251, "inotify_init": 253,
        "inotify_add_watch": 254, "mknodat": 259, "fchownat": 260, "futimesat": 261, "fchmodat": 268, "unshare": 272,
        "utimensat": 280, "inotify_init1": 294, "rt_tgsigqueueinfo": 297, "perf_event_open": 298, "fanotify_init": 300,
        "fanotify_mark": 301, "prlimit64": 302, "name_to_handle_at": 303, "open_by_handle_at": 304, "setns": 308,
        "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "sched_setattr": 314, "memfd_create": 319,
        "bpf": 321, "userfaultfd": 323,
    }),
    "aarch64": (0xC00000B7, {
        "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16,
        "inotify_init1": 26, "inotify_add_watch": 27, "ioprio_set": 30, "mknodat": 33, "umount2": 39, "mount": 40,
        "pivot_root": 41, "fchmod": 52, "fchmodat": 53, "fchownat": 54, "fchown": 55, "utimensat": 88, "unshare": 97,
        "ptrace": 117, "sched_setparam": 118, "sched_setscheduler": 119, "sched_setaffinity": 122, "kill": 129, "tkill": 130,
        "tgkill": 131, "rt_sigqueueinfo": 138, "setpriority": 140, "mq_open": 180, "msgget": 186, "semget": 190,
        "shmget": 194, "shmat": 196, "socket": 198, "connect": 203, "sendto": 206, "add_key": 217, "request_key": 218,
        "keyctl": 219, "clone": 220, "rt_tgsigqueueinfo": 240, "perf_event_open": 241, "prlimit64": 261,
        "fanotify_init": 262, "fanotify_mark": 263, "name_to_handle_at": 264, "open_by_handle_at": 265, "setns": 268,
        "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "sched_setattr": 274, "memfd_create": 279,
        "bpf": 280, "userfaultfd": 282,
    }),
}  # fmt: skip

#: Answered as if done: modes and times of files, and the policy that ZeroMQ sets anew for each of its threads.
_NOT_DONE = {"chmod", "fchmod", "fchmodat", "fchmodat2", "utime", "utimes", "utimensat", "futimesat"} | {
    "sched_setscheduler",
    "sched_setparam",
}

#: Looked at with what they are given.
_LOOKED_AT = {"prlimit64", "socket", "sendto", "clone", "clone3"}

#: Refused to whoever may signal itself alone.
_SIGNALS = {"kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal"}

_Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def can_filter() -> bool:
    """Tell whether calls can be refused on this machine."""
    return sys.platform == "linux" and platform.machine() in _MACHINES


def refuse_calls(*, signals: Iterable[int] | None = None) -> bool:
    """Have the system refuse this process, and all it starts, what files' rights do not cover; return whether it can.

    Parameters
    ----------
    signals
        The only processes that may be signalled; None where something else sees to that.
    """
    if not can_filter():
        return False
    code = b"".join(struct.pack("=HBBI", *each) for each in _program(None if signals is None else tuple(signals)))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0):
        code_of_error = ctypes.get_errno()
        raise OSError(code_of_error, os.strerror(code_of_error))
    return True


@cache
def _program(signals: tuple[int, ...] | None) -> tuple[_Instruction, ...]:
    """Return the instructions of a filter."""
    machine, own = _MACHINES[platform.machine()]
    numbers = own | _EVERYWHERE
    made: list[_Instruction] = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 1, 0, machine),
        _refusal(EPERM),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if platform.machine() == "x86_64":
        made += [(_AT_LEAST, 0, 1, _X32), _refusal(ENOSYS)]
    for name, number in numbers.items():
        if name in _LOOKED_AT or name in _SIGNALS:
            continue
        made += [(_EQUAL, 0, 1, number), _refusal(0 if name in _NOT_DONE else EPERM)]
    # What asks for it falls back to the older call, whose flags can be seen.
    made += [(_EQUAL, 0, 1, numbers["clone3"]), _refusal(ENOSYS)]
    made += _when(numbers["clone"], [_argument(0), (_HAS, 0, 1, _NEW_NAMESPACES), _refusal(EPERM)])
    made += _when(numbers["prlimit64"], [_argument(0), (_EQUAL, 1, 0, 0), _refusal(EPERM)])
    made += _when(numbers["socket"], [_argument(0), (_EQUAL, 1, 0, _UNIX), _refusal(EPERM)])
    made += _when(numbers["socket"], [_argument(1), (_AND, 0, 0, _KIND), (_EQUAL, 0, 1, _DATAGRAM), _refusal(EPERM)])
    for half in (0, 4):
        made += _when(numbers["sendto"], [_argument(4, half), (_EQUAL, 1, 0, 0), _refusal(EPERM)])
    if signals is not None:
        made += _only(signals, numbers)
    return (*made, (_RETURN, 0, 0, _ALLOW))


def _only(pids: tuple[int, ...], numbers: dict[str, int]) -> list[_Instruction]:
    """Return what lets some processes be signalled, each with its group, and no others."""
    made: list[_Instruction] = []
    for name in sorted(_SIGNALS - {"kill", "tgkill"}):
        made += [(_EQUAL, 0, 1, numbers[name]), _refusal(EPERM)]
    for name in ("kill", "tgkill"):
        targets = [each & 0xFFFFFFFF for pid in pids for each in (pid, -pid)]
        checks = [(_EQUAL, len(targets) - at, 0, each) for at, each in enumerate(targets)]
        made += _when(numbers[name], [_argument(0), *checks, _refusal(EPERM)])
    return made


def _refusal(code: int) -> _Instruction:
    return (_RETURN, 0, 0, _ERRNO | code)


def _argument(index: int, half: int = 0) -> _Instruction:
    return (_LOAD, 0, 0, 16 + 8 * index + half)


def _when(number: int, looked: list[_Instruction]) -> list[_Instruction]:
    """Return instructions for one call alone; behind them the number of the call is there again."""
    return [(_EQUAL, 0, len(looked) + 1, number), *looked, (_LOAD, 0, 0, _NUMBER)]
