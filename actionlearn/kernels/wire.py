"""What is said between the processes: a line of JSON each."""

from __future__ import annotations

import json
import socket
from typing import Any


def say(client: socket.socket, told: dict[str, Any]) -> None:
    """Say one thing.

    Parameters
    ----------
    client
        The connection.
    told
        What is said.
    """
    client.sendall(json.dumps(told).encode() + b"\n")
