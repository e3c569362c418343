"""Wait until a kernel's channels are connected in both directions, and no longer."""

from __future__ import annotations

from queue import Empty
from time import monotonic
from typing import Any

#: Seconds after which a kernel is asked again: what it said may have come before we listened.
_AGAIN = 0.1


async def wait_until_ready(client: Any, timeout: float) -> None:
    """Wait until a kernel answers and none of its output can pass us by.

    ``wait_for_ready`` of jupyter_client does the same, then listens for a fifth of a second more to be sure
    that nothing old arrives: a kernel that was forked a moment ago has said nothing yet.

    Parameters
    ----------
    client
        An asynchronous client whose channels are open.
    timeout
        Seconds to wait at most.

    Raises
    ------
    RuntimeError
        It did not answer, or died.
    """
    end = monotonic() + timeout
    while monotonic() < end:
        asked = client.kernel_info()
        if await _idle(client, asked) and await _reply(client, asked, end):
            return
        if not await client.is_alive():
            raise RuntimeError("the kernel died before it answered")
    raise RuntimeError(f"the kernel did not answer in {timeout:.0f} seconds")


async def _idle(client: Any, asked: str) -> bool:
    """Return whether the end of what we asked for has been heard: then everything after it is, too."""
    until = monotonic() + _AGAIN
    while (left := until - monotonic()) > 0:
        try:
            message = await client.get_iopub_msg(timeout=left)
        except Empty:
            return False
        ended = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
        if ended and message["parent_header"].get("msg_id") == asked:
            return True
    return False


async def _reply(client: Any, asked: str, end: float) -> bool:
    while (left := end - monotonic()) > 0:
        try:
            message = await client.get_shell_msg(timeout=left)
        except Empty:
            return False
        if message["parent_header"].get("msg_id") == asked:
            return True
    return False
