"""What one request may cost: time, memory and output. Each such limit stands here, and whoever does the work keeps to it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Budget:
    """What one piece of work may take that is done in a process of its own.

    Parameters
    ----------
    seconds
        Seconds it may take, and of processor time.
    memory
        Bytes of address space, Python and its libraries among them.
    output
        Bytes of what it returns.
    """

    seconds: int
    memory: int
    output: int


#: Making a picture that is attached anew: the largest one has 60 million points, and some formats need them twice.
PICTURE = Budget(seconds=60, memory=1536 * MEGABYTE, output=100 * MEGABYTE)

#: Steps of comparing words that one request may take: about a second.
COMPARISONS = 8_000_000

#: Places of the same words that are looked at one by one, the nearest first.
PLACES = 100

#: Pieces of heavy work at once: for everybody, and waiting for one person.
HEAVY_AT_ONCE, HEAVY_WAITING = 2, 8

#: Threads that know who is asking, and nothing else waits for.
SIGN_IN_THREADS = 2


class Allowance:
    """How much work of one request is left, and what it has come to: what is asked for twice is done once.

    It is counted in steps, not by a clock: the same texts compare the same way.

    Parameters
    ----------
    steps
        How much there is at first.
    """

    def __init__(self, steps: int = COMPARISONS) -> None:
        self.left = steps
        self._known: dict[Hashable, Any] = {}

    def take(self, steps: int) -> bool:
        """Tell whether so much is left, and take it."""
        if steps > self.left:
            return False
        self.left -= steps
        return True

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what was made for a key, made where it is asked for the first time."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]
