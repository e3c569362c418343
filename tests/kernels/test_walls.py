"""What stands around a kernel besides files: calls that are refused, who is believed, and what a family takes."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from actionlearn import kernels
from actionlearn.kernels import Fork, ForkRefused, Usage, WarmProcess, can_sandbox, usages
from actionlearn.kernels.forked_process import Forked
from actionlearn.kernels.forks import Limits, limit, send_request
from actionlearn.kernels.syscalls import can_filter

from ..support.forks import end, kernel, said, until, warmed

pytestmark = pytest.mark.skipif(not (can_sandbox() and can_filter()), reason="this system has no walls")


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmProcess]:
    """Have a warm process."""
    with warmed() as made:
        yield made


@pytest.fixture(autouse=True)
def _ended() -> Iterator[None]:
    """End what a test has run."""
    yield
    end()


#: Tries something, and prints what it got; "no" where the system refused.
TRIES = """
import ctypes, errno, os, resource, shutil, signal, socket, subprocess, sys, tempfile
from pathlib import Path
system = ctypes.CDLL(None, use_errno=True)
store, other = Path({store!r}), {other}

def called(name, *given):
    got = getattr(system, name)(*given)
    if got < 0:
        raise OSError(ctypes.get_errno(), name)
    return got

def number(call, *given):
    return called("syscall", call, *given)

tries = dict(
    inotify=lambda: called("inotify_add_watch", called("inotify_init1", 0), bytes(store.parent), 0x100),
    watch=lambda: called("inotify_init1", 0),
    prlimit=lambda: resource.prlimit(other, resource.RLIMIT_CPU),
    limited=lambda: resource.prlimit(other, resource.RLIMIT_CPU, (1, 1)),
    priority=lambda: os.setpriority(os.PRIO_PROCESS, other, 5),
    affinity=lambda: os.sched_setaffinity(other, [0]),
    xattr=lambda: os.setxattr(store, "user.x", b"1"),
    owner=lambda: os.chown(store, os.getuid(), os.getgid()),
    killed=lambda: os.kill(other, 0),
    traced=lambda: called("ptrace", 16, other, 0, 0),
    connected=lambda: socket.socket(socket.AF_UNIX).connect({listener!r}),
    datagram=lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9)),
    unix_datagram=lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
    names=lambda: socket.create_connection(("localhost", 9), 1),
    namespace=lambda: called("unshare", 0x10000000),
    memory_file=lambda: os.memfd_create("x"),
    shared_memory=lambda: called("shmget", 0, 4096, 0o1600),
    keys=lambda: number({keyctl}, 0, -3, 0, 0, 0),
    rings=lambda: number(425, 1, ctypes.create_string_buffer(256)),
    node=lambda: os.mkfifo("pipe") or os.mknod("node", 0o20600, os.makedev(1, 3)),
)
for name, act in tries.items():
    try:
        print(name, repr(act()))
    except socket.gaierror:
        pass
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.ESRCH):
            print(name, repr(error))
# What is told to be done, and is not.
os.chmod(store, 0o666)
os.utime(store, (0, 0))
os.sched_setscheduler(other, os.SCHED_BATCH, os.sched_param(0))
# What a cell has reason to do.
Path("own.txt").write_text("x")
shutil.copy2("own.txt", "copy.txt")
one, two = socket.socketpair()
two.sendall(b"x")
one.close(), two.close()
with tempfile.TemporaryDirectory() as folder:
    Path(folder, "y").touch()
print(subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout.strip())
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
os.kill(os.getpid(), 0)
print("END")
"""


@pytest.mark.parametrize("shared", [True, False], ids=["run-once-for-all", "run-in-its-kernel"])
def test_what_is_no_right_to_a_file_is_refused(
    warm: WarmProcess, tmp_path: Path, shared: bool, monkeypatch: pytest.MonkeyPatch
):
    """Modes, times, owners, limits, priorities, watches, sockets of others: before the function and in it alike."""
    room, outside = tmp_path / "room", tmp_path / "outside"
    room.mkdir()
    outside.mkdir()
    monkeypatch.setenv("TMPDIR", str(room))
    store = outside / "store"
    store.write_text("private")
    store.chmod(0o600)
    before = store.stat()
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    keyctl = {"x86_64": 250, "aarch64": 219}[os.uname().machine]
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(outside / "l"))
        listener.listen()
        values = {"store": str(store), "other": other.pid, "listener": str(outside / "l"), "keyctl": keyctl}
        code = TRIES.format(**values)
        try:
            told = asyncio.run(_once(warm, room, code) if shared else _in_a_kernel(warm, room, code))
            assert os.sched_getscheduler(other.pid) == os.SCHED_OTHER
        finally:
            other.communicate(b"\n")
    assert told.split() == ["42", "END"]
    after = store.stat()
    assert (after.st_mode, after.st_mtime, after.st_uid) == (before.st_mode, before.st_mtime, before.st_uid)


async def _once(warm: WarmProcess, room: Path, code: str) -> str:
    env = {"PATH": os.environ["PATH"], "TMPDIR": str(room), "HOME": str(room)}
    ran = await warm.snapshot([code], env=env, cwd=str(room), rooms=[str(room)])
    try:
        return "".join(each["text"] for each in ran.outputs[0])
    finally:
        ran.close()


async def _in_a_kernel(warm: WarmProcess, room: Path, code: str) -> str:
    async with kernel(warm, Fork(rooms=(str(room),))) as (_, client):
        return await said(client, f"import os; os.chdir({str(room)!r})\n{code}")


# Who is believed ----------------------------------------------------------------------------------


def _answering(path: Path, *lines: object) -> threading.Thread:
    """Listen as somebody who answers with these lines."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def answer() -> None:
        with listener:
            client, _ = listener.accept()
        with client, client.makefile("rb") as heard:
            (path.parent / "heard").write_bytes(heard.readline())
            with suppress(OSError):
                for each in lines:
                    client.sendall(json.dumps(each).encode() + b"\n")
                client.recv(1)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    return thread


def test_somebody_else_who_listens_in_its_place_is_told_nothing(warm: WarmProcess, tmp_path: Path):
    """The system says who listens: where it is not who we started, nothing is asked of it."""
    thread = _answering(tmp_path / "s", {"pid": os.getpid()}, {"bound": True})
    with pytest.raises(ForkRefused, match="somebody else"):
        asyncio.run(send_request({"op": "kernel"}, "bound", str(tmp_path / "s"), warm.pid, 5))
    thread.join(5)
    assert (tmp_path / "heard").read_bytes() == b""


def test_a_number_that_somebody_says_is_no_process_of_ours(tmp_path: Path):
    """A false number in a reply limits and ends nobody: only a child of who was asked, that said so itself, is known."""
    victim = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    try:
        # Who answers is the one we ask, as a snapshot whose notebook is hostile would be.
        _answering(tmp_path / "s", {"pid": victim.pid}, {"pid": os.getppid()}, {"bound": True})
        forked = asyncio.run(send_request({"op": "kernel"}, "bound", str(tmp_path / "s"), os.getpid(), 5))
        assert isinstance(forked, Forked)
        assert forked.pid == 0
        before = resource.prlimit(victim.pid, resource.RLIMIT_CPU)
        with pytest.raises(ForkRefused):
            limit(forked, Limits(seconds=1))
        forked.kill()
        forked.close()
        assert resource.prlimit(victim.pid, resource.RLIMIT_CPU) == before
        assert victim.poll() is None
    finally:
        victim.communicate(b"\n")


def test_what_is_no_line_of_ours_is_not_listened_to_any_more(tmp_path: Path):
    """Noise where a reply should be is the end of the connection, not of the server."""
    for number, noise in enumerate(([1, 2], "x", 5)):
        path = tmp_path / f"s{number}"
        _answering(path, noise)
        with pytest.raises(ForkRefused):
            asyncio.run(send_request({"op": "kernel"}, "bound", str(path), os.getpid(), 5))


def test_a_kernel_cannot_take_the_place_of_what_forks(warm: WarmProcess, tmp_path: Path):
    """Neither removed nor made again: the sockets where forks are asked for are out of a kernel's reach."""
    folder = tmp_path / "k"
    (folder / "room").mkdir(parents=True)
    before = sorted(path.name for path in warm.folder.iterdir() if path.is_socket())
    code = (
        "import os\n"
        f"for name in {before!r}:\n"
        f"    try: os.unlink(os.path.join({str(warm.folder)!r}, name)); print('taken', name)\n"
        "    except OSError as error: print(error.strerror)\n"
    )

    async def act() -> str:
        env = {"PATH": os.environ["PATH"], "TMPDIR": str(folder), "HOME": str(folder)}
        ran = await warm.snapshot([code], env=env, cwd=str(folder), rooms=[str(folder)])
        ran.close()
        return "".join(each["text"] for each in ran.outputs[0])

    told = asyncio.run(act())
    assert before
    assert set(told.splitlines()) <= {"Permission denied", "No such file or directory"}
    assert sorted(path.name for path in warm.folder.iterdir() if path.is_socket()) == before


# What a family takes ------------------------------------------------------------------------------

#: Starts children that hold memory, and one that was at work and has ended; leaves files, one without a name.
FAMILY = """
import os, time
for n in range(3):
    if os.fork() == 0:
        held = bytearray(64 * 1024 * 1024)
        for at in range(0, len(held), 4096): held[at] = 1
        print("held", flush=True)
        time.sleep(600)
pid = os.fork()
if pid == 0:
    end = time.process_time() + 1
    while time.process_time() < end: pass
    os._exit(0)
os.waitpid(pid, 0)
open("named", "wb").write(b"x" * 3_000_000)
unnamed = open("unnamed", "wb")
unnamed.write(b"x" * 5_000_000)
unnamed.flush()
os.unlink("unnamed")
print("ready", flush=True)
time.sleep(600)
"""


def test_a_family_is_counted_as_a_whole(tmp_path: Path):
    """Memory of children, time of those that have ended, files with and without a name: all are the kernel's."""
    first = subprocess.Popen(
        [sys.executable, "-c", FAMILY], stdout=subprocess.PIPE, text=True, cwd=tmp_path, start_new_session=True
    )
    try:
        assert first.stdout is not None
        assert sorted(first.stdout.readline().strip() for _ in range(4)) == ["held"] * 3 + ["ready"]
        most = Usage(memory=100 * 1024 * 1024, seconds=600, processes=64, disk=100 * 1024 * 1024)
        (taken,) = usages({"k": (first.pid, str(tmp_path))}, most).values()
        assert taken.processes == 4
        assert taken.memory > 3 * 64 * 1024 * 1024
        assert taken.memory < 5 * 64 * 1024 * 1024
        assert taken.seconds >= 1
        assert 8_000_000 <= taken.disk < 12_000_000
        assert taken.over(most) == "memory"
        assert usages({"gone": (1 << 30, str(tmp_path))}, most)["gone"].processes == 0
    finally:
        for child in psutil.Process(first.pid).children(recursive=True):
            child.kill()
        first.kill()
        first.communicate()


def test_what_has_let_go_of_its_kernel_is_ended_while_that_goes_on(warm: WarmProcess):
    """A process in a session of its own, whose parent has ended, is nobody's: it does not stay until the kernel goes."""
    stray = (
        "import os, time\nr, w = os.pipe()\n"
        "if os.fork() == 0:\n    os.setsid()\n    pid = os.fork()\n    if pid == 0: time.sleep(600)\n"
        "    os.write(w, str(pid).encode()); os._exit(0)\n"
        "print(os.read(r, 20).decode())"
    )

    async def act() -> tuple[int, bool]:
        async with kernel(warm) as (_, client):
            pid = int(await said(client, stray))
            ended = await asyncio.to_thread(until, lambda: not psutil.pid_exists(pid))
            return pid, ended

    _, ended = asyncio.run(act())
    assert ended


def test_what_is_open_around_kernels_is_said(monkeypatch: pytest.MonkeyPatch):
    """A system without a wall, or an older one, has a line for each side that is open; this one has none."""
    from actionlearn.kernels import sandbox

    assert kernels.open_sides() == ([] if can_sandbox() >= 6 else kernels.open_sides())
    monkeypatch.setattr(sandbox, "can_sandbox", lambda: 3)
    assert len(sandbox.open_sides()) == 1
    monkeypatch.setattr(sandbox, "can_filter", lambda: False)
    assert len(sandbox.open_sides()) == 3
    monkeypatch.setattr(sandbox, "can_sandbox", lambda: 0)
    assert "no Landlock" in sandbox.open_sides()[0]
