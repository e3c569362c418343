"""A live cell without a websocket: one message of a page, and what its kernel says to it."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from actionlearn.errors import BadInput, Missing
from actionlearn.server.live import schemas
from actionlearn.server.live.channel import WorkbookChannel
from actionlearn.server.live.handlers import OwnKernel
from actionlearn.server.live.session import ANSWER_SECONDS
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.operations import operation

#: Seconds that a page waits for its kernel. What takes longer the server ends; the page asks for the part anew.
PATIENCE = ANSWER_SECONDS + 10

#: The most messages that one answer brings.
MOST = 200


class _Listener:
    """Takes the place of a websocket: keeps what the kernel says, until it has finished with one message."""

    selected_subprotocol = None

    def __init__(self, message: str) -> None:
        self.message = message
        self.replies: list[str] = []
        self.finished = asyncio.Event()

    def write_message(self, text: Any, *, binary: bool = False) -> None:
        """Keep a message of the kernel."""
        if binary or len(self.replies) >= MOST:
            return
        self.replies.append(str(text))
        reply = json.loads(text)
        state = reply.get("content", {}).get("execution_state")
        if state == "dead" or (state == "idle" and reply.get("parent_header", {}).get("msg_id") == self.message):
            self.finished.set()

    def close(self, *_: Any) -> None:
        """Hear no more."""
        self.finished.set()


class KernelExchange(OwnKernel, ApiHandler):
    """What a page says to its kernel where no websocket gets through."""

    @operation(takes=schemas.KernelMessage, gives={200: schemas.KernelMessages})
    async def post(self, kernel_id: str) -> None:
        """Send it, and answer with all that the kernel says until it has finished."""
        self.check_owner(kernel_id)
        if not await self.may_open(self.required_actor()):
            raise Missing("server.missing")
        message = self.parsed(schemas.KernelMessage).model_dump()
        id = str(message["header"].get("msg_id", ""))
        if not id:
            raise BadInput("answers.bad_message", missing=["header"])
        listener = _Listener(id)
        kernel: Any = self.kernel_manager.get_kernel(kernel_id)
        channel: Any = WorkbookChannel(parent=kernel, websocket_handler=listener, config=self.config)
        await channel.prepare()
        try:
            await channel.connect()
            channel.handle_incoming_message(json.dumps(message))
            with suppress(TimeoutError):
                await asyncio.wait_for(listener.finished.wait(), PATIENCE)
        finally:
            channel.disconnect()
        self.send_json({"messages": listener.replies})
