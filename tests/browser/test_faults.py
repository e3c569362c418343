"""A short run of `benchmarks/faults.py`: whatever breaks, every character is in the store, once, in order."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FAULTS = Path(__file__).parents[2] / "benchmarks" / "faults.py"


def faults(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the benchmark."""
    command = [sys.executable, str(FAULTS), "--seed", "spring", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_nothing_typed_is_lost_when_things_break():
    """Server and kernel killed, network cut, delayed, doubled, replies lost, tabs gone, disk full, store locked."""
    kinds = ["kernel", "server", "cut", "delayed", "duplicated", "lost-reply", "reloaded", "closed", "full", "locked"]
    run = faults("--rounds", "20", "--lanes", "2", "--kinds", *kinds)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.postgresql
def test_nothing_typed_is_lost_when_postgresql_restarts(postgresql: str):
    """Both ways: as an upgrade does it, as a crash does."""
    run = faults("--rounds", "4", "--kinds", "postgresql")
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("spoil", "kind", "told"),
    [("keeps-nothing", "reloaded", "typed"), ("says-early", "cut", "said to be saved")],
)
def test_the_judge_notices(spoil: str, kind: str, told: str):
    """A page that keeps nothing on the device, or says "saved" too early, does not pass."""
    run = faults("--rounds", "3", "--lanes", "1", "--kinds", kind, "--spoil", spoil)
    assert run.returncode == 1, run.stdout + run.stderr
    assert told in run.stdout
