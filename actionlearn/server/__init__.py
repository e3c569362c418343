"""The server: one process that serves pages, the API and kernels. Started by `actionlearn serve`."""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Tell jupyter_server where the extension is."""
    from actionlearn.server.app import Actionlearn

    return [{"module": "actionlearn.server", "app": Actionlearn}]
