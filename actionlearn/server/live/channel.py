"""What passes between a page and its kernel: messages of widgets, and nothing else.

What a page has sent and the kernel has not finished is remembered. When the kernel dies and another takes its
place, it is sent again, so that the page waits for no answer in vain.
"""

from __future__ import annotations

import asyncio
import json
import logging
import struct
from hmac import compare_digest
from time import monotonic
from typing import Any, Literal, Protocol, cast

import traitlets
import zmq
from jupyter_client.jsonutil import json_default
from jupyter_server.services.kernels.connection import base as messages
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

_messages: Any = messages

log = logging.getLogger("actionlearn.server")

#: What a page may send to its kernel.
MESSAGES = ("comm_msg", "comm_close", "comm_open", "comm_info_request", "kernel_info_request")

#: The largest message of a page, in bytes; and how many it may send in a second, on average over ten.
MAX_MESSAGE = 2 * 1024 * 1024
MAX_RATE = 50

#: How many messages may wait for a kernel. A page in good order sends a handful.
MAX_WAITING = 500


class PageKernels(Protocol):
    """What a channel tells the manager of its kernel."""

    def page_connected(self, channel: WorkbookChannel) -> None:
        """Know a page that shows a kernel."""

    def page_disconnected(self, channel: WorkbookChannel) -> None:
        """Forget a page."""

    def wake_for(self, channel: WorkbookChannel) -> None:
        """Wake the kernel of a page that has sent a message."""


class WorkbookChannel(ZMQChannelsWebsocketConnection):
    """The channel of one page to its kernel."""

    #: The websocket, or what takes its place.
    websocket_handler = traitlets.Any()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Sent and not finished: id of the message -> itself, and when it was sent.
        self.open: dict[str, tuple[Any, float]] = {}
        self._paused: list[Any] | None = None
        self._ended = 0
        self._allowance, self._counted = float(MAX_RATE * 10), monotonic()

    @property
    def _kernels(self) -> PageKernels:
        return cast("PageKernels", self.multi_kernel_manager)

    @property
    def _forked(self) -> bool:
        """Whether the kernel is one that greets whoever begins to listen."""
        return bool(getattr(self.kernel_manager, "forked", False))

    # Connecting. A forked kernel was there before its page knew of it, and says when it has our subscription. What
    # jupyter_server does to find that out (two more sockets, and questions until all is heard) is for other kernels.

    async def prepare(self) -> None:
        """Be ready to connect; a kernel that was not forked is asked first what it speaks."""
        if not self._forked:
            await super().prepare()  # type: ignore[no-untyped-call]
            return
        await self._register_session()  # type: ignore[no-untyped-call]
        self.session.key = self.kernel_manager.session.key

    def create_stream(self) -> None:
        """Open the two sockets that a page has a use for, and keep what it sends until the kernel greets."""
        for name in ("iopub", "shell"):
            self._open_socket(name)
        if self._forked:
            self.pause()

    def _open_socket(self, name: str) -> Any:
        connected = getattr(self.kernel_manager, f"connect_{name}")(identity=self.session.bsession)
        self.channels[name] = connected
        connected.channel = name
        return connected

    def nudge(self) -> asyncio.Future[None]:
        """Make sure that the kernel is heard."""
        if not self._forked:
            return super().nudge()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    def connect(self) -> Any:
        """Connect, and be known to whom the kernel belongs."""
        self._kernels.page_connected(self)
        return super().connect()

    def disconnect(self) -> None:  # type: ignore[override]
        """Disconnect; a kernel that no page shows any more is ended soon."""
        super().disconnect()  # type: ignore[no-untyped-call]
        self._kernels.page_disconnected(self)

    # From the page -------------------------------------------------------------------------------

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        """Let a message through where a page has reason to send it."""
        if len(incoming_msg) > MAX_MESSAGE or not self._is_in_time():
            log.warning("message refused", extra={"kernel": self.kernel_id})
            return
        header = self._allowed(incoming_msg)
        if header is None:
            return
        if len(self.open) < MAX_WAITING:
            self.open[str(header.get("msg_id", ""))] = (incoming_msg, monotonic())
        self._kernels.wake_for(self)
        if self._paused is None:
            self._pass_on(incoming_msg)
        elif len(self._paused) < MAX_WAITING:
            self._paused.append(incoming_msg)

    def _is_in_time(self) -> bool:
        """Count messages: a bucket that fills with time, a message takes one."""
        now = monotonic()
        self._allowance = min(MAX_RATE * 10.0, self._allowance + (now - self._counted) * MAX_RATE)
        self._counted = now
        self._allowance -= 1
        if self._allowance < 0:
            self._allowance = 0
            return False
        return True

    def _allowed(self, incoming: Any) -> dict[str, Any] | None:
        """Return the header of a message that a page may send; None of any other."""
        try:
            channel, header, content = self._read(incoming)
            kind, target = header["msg_type"], content.get("target_name", "")
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, struct.error):
            return None
        if channel != "shell" or kind not in MESSAGES:
            log.warning("message refused", extra={"kernel": self.kernel_id})
            return None
        if kind == "comm_open" and target != "jupyter.widget.control":
            return None
        return dict(header)

    def _read(self, incoming: Any) -> tuple[Any, Any, Any]:
        """Return channel, header and content of a message.

        jupyter_server makes as many pieces as the first bytes of a message say, and that may be any number: it is
        asked only where there are no more of them than the message has room for.
        """
        if self.subprotocol == "v1.kernel.websocket.jupyter.org":
            _refuse_many(incoming, 8, "little")
            channel, parts = _messages.deserialize_msg_from_ws_v1(incoming)
            return channel, self.session.unpack(parts[0]), self.session.unpack(parts[3])
        if isinstance(incoming, bytes):
            _refuse_many(incoming, 4, "big")
            message = _messages.deserialize_binary_message(incoming)
        else:
            message = self.session.unpack(incoming)
        return message["channel"], message["header"], message["content"]

    # From the kernel -----------------------------------------------------------------------------

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Pass on what the kernel sends, and note what it has finished."""
        if not self._is_signed(outgoing_msg):
            log.warning("message without its signature", extra={"kernel": self.kernel_id})
            return
        kind = stream if isinstance(stream, str) else getattr(stream, "channel", "")
        if kind == "iopub":
            header, parent, content = self._frames(outgoing_msg)
            last_word = self._paused is not None and _process_of(header) == self._ended
            if b'"iopub_welcome"' in header:
                # The kernel has our subscription: from now on nothing is missed.
                if self._paused is not None and not last_word:
                    self._resend()
                return
            # What a kernel that has ended had finished is sent again: its reply may never have come.
            if b'"status"' in header and b'"idle"' in content and not last_word:
                self.open.pop(json.loads(parent).get("msg_id", ""), None)
        super().handle_outgoing_message(stream, outgoing_msg)

    def _is_signed(self, message: list[Any]) -> bool:
        """Tell whether a message is by who has the key of the kernel: also one that goes on to the page as it is."""
        try:
            _, (signature, *parts) = self.session.feed_identities(message)
        except ValueError:
            return False
        frames = [bytes(getattr(frame, "bytes", frame)) for frame in (signature, *parts[:4])]
        return len(frames) == 5 and compare_digest(frames[0], self.session.sign(frames[1:]))

    def _frames(self, message: list[Any]) -> tuple[bytes, bytes, bytes]:
        """Return header, parent's header and content, as they are sent."""
        _, parts = self.session.feed_identities(message)
        frames: Any = (parts[1], parts[2], parts[4])
        header, parent, content = (bytes(getattr(frame, "bytes", frame)) for frame in frames)
        return header, parent, content

    # When the kernel is another ------------------------------------------------------------------

    def pause(self, ended: int = 0) -> None:
        """Keep what the page sends until a kernel listens: another than the process that has ended."""
        self._ended = ended or self._ended
        if self._paused is None:
            self._paused = []
        if ended and self.channels:
            # What is still under way would reach the next kernel before we hear it, and it takes nothing twice.
            old = self.channels["shell"]
            old.flush(zmq.POLLIN)  # the last replies
            old.close(linger=0)
            self._open_socket("shell").on_recv_stream(self.handle_outgoing_message)

    def drop_oldest(self) -> None:
        """Forget the message that the kernel cannot finish; for the page it is finished, and it may send the next."""
        if not self.open:
            return
        message, _ = self.open.pop(next(iter(self.open)))
        idle = self.session.msg("status", {"execution_state": "idle"}, parent={"header": self._allowed(message)})
        if self.subprotocol == "v1.kernel.websocket.jupyter.org":
            frame = _messages.serialize_msg_to_ws_v1(idle, "iopub", self.session.pack)
            self.write_message(frame, binary=True)
        else:
            self.write_message(json.dumps({**idle, "channel": "iopub"}, default=json_default))

    def waiting_since(self) -> float:
        """Return since when the page has been waiting for an answer, by the monotonic clock; infinity if not."""
        return next(iter(self.open.values()))[1] if self.open and self._paused is None else float("inf")

    def _resend(self) -> None:
        self._paused = None
        # An update of a widget has all of a value: to get it twice is to get it once.
        for id, (message, _) in list(self.open.items()):
            self.open[id] = (message, monotonic())
            self._pass_on(message)

    def _pass_on(self, message: Any) -> None:
        """Send a message to the kernel; what cannot be sent is dropped."""
        try:
            super().handle_incoming_message(message)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            log.warning("message refused", extra={"kernel": self.kernel_id})


def _process_of(header: bytes) -> int:
    """Return the process that a kernel's message comes from: its id is made of session, process and a number."""
    try:
        return int(json.loads(header)["msg_id"].split("_")[-2])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return 0  # a live cell may have made it


def _refuse_many(message: bytes, width: int, order: Literal["little", "big"]) -> None:
    """Raise ValueError where a message says that it has more pieces than it has bytes for."""
    if (int.from_bytes(message[:width], order) + 1) * width > len(message):
        raise ValueError
