"""One server for a data folder."""

from __future__ import annotations

import json
import stat
import threading
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from actionlearn.errors import ServerError, StoreError
from actionlearn.store.engine import folder_lock, heartbeat
from actionlearn.store.engine.folder_lock import only_server
from actionlearn.store.engine.heartbeat import FILE, Heartbeat


def test_a_folder_that_a_server_makes_is_for_its_owner_alone(tmp_path: Path):
    """It will hold what people write and who they are."""
    with only_server(tmp_path / "data"):
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def owner(data: Path) -> heartbeat.ServerOwner:
    """Return who the file says holds the folder."""
    return heartbeat.ServerOwner(**json.loads((data / FILE).read_text("utf-8")))


def test_a_second_server_by_another_path_is_refused(tmp_path: Path):
    """Where the system's lock is not seen, as through a network folder, the owner's file is."""
    with only_server(tmp_path):
        second = Heartbeat(tmp_path, lambda: None)
        with pytest.raises(ServerError) as refused:
            second.begin()
        assert refused.value.code == "server.served_elsewhere"
        assert refused.value.values["pid"] == owner(tmp_path).pid
    assert not (tmp_path / FILE).exists()


def test_a_server_on_another_machine_is_known_by_its_next_beat(tmp_path: Path):
    """Its process cannot be looked up: whoever writes the file again lives, whoever does not is gone."""
    first = Heartbeat(tmp_path, lambda: None, seconds=0.1)
    first.begin()
    first.end()
    with only_server(tmp_path):
        there = replace(owner(tmp_path), boot="another", host="elsewhere")
    (tmp_path / FILE).write_text(json.dumps(asdict(there)), "utf-8")
    quick = Heartbeat(tmp_path, lambda: None, seconds=0.1)
    quick.begin()  # no beat came: it was left behind
    quick.end()

    (tmp_path / FILE).write_text(json.dumps(asdict(there)), "utf-8")
    ended = threading.Event()

    def beat() -> None:
        number = 1
        while not ended.wait(0.02):
            number += 1
            fresh = tmp_path / "fresh"
            fresh.write_text(json.dumps(asdict(replace(there, beat=number))), "utf-8")
            fresh.replace(tmp_path / FILE)

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        with pytest.raises(ServerError, match="elsewhere"):
            Heartbeat(tmp_path, lambda: None, seconds=1).begin()
    finally:
        ended.set()
        thread.join()


def test_a_server_whose_folder_was_taken_hears_of_it(tmp_path: Path):
    """One that was suspended for long must not write beside its successor, and leaves the successor's file alone."""
    taken = threading.Event()
    first = Heartbeat(tmp_path, taken.set, seconds=0.02)
    first.begin()
    other = replace(owner(tmp_path), id="another")
    (tmp_path / "fresh").write_text(json.dumps(asdict(other)), "utf-8")
    (tmp_path / "fresh").replace(tmp_path / FILE)
    assert taken.wait(30)
    first.end()
    assert owner(tmp_path).id == "another"


def test_what_a_killed_server_left_behind_is_no_hindrance(tmp_path: Path):
    """Its process is not there any more, or another one has its number by now."""
    with only_server(tmp_path):
        mine = owner(tmp_path)
    for left in (replace(mine, id="x", pid=2**22 - 1), replace(mine, id="y", started=mine.started - 1000)):
        (tmp_path / FILE).write_text(json.dumps(asdict(left)), "utf-8")
        with only_server(tmp_path):
            assert owner(tmp_path).id not in ("x", "y")
    (tmp_path / FILE).write_text("{half", "utf-8")
    with only_server(tmp_path):
        assert owner(tmp_path).host == mine.host


def test_a_file_system_that_keeps_no_locks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A lock that can be taken twice is none: two programs would write to one database at once."""
    monkeypatch.setattr(folder_lock, "try_lock", lambda _: True)
    with pytest.raises(StoreError) as refused, only_server(tmp_path):
        pass
    assert refused.value.code == "store.no_locks"
