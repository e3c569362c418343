"""A kernel's messages are believed with its signature, and without it not even a greeting is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_client.session import Session
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from actionlearn.server.live.channel import WorkbookChannel


@pytest.mark.parametrize("kind", ["iopub_welcome", "status", "comm_msg"])
@pytest.mark.parametrize("by", ["the kernel", "another key", "nobody", "a changed message"])
def test_what_is_not_signed_is_not_heard(monkeypatch: pytest.MonkeyPatch, kind: str, by: str):
    """A greeting of somebody else sends no answer to them; what they say does not reach the page."""
    ours = Session(key=b"key of the kernel")
    passed: list[Any] = []
    monkeypatch.setattr(
        ZMQChannelsWebsocketConnection,
        "handle_outgoing_message",
        lambda _self, _stream, message: passed.append(message),
    )
    channel: Any = WorkbookChannel.__new__(WorkbookChannel)
    resent: list[bool] = []
    vars(channel).update(open={}, _paused=[], _ended=0)
    monkeypatch.setattr(WorkbookChannel, "session", ours, raising=False)
    monkeypatch.setattr(WorkbookChannel, "kernel_id", "k", raising=False)
    monkeypatch.setattr(WorkbookChannel, "_resend", lambda _self: resent.append(True))
    key = {"another key": b"key of a thief", "nobody": b""}.get(by, ours.key)
    message = Session(key=key).serialize(ours.msg(kind, {"execution_state": "idle"}))
    if by == "a changed message":
        message[-1] = b'{"execution_state": "changed"}'
    channel.handle_outgoing_message(SimpleNamespace(channel="iopub"), message)
    believed = by == "the kernel"
    assert bool(passed) == (believed and kind != "iopub_welcome")
    assert bool(resent) == (believed and kind == "iopub_welcome")


@pytest.mark.parametrize("frames", [[], [b"x"], [b"<IDS|MSG>"], [b"<IDS|MSG>", b"", b"{}"]])
def test_what_is_no_message_is_dropped(monkeypatch: pytest.MonkeyPatch, frames: list[bytes]):
    """Pieces that are missing are noise, not a fault."""
    channel: Any = WorkbookChannel.__new__(WorkbookChannel)
    monkeypatch.setattr(WorkbookChannel, "session", Session(key=b"k"), raising=False)
    monkeypatch.setattr(WorkbookChannel, "kernel_id", "k", raising=False)
    channel.handle_outgoing_message("iopub", frames)
