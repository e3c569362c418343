"""Files that others made: each is named with its version and licence, and is in the list of all that the kit contains."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from actionlearn.server.rendering.assets import VENDOR, asset

FILES = sorted(path for path in VENDOR.iterdir() if path.suffix in {".js", ".css"})
SBOM = Path(__file__).parents[2] / "scripts" / "sbom"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_others_made_is_named_and_sent_as_it_is(path: Path) -> None:
    """The README has its row, its licence stands beside it, the list of components knows its very bytes."""
    found = asset(f"vendor/{path.name}")
    assert found
    assert found.body == path.read_bytes()
    row = next(line for line in (VENDOR / "README.md").read_text("utf-8").splitlines() if f"| `{path.name}` |" in line)
    listed = json.loads((VENDOR / "components.cdx.json").read_text("utf-8"))["components"]
    component = next(each for each in listed if each["bom-ref"] == f"vendor/{path.name}")
    assert component["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}]
    assert f"| {component['version']} |" in row
    assert component["licenses"][0]["license"]["id"] in row
    licence = (VENDOR / f"{path.stem}.LICENSE.txt").read_text("utf-8")
    assert all(f"  {part['name']} " in licence or f"/{part['name']} " in licence for part in component["components"])


@pytest.mark.parametrize("installed", [["jinja2", "actionlearn"], ["jinja2"]])
def test_the_list_of_what_is_installed_names_them(installed: list[str]) -> None:
    """As parts of the kit where that is listed, else by themselves."""
    listed = [{"type": "library", "name": name} for name in installed]
    packages = json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": listed})
    said = subprocess.run([sys.executable, SBOM], input=packages, capture_output=True, text=True, check=True)
    found = json.loads(said.stdout)["components"]
    assert [each["name"] for each in found][: len(installed)] == installed
    parts = found[1]["components"] if "actionlearn" in installed else found[1:]
    assert [each["bom-ref"] for each in parts] == [f"vendor/{path.name}" for path in FILES]


@pytest.mark.skipif("ACTIONLEARN_TEST_WHEEL" not in os.environ, reason="what is tested is no wheel")
def test_the_wheel_has_the_list_where_scanners_look() -> None:
    """And the licences among its own."""
    names = [str(path) for path in importlib.metadata.files("actionlearn") or ()]
    assert any(name.endswith(".dist-info/sboms/components.cdx.json") for name in names)
    assert any(name.endswith("recogito.LICENSE.txt") and ".dist-info/licenses/" in name for name in names)
