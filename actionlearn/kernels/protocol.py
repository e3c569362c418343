"""The messages between the processes: each is a line of JSON."""

from __future__ import annotations

import json
import socket
from typing import Any, NamedTuple

#: Arguments of kernels, as the kernelspec has them after the connection file; what is made ahead has no others.
ARGUMENTS = ("--HistoryManager.enabled=False",)


class Reason(NamedTuple):
    """Why a notebook that has run cannot be forked.

    Parameters
    ----------
    cell
        Number of the cell, from 1.
    code
        ``magic``, ``shell``, ``raises``, ``prints``, ``figures``, ``threads``, ``files``, ``children``, ``timer``,
        ``programs``.
    detail
        What it was; empty where the code says it all.
    """

    cell: int
    code: str
    detail: str = ""

    def __str__(self) -> str:
        """Return it as a line of a log."""
        return f"{self.code}: {self.detail}" if self.detail else self.code


def say(client: socket.socket, message: dict[str, Any]) -> None:
    """Say one thing.

    Parameters
    ----------
    client
        The connection.
    message
        What is said.
    """
    client.sendall(json.dumps(message).encode() + b"\n")
