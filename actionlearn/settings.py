"""Settings: one field each, with name, default, check and help.

A setting is read from the environment (``ACTIONLEARN_PORT``) unless the command line gave it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

from actionlearn.errors import BadInput, Fault
from actionlearn.text.email_addresses import safe_email

T = TypeVar("T")

_PREFIX = "ACTIONLEARN_"


@dataclass(frozen=True)
class Setting:
    """One thing an operator can set."""

    name: str
    default: Any
    check: Callable[[str], Any]
    help: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable it is read from."""
        return f"{_PREFIX}{self.name.upper()}"


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


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    """Return the check of a number that is neither smaller nor larger than that."""

    def check(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError(text)
        return number

    return check


def _web_address(text: str) -> str:
    """Return an address that paths are put behind: http:// or https://, a host, perhaps a path, and nothing more."""
    address = urlsplit(text)
    odd = re.search(r"[\s?#@\\]", text)
    if text and (address.scheme not in ("http", "https") or not address.hostname or odd):
        raise ValueError(text)
    _ = address.port  # raises where it is no port
    return text


def _store_address(text: str) -> str:
    if text and text.partition("://")[0].partition("+")[0] not in ("sqlite", "postgresql"):
        raise ValueError(text)
    return text


def _mail_address(text: str) -> str:
    if text and not safe_email(text):
        raise ValueError(text)
    return text


def _addresses(text: str) -> str:
    return ",".join(str(ip_address(each.strip())) for each in text.split(",") if each.strip())


def _url_path(text: str) -> str:
    """Return a path of an address as the server takes it: ``learn`` is ``/learn/``."""
    return f"/{text.strip('/')}/" if text.strip("/") else "/"


def _setting(default: T, check: Callable[[str], T], help: str, *, secret: bool = False) -> T:
    """Return the field of a setting; a secret one is left out where the settings are printed."""
    described: T = field(default=default, repr=not secret, metadata={"check": check, "help": help, "secret": secret})
    return described


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator can set, each under its name."""

    data: str = _setting("actionlearn-data", str, "Folder of workbooks, reviews and the SQLite store")
    store: str = _setting(
        "", _store_address, "URL of the store; empty for the SQLite file in the data folder", secret=True
    )
    ip: str = _setting("127.0.0.1", str, "Address the server listens on")
    port: int = _setting(8765, _port, "Port the server listens on, 0 to 65535")
    base_url: str = _setting("/", _url_path, "Path of the kit behind a proxy, such as /learn/")
    public_url: str = _setting(
        "", _web_address, "Address people reach the server by, with https:// or http://; empty for ip and port"
    )
    proxies: str = _setting("127.0.0.1,::1", _addresses, "Addresses of proxies, whose X-Forwarded-For counts")
    link_hours: int = _setting(14 * 24, _whole_number(1, 24 * 366), "Hours until a sign-in link lapses, 1 or more")
    session_days: int = _setting(30, _whole_number(1, 3660), "Days until a device must sign in again, 1 or more")
    backup_days: int | None = _setting(
        None, _whole_number(0, 36600), "Days that you keep backups, said when somebody is erased; empty for not said"
    )
    kernels: int = _setting(40, _whole_number(0, 100_000), "How many live pages may have a kernel at once")
    kernel_idle_minutes: int = _setting(
        20, _whole_number(1, 24 * 60), "Minutes without use after which a kernel ends, 1 or more"
    )
    file_mb: int = _setting(
        10, _whole_number(1, 100), "How large a file attached to an answer may be, in MB, up to 100"
    )
    files_mb: int = _setting(200, _whole_number(1, 10**6), "How much one learner may attach in a cohort, in MB")
    metrics_token: str = _setting(
        "", str, "Token that reads /metrics besides operators, as Authorization: Bearer", secret=True
    )
    mail_host: str = _setting("", str, "Mail server (SMTP) that sends sign-in links, and what is new")
    mail_port: int = _setting(587, _port, "Its port")
    mail_tls: str = _setting("starttls", _tls_mode, "How it is reached: starttls, tls or none")
    mail_user: str = _setting("", str, "Name to sign in to it with; empty for none")
    mail_password: str = _setting("", str, "Password of that name; read from the environment alone", secret=True)
    mail_from: str = _setting("", _mail_address, "Address that letters come from")
    tell: bool = _setting(True, _boolean, "Tell people what is new, once a day: yes or no")
    lrs_url: str = _setting(
        "", _web_address, "Address of a learning record store (xAPI) that is told what people did; empty for none"
    )
    lrs_user: str = _setting("", str, "Name to sign in to it with; empty for none")
    lrs_password: str = _setting("", str, "Password of that name; read from the environment alone", secret=True)
    lrs_text: bool = _setting(False, _boolean, "Tell it answers too that were shared with the whole cohort")
    secure_cookie: bool = _setting(
        False, _boolean, "Send cookies over HTTPS alone: yes or no; yes where public_url begins with https://"
    )


#: What is known of each, for reading them and for whoever lists them.
SETTINGS: tuple[Setting, ...] = tuple(
    Setting(
        name=each.name,
        default=each.default,
        check=each.metadata["check"],
        help=each.metadata["help"],
        secret=each.metadata["secret"],
    )
    for each in fields(Settings)
)

#: Variables with our prefix that are no settings: of a notebook by itself, of the tests, and what a cluster adds for
#: a service that is called as we are.
_OTHER_VARIABLES = re.compile(
    r"ACTIONLEARN_(PRACTICE|SERVER|CASES|SEED|GOLDEN|WRITE_GOLDEN|TEST_.*|SERVICE_(HOST|PORT)(_.*)?|PORT_\d+_(TCP|UDP)(_.*)?)"
)


def read_settings(given: Mapping[str, Any] | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return every setting: what was given by name, else the environment, else the default.

    Raises
    ------
    BadInput
        ``server.bad_settings``: with everything that is wrong, values that do not pass their check and names of the
        environment that no setting has.
    """
    texts, values, faults = dict(_texts(given or {}, environ)), {}, list(_unknown(environ))
    for setting in SETTINGS:
        text = texts.get(setting.name)
        try:
            values[setting.name] = setting.default if text is None else setting.check(text)
        except (ValueError, KeyError):
            shown = "…" if setting.secret else text
            why = {"name": setting.variable, "value": shown, "help": setting.help}
            faults.append(Fault(code="server.bad_setting", values=why))
    if not faults and values["mail_host"] and not values["mail_from"]:
        faults.append(Fault(code="server.setting_missing", values={"name": "ACTIONLEARN_MAIL_FROM"}))
    if faults:
        raise BadInput("server.bad_settings", faults=faults, count=len(faults))
    if "secure_cookie" not in texts:
        values["secure_cookie"] = values["public_url"].lower().startswith("https://")
    return Settings(**values)


def _texts(given: Mapping[str, Any], environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what was said of each setting, by name."""
    for setting in SETTINGS:
        text = given.get(setting.name)
        if text is None:
            text = environ.get(setting.variable)
            if setting.name == "port" and text and text.startswith("tcp://"):
                text = None  # of a cluster, for a service of our name
        if text is not None:
            yield setting.name, str(text)


def _unknown(environ: Mapping[str, str]) -> Iterator[Fault]:
    """Yield the variables with our prefix that nothing reads, most likely misspelt."""
    known = [setting.variable for setting in SETTINGS]
    for name in sorted(environ):
        if name.startswith(_PREFIX) and name not in known and not _OTHER_VARIABLES.fullmatch(name):
            near = get_close_matches(name.removeprefix(_PREFIX), [each.removeprefix(_PREFIX) for each in known], 1)
            code = "server.no_setting_but" if near else "server.no_setting"
            yield Fault(code=code, values={"name": name, "near": _PREFIX + near[0] if near else ""})


def environment_without_secrets() -> dict[str, str]:
    """Return the environment without passwords and tokens, for what we start."""
    secret = {f"ACTIONLEARN_{each.name.upper()}" for each in fields(Settings) if not each.repr}
    return {name: value for name, value in os.environ.items() if name not in secret}


def forget_secrets() -> None:
    """Take passwords and tokens out of the environment: nothing that is started from here on has them."""
    for name in os.environ.keys() - environment_without_secrets().keys():
        del os.environ[name]
