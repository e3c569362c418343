"""Work in a process with limits: what it takes too much of, what it answers with, and what it reaches."""

from __future__ import annotations

import datetime
import os
import pickle
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from actionlearn import limited_process
from actionlearn.budget import MEGABYTE, Budget
from actionlearn.errors import BadInput, Fault, RosterError
from actionlearn.kernels import can_sandbox
from actionlearn.limited_process import OverBudget, WorkFailed, run_limited

SMALL = Budget(seconds=20, memory=512 * MEGABYTE, output=MEGABYTE)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are Linux's")


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a module that the other process can import, as it can import ours."""
    (tmp_path / "some_work.py").write_text(
        "import datetime, os, socket, time\n"
        "from pathlib import Path\n"
        "from actionlearn.errors import Fault, RosterError\n"
        "def double(text, times): return [text * times, datetime.date(2026, 12, 1), None, 1.5, b'x']\n"
        "def fill(): return len(bytearray(2 * 1024 ** 3))\n"
        "def spin():\n    while True: pass\n"
        "def sleep(): time.sleep(600)\n"
        "def talk(): return 'x' * (8 * 1024 ** 2)\n"
        "def refuse(): raise RosterError('roster.x', faults=[Fault('a', {'n': 1}, line=3)], row=4)\n"
        "def fail(): raise KeyError('somebody private')\n"
        "def leave(): os._exit(0)\n"
        "def made(): return Path('/x')\n"
        "def environ(): return sorted(os.environ)\n"
        "def read(path):\n"
        "    try: return Path(path).read_text()\n"
        "    except OSError as error: return type(error).__name__\n"
        "def call():\n"
        "    try: socket.create_connection(('127.0.0.1', 9), 1); return 'called'\n"
        "    except PermissionError: return 'no'\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.syspath_prepend(str(tmp_path))
    import importlib

    yield importlib.import_module("some_work")
    sys.modules.pop("some_work", None)


def test_values_come_back(work: Any):
    """Text, numbers, dates and lists are what they were."""
    assert run_limited(SMALL, work.double, "é", 2) == ["éé", datetime.date(2026, 12, 1), None, 1.5, b"x"]


@pytest.mark.parametrize("act", ["fill", "talk", "leave"])
def test_what_takes_too_much_is_ended(work: Any, act: str):
    """Memory, output, or an end in the middle: said as one thing, and the rest of us is as it was."""
    with pytest.raises(OverBudget):
        run_limited(SMALL, getattr(work, act))


@pytest.mark.parametrize("act", ["spin", "sleep"])
def test_what_takes_too_long_is_ended(work: Any, act: str):
    """Work without an end and a wait without an end are both over when the time is."""
    with pytest.raises(OverBudget):
        run_limited(Budget(seconds=1, memory=512 * MEGABYTE, output=MEGABYTE), getattr(work, act))


def test_an_error_of_ours_is_raised_as_it_was(work: Any):
    """With its code, its values and its faults; another error is told by its class, without its words."""
    with pytest.raises(RosterError) as refused:
        run_limited(SMALL, work.refuse)
    assert (refused.value.code, refused.value.values) == ("roster.x", {"row": 4})
    assert refused.value.faults == (Fault("a", {"n": 1}, line=3),)
    with pytest.raises(WorkFailed, match=r"^KeyError$"):
        run_limited(SMALL, work.fail)


def test_no_object_is_made_of_an_answer(work: Any):
    """Who answers may not be who was asked any more: an answer of other classes is none, and nothing of it runs."""
    with pytest.raises(OverBudget):
        run_limited(SMALL, work.made)
    with limited_process._memory_file() as reply:
        reply.write(pickle.dumps(("done", BadInput("x"))))
        with pytest.raises(OverBudget):
            limited_process._read(reply, SMALL)


def test_it_knows_no_secret_and_reaches_no_file(work: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Its environment is made by allow-list; where the system has walls it reads and calls nothing."""
    monkeypatch.setenv("ACTIONLEARN_MAIL_PASSWORD", "secret")
    assert not [name for name in run_limited(SMALL, work.environ) if name.startswith("ACTIONLEARN")]
    if not can_sandbox():
        return
    (tmp_path / "store").write_text("private")
    assert run_limited(SMALL, work.read, str(tmp_path / "store")) == "PermissionError"
    with socket.create_server(("127.0.0.1", 0)):
        assert run_limited(SMALL, work.call) == "no"
