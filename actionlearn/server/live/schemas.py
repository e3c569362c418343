"""Bodies of replies about kernels."""

from __future__ import annotations

from actionlearn.server.web.schemas import Reply


class Kernel(Reply):
    """A kernel, as the front-end asks for it."""

    id: str
    name: str
    last_activity: str
    execution_state: str
    connections: int
