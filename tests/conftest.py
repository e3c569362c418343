"""Stores for the tests, each its own, in SQLite and in PostgreSQL; and a real Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from actionlearn.store import Store, open_store

# Whether somebody is told something depends on the hour; what is about that says so.
os.environ["ACTIONLEARN_TELL"] = "no"

WHY_NOT = pytest.StashKey[str]()

#: No background network of the browser's own, so that every request seen is the page's.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Place:
    """Where a store is; it can be opened there again and again."""

    data: Path
    url: str = ""

    def open(self, patience: float = 10.0) -> Store:
        return open_store(self.data, self.url, patience=patience)


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    return Path(found).parent if found else max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


def _run(*command: str | Path) -> None:
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_user, *map(str, command)], check=True, capture_output=True, text=True, cwd="/", timeout=120)


def _start(binaries: Path, folder: Path) -> str:
    """Start a cluster that nobody else can reach, and return its address."""
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    cluster = folder / "cluster"
    _run(binaries / "initdb", "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-c fsync=off -c listen_addresses= -c unix_socket_directories={folder} -c max_connections=200"
    _run(binaries / "pg_ctl", "-D", cluster, "-o", options, "-l", folder / "log", "-w", "start")
    return f"postgresql://postgres@/postgres?host={folder}"


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the address of a PostgreSQL: ACTIONLEARN_TEST_POSTGRES, else one of our own."""
    given, binaries = os.environ.get("ACTIONLEARN_TEST_POSTGRES", ""), _binaries()
    if given or binaries is None:
        if not given:
            request.config.stash[WHY_NOT] = "no server is installed and ACTIONLEARN_TEST_POSTGRES is not set"
            pytest.skip(f"PostgreSQL did not run: {request.config.stash[WHY_NOT]}")
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="al-pg-", dir="/tmp"))
    try:
        url = _start(binaries, folder)
    except (subprocess.SubprocessError, OSError, LookupError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        request.config.stash[WHY_NOT] = f"the server at {binaries} did not start ({error})"
        pytest.skip(f"PostgreSQL did not run: {request.config.stash[WHY_NOT]}")
    yield url
    _run(binaries / "pg_ctl", "-D", folder / "cluster", "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say so where half of the store was not tested."""
    if why := config.stash.get(WHY_NOT, ""):
        terminalreporter.section("PostgreSQL DID NOT RUN", sep="!", red=True)
        terminalreporter.line(f"The store was tested on SQLite alone: {why}.")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark those variants of a test as slow that are not named as ordinary."""
    for item in items:
        mark = item.get_closest_marker("ordinary")
        if mark is not None and "[" in item.name and not any(id in item.name for id in mark.args):
            item.add_marker("slow")


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    """Name a data folder that is not there yet."""
    return Place(tmp_path / "data")


@pytest.fixture
def postgresql_place(postgresql: str, tmp_path: Path) -> Iterator[Place]:
    """Make a schema of its own in PostgreSQL."""
    import psycopg

    name = f"t_{uuid4().hex}"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    mark = "&" if "?" in postgresql else "?"
    yield Place(tmp_path / "data", f"{postgresql}{mark}options=-csearch_path%3D{name}")
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest) -> Place:
    """Say where a store can be opened: once in each database."""
    found = request.getfixturevalue(f"{request.param}_place")
    assert isinstance(found, Place)
    return found


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    """Open an empty store: once in each database."""
    with place.open() as opened:
        yield opened


@pytest.fixture
def sqlite_store(sqlite_place: Place) -> Iterator[Store]:
    """Open an empty store in SQLite, for tests that are about something else."""
    with sqlite_place.open() as opened:
        yield opened


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Wait for something that is about to become true."""
    import time

    def wait(true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        while not true():
            assert time.monotonic() < deadline, "it never became true"
            time.sleep(0.005)

    return wait


@pytest.fixture(
    scope="module"
)  # while Playwright is open, its event loop runs in this thread: asyncio.run would refuse
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests: the one named in ACTIONLEARN_TEST_CHROMIUM, else the system's."""
    found = os.environ.get("ACTIONLEARN_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def device(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make devices: a browser context each, with its own cookies and storage."""
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        made.append(chromium.new_context(**options))
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(device: Callable[..., BrowserContext]) -> Page:
    """Open a page on a laptop."""
    return device(viewport={"width": 1280, "height": 900}).new_page()


@pytest.fixture
def phone(device: Callable[..., BrowserContext]) -> Page:
    """Open a page on a phone."""
    return device(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).new_page()
