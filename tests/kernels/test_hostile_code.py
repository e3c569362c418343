"""Code that does its worst in a forked kernel, and a system that has no room for one."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from actionlearn import kernels
from actionlearn.kernels import Fork, ForkRefused, Limits, Reason, Unshareable, WarmProcess
from actionlearn.server.live import execution

from ..support.forks import end, gone, kernel, said, snapshot, until, warmed

pytestmark = pytest.mark.skipif(not kernels.available(), reason="this system cannot fork kernels")

#: A process that has let go of who started it, in a session of its own.
STRAY = """
import os, subprocess, sys
code = (
    "import subprocess; no = subprocess.DEVNULL;"
    "print(subprocess.Popen(['sleep', '600'], start_new_session=True, stdout=no, stderr=no).pid)"
)
print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)
"""


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


def test_a_run_that_never_ends_is_given_up(warm: WarmProcess):
    """After its time it is ended, and who asked is told why there is nothing to fork."""
    with pytest.raises(Unshareable, match="too long"):
        asyncio.run(snapshot(warm, "a = 1", "while True: pass", seconds=1))
    assert until(lambda: not [each for each in psutil.Process(warm.pid).children() if each.name() == "al-snapshot"])


def test_why_a_run_cannot_be_forked_is_said_by_cell(warm: WarmProcess):
    """Each reason names its cell; what can be seen in the source is seen in all of them at once."""
    with pytest.raises(Unshareable) as refused:
        asyncio.run(snapshot(warm, "%time 1", "a = 1", "display(a)"))
    assert refused.value.reasons == (Reason(1, "magic"), Reason(3, "shell", "display"))
    with pytest.raises(Unshareable) as refused:
        asyncio.run(snapshot(warm, "a = 1", "file = open('/etc/hostname')", "1 / 0"))
    assert refused.value.reasons == (Reason(2, "files", "/etc/hostname"),)


def test_what_a_kernel_leaves_behind_ends_with_it(warm: WarmProcess):
    """A process that let go of its parent, in a session of its own, has ended soon after the kernel."""

    async def act() -> int:
        async with kernel(warm) as (_, client):
            stray = int(await said(client, STRAY))
            assert psutil.pid_exists(stray)
            return stray

    stray = asyncio.run(act())
    assert until(lambda: gone(stray))


def test_a_fork_bomb_ends_with_its_kernel(warm: WarmProcess):
    """Its processes go with it; the kernel beside it answers all the while."""
    bomb = "import os\nfor _ in range(5):\n    os.fork()\nif os.getpid() != me:\n    import time; time.sleep(600)"

    async def act() -> list[int]:
        async with (
            kernel(warm) as (_, other),
            kernel(warm, Fork(limits=Limits(processes=4096))) as (manager, client),
        ):
            await said(client, "import os; me = os.getpid()")
            await said(client, bomb)
            bomber = psutil.Process(manager.provisioner.forked.pid)
            assert until(lambda: len(bomber.children(recursive=True)) == 31)
            assert await said(other, "print(6 * 7)") == "42"
            return [each.pid for each in bomber.children(recursive=True)]

    pids = asyncio.run(act())
    assert until(lambda: gone(*pids))


def test_cells_that_never_end_or_print_without_end_leave_the_others_whole(
    warm: WarmProcess, monkeypatch: pytest.MonkeyPatch
):
    """Each is stopped in its place; the next cell runs, and our memory holds no more than a page shows."""
    monkeypatch.setattr(execution, "CELL_SECONDS", 1)
    monkeypatch.setattr(execution, "MAX_OUTPUT", 10_000)
    sources = ("while True: pass", "for _ in range(1000): print('x' * 1000)", "1 / 0", "print('whole')")
    live = [nbformat.v4.new_code_cell(each, metadata={"al_live": True}) for each in sources]

    async def act() -> list[Any]:
        async with kernel(warm) as (manager, _):
            return await execution.run_cells(manager, live)

    endless, talking, broken, whole = asyncio.run(act())
    assert [each.metadata.get("al_failed") for each in (endless, talking, broken, whole)] == [
        "late",
        None,
        "raised",
        None,
    ]
    assert len(str(talking.outputs)) < 20_000
    assert whole.outputs[0].text == "whole\n"


def test_no_fork_to_be_had_is_said_and_over_when_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Whatever the system says to a fork is said to who asked for it, and the next one may have one."""
    (tmp_path / "crowded.py").write_text(
        "import errno, os\nfork = os.fork\ndef tried():\n    if os.path.exists('crowded'):\n"
        "        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))\n    return fork()\nos.fork = tried\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    crowd = WarmProcess(("crowded",))
    try:
        crowd.start()
        (crowd.folder / "crowded").touch()
        with pytest.raises(ForkRefused, match="Resource temporarily unavailable"):
            asyncio.run(snapshot(crowd, "a = 1"))
        (crowd.folder / "crowded").unlink()
        assert asyncio.run(snapshot(crowd, "print('room')")).outputs[0][0]["text"] == "room\n"
    finally:
        end()
        crowd.close()


#: Starts a warm process and leaves it no room for another one, as its user has no process left; then some.
CROWDED = """
import asyncio, os, resource
from actionlearn.kernels import ForkRefused, WarmProcess

async def main():
    warm = WarmProcess()
    await asyncio.to_thread(warm.start)
    few = resource.prlimit(warm.pid, resource.RLIMIT_NPROC)
    resource.prlimit(warm.pid, resource.RLIMIT_NPROC, (1, few[1]))
    try:
        await warm.snapshot(["a = 1"], env=dict(os.environ))
    except ForkRefused as error:
        print("refused:", error)
    resource.prlimit(warm.pid, resource.RLIMIT_NPROC, few)
    ran = await warm.snapshot(["print('room')"], env=dict(os.environ))
    print(ran.outputs[0][0]["text"])
    warm.close()

asyncio.run(main())
"""


#: Who runs as root is somebody else for once, who may still read this Python wherever it is: the system counts the
#: processes of everybody but root.
SOMEBODY = (
    *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
    *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
)


def test_a_full_process_table_is_said_and_over_when_it_is():
    """No fork is to be had: who asks hears why. As soon as there is room, there is one."""
    done = subprocess.run(
        [*(SOMEBODY if os.getuid() == 0 else ()), sys.executable, "-c", CROWDED],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "HOME": "/", "TMPDIR": "/tmp"},
        check=False,
    )
    assert done.stdout.split() == ["refused:", "Resource", "temporarily", "unavailable", "room"], done.stderr


#: Starts a warm process in a folder, leaves no room there for another file, then some.
FULL = """
import asyncio, os, sys
from contextlib import suppress
from pathlib import Path
from actionlearn.kernels import ForkRefused, WarmProcess

async def main():
    folder = Path(sys.argv[1])
    warm = WarmProcess(folder=folder)
    await asyncio.to_thread(warm.start)
    with suppress(OSError):
        for number in range(100):
            (folder / f"full{number}").touch()
    try:
        await warm.snapshot(["a = 1"], env=dict(os.environ))
    except ForkRefused as error:
        print("refused:", error)
    for each in folder.glob("full*"):
        each.unlink()
    ran = await warm.snapshot(["print('room')"], env=dict(os.environ))
    print(ran.outputs[0][0]["text"])
    warm.close()

asyncio.run(main())
"""


def test_a_disk_without_room_for_a_socket_is_said_and_over_when_it_is(tmp_path: Path):
    """On a file system that is full who asks hears why; as soon as a file may be made, there is one."""
    apart = ["unshare", "--mount", *(() if os.getuid() == 0 else ("--user", "--map-root-user"))]
    disk = [*apart, "sh", "-c", 'mount -t tmpfs -o nr_inodes=16 none "$0" && exec "$@"', str(tmp_path)]
    if subprocess.run([*disk, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no file system may be mounted here")
    done = subprocess.run(
        [*disk, sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert re.search("refused: .*No space left on device.*\nroom", done.stdout), done.stderr
