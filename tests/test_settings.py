"""Settings: what was given, else the environment, else the default; each checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from mypy import api

from actionlearn.errors import BadInput
from actionlearn.settings import SETTINGS, read_settings


def test_what_is_given_comes_first_then_the_environment_then_the_default():
    """None is not given."""
    environ = {"ACTIONLEARN_PORT": "9000", "ACTIONLEARN_IP": "0.0.0.0"}
    settings = read_settings({"port": 9001, "ip": None}, environ)
    assert (settings.port, settings.ip, settings.kernels) == (9001, "0.0.0.0", 40)
    assert set(vars(settings)) == {setting.name for setting in SETTINGS}


def faults(given: dict[str, object], environ: dict[str, str]) -> list[tuple[str, str]]:
    """Return code and name of all that is wrong with settings."""
    with pytest.raises(BadInput) as refused:
        read_settings(given, environ)
    assert refused.value.code == "server.bad_settings"
    return [(each.code, each.values["name"]) for each in refused.value.faults]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "80000"),
        ("port", "-1"),
        ("port", "http"),
        ("secure_cookie", "perhaps"),
        ("public_url", "learn.example.org"),
        ("public_url", "ftp://learn.example.org"),
        ("public_url", "https://"),
        ("public_url", "https://learn.example.org:port"),
        ("public_url", "https://learn example.org"),
        ("link_hours", "-5"),
        ("link_hours", "0"),
        ("session_days", "0"),
        ("kernels", "-1"),
        ("kernel_idle_minutes", "0"),
        ("backup_days", "-1"),
        ("files_mb", "0"),
        ("lrs_url", "lrs.example.org"),
        ("store", "mysql://x"),
        ("mail_from", "kit"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(name: str, value: str):
    """No server says it listens on a port that no computer has, or sends links that cannot be clicked."""
    assert faults({name: value}, {}) == [("server.bad_setting", f"ACTIONLEARN_{name.upper()}")]


def test_all_that_is_wrong_is_named_at_once_and_a_name_that_nothing_reads_too():
    """Whoever starts a server mends its settings once, not one start after the other."""
    environ = {
        "ACTIONLEARN_PORT": "x",
        "ACTIONLEARN_SESION_DAYS": "30",
        "ACTIONLEARN_WHATEVER": "1",
        "ACTIONLEARN_LINK_HOURS": "0",
        "ACTIONLEARN_TEST_CHROMIUM": "/usr/bin/chromium",
        "PATH": "/bin",
    }
    assert faults({}, environ) == [
        ("server.no_setting_but", "ACTIONLEARN_SESION_DAYS"),
        ("server.no_setting", "ACTIONLEARN_WHATEVER"),
        ("server.bad_setting", "ACTIONLEARN_PORT"),
        ("server.bad_setting", "ACTIONLEARN_LINK_HOURS"),
    ]
    assert faults({"mail_host": "mail.example.org"}, {}) == [("server.setting_missing", "ACTIONLEARN_MAIL_FROM")]


def test_a_secret_that_is_refused_is_not_repeated():
    """The address of a store may hold a password."""
    with pytest.raises(BadInput) as refused:
        read_settings({"store": "mysql://me:canary@x"}, {})
    assert "canary" not in str(refused.value.faults)


def test_what_a_cluster_says_of_a_service_of_our_name_is_no_setting():
    """Kubernetes puts addresses of services into the environment, under their names."""
    environ = {
        "ACTIONLEARN_PORT": "tcp://10.0.0.7:8765",
        "ACTIONLEARN_PORT_8765_TCP": "tcp://10.0.0.7:8765",
        "ACTIONLEARN_PORT_8765_TCP_ADDR": "10.0.0.7",
        "ACTIONLEARN_SERVICE_HOST": "10.0.0.7",
        "ACTIONLEARN_SERVICE_PORT_HTTP": "8765",
    }
    assert read_settings({}, environ).port == 8765


@pytest.mark.parametrize(
    ("given", "secure"),
    [
        ({"public_url": "https://learn.example.org"}, True),
        ({"public_url": "HTTPS://learn.example.org"}, True),
        ({"public_url": "https://learn.example.org", "secure_cookie": "no"}, False),
        ({"public_url": "http://learn.example.org"}, False),
        ({}, False),
    ],
)
def test_cookies_go_over_https_alone_where_people_reach_the_server_so(given: dict[str, str], secure: bool):
    """The address says how people come; an operator may say otherwise."""
    assert read_settings(given, {}).secure_cookie is secure


@pytest.mark.parametrize("written", ["learn", "/learn", "learn/", "/learn/"])
def test_a_path_behind_a_proxy_may_be_written_with_or_without_slashes(written: str):
    """The server wants both."""
    assert read_settings({"base_url": written}, {}).base_url == "/learn/"
    assert read_settings({"base_url": "/"}, {}).base_url == "/"


def test_a_misspelt_setting_is_found_by_the_type_checker(tmp_path: Path):
    """Its name is an attribute: mypy knows which there are, of what type, and that nobody sets one later."""
    snippet = tmp_path / "snippet.py"
    snippet.write_text(
        "from actionlearn.settings import read_settings\n"
        "settings = read_settings()\n"
        "print(settings.port + 1)\n"
        "print(settings.prot)\n"
        "print(settings.port + 'a')\n"
        "settings.port = 1\n",
        "utf-8",
    )

    config = str(Path(__file__).parents[1] / "pyproject.toml")
    output, errors, status = api.run(["--config-file", config, "--cache-dir", str(tmp_path / "cache"), str(snippet)])

    assert (errors, status) == ("", 1)
    found = [line.split("snippet.py:")[1] for line in output.splitlines() if "error" in line and "snippet.py" in line]
    assert [(line[0], line.split()[-1]) for line in found] == [
        ("4", "[attr-defined]"),
        ("5", "[operator]"),
        ("6", "[misc]"),
    ]


def test_settings_that_are_printed_show_no_secret():
    """A log or a traceback that holds them says nothing that lets somebody in."""
    secrets = ("store", "metrics_token", "mail_password", "lrs_password")
    values = dict.fromkeys(secrets, "canary") | {"store": "postgresql://canary"}
    settings = read_settings(values, {})

    assert "canary" not in repr(settings)
    assert [getattr(settings, name) for name in secrets] == list(values.values())
