"""A store that was lost, in a folder that still holds a cohort, is not founded anew."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
from pathlib import Path

from ..support.served_kit import World


def test_a_server_on_an_emptied_store_names_the_way_back(tmp_path: Path):
    """It does not start, prints no link of a new installation, and says how a backup is brought back."""
    world = World(tmp_path)
    for path in world.data.glob("actionlearn.sqlite*"):
        path.unlink()
    (world.data / "actionlearn.sqlite").write_bytes(b"")
    command = [sys.executable, "-m", "actionlearn", "serve", "--data", str(world.data), "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "restore" in done.stdout + done.stderr
    assert "/in/" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    with contextlib.closing(sqlite3.connect(world.data / "actionlearn.sqlite")) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == []
