"""A live cell that does its worst: what it reaches of the server, of the store, of others and of the machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import psutil
import pytest

from actionlearn.kernels import can_sandbox
from actionlearn.store import open_store

from ...support.served_kit import CANARY, World
from .test_live import live

HEAD = """\
---
template: attack
title: Attack
version: 1
minutes: 1
stage: scope
summary: A live cell that looks everywhere.
---

```{prompt} need
What?
```

```{code-cell}
:id: look
"""

#: Each try says what it got; "no" where the system refused. It knows more than a cell can: paths and numbers.
LOOK = """
import ctypes, glob, json, os, signal, socket

def tried(act):
    try:
        return repr(act())[:2000]
    except BaseException as error:
        return "no"

def subscribed(path):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(3)
        s.connect(path)
        s.sendall(b'{"op": "kernel", "argv": [], "env": {}}\\\\n')
        return s.recv(100) or 1 / 0

server, data, home, warm = SERVER, "DATA", "RUNTIME", "WARM"
found = {
    "environ": tried(lambda: open(f"/proc/{server}/environ").read()),
    "command": tried(lambda: open(f"/proc/{server}/cmdline").read()),
    "memory": tried(lambda: open(f"/proc/{server}/mem", "rb").read(1)),
    "descriptors": tried(lambda: os.listdir(f"/proc/{server}/fd")),
    "traced": tried(lambda: 1 / (1 + ctypes.CDLL(None).ptrace(16, server, 0, 0))),
    "store": tried(lambda: open(f"{data}/actionlearn.sqlite", "rb").read(16)),
    "notebooks": tried(lambda: os.listdir(f"{data}/cohorts")),
    "runtime": tried(lambda: os.listdir(home)),
    "others": tried(lambda: [os.listdir(name) for name in OTHERS]),
    "keys": tried(lambda: [open(name + "/k.json").read() for name in OTHERS] or 1 / 0),
    "planted": tried(lambda: [open(name + "/room/planted", "w") for name in OTHERS]),
    "unlinked": tried(lambda: [os.unlink(name + "/k-ipc-1") for name in OTHERS]),
    "warm": tried(lambda: os.unlink(warm)),
    "sockets": tried(lambda: open("/proc/net/unix").read()),
    "processes": tried(lambda: os.listdir("/proc")),
    "killed": tried(lambda: os.kill(server, 0)),
    "called": tried(lambda: socket.create_connection(("127.0.0.1", PORT), 3)),
    "forked": tried(lambda: subscribed(warm)),
    "wrote": tried(lambda: open("/tmp/attack-4711", "w")),
    "shadow": tried(lambda: open("/etc/shadow").read()),
    "own": tried(lambda: open("mine", "w").write("x")),
}
print("FOUND" + json.dumps(found) + "END")
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve, with the address of the store in the environment."""
    folder = tmp_path_factory.mktemp("attack")
    made = World(folder, ACTIONLEARN_STORE=f"sqlite:///{folder}/data/actionlearn.sqlite").start(cold=True)
    yield made
    made.stop()


def looked(world: World, who: str, *, shared: bool) -> dict[str, str]:
    """Return what a live cell of somebody's workbook found; alone, or run once for all who have it."""
    (warm,) = world.children("al-warm")
    path = next(each for each in warm.cmdline() if each.startswith("/") and each.endswith("w1"))
    others = [str(Path(each.cwd()).parent) for each in world.kernels()]
    values = {"SERVER": world.process and world.process.pid, "DATA": world.data, "PORT": world.port, "WARM": path}
    values |= {"RUNTIME": Path(path).parent.parent, "OTHERS": others}
    source = LOOK if shared else "get_ipython()\n" + LOOK  # which is to be had in a kernel of its own alone
    for name, value in values.items():
        source = re.sub(rf"\b{name}\b", str(value), source)
    name = f"attack-{'shared' if shared else 'alone'}"
    with open_store(world.data) as store:
        world.add_workbook(
            store, who, "autumn", name, HEAD.replace("template: attack", f"template: {name}") + source + "\n```\n"
        )
    page = live(world, who, f"{who}/{name}")
    assert page.status == 200, page.text
    told = re.search(r"FOUND(.*?)END", unescape(page.text).replace("\\\\", "\\").replace('\\"', '"'), re.DOTALL)
    assert told, page.text[-3000:]
    found: dict[str, Any] = json.loads(told[1])
    return found


@pytest.mark.skipif(not can_sandbox(), reason="this system has no Landlock")
@pytest.mark.parametrize("shared", [True, False], ids=["run-once-for-all", "run-in-its-kernel"])
def test_a_live_cell_reaches_nothing_but_its_own_folder(world: World, shared: bool):
    """Not the server's environment, memory or files, no store, no key or socket of another, no signal, no call."""
    assert live(world).status == 200  # somebody else has a kernel, too
    found = looked(world, "ben", shared=shared)
    assert {name: got for name, got in found.items() if got != "no"} == {"own": "1"}
    assert not Path("/tmp/attack-4711").exists()
    assert CANARY not in str(found)


def test_the_runtime_folder_holds_no_secret_but_keys_of_kernels(world: World):
    """No cookie secret, no address of a store; nobody else may enter, and the room of a kernel goes with it."""
    assert live(world).status == 200
    rooms = {Path(each.cwd()) for each in world.kernels()}
    (runtime,) = {room.parents[2] for room in rooms}
    assert runtime.stat().st_mode & 0o077 == 0
    assert [path.name for path in runtime.iterdir() if path.is_file()] == []
    files = {
        path.relative_to(room.parent).as_posix() for room in rooms for path in room.parent.rglob("*") if path.is_file()
    }
    assert {name for name in files if not name.startswith("room/")} == {"k.json"}
    body = {"prompt": "need", "passage": "The night"}
    assert world.ask("ana", "POST", f"/api/workbooks/{world.book['ana/scope']}/erase", body).status == 200
    assert [room.exists() for room in rooms].count(False) == 1


def test_the_server_keeps_its_environment_to_itself(world: World):
    """Its memory, environment and open files belong to root as far as others of the same user can tell."""
    assert world.process is not None
    status = Path(f"/proc/{world.process.pid}/environ").stat()
    assert status.st_uid == 0
    assert psutil.Process(world.process.pid).is_running()
