"""Settings: one field each, with name, default, check and help.

A setting is read from the environment (``ACTIONLEARN_PORT``) unless the command line gave it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from typing import Any, TypeVar

from actionlearn.errors import BadInput

T = TypeVar("T")


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


def _boolean(text: str) -> bool:
    known = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    return known[text.lower()]


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port


def _tls_mode(text: str) -> str:
    return {"starttls": "starttls", "tls": "tls", "none": "none"}[text.lower()]


def _file_size(text: str) -> int:
    size = int(text)
    if not 1 <= size <= 100:
        raise ValueError(text)
    return size


def _addresses(text: str) -> str:
    return ",".join(str(ip_address(each.strip())) for each in text.split(",") if each.strip())


def _url_path(text: str) -> str:
    """Return a path of an address as the server takes it: ``learn`` is ``/learn/``."""
    return f"/{text.strip('/')}/" if text.strip("/") else "/"


def _setting(default: T, check: Callable[[str], T], help: str, *, secret: bool = False) -> T:
    """Return the field of a setting; a secret one is left out where the settings are printed."""
    described: T = field(default=default, repr=not secret, metadata={"check": check, "help": help})
    return described


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator can set, each under its name."""

    data: str = _setting("actionlearn-data", str, "Folder of workbooks, reviews and the SQLite store")
    store: str = _setting("", str, "URL of the store; empty for the SQLite file in the data folder", secret=True)
    ip: str = _setting("127.0.0.1", str, "Address the server listens on")
    port: int = _setting(8765, _port, "Port the server listens on, 0 to 65535")
    base_url: str = _setting("/", _url_path, "Path of the kit behind a proxy, such as /learn/")
    public_url: str = _setting("", str, "Address people reach the server by, for sign-in links; empty for ip and port")
    proxies: str = _setting("127.0.0.1,::1", _addresses, "Addresses of proxies, whose X-Forwarded-For counts")
    link_hours: int = _setting(14 * 24, int, "Hours until a sign-in link lapses")
    session_days: int = _setting(30, int, "Days until a device must sign in again")
    backup_days: int | None = _setting(
        None, int, "Days that you keep backups, said when somebody is erased; empty for not said"
    )
    kernels: int = _setting(40, int, "How many live pages may have a kernel at once")
    kernel_idle_minutes: int = _setting(20, int, "Minutes without use after which a kernel ends")
    file_mb: int = _setting(10, _file_size, "How large a file attached to an answer may be, in MB, up to 100")
    files_mb: int = _setting(200, int, "How much one learner may attach in a cohort, in MB")
    metrics_token: str = _setting(
        "", str, "Token that reads /metrics besides operators, as Authorization: Bearer", secret=True
    )
    mail_host: str = _setting("", str, "Mail server (SMTP) that sends sign-in links, and what is new")
    mail_port: int = _setting(587, _port, "Its port")
    mail_tls: str = _setting("starttls", _tls_mode, "How it is reached: starttls, tls or none")
    mail_user: str = _setting("", str, "Name to sign in to it with; empty for none")
    mail_password: str = _setting("", str, "Password of that name; read from the environment alone", secret=True)
    mail_from: str = _setting("", str, "Address that letters come from")
    tell: bool = _setting(True, _boolean, "Tell people what is new, once a day: yes or no")
    lrs_url: str = _setting(
        "", str, "Address of a learning record store (xAPI) that is told what people did; empty for none"
    )
    lrs_user: str = _setting("", str, "Name to sign in to it with; empty for none")
    lrs_password: str = _setting("", str, "Password of that name; read from the environment alone", secret=True)
    lrs_text: bool = _setting(False, _boolean, "Tell it answers too that were shared with the whole cohort")
    secure_cookie: bool = _setting(False, _boolean, "Send cookies over HTTPS alone (set it behind TLS)")


#: What is known of each, for reading them and for whoever lists them.
SETTINGS: tuple[Setting, ...] = tuple(
    Setting(name=each.name, default=each.default, check=each.metadata["check"], help=each.metadata["help"])
    for each in fields(Settings)
)


def read_settings(given: Mapping[str, Any] | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return every setting: what was given by name, else the environment, else the default.

    Raises
    ------
    BadInput
        A value does not pass its check.
    """
    values = {}
    for setting in SETTINGS:
        raw = (given or {}).get(setting.name)
        raw = environ.get(setting.variable) if raw is None else raw
        try:
            values[setting.name] = setting.default if raw is None else setting.check(str(raw))
        except (ValueError, KeyError):
            raise BadInput("server.bad_setting", name=setting.variable, value=raw, help=setting.help) from None
    return Settings(**values)
