"""Settings: one row each, with name, default, check and help.

A setting is read from the environment (``ACTIONLEARN_PORT``) unless the command line gave it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from actionlearn.errors import BadInput


@dataclass(frozen=True)
class Setting:
    """One thing an operator can set."""

    name: str
    default: Any
    check: Callable[[str], Any]
    help: str

    @property
    def variable(self) -> str:
        """The environment variable it is read from."""
        return f"ACTIONLEARN_{self.name.upper()}"


def _yes(text: str) -> bool:
    known = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    return known[text.lower()]


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port


def _tls(text: str) -> str:
    return {"starttls": "starttls", "tls": "tls", "none": "none"}[text.lower()]


def _size(text: str) -> int:
    size = int(text)
    if not 1 <= size <= 100:
        raise ValueError(text)
    return size


def _addresses(text: str) -> str:
    return ",".join(str(ip_address(each.strip())) for each in text.split(",") if each.strip())


def _below(text: str) -> str:
    """Return a path of an address as the server takes it: ``learn`` is ``/learn/``."""
    return f"/{text.strip('/')}/" if text.strip("/") else "/"


SETTINGS: tuple[Setting, ...] = (
    Setting("data", "actionlearn-data", str, "Folder of workbooks, reviews and the SQLite store"),
    Setting("store", "", str, "URL of the store; empty for the SQLite file in the data folder"),
    Setting("ip", "127.0.0.1", str, "Address the server listens on"),
    Setting("port", 8765, _port, "Port the server listens on, 0 to 65535"),
    Setting("base_url", "/", _below, "Path of the kit behind a proxy, such as /learn/"),
    Setting("public_url", "", str, "Address people reach the server by, for sign-in links; empty for ip and port"),
    Setting("proxies", "127.0.0.1,::1", _addresses, "Addresses of proxies, whose X-Forwarded-For counts"),
    Setting("link_hours", 14 * 24, int, "Hours until a sign-in link lapses"),
    Setting("session_days", 30, int, "Days until a device must sign in again"),
    Setting("backup_days", "", int, "Days that you keep backups, said when somebody is erased; empty for not said"),
    Setting("kernels", 40, int, "How many live pages may have a kernel at once"),
    Setting("kernel_idle_minutes", 20, int, "Minutes without use after which a kernel ends"),
    Setting("file_mb", 10, _size, "How large a file attached to an answer may be, in MB, up to 100"),
    Setting("files_mb", 200, int, "How much one learner may attach in a cohort, in MB"),
    Setting("metrics_token", "", str, "Token that reads /metrics besides operators, as Authorization: Bearer"),
    Setting("mail_host", "", str, "Mail server (SMTP) that sends sign-in links, and what is new"),
    Setting("mail_port", 587, _port, "Its port"),
    Setting("mail_tls", "starttls", _tls, "How it is reached: starttls, tls or none"),
    Setting("mail_user", "", str, "Name to sign in to it with; empty for none"),
    Setting("mail_password", "", str, "Password of that name; read from the environment alone"),
    Setting("mail_from", "", str, "Address that letters come from"),
    Setting("tell", True, _yes, "Tell people what is new, once a day: yes or no"),
    Setting(
        "lrs_url", "", str, "Address of a learning record store (xAPI) that is told what people did; empty for none"
    ),
    Setting("lrs_user", "", str, "Name to sign in to it with; empty for none"),
    Setting("lrs_password", "", str, "Password of that name; read from the environment alone"),
    Setting("lrs_text", False, _yes, "Tell it answers too that were shared with the whole cohort"),
    Setting("secure_cookie", False, _yes, "Send cookies over HTTPS alone (set it behind TLS)"),
)


def read_settings(given: Mapping[str, Any] | None = None, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return every setting by name: what was given, else the environment, else the default.

    Raises
    ------
    BadInput
        A value does not pass its check, or the environment names a setting there is not.
    """
    settings = {}
    for setting in SETTINGS:
        raw = (given or {}).get(setting.name)
        raw = environ.get(setting.variable) if raw is None else raw
        try:
            settings[setting.name] = setting.default if raw is None else setting.check(str(raw))
        except (ValueError, KeyError):
            raise BadInput("server.bad_setting", name=setting.variable, value=raw, help=setting.help) from None
    return settings
