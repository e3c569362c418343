"""A notebook that has run once: what it shows, what it left behind, and whether forks of it are sound.

A fork is as good as a run where nothing lies outside the process's memory: no other thread, no open socket
or file, no child. That is looked up after each cell, in ``/proc``. What asks for a shell is seen in the source.
"""

from __future__ import annotations

import ast
import inspect
import io
import os
import signal
import sys
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import Any

from actionlearn.kernels.protocol import Reason

#: Names that only a shell has.
_OF_A_SHELL = {"display", "get_ipython", "In", "Out", "exit", "quit", "input"}

#: Letters that the outputs of one cell may have.
MOST = 2 * 1024 * 1024


class _TooMuch(BaseException):
    """A cell says more than anybody reads."""


class _Printed(io.StringIO):
    """What a cell prints, as long as that is not too much."""

    def write(self, text: str) -> int:
        """Take in printed text, up to a limit."""
        if self.tell() + len(text) > MOST:
            raise _TooMuch
        return super().write(text)


@dataclass
class Ran:
    """What came of running a notebook once.

    Parameters
    ----------
    namespace
        What its cells defined.
    outputs
        For each cell, its outputs as nbformat has them.
    reasons
        Why it cannot be forked, empty where it can.
    """

    namespace: dict[str, Any] = field(default_factory=dict)
    outputs: list[list[dict[str, Any]]] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)


def reasons_in(cells: Iterable[str]) -> list[Reason]:
    """Return why these cells need a shell, as far as their source says.

    Parameters
    ----------
    cells
        Sources of code cells.
    """
    return [reason for number, source in enumerate(cells, 1) for reason in _reasons_in(source, number)]


def _reasons_in(source: str, number: int) -> list[Reason]:
    from IPython.core.inputtransformer2 import TransformerManager

    transformed = TransformerManager().transform_cell(source)  # type: ignore[no-untyped-call]
    if transformed.strip() != source.strip():
        return [Reason(number, "magic")]
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return [Reason(number, "raises", error.msg)]
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imported = {a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
    found = [Reason(number, "shell", name) for name in sorted((names | imported) & _OF_A_SHELL)]
    return found + [Reason(number, "shell", "await")] * _awaits(source)


def _awaits(source: str) -> bool:
    """Return whether a cell awaits something outside a function; a shell has a loop for that."""
    code = compile(source, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return bool(code.co_flags & inspect.CO_COROUTINE)


class Itself:
    """What ``/proc`` says of this process, opened before walls stand between the two."""

    def __init__(self) -> None:
        self._threads = os.open("/proc/self/task", os.O_RDONLY)
        self._files = os.open("/proc/self/fd", os.O_RDONLY)
        self._children = os.open(f"/proc/self/task/{os.getpid()}/children", os.O_RDONLY)

    def threads(self) -> int:
        """Return how many threads there are."""
        return len(os.listdir(self._threads))  # noqa: PTH208 - names are enough

    def children(self) -> list[int]:
        """Return the ids of child processes."""
        return [int(pid) for pid in os.pread(self._children, 1 << 20, 0).split()]

    def open_files(self) -> dict[int, str]:
        """Return what each descriptor is open on."""
        found = {}
        for each in os.listdir(self._files):  # noqa: PTH208 - names are enough
            try:
                found[int(each)] = os.readlink(f"/proc/self/fd/{each}")  # noqa: PTH115 - the link of a socket is no path
            except OSError:
                continue  # the descriptor that listed the folder
        return found

    def close(self) -> None:
        """Let go of it."""
        for each in (self._threads, self._files, self._children):
            os.close(each)


def run(cells: list[str], itself: Itself) -> Ran:
    """Run cells here, in one namespace, and look whether a fork of this process would be whole.

    Parameters
    ----------
    cells
        Sources of code cells, in order.
    itself
        This process.
    """
    ran = Ran(reasons=reasons_in(cells))
    if ran.reasons:
        return ran
    # A package may open files or threads when it is imported: what matters is what is open afterwards.
    before, me = itself.open_files(), os.getpid()
    ran.namespace.update(__name__="__main__", __builtins__=__builtins__)
    for number, source in enumerate(cells, 1):
        try:
            ran.outputs.append(_run_cell(source, ran.namespace, number))
            ran.reasons = _reasons_left(before, itself, number)
        except _TooMuch:
            ran.reasons = [Reason(number, "prints")]
        except BaseException as error:  # noqa: BLE001 - whatever an author's cell raises, a shell is to show it
            ran.reasons = [Reason(number, "raises", type(error).__name__)]
        if os.getpid() != me:
            os._exit(0)  # a cell has forked, and this is not who was asked
        if ran.reasons:
            break
    return ran


def _run_cell(source: str, namespace: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """Run one cell as a shell would, and return its outputs."""
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    if last is not None:
        tree.body.pop()
    name = f"<cell {number}>"
    out, err = _Printed(), _Printed()
    shown = None
    with redirect_stdout(out), redirect_stderr(err):
        exec(compile(tree, name, "exec"), namespace)  # noqa: S102 - to run the author's cells is what this is for
        if last is not None:
            shown = eval(compile(ast.Expression(last.value), name, "eval"), namespace)  # noqa: S307 - the same
    printed = [("stdout", out.getvalue()), ("stderr", err.getvalue())]
    outputs: list[dict[str, Any]] = [
        {"output_type": "stream", "name": name, "text": text} for name, text in printed if text
    ]
    # A shell is quiet after a semicolon.
    if shown is not None and not source.rstrip().endswith(";"):
        outputs.append(_shown(shown, number))
    return outputs


def _shown(result: Any, number: int) -> dict[str, Any]:
    from IPython.core.formatters import DisplayFormatter

    data, metadata = DisplayFormatter().format(result)  # type: ignore[no-untyped-call]
    return {"output_type": "execute_result", "data": data, "metadata": metadata, "execution_count": number}


def _reasons_left(before: dict[int, str], itself: Itself, number: int) -> list[Reason]:
    """Return what lies outside this process's memory now, after one cell."""
    reasons = []
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None and pyplot.get_fignums():
        reasons.append(Reason(number, "figures"))
    if (threads := itself.threads()) > 1:
        reasons.append(Reason(number, "threads", str(threads - 1)))
    left = [what for fd, what in itself.open_files().items() if before.get(fd) != what]
    reasons += [Reason(number, "files", what) for what in sorted(set(left))]
    if itself.children():
        reasons.append(Reason(number, "children"))
    if signal.getitimer(signal.ITIMER_REAL) != (0.0, 0.0):
        reasons.append(Reason(number, "timer"))
    if os.fstat(1).st_size:
        reasons.append(Reason(number, "programs"))
    return reasons
