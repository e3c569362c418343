"""Work that takes a processor for long, away from the threads that everybody waits for, one piece a person at a time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar
from weakref import WeakValueDictionary

from actionlearn.budget import HEAVY_AT_ONCE, HEAVY_WAITING, SIGN_IN_THREADS
from actionlearn.errors import TooMany

P = ParamSpec("P")
T = TypeVar("T")

_heavy = ThreadPoolExecutor(HEAVY_AT_ONCE, thread_name_prefix="heavy")
_sign_in = ThreadPoolExecutor(SIGN_IN_THREADS, thread_name_prefix="sign-in")

#: Who has work under way, or waits for their own -> their lock, and how many pieces.
_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
_waiting: Counter[str] = Counter()


async def run_heavy(person: str, act: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Run something that costs much; what the same person asked for before is done first.

    It is finished also where nobody waits for it any more: until then it counts as theirs.

    Parameters
    ----------
    person
        Id of who asks.
    act
        What is done, with what it is given.

    Raises
    ------
    TooMany
        They wait for as much already as anybody may.
    """
    if _waiting[person] >= HEAVY_WAITING:
        raise TooMany("server.too_many")
    _waiting[person] += 1
    task = asyncio.ensure_future(_run(person, act, *given, **named))
    task.add_done_callback(lambda _: _count_down(person))
    return await asyncio.shield(task)


async def _run(person: str, act: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    lock = _locks.setdefault(person, asyncio.Lock())
    async with lock:
        return await asyncio.get_running_loop().run_in_executor(_heavy, lambda: act(*given, **named))


def _count_down(person: str) -> None:
    _waiting[person] -= 1
    if not _waiting[person]:
        del _waiting[person]


async def run_sign_in(act: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Find out who is asking, in threads that do nothing else."""
    return await asyncio.get_running_loop().run_in_executor(_sign_in, lambda: act(*given, **named))
