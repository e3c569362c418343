"""Connections: as many as there are descriptors for, and none that says nothing keeps somebody else out.

Who connects and is silent takes a descriptor. Where there are as many connections as may be, the one that has been silent
for longest goes; where all are at work, the next one waits at the door.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPMessageDelegate
from tornado.ioloop import IOLoop

log = logging.getLogger("actionlearn.server")

#: How many files a server may have open, where the system lets it ask for more than it was given.
MOST_FILES = 16_384

#: Descriptors that are not for connections: the store, files, executed notebooks; and those that each kernel takes.
RESERVED, OF_A_KERNEL = 200, 12

#: Connections there may be in any case.
LEAST = 64

#: Seconds until somebody is let in again, where there was no room.
PAUSE = 0.5

#: How many connections are taken in one go.
AT_ONCE = 64


def raise_file_limit() -> int:
    """Have as many files open as the system allows, and return how many that are."""
    try:
        import resource
    except ImportError:
        return 512  # what Windows has at least
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MOST_FILES
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def most_connections(files: int, kernels: int) -> int:
    """Return how many connections there may be.

    Parameters
    ----------
    files, kernels
        How many files may be open, and how many kernels there may be.
    """
    return max(LEAST, files - RESERVED - OF_A_KERNEL * kernels)


class CappedServer(HTTPServer):
    """A server that takes no more connections than it has descriptors for."""

    #: How many connections there may be.
    most = LEAST

    def initialize(self, *given: Any, **named: Any) -> None:
        """Take what any server takes."""
        super().initialize(*given, **named)
        self._open: set[Any] = set()
        #: Connections that have not said what they want, whoever has been silent for longest first.
        self._silent: dict[Any, None] = {}
        self._is_shut = False

    # Letting in ----------------------------------------------------------------------------------

    def add_sockets(self, sockets: Iterable[socket.socket]) -> None:
        """Begin to accept connections on some sockets."""
        for each in sockets:
            number = each.fileno()
            self._sockets[number] = each
            self._handlers[number] = lambda each=each: IOLoop.current().remove_handler(each)  # type: ignore[misc]
            IOLoop.current().add_handler(each, self._accept, IOLoop.READ)

    def _accept(self, listener: Any, _events: int) -> None:
        for _ in range(AT_ONCE):
            if self._is_shut or not self._make_room():
                self._pause()
                return
            try:
                connection, address = listener.accept()
            except BlockingIOError:
                return
            except ConnectionAbortedError:
                continue
            except OSError as error:
                log.warning("no connection is taken: %s", error.strerror)
                # There are fewer descriptors than was thought: files and kernels need some, too.
                self.most = max(LEAST, len(self._open) - RESERVED)
                self._pause()
                return
            self._handle_connection(connection, address)

    def _make_room(self) -> bool:
        if len(self._open) < self.most:
            return True
        self._open = {stream for stream in self._open if not stream.closed()}
        while len(self._open) >= self.most and self._silent:
            stream = next(iter(self._silent))
            self._forget(stream)
            stream.close()
        if len(self._open) >= self.most:
            log.warning("as many connections as may be are at work: others wait")
        return len(self._open) < self.most

    def _pause(self) -> None:
        """Let nobody in for a moment."""
        if self._is_shut:
            return
        self._is_shut = True
        for listener in self._sockets.values():
            IOLoop.current().update_handler(listener, 0)
        IOLoop.current().call_later(PAUSE, self._resume)

    def _resume(self) -> None:
        self._is_shut = False
        for listener in self._sockets.values():
            with suppress(KeyError, ValueError, OSError):  # the server stops
                IOLoop.current().update_handler(listener, IOLoop.READ)

    # Knowing who is silent ------------------------------------------------------------------------

    def handle_stream(self, stream: Any, address: Any) -> None:
        """Serve a connection."""
        self._open.add(stream)
        super().handle_stream(stream, address)

    def start_request(self, server_conn: object, request_conn: Any) -> HTTPMessageDelegate:
        """Wait for what a connection wants, for the first time or the next."""
        stream = request_conn.stream
        self._silent.pop(stream, None)
        self._silent[stream] = None
        return _Noticing(super().start_request(server_conn, request_conn), lambda: self._silent.pop(stream, None))

    def on_close(self, server_conn: Any) -> None:
        """Forget a connection; one that goes on as a websocket is open still."""
        super().on_close(server_conn)
        self._silent.pop(server_conn.stream, None)
        if server_conn.stream.closed():
            self._open.discard(server_conn.stream)

    def _forget(self, stream: Any) -> None:
        self._silent.pop(stream, None)
        self._open.discard(stream)


class _Noticing(HTTPMessageDelegate):
    """Passes a request on, and tells when its head is there."""

    def __init__(self, inner: HTTPMessageDelegate, notice: Any) -> None:
        self._inner, self._notice = inner, notice

    def headers_received(self, start_line: Any, headers: Any) -> Any:
        """Tell, and pass on."""
        self._notice()
        return self._inner.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Any:
        """Pass on."""
        return self._inner.data_received(chunk)

    def finish(self) -> None:
        """Pass on."""
        self._inner.finish()

    def on_connection_close(self) -> None:
        """Pass on."""
        self._inner.on_connection_close()
