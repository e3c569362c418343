"""Where people reach us, and where they come from."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from actionlearn.server.web.origins import page_origin
from actionlearn.settings import Settings


def public_address(settings: Settings, port: int) -> str:
    """Return the address people reach the server by, with a slash at its end.

    Parameters
    ----------
    settings
        Every setting. A ``public_url`` that ends with ``base_url`` already is whole.
    port
        The port it listens on, for where there is no public address.
    """
    base = settings.base_url
    if settings.public_url:
        public = settings.public_url.rstrip("/")
        whole = f"{urlsplit(public).path}/".endswith(base) and base != "/"
        return f"{public}/" if whole else public + base
    ip = settings.ip
    host = socket.gethostname() if ip in {"", "0.0.0.0", "::"} else f"[{ip}]" if ":" in ip else ip  # noqa: S104 - compared, not bound
    return f"http://{host}:{port}{base}"


def request_origin(request: Any, settings: Settings) -> str:
    """Return the address of the server as the sender of a request may write it into another device."""
    if settings.public_url:
        return public_address(settings, 0)
    # A proxy may have told us another host than the one that the sender's browser asked.
    return f"{page_origin(request) or f'{request.protocol}://{request.host}'}{settings.base_url}"


def client_address(request: Any, settings: Settings) -> str:
    """Return the address a request comes from.

    What a header claims counts only where one of our own proxies has set it: the last address of
    ``X-Forwarded-For`` that is no proxy. Whatever stands before it anybody can write.
    """
    found = str(request.remote_ip or "")
    proxies = settings.proxies.split(",") if settings.public_url else ()
    if found not in proxies:
        return found
    for each in reversed(",".join(request.headers.get_list("X-Forwarded-For")).split(",")):
        claimed = _without_port(each.strip())
        try:
            found = str(ip_address(claimed))
        except ValueError:
            return found
        if found not in proxies:
            return found
    return found


def _without_port(claimed: str) -> str:
    """Return an address without the port that some proxies write after it."""
    if claimed.startswith("["):
        return claimed[1:].partition("]")[0]
    return claimed.partition(":")[0] if claimed.count(":") == 1 else claimed


def local_path(path: str, base_url: str) -> str:
    """Return a path of ours to go on to, empty for anything else."""
    # Browsers drop tabs and line ends, and read a backslash as a slash: "/\t/elsewhere" is not ours.
    ours = path.startswith(base_url) and not path.startswith("//") and path.isprintable() and "\\" not in path
    return path.removeprefix(base_url) if ours else ""
