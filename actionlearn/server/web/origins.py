"""Which page sent a request, by which address its reader knows us, and what a proxy keeps from us of both."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import SplitResult, urlsplit

from actionlearn.errors import BadInput

log = logging.getLogger("actionlearn.server")

#: How many pairs of addresses are written to the log, each once.
_MOST_LOGGED = 20
_logged: set[tuple[str, str]] = set()


def split(address: str) -> SplitResult:
    """Return the parts of an address; none of what is no address."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def same_site(request: Any, public_url: str) -> bool | None:
    """Tell whether a page of ours sent a request; None where the browser does not say."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return None
    return split(origin).netloc in {request.host, split(public_url).netloc or request.host}


def page_origin(request: Any) -> str:
    """Return scheme and host of the page of ours that sent a request, as its browser has them; empty where that is not sure.

    ``Sec-Fetch-Site`` says that they are the address which the browser asked: where the server was told another host,
    a proxy changed it.
    """
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return ""
    found = split(request.headers.get("Origin") or request.headers.get("Referer", ""))
    return f"{found.scheme}://{found.netloc}" if found.scheme in ("http", "https") and found.netloc else ""


def hidden_origin(request: Any, public_url: str) -> str:
    """Return the address that people use where a proxy hides it from us; empty where it does not, or nobody can tell."""
    origin = page_origin(request)
    if not origin or split(origin).netloc in {request.host, split(public_url).netloc}:
        return ""
    log_hidden(origin, request.host)
    return origin


def log_hidden(origin: str, host: str) -> None:
    """Write once that a proxy does not pass on the address that people use."""
    if (origin, host) in _logged or len(_logged) >= _MOST_LOGGED:
        return
    _logged.add((origin, host))
    log.warning(
        "a page at %s asks, and the server is told %s: the proxy does not pass on Host, or another site asks",
        origin[:200],
        host[:200],
    )


def require_websocket(request: Any) -> None:
    """Refuse what asks for a websocket and has lost its header on the way; the log says so once.

    Raises
    ------
    BadInput
        There is no ``Upgrade: websocket``.
    """
    if request.headers.get("Upgrade", "").lower() == "websocket":
        return
    if "Sec-WebSocket-Key" in request.headers and ("upgrade", "") not in _logged:
        _logged.add(("upgrade", ""))
        log.warning(
            "the proxy passes on no websockets: Upgrade and Connection are missing; pages ask every few seconds"
        )
    raise BadInput("server.no_websocket")
