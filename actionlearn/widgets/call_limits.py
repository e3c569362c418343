"""Limits on a call of an author's own code: how long it may take and how much it may print."""

from __future__ import annotations

import io
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

#: Letters of what one call prints that are passed on. Nobody reads more, and somebody's memory holds it.
MOST_PRINTED = 100_000


class TooLong(BaseException):
    """The time is over. No ``Exception``: an author who catches all of these is stopped all the same."""


class Capped(io.TextIOBase):
    """Passes on what is written, up to some length.

    Parameters
    ----------
    to
        Where it goes.
    most
        How many letters of it.
    """

    def __init__(self, to: Any, most: int = MOST_PRINTED) -> None:
        self._to, self._left = to, most

    @property
    def full(self) -> bool:
        """Whether something was left out."""
        return self._left < 0

    def writable(self) -> bool:
        """Say that one can write here."""
        return True

    def write(self, text: str) -> int:
        """Write what there is room for."""
        if self._left > 0:
            self._to.write(text[: self._left])
        self._left -= len(text)
        return len(text)

    def flush(self) -> None:
        """Flush where it goes."""
        self._to.flush()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Stop what takes longer, wherever it is in Python, and pass on no more than a little of what it prints.

    Only in the main thread of a system that has alarms; elsewhere it takes its time. What runs in a library
    written in C is stopped when that returns.

    Parameters
    ----------
    seconds
        How long it may take; 0 for as long as it likes, and to print what it likes.

    Raises
    ------
    TooLong
        It took longer.
    """
    if not seconds:
        yield
        return
    with redirect_stdout(Capped(sys.stdout)), redirect_stderr(Capped(sys.stderr)), _alarm(seconds):
        yield


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(*_: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
