"""The server: one process that serves pages, the API and kernels. Started by `actionlearn serve`."""

from __future__ import annotations

import sys
from typing import Any

# jsonschema asks for this grammar of addresses wherever it is installed, to check a format that nothing here uses.
# Making it is more than half of what starting takes, and a server that was killed is wanted back.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Tell jupyter_server where the extension is."""
    from actionlearn.server.app import Actionlearn

    return [{"module": "actionlearn.server", "app": Actionlearn}]
