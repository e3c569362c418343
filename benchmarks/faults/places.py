"""A place of one's own: a data folder or a database, a cohort of one learner in it, a real server on it."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import psutil

PROGRAMME = """
[programme]
id = "faults"
name = "Faults"
organisation = "Ribeira"
time_zone = "Europe/Lisbon"
locale = "en"
roster = "roster.csv"
[programme.contact]
name = "Teresa Vaz"
email = "teresa@example.org"
[[sets]]
name = "Set A"
coach = "rui.coach"
[[people]]
username = "rui.coach"
firstname = "Rui"
lastname = "Tavares"
email = "rui@example.org"
role = "coach"
[[workbooks]]
template = "scope"
opens = 2026-10-05
due = 2026-10-09
[[workbooks]]
template = "impact"
opens = 2026-10-05
due = 2026-10-09
"""
ROSTER = (
    "username,firstname,lastname,email,cohort1,profile_field_set,lang\nana,Ana,Reis,ana@example.org,faults,Set A,en\n"
)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Place:
    """SQLite in a folder. The other places differ in where that is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.url = ""
        self.port = free_port()
        self.process: subprocess.Popen | None = None
        self._reading: sqlite3.Connection | None = None

    def make(self) -> None:
        """Build the cohort, and sign its learner in."""
        from actionlearn.accounts import new_session
        from actionlearn.cohort.enrolment.enrol import read_inputs
        from actionlearn.cohort.workbooks.build import build_cohort
        from actionlearn.store import open_store
        from actionlearn.store.people import members
        from actionlearn.store.workbooks import workbooks

        self.data.mkdir(parents=True, exist_ok=True)
        (self.folder / "programme.toml").write_text(PROGRAMME, "utf-8")
        (self.folder / "roster.csv").write_text(ROSTER, "utf-8")
        with open_store(self.data, self.url) as store:
            report = build_cohort(store, self.data, *read_inputs(self.folder / "programme.toml"))
            assert not report.failed, report.failed
            person = store.read(lambda c: members.person_by_username(c, "ana"))
            assert person is not None
            books = store.read(lambda c: workbooks.workbooks_of(c, owner=person.id))
            self.books = {book.template: book.id for book in books}
            self.session = new_session(store, person.id)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [sys.executable, "-m", "actionlearn", "serve", "--data", str(self.data), "--port", str(self.port)]
        command += ["--store", self.url] if self.url else []
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "TMPDIR": str(self.folder)}
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        until = time.monotonic() + 90
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=20).close()
                return
            assert self.process.poll() is None, (self.folder / "server.log").read_text()[-2000:]
            time.sleep(0.02)
        raise TimeoutError("the server did not start")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def kernels(self) -> list[psutil.Process]:
        assert self.process is not None
        found = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if any("ipykernel" in part for part in child.cmdline()):
                    found.append(child)
        return found

    def close(self) -> None:
        if self._reading:
            self._reading.close()
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()

    # What the judge reads: the rows, past all our code.

    def head(self, workbook: str, prompt: str) -> tuple[int, Any]:
        """Return version and value as the store has them now."""
        if self._reading is None:
            self._reading = sqlite3.connect(
                self.data / "actionlearn.sqlite", timeout=20, isolation_level=None, check_same_thread=False
            )
            self._reading.execute("PRAGMA query_only = ON")
        row = self._reading.execute(
            "SELECT version, value FROM draft WHERE workbook = ? AND prompt = ?", (workbook, prompt)
        ).fetchone()
        return (row[0], json.loads(row[1])) if row else (0, None)

    # What can be done to it.

    @contextlib.contextmanager
    def locked(self):
        """Hold the store's lock from another program."""
        other = sqlite3.connect(
            self.data / "actionlearn.sqlite", timeout=20, isolation_level=None, check_same_thread=False
        )
        try:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")
        finally:
            other.close()

    def empty_log(self) -> None:
        """Bring SQLite's log back to nothing, so that the next commit needs room."""
        other = sqlite3.connect(
            self.data / "actionlearn.sqlite", timeout=20, isolation_level=None, check_same_thread=False
        )
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.close()

    how_full = "RLIMIT_FSIZE"

    @contextlib.contextmanager
    def full(self):
        """Let no file of the server grow."""
        assert self.process is not None
        self.empty_log()
        _, hard = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (0, hard))
        try:
            yield
        finally:
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (hard, hard))


class SmallDisk(Place):
    """A file system of a few megabytes, filled to the last byte. Needs root."""

    how_full = "a full tmpfs"

    @classmethod
    def mounted(cls, folder: Path) -> Place:
        """Return one where it can be mounted, else a place whose server may write no more."""
        place = cls(folder)
        place.data.mkdir(parents=True)
        try:
            mount = ["mount", "-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", str(place.data)]
            subprocess.run(mount, check=True, capture_output=True, timeout=20)
        except (OSError, subprocess.SubprocessError):
            return Place(folder)
        return place

    @contextlib.contextmanager
    def full(self):
        self.empty_log()
        filler = self.data / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            for size in (1024 * 1024, 4096, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"x" * size) == size:
                        pass
        try:
            yield
        finally:
            filler.unlink()

    def close(self) -> None:
        super().close()
        subprocess.run(["umount", "-l", str(self.data)], check=False, capture_output=True, timeout=20)


class Cluster(Place):
    """A PostgreSQL of one's own."""

    def make(self) -> None:
        found = shutil.which("initdb")
        self.bin = Path(found).resolve().parent if found else max(Path("/usr/lib/postgresql").glob("*/bin"))
        self.sockets = Path(tempfile.mkdtemp(prefix="al-pg-", dir="/tmp"))
        if os.geteuid() == 0:
            shutil.chown(self.sockets, "postgres")
        self._run("initdb", "-D", self.sockets / "cluster", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={self.sockets} -c max_connections=60"
        self._run("pg_ctl", "-D", self.sockets / "cluster", "-o", options, "-l", self.sockets / "log", "-w", "start")
        self.url = f"postgresql://postgres@/postgres?host={self.sockets}"
        self._pg: Any = None
        super().make()

    def _run(self, command: str, *arguments: str | Path) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        line = [*as_user, str(self.bin / command), *map(str, arguments)]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", timeout=120)

    def restart(self, mode: str) -> None:
        """Restart it: ``fast`` as an upgrade does, ``immediate`` as a crash does."""
        self._run("pg_ctl", "-D", self.sockets / "cluster", "-m", mode, "-l", self.sockets / "log", "-w", "restart")

    def head(self, workbook: str, prompt: str) -> tuple[int, Any]:
        import psycopg

        until = time.monotonic() + 20
        while True:
            try:
                if self._pg is None or self._pg.closed:
                    self._pg = psycopg.connect(self.url, autocommit=True)
                query = "SELECT version, value FROM draft WHERE workbook = %s AND prompt = %s"
                row = self._pg.execute(query, (workbook, prompt)).fetchone()
                return (row[0], json.loads(row[1])) if row else (0, None)
            except psycopg.OperationalError:
                self._pg = None
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def close(self) -> None:
        super().close()
        with contextlib.suppress(AttributeError, subprocess.SubprocessError):
            self._run("pg_ctl", "-D", self.sockets / "cluster", "-m", "immediate", "stop")
            shutil.rmtree(self.sockets, ignore_errors=True)
