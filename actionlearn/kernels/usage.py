"""What a kernel takes with all it has started: memory, processor time, processes, disk.

The system's limits are those of each process by itself. So the whole family is counted from outside, again and again.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100

#: Files in a folder that are counted; a kernel that makes more takes too many.
MOST_FILES = 20_000


@dataclass(frozen=True)
class Usage:
    """What a family of processes takes, or may take.

    Parameters
    ----------
    memory
        Bytes, of what they share with others their part.
    seconds
        Seconds of processor time, those of children that have ended among them.
    processes
        How many there are.
    disk
        Bytes of files in its folder, and of those it has open that are in none any more.
    """

    memory: int
    seconds: float
    processes: int
    disk: int

    def over(self, most: Usage) -> str:
        """Return in a word what is more than may be taken; empty where nothing is."""
        taken = vars(self)
        return next((name for name, limit in vars(most).items() if taken[name] > limit), "")


@dataclass(frozen=True)
class _Process:
    parent: int
    seconds: float
    resident: int


def usages(kernels: Mapping[str, tuple[int, str]], most: Usage) -> dict[str, Usage]:
    """Return what kernels take. Each process of the machine is looked at once, for all of them.

    Parameters
    ----------
    kernels
        By its name, the process of a kernel and its folder.
    most
        What one may take: memory is counted exactly only where it may be more.
    """
    processes = dict(_processes())
    children: dict[int, list[int]] = defaultdict(list)
    for pid, each in processes.items():
        children[each.parent].append(pid)
    found = {}
    for name, (first, folder) in kernels.items():
        family, new = [], [first] if first in processes else []
        while new:
            family += new
            new = [child for pid in new for child in children[pid]]
        resident = sum(processes[pid].resident for pid in family)
        found[name] = Usage(
            memory=resident if resident <= most.memory else sum(map(_own_part, family)),
            seconds=sum(processes[pid].seconds for pid in family),
            processes=len(family),
            disk=_size(folder) + sum(_unnamed(family)),
        )
    return found


def _processes() -> Iterator[tuple[int, _Process]]:
    for name in os.listdir("/proc"):  # noqa: PTH208 - names are enough
        if not name.isdecimal():
            continue
        try:
            # The name, in parentheses, may hold anything: what is behind the last one is fixed.
            words = Path(f"/proc/{name}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        yield int(name), _Process(int(words[1]), sum(map(int, words[11:15])) / _TICKS, int(words[21]) * _PAGE)


def _own_part(pid: int) -> int:
    """Return the memory of a process, of what it shares with others its part; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except FileNotFoundError:
        return 0
    except OSError:  # it hides it, or has just ended
        return _resident(pid)
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE
    except OSError:
        return 0


def _size(folder: str) -> int:
    """Return what the files of a folder take on the disk."""
    total, waiting, left = 0, [folder], MOST_FILES
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    left -= 1
                    if left < 0:
                        return 1 << 62
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:
            continue  # it was removed meanwhile
    return total


def _unnamed(family: list[int]) -> Iterator[int]:
    """Yield what files take that are open and in no folder any more, each once."""
    seen = set()
    for pid in family:
        try:
            numbers = os.listdir(f"/proc/{pid}/fd")  # noqa: PTH208 - names are enough
        except OSError:
            continue  # it has ended
        for number in numbers:
            try:
                file = os.stat(f"/proc/{pid}/fd/{number}")  # noqa: PTH116 - it is no path
            except OSError:
                continue
            if file.st_nlink == 0 and (file.st_dev, file.st_ino) not in seen:
                seen.add((file.st_dev, file.st_ino))
                yield file.st_blocks * 512
