"""A proxy as some networks have it: it refuses websockets, or tells the server another host than the browser asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class NarrowProxy:
    """Passes HTTP on to a port of this machine, a connection for each request.

    Parameters
    ----------
    port
        Where the server is.
    websockets, host
        Whether websockets get through, and whether the host that the browser asked does.
    """

    def __init__(self, port: int, *, websockets: bool = False, host: bool = True) -> None:
        self.inner, self.websockets, self.host = port, websockets, host
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self.listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._pass_on, args=(self.listening.accept()[0],), daemon=True).start()

    def _pass_on(self, browser: socket.socket) -> None:
        with browser, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                if not (more := browser.recv(65536)):
                    return
                head += more
            head, _, body = head.partition(b"\r\n\r\n")
            lines = head.split(b"\r\n")
            if b"upgrade: websocket" in head.lower() and not self.websockets:
                browser.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            kept = [each for each in lines[1:] if not each.lower().startswith((b"connection:", b"host:"))]
            asked = next(each for each in lines[1:] if each.lower().startswith(b"host:"))
            host = asked if self.host else f"Host: 127.0.0.1:{self.inner}".encode()
            with socket.create_connection(("127.0.0.1", self.inner)) as server:
                server.sendall(b"\r\n".join([lines[0], host, b"Connection: close", *kept]) + b"\r\n\r\n" + body)
                back = threading.Thread(target=_pipe, args=(server, browser), daemon=True)
                back.start()
                threading.Thread(target=_pipe, args=(browser, server), daemon=True).start()
                back.join()


def _pipe(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while more := source.recv(65536):
            target.sendall(more)


@contextmanager
def narrow_proxy(port: int, *, websockets: bool = False, host: bool = True) -> Iterator[NarrowProxy]:
    """Stand before a server for a while."""
    proxy = NarrowProxy(port, websockets=websockets, host=host)
    yield proxy
    proxy.close()
