"""Forked kernels: what can be forked, what they may take, and that nothing is left of them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from actionlearn import kernels
from actionlearn.kernels import Fork, ForkRefused, Limits, Snapshot, WarmProcess, protocol, wait_until_ready

from ..support.forks import end, gone, kernel, said, snapshot, until, warmed

pytestmark = pytest.mark.skipif(not kernels.available(), reason="this system cannot fork kernels")


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmProcess]:
    """Have a warm process."""
    with warmed("numpy", blank=["colorsys"]) as made:
        yield made


@pytest.fixture(autouse=True)
def _ended() -> Iterator[None]:
    """End what a test has run."""
    yield
    end()


def threads_of(pid: int) -> int:
    """Count the threads of a process, those that Python does not know among them."""
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def test_a_forked_kernel_is_a_kernel(warm: WarmProcess):
    """It runs code, has a main module and random numbers of its own; the warm process keeps its one thread."""

    async def act() -> list[str]:
        async with kernel(warm) as (_, one), kernel(warm) as (_, two):
            code = "import random, numpy; print(random.random(), numpy.random.rand(), __name__, 6 * 7)"
            return [await said(each, code) for each in (one, two)]

    first, second = (line.split() for line in asyncio.run(act()))
    assert first[2:] == second[2:] == ["__main__", "42"]
    assert first[0] != second[0]
    assert first[1] != second[1]
    assert threads_of(warm.pid) == 1


def test_a_notebook_runs_once_for_all_that_are_forked_from_it(warm: WarmProcess):
    """What its cells defined and showed is there in each fork, and what one changes stays its own."""

    async def act() -> tuple[Snapshot, list[str]]:
        ran = await snapshot(warm, "print('once'); import os; me = os.getpid()", "words = [1]\nwords")
        async with kernel(warm, Fork(ran)) as (_, one), kernel(warm, Fork(ran)) as (_, two):
            await said(one, "words.append(2)")
            return ran, [await said(each, "import os; print(words, me == os.getpid())") for each in (one, two)]

    ran, lines = asyncio.run(act())
    assert lines == ["[1, 2] False", "[1] False"]
    assert ran.outputs[0] == [{"output_type": "stream", "name": "stdout", "text": "once\n"}]
    assert ran.outputs[1][0]["data"] == {"text/plain": "[1]"}


def test_no_notebook_leaves_a_configuration_for_another(
    warm: WarmProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What one has put where IPython looks for its user's files is not run for the next; and a fork has a shell."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    startup = tmp_path / "profile_default" / "startup"
    plant = f"import pathlib\np = pathlib.Path({str(startup)!r})\np.mkdir(parents=True)\n(p / 'a.py').write_text('planted = 1')"

    async def act() -> str:
        await snapshot(warm, plant)
        ran = await snapshot(warm, "a = 1")
        assert threads_of(ran.process.pid) == 1
        async with kernel(warm, Fork(ran)) as (_, client):
            return await said(client, "print('planted' in vars(), get_ipython() is not None)")

    assert asyncio.run(act()) == "False True"
    assert list(startup.iterdir()) == [startup / "a.py"]


def test_a_kernel_that_runs_its_cells_itself_comes_from_where_nothing_has_run(
    warm: WarmProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """It has the modules that were imported for it, and nothing else; where that process has ended it does without."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    async def act() -> list[str]:
        looks = "import os, sys; print('colorsys' in sys.modules, __name__, os.getcwd() == str(_dh[0]), [*vars()][-2:])"
        heard = []
        for _ in range(2):
            async with kernel(warm, Fork(rooms=(str(tmp_path),))) as (manager, client):
                parent = psutil.Process(manager.provisioner.forked.pid).parent()
                heard += [parent.name(), await said(client, looks)]
                if parent.name() == "al-blank":
                    parent.kill()
        return heard

    found = "True __main__ True ['os', 'sys']"
    assert asyncio.run(act()) == ["al-blank", found, "al-warm", found.replace("True", "False", 1)]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("%time 1", "magic"),
        ("!ls", "magic"),
        ("from IPython.display import display; display(1)", "shell: display"),
        ("get_ipython()", "shell: get_ipython"),
        ("import asyncio\nawait asyncio.sleep(0)", "shell: await"),
        ("1 / 0", "raises: ZeroDivisionError"),
        ("raise SystemExit", "raises: SystemExit"),
        ("def f(:", "raises: "),
        ("import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()", "threads: 1"),
        ("file = open('/etc/hostname')", "files: /etc/hostname"),
        ("import socket\ns = socket.socket()", "files: socket"),
        ("import subprocess\np = subprocess.Popen(['sleep', '9'])", "children"),
        ("import signal\nsignal.setitimer(signal.ITIMER_REAL, 99)", "timer"),
        ("import matplotlib.pyplot as plt\nf = plt.figure()", "figures"),
        ("print('x' * 3_000_000)", "prints"),
        ("import os\nos.system('echo from a shell')", "programs"),
        ("import os\nos.fork()", "children"),
        ("import os\nos._exit(3)", "ended with 3"),
        ("x = bytearray(2**31)", "raises: MemoryError"),
    ],
)
def test_what_lies_outside_the_memory_of_a_process_is_not_forked(warm: WarmProcess, cell: str, reason: str):
    """A run that leaves threads, files, children or a shell's state behind is refused, by name."""
    with pytest.raises(ForkRefused, match=reason):
        asyncio.run(snapshot(warm, cell))


def test_a_kernel_that_died_is_forked_again_unseen(warm: WarmProcess):
    """Killed with -9, it answers the same client on the same sockets, with the notebook run."""

    async def act() -> str:
        ran = await snapshot(warm, "def f():\n    return 'still here'")
        async with kernel(warm, Fork(ran)) as (manager, client):
            process = manager.provisioner.forked
            os.kill(process.pid, signal.SIGKILL)
            assert await asyncio.to_thread(process.wait, 10) == -signal.SIGKILL
            await manager.provisioner.renew()
            assert manager.provisioner.forked.pid != process.pid
            await wait_until_ready(client, 10)
            return await said(client, "print(f())")

    assert asyncio.run(act()) == "still here"


def test_a_kernel_takes_no_more_than_its_share(warm: WarmProcess):
    """It cannot take more memory than its limit; another one is not harmed."""

    async def act() -> list[str]:
        limits = Limits(memory=256 * 1024 * 1024, file=1024)
        async with kernel(warm, Fork(limits=limits)) as (_, greedy), kernel(warm, Fork(limits=limits)) as (_, other):
            heard = [await said(greedy, "x = bytearray(2**30)")]
            heard += [await said(other, "x = bytearray(2**20); print(len(x))")]
            return heard

    assert asyncio.run(act()) == ["MemoryError", str(2**20)]


def test_the_end_of_the_warm_process_is_the_end_of_its_forks(warm: WarmProcess):
    """Killed with -9, it takes snapshots and kernels with it; whoever asks next gets a new one."""

    async def act() -> tuple[list[int], str]:
        ran = await snapshot(warm, "a = 1")
        async with kernel(warm, Fork(ran)) as (one, _), kernel(warm) as (two, _):
            pids = [ran.process.pid, one.provisioner.forked.pid, two.provisioner.forked.pid]
            os.kill(warm.pid, signal.SIGKILL)
            assert until(lambda: gone(*pids))
            assert [one.provisioner.process.poll(), two.provisioner.process.poll()] == [-9, -9]
            assert not ran.alive
        async with kernel(warm) as (_, client):
            return pids, await said(client, "print('new')")

    assert asyncio.run(act())[1] == "new"


def test_new_code_is_forked_after_an_upgrade(warm: WarmProcess):
    """When a file of ours changes on the disk, the next kernel comes from a process that has read it."""
    file = Path(protocol.__file__)
    before = file.stat()

    async def act() -> tuple[int, int]:
        async with kernel(warm):
            old = warm.pid
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000))
        async with kernel(warm):
            return old, warm.pid

    try:
        old, new = asyncio.run(act())
    finally:
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert old != new


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_when_the_server_ends(tmp_path: Path, number: signal.Signals):
    """However the process ends that started it all: no process of ours goes on."""
    script = """
import asyncio, os, json
from actionlearn.kernels import ARGUMENTS, WarmProcess, Fork
async def main():
    warm = WarmProcess()
    await asyncio.to_thread(warm.start)
    ran = await warm.snapshot(["a = 1"], env=dict(os.environ))
    file = str(warm.folder / "k.json")
    from jupyter_client.connect import write_connection_file
    write_connection_file(file, transport="ipc", ip=str(warm.folder / "k"))
    one = await warm.kernel(["-f", file, *ARGUMENTS], env=dict(os.environ), fork=Fork(ran))
    print(json.dumps([warm.pid, ran.process.pid, one.pid]), flush=True)
    await asyncio.sleep(99)
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as started:
        pids = json.loads(started.stdout.readline())
        assert all(psutil.pid_exists(pid) for pid in pids)
        started.send_signal(number)
    assert until(lambda: gone(*pids))


def test_a_folder_with_too_long_a_name_is_refused_by_name(tmp_path: Path):
    """The path of a socket has 107 bytes: past that the sentence says which folder it is."""
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    with pytest.raises(ForkRefused, match=r"too long for a socket: .*longlong"):
        WarmProcess(folder=folder).start()


def test_closing_leaves_no_process_and_no_folder():
    """A closed one has ended everything it forked, and removed its sockets."""
    warm = WarmProcess()
    ran = asyncio.run(snapshot(warm, "a = 1"))
    pids = [warm.pid, ran.process.pid]
    warm.close()
    assert until(lambda: gone(*pids))
    assert not warm.folder.exists()
