"""What bugs of others' programs and of our own have taught: each case with its input, and what is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def inputs(request: pytest.FixtureRequest) -> Any:
    """Read the inputs of a case from the folder that is named like its test."""
    path = Path(request.path)
    folder = path.with_name(path.stem.removeprefix("test_").replace("_", "-"))
    return json.loads((folder / "inputs.json").read_text("utf-8"))
