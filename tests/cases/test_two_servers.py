"""One store, reached by two paths, has one server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..support.served_kit import World


def copy_by_links(data: Path, other: Path) -> None:
    """Let another folder name the same files, but for the lock of the first: as a network folder shows them."""
    for path in data.rglob("*"):
        there = other / path.relative_to(data)
        if path.is_dir():
            there.mkdir(parents=True, exist_ok=True)
        elif path.is_file() and path.name != "server.lock":
            there.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, there)


@pytest.mark.ordinary("link")
@pytest.mark.parametrize("way", ["same", "link", "another folder"])
def test_a_second_server_does_not_start(tmp_path: Path, way: str):
    """By the same path, by a symbolic link, and where the lock of the first is not seen: it says who serves, and the first goes on."""
    world = World(tmp_path).start()
    other = world.data if way == "same" else tmp_path / "other"
    if way == "link":
        other.symlink_to(world.data)
    elif way == "another folder":
        copy_by_links(world.data, other)
    command = [sys.executable, "-m", "actionlearn", "serve", "--data", str(other), "--port", "0"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
        assert done.returncode != 0
        assert "already" in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert world.save("ana", world.book["ana/impact"], "changed", f"still {way}").status == 200
    finally:
        world.stop()
