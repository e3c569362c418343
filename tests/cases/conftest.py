"""What bugs of others' programs and of our own have taught: each case with its input, and what is right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from actionlearn.server.web.identity import SESSION_COOKIE

from ..support.served_kit import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts."""
    made = World(tmp_path_factory.mktemp("case")).start()
    yield made
    made.stop()


@pytest.fixture
def seat(device: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Sit down as somebody before a kit, on a device of one's own."""

    def sit(world: World, who: str, *, port: int = 0, **options: Any) -> Page:
        context = device(**options)
        context.add_cookies([{"name": SESSION_COOKIE, "value": world.session[who], "domain": "127.0.0.1", "path": "/"}])
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.kit = f"http://127.0.0.1:{port or world.port}"
        return page

    return sit


@pytest.fixture(scope="module")
def inputs(request: pytest.FixtureRequest) -> Any:
    """Read the inputs of a case from the folder that is named like its test."""
    path = Path(request.path)
    folder = path.with_name(path.stem.removeprefix("test_").replace("_", "-"))
    return json.loads((folder / "inputs.json").read_text("utf-8"))
