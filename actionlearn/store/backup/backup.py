"""A copy of a data folder in one file, made while the server runs, and the way back.

The database is copied as it is at one moment (SQLite's online backup), the files after it, the journal
of erasures last: what is in the copy and was erased meanwhile is erased when it is restored.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actionlearn import __version__
from actionlearn.errors import BadInput, StoreError
from actionlearn.store.backup import log
from actionlearn.store.backup.working_folder import working_folder
from actionlearn.store.clock import now
from actionlearn.store.engine.database import FILE, Store
from actionlearn.store.engine.erasure_journal import JOURNAL
from actionlearn.store.engine.folder_lock import LOCK, RUNTIME
from actionlearn.store.engine.heartbeat import FILE as OWNER
from actionlearn.store.engine.migrate import HEAD
from actionlearn.store.workbooks.revisions import AT_ONCE, cut_heads

MANIFEST = "manifest.json"

#: Version of the shape of a backup.
FORMAT = 1

#: Folders of a backup that is being made begin so, beside the file it will be.
_UNFINISHED = ".backup-"

#: Not copied as a file: the database (it is copied by itself), the lock, and what is being written.
_LEFT_OUT = {FILE, f"{FILE}-wal", f"{FILE}-shm", f"{FILE}-journal", LOCK, OWNER, RUNTIME, JOURNAL, MANIFEST}


@dataclass(frozen=True)
class Backup:
    """A backup that was made.

    Parameters
    ----------
    path
        The file.
    files
        How many files are in it, the database among them.
    database
        Whether the database is in it. PostgreSQL's is not: it has a tool for that.
    in_log
        Whether the store knows of it: else whoever is erased later is not told that it holds them.
    """

    path: Path
    files: int
    size: int
    database: bool
    in_log: bool = True


def backup(store: Store, data: Path, output: Path) -> Backup:
    """Copy a data folder into one file, whole or not at all. A server may run meanwhile, and people may type.

    Parameters
    ----------
    store, data
        The store and its data folder.
    output
        The file to make, a ``.tar.gz``.

    Raises
    ------
    BadInput
        ``backup.there_already``: nothing is overwritten. ``backup.not_written``: no room, no right.
    StoreError
        The database cannot be read, or is damaged.
    """
    if output.exists():
        raise BadInput("backup.there_already", path=str(output))
    # Every answer gets a kept version, so that an erasure later can name where its words are in the copy.
    with suppress(StoreError):
        # Until no full batch is left: whoever types meanwhile makes new ones without end.
        while store.write(cut_heads) >= AT_ONCE:
            pass
    # Noted before it is made: one that is killed half way holds people, too.
    in_log = True
    try:
        entry = store.write(lambda c: log.record(c, output.name))
    except StoreError:  # a full disk is no reason to make no copy elsewhere
        in_log = False
    try:
        with working_folder(output.absolute().parent, _UNFINISHED) as room:
            made = room / "backup.tar.gz"
            files = _pack(store, data, made)
            made.chmod(0o600)
            size = made.stat().st_size
            made.replace(output)
    except OSError as error:
        if in_log:  # nothing of it is left
            store.write(lambda c: log.remove(c, entry))
        raise BadInput("backup.not_written", path=str(output), reason=error.strerror or str(error)) from error
    return Backup(path=output, files=files, size=size, database=store.dialect == "sqlite", in_log=in_log)


def _pack(store: Store, data: Path, made: Path) -> int:
    files: dict[str, dict[str, Any]] = {}
    with made.open("xb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
            if store.dialect == "sqlite":
                copy = made.with_name(FILE)
                _copy_database(Path(store.where), copy)
                files[FILE] = _add(tar, FILE, copy)
                copy.unlink()
            for name, path in _files(data, made.parent):
                with suppress(FileNotFoundError):  # made again by the server at this moment: it is asked for anew
                    files[name] = _add(tar, name, path)
            if (data / JOURNAL).is_file():
                files[JOURNAL] = _add(tar, JOURNAL, data / JOURNAL)
            _add_manifest(tar, store, files)
        file.flush()
        os.fsync(file.fileno())
    return len(files)


def _copy_database(source: Path, copy: Path) -> None:
    """Copy a SQLite database as it is at one moment; nobody has to wait for it."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as live,
        closing(sqlite3.connect(copy)) as made,
    ):
        live.backup(made)
        made.execute("PRAGMA journal_mode = DELETE")
    check_database(copy)


def check_database(path: Path) -> None:
    """Make sure that a SQLite file is whole.

    Raises
    ------
    StoreError
        ``store.damaged``.
    """
    with closing(sqlite3.connect(path)) as opened:
        try:
            whole = opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            linked = not opened.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.DatabaseError:
            whole = linked = False
    if not whole or not linked:
        raise StoreError("store.damaged", where=str(path))


def _files(data: Path, room: Path) -> Iterator[tuple[str, Path]]:
    """Return every file to copy, with its name in the copy."""
    for folder, folders, names in os.walk(data):
        here = Path(folder)
        folders[:] = sorted(each for each in folders if not each.startswith(".") and here / each != room)
        for name in sorted(names):
            path = here / name
            left_out = name.startswith(".") or (here == data and (name in _LEFT_OUT or name.endswith(".tar.gz")))
            if not left_out and path.is_file() and not path.is_symlink():
                yield path.relative_to(data).as_posix(), path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    """Add a file as it is at this moment; return its size and hash."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(path.stat().st_mtime)
        reader = _Hashing(file)
        tar.addfile(info, reader)  # type: ignore[arg-type] # it reads, and no more
    return {"size": size, "sha256": reader.hash.hexdigest()}


class _Hashing:
    """A file that knows the hash of what was read of it."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._file = file
        self.hash = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """Read some bytes."""
        found = self._file.read(size)
        self.hash.update(found)
        return found


def _add_manifest(tar: tarfile.TarFile, store: Store, files: dict[str, dict[str, Any]]) -> None:
    manifest = {"format": FORMAT, "made_at": now(), "actionlearn": __version__, "store": store.id}
    manifest |= {"database": store.dialect, "migration": HEAD, "files": files}
    text = json.dumps(manifest, indent=1, sort_keys=True).encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size, info.mode = len(text), 0o600
    tar.addfile(info, io.BytesIO(text))
