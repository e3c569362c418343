"""Do one piece of work in a process of its own, which has limits and reaches no file but the installation of Python.

For what reads bytes that anybody may have made (pictures, sheets): what such a reader takes, or does, when somebody
has found its fault, ends with that process. The function is named, not sent: it is one of a module that can be imported.
"""

from __future__ import annotations

import datetime
import decimal
import importlib
import io
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple
from typing import Any, BinaryIO

from actionlearn import errors
from actionlearn.budget import Budget
from actionlearn.kernels import enter_sandbox, keep_memory_closed

#: What such a process inherits of our environment.
INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH", "SYSTEMROOT")

#: What it may answer with, besides numbers, text, bytes and collections of them.
_VALUES = {
    ("datetime", name): getattr(datetime, name) for name in ("date", "datetime", "time", "timedelta", "timezone")
} | {("decimal", "Decimal"): decimal.Decimal}


class OverBudget(Exception):
    """It would have taken more than it may."""


class WorkFailed(Exception):
    """It failed in a way nobody has foreseen; the text is the class of the error."""


class _Answer(pickle.Unpickler):
    """Reads values, and makes no object of any other class: who answers may not be who was asked any more."""

    def find_class(self, module: str, name: str) -> Any:
        """Return one of the few classes there may be."""
        try:
            return _VALUES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name}") from None


def run_limited(budget: Budget, function: Callable[..., Any], *given: Any) -> Any:
    """Return what a function returns that runs in a process of its own.

    Parameters
    ----------
    budget
        What it may take.
    function
        One of a module; what it is given and returns are values (text, numbers, bytes, dates, and collections of them).
    *given
        What it is given.

    Raises
    ------
    OverBudget
        It takes more.
    WorkFailed
        It failed, with no error of ours.
    ActionlearnError
        As it raised it.
    """
    with _memory_file() as request, _memory_file() as reply:
        pickle.dump((function.__module__, function.__qualname__, given), request)
        request.seek(0)
        limits = [str(each) for each in astuple(budget)]
        process = subprocess.Popen(  # noqa: S603 - our own module, by our own Python
            [sys.executable, "-P", "-B", "-m", "actionlearn.limited_process", *limits],
            stdin=request,
            stdout=reply,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in INHERITED if name in os.environ},
        )
        try:
            process.wait(budget.seconds)
        except subprocess.TimeoutExpired:
            raise OverBudget("time") from None
        finally:
            process.kill()
            process.wait()
        return _read(reply, budget)


def _memory_file() -> BinaryIO:
    """Return a file that is on no disk where the system has such."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("work"), "w+b")
    return tempfile.TemporaryFile()


def _read(reply: BinaryIO, budget: Budget) -> Any:
    if reply.seek(0, io.SEEK_END) > budget.output:
        raise OverBudget("output")
    reply.seek(0)
    try:
        kind, *details = _Answer(reply).load()
        if kind == "done":
            return details[0]
        if kind == "refused":
            raise _error(*details)
        if kind == "failed":
            raise WorkFailed(str(details[0]))
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, IndexError, AttributeError):
        pass  # it was ended while it said something, or before
    raise OverBudget("memory")


def _error(
    name: str, code: str, message_code: str, values: dict[str, Any], faults: list[Any]
) -> errors.ActionlearnError:
    kind = getattr(errors, name, None)
    if not (isinstance(kind, type) and issubclass(kind, errors.ActionlearnError)):
        raise ValueError(name)  # noqa: TRY004 - it is what was said that is wrong
    found = [errors.Fault(code=each[0], values=each[1], line=each[2], place=each[3]) for each in faults]
    return kind(code, faults=found, message_code=message_code, **values)


# In the process itself ---------------------------------------------------------------------------


def _limit(seconds: int, memory: int, output: int) -> None:
    with suppress(ImportError):
        import resource

        for kind, most in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_FSIZE, output),
            (resource.RLIMIT_CORE, 0),
        ):
            with suppress(ValueError, OSError):  # some systems have no such limit
                resource.setrlimit(kind, (most, most))


def main() -> None:
    """Do what is asked on our stdin, within the limits that our arguments name."""
    keep_memory_closed()
    _limit(*map(int, sys.argv[1:4]))
    reply: Any
    try:
        module, name, given = pickle.load(sys.stdin.buffer)  # noqa: S301 - it is who started us that asks
        function = getattr(importlib.import_module(module), name)
        enter_sandbox(())
        reply = ("done", function(*given))
    except errors.ActionlearnError as error:
        faults = [(each.code, each.values, each.line, each.place) for each in error.faults]
        reply = ("refused", type(error).__name__, error.code, error.message_code, error.values, faults)
    except MemoryError:
        os._exit(1)
    except Exception as error:  # noqa: BLE001 - its words may be somebody's: the class is all that is told
        reply = ("failed", type(error).__name__)
    pickle.dump(reply, sys.stdout.buffer)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
