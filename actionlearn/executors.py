"""Run many tasks away from the process that has the store: in other processes, or on a Dask cluster.

What is done apart is a pure function: it gets values, returns values, and opens no store and no file of
ours. So it may be done twice without harm, when a worker dies; what comes of it is written once, here.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from actionlearn import __version__
from actionlearn.errors import ActionlearnError, BadInput, BuildError
from actionlearn.kernels import keep_memory_closed

P = ParamSpec("P")
T = TypeVar("T")

#: What ``--executor`` may begin with, or be.
DASK, PROCESSES, NOWHERE_ELSE = "dask://", "processes", "here"

#: Seconds to wait for a scheduler, and for its first worker.
PATIENCE = 15

_log = logging.getLogger(__name__)


class Offload:
    """Does work somewhere else, and here where that cannot be.

    Parameters
    ----------
    executor
        Who does it; None for here.
    width
        How much may usefully be under way at the same time.
    """

    def __init__(self, executor: Executor | None = None, width: int = 4) -> None:
        self._executor = executor
        self.width = width

    def __call__(self, function: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Return what a function of a module returns. Its faults are raised as if it had run here."""
        if self._executor is not None:
            try:
                return self._executor.submit(function, *given, **named).result()
            except ActionlearnError:
                raise
            except Exception as error:  # noqa: BLE001 - a worker that died, a scheduler that went: the work remains
                _log.warning("done here, since it was not done elsewhere: %r", error)
        return function(*given, **named)


#: Does all work here.
INLINE = Offload()


@contextmanager
def open_offload(where: str = PROCESSES) -> Iterator[Offload]:
    """Offer a place to do work.

    Parameters
    ----------
    where
        ``processes`` of this machine, ``here``, or ``dask://HOST:PORT``.

    Raises
    ------
    BadInput
        It is none of these.
    BuildError
        There is no such scheduler, it has no worker, or its workers have another version of us.
    """
    if where == NOWHERE_ELSE:
        yield INLINE
    elif where == PROCESSES:
        import multiprocessing

        number = os.cpu_count() or 1
        # Not forked: a server has threads, and what they hold would be held for ever. Its environment, where the
        # command line has passwords, is closed to others of the same user.
        with ProcessPoolExecutor(number, multiprocessing.get_context("spawn"), keep_memory_closed) as pool:
            yield Offload(pool, 2 * number)
    elif where.startswith(DASK) and where.removeprefix(DASK).rpartition(":")[2].isdecimal():
        with _dask(where) as found:
            yield found
    else:
        raise BadInput("batch.executor", value=where)


@contextmanager
def _dask(where: str) -> Iterator[Offload]:
    try:
        from distributed import Client
    except ImportError as error:
        raise BuildError("batch.no_dask") from error
    try:
        client: Any = Client(f"tcp://{where.removeprefix(DASK)}", timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise BuildError("batch.no_scheduler", address=where) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            raise BuildError("batch.no_workers", address=where) from error
        _same_version(client, where)
        threads = sum(client.nthreads().values())
        # Pure to Dask would mean that the same work is done once for all; each is asked for by itself.
        yield Offload(client.get_executor(pure=False), max(4, 2 * threads))


def _same_version(client: Any, where: str) -> None:
    """See that workers would make what we would make."""
    try:
        versions = set(client.run(version).values())
    except Exception as error:
        raise BuildError("batch.other_version", address=where, version="–", ours=__version__) from error
    if others := versions - {__version__}:
        raise BuildError("batch.other_version", address=where, version=", ".join(sorted(others)), ours=__version__)


def version() -> str:
    """Return the version that a worker has of us."""
    return __version__
