"""Settings that cannot be meant stop the server at its start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ODD = {
    "PUBLIC_URL": ["learn.example.org", "https://learn.example.org/?x=1"],
    "LINK_HOURS": ["-5"],
    "SESSION_DAYS": ["0"],
    "KERNELS": ["-1"],
    "PORTT": ["9000"],
}


def serve(data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Start a server that is not to start, with these settings."""
    given = {f"ACTIONLEARN_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "actionlearn", "serve", "--data", str(data), "--port", "0"]
    return subprocess.run(command, env={**os.environ, **given}, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.ordinary("PUBLIC_URL-learn", "PORTT")
@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in ODD.items() for value in values])
def test_a_setting_that_cannot_be_meant_is_refused_by_name(tmp_path: Path, name: str, value: str):
    """What it is called and what it may be is said, and nothing was founded."""
    done = serve(tmp_path / "data", **{name: value})
    assert done.returncode != 0
    assert f"ACTIONLEARN_{name}" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_all_of_them_are_named_at_once(tmp_path: Path):
    """Whoever puts one right does not come back for the next."""
    done = serve(tmp_path / "data", **{name: values[0] for name, values in ODD.items()})
    assert [name for name in ODD if f"ACTIONLEARN_{name}" not in done.stdout + done.stderr] == []
