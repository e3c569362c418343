"""How much of a request is taken in: decided when its head is known, before anything of its body is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest

from actionlearn import accounts
from actionlearn.errors import StoreError
from actionlearn.server.web.identity import session_tokens

if TYPE_CHECKING:
    from tornado.web import Application

    from actionlearn.server.web.context import ServerContext

#: What somebody may send who is not signed in, in bytes: a username and a code are short.
MAX_ANONYMOUS = 16 * 1024

#: What anybody signed in may send to any page. An answer's own limit is far below.
MAX_BODY = 1024 * 1024

#: The largest head of a request that is answered with what was asked for, in bytes; and the largest that is taken in,
#: to be answered with a page that says why. Cookies of other systems of one name can be as much.
MAX_HEAD = 64 * 1024
MAX_READ_HEAD = 256 * 1024

#: A body that is too large is let pass by unread up to this, so that its sender gets an answer; past it we hang up.
MAX_DISCARDED = 64 * 1024 * 1024


def limit_bodies(application: Application, kit: ServerContext) -> None:
    """Have an application look at each request's length before it takes its body in.

    Parameters
    ----------
    application
        The one that serves our handlers; what they take is their ``max_body``.
    kit
        Knows who is signed in.
    """
    find = application.find_handler

    def found(request: HTTPServerRequest, **more: Any) -> HTTPMessageDelegate:
        delegate: Any = find(request, **more)
        most = _most(request, getattr(delegate, "handler_class", None), kit)
        connection: Any = request.connection
        if _head_size(request) > MAX_HEAD:
            request.head_too_large = True  # type: ignore[attr-defined]
        length = request.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > most:
            connection.set_max_body_size(MAX_DISCARDED)
            request.too_large = True  # type: ignore[attr-defined]
            return DiscardBody(delegate)
        connection.set_max_body_size(most)
        return delegate  # type: ignore[no-any-return]

    application.find_handler = found  # type: ignore[method-assign,assignment]


class DiscardBody(HTTPMessageDelegate):
    """Answers a request whose body nobody keeps."""

    def __init__(self, inner: HTTPMessageDelegate) -> None:
        self._inner = inner

    def headers_received(self, start_line: Any, headers: Any) -> Any:
        """Pass the head on."""
        return self._inner.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> None:
        """Let it pass by."""

    def finish(self) -> None:
        """Have it answered."""
        self._inner.finish()

    def on_connection_close(self) -> None:
        """Pass on that nobody waits any more."""
        self._inner.on_connection_close()


def _head_size(request: HTTPServerRequest) -> int:
    return len(request.uri or "") + sum(len(name) + len(value) + 4 for name, value in request.headers.get_all())


def _most(request: HTTPServerRequest, handler: Any, kit: ServerContext) -> int:
    tokens = session_tokens(request)
    if not tokens:
        return MAX_ANONYMOUS
    most = int(handler.max_body(kit.settings)) if hasattr(handler, "max_body") else MAX_ANONYMOUS
    # Whoever wants to send that much says who they are first: a made-up cookie takes no memory from others.
    return most if most <= MAX_BODY or any(_knows(kit, each) for each in tokens) else MAX_ANONYMOUS


def _knows(kit: ServerContext, token: str) -> bool:
    try:
        return accounts.session_person(kit.store, token, kit.settings.session_days) is not None
    except StoreError:
        return False
