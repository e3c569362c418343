"""Settings: what was given, else the environment, else the default; each checked."""

from __future__ import annotations

import pytest

from actionlearn.errors import BadInput
from actionlearn.settings import SETTINGS, read_settings


def test_what_is_given_comes_first_then_the_environment_then_the_default():
    """None is not given."""
    environ = {"ACTIONLEARN_PORT": "9000", "ACTIONLEARN_IP": "0.0.0.0"}
    settings = read_settings({"port": 9001, "ip": None}, environ)
    assert (settings["port"], settings["ip"], settings["kernels"]) == (9001, "0.0.0.0", 40)
    assert set(settings) == {setting.name for setting in SETTINGS}


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
    assert read_settings({"base_url": written}, {})["base_url"] == "/learn/"
    assert read_settings({"base_url": "/"}, {})["base_url"] == "/"
