"""Heavy work keeps nobody waiting but who asks for it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from actionlearn.budget import HEAVY_AT_ONCE, HEAVY_WAITING
from actionlearn.errors import TooMany
from actionlearn.server.heavy_work import run_heavy, run_sign_in


def test_one_person_has_one_piece_of_work_at_a_time():
    """Somebody who asks for eight is done one after the other; others, and who signs in, do not wait for them."""
    gate, most, running = threading.Event(), 0, 0

    def work() -> None:
        nonlocal most, running
        running += 1
        most = max(most, running)
        gate.wait(20)
        running -= 1

    async def act() -> None:
        theirs = [asyncio.create_task(run_heavy("ana", work)) for _ in range(HEAVY_WAITING)]
        await asyncio.sleep(0)
        assert await asyncio.wait_for(run_heavy("ben", lambda: "ben"), 10) == "ben"
        assert await asyncio.wait_for(run_sign_in(lambda: "known"), 10) == "known"
        with pytest.raises(TooMany):
            await run_heavy("ana", work)
        # Who hangs up leaves the work behind, which still counts as theirs.
        theirs.pop().cancel()
        await asyncio.sleep(0)
        with pytest.raises(TooMany):
            await run_heavy("ana", work)
        gate.set()
        await asyncio.gather(*theirs)
        assert await run_heavy("ana", lambda: "again") == "again"

    asyncio.run(act())
    assert most == 1 < HEAVY_AT_ONCE
