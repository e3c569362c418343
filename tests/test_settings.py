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


@pytest.mark.parametrize(
    ("name", "value"), [("port", "80000"), ("port", "-1"), ("port", "http"), ("secure_cookie", "perhaps")]
)
def test_a_value_that_cannot_be_is_refused_by_name(name: str, value: str):
    """No server says it listens on a port that no computer has."""
    with pytest.raises(BadInput) as refused:
        read_settings({name: value}, {})
    assert refused.value.code == "server.bad_setting"
    assert refused.value.values["name"] == f"ACTIONLEARN_{name.upper()}"


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
    settings = read_settings(dict.fromkeys(secrets, "canary"), {})

    assert "canary" not in repr(settings)
    assert [getattr(settings, name) for name in secrets] == ["canary"] * 4
