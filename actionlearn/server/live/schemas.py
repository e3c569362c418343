"""Bodies of requests and replies about kernels."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from actionlearn.server.web.schemas import Reply, RequestBody


class KernelMessage(RequestBody):
    """A message of Jupyter's protocol, as a websocket would bring it."""

    header: dict[str, Any]
    parent_header: dict[str, Any]
    metadata: dict[str, Any]
    content: dict[str, Any]
    channel: str
    buffers: list[Any] = Field(default_factory=list, max_length=0)


class KernelMessages(Reply):
    """What the kernel said to it, each as a websocket would bring it."""

    messages: list[str]


class Kernel(Reply):
    """A kernel, as the front-end asks for it."""

    id: str
    name: str
    last_activity: str
    execution_state: str
    connections: int
