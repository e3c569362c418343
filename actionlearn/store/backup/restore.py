"""Restoring a backup into an empty folder: whole or not at all, and without what was erased since."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import tarfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from actionlearn.errors import BadInput
from actionlearn.store.backup.backup import FORMAT, MANIFEST, check_database
from actionlearn.store.backup.working_folder import working_folder
from actionlearn.store.engine import erasure_journal
from actionlearn.store.engine.database import FILE, open_store
from actionlearn.store.engine.folder_lock import LOCK, only_server
from actionlearn.store.engine.heartbeat import FILE as OWNER
from actionlearn.store.erasure import people, removal, replay

#: Folders of a restore that is under way begin so, beside the folder it will be.
_UNFINISHED = ".restoring-"

_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Restored:
    """What restoring did.

    Parameters
    ----------
    made_at
        When the backup was made.
    files
        How many files were restored and found to be as they were.
    database
        Whether the database was in it, or is the one whose address was given.
    erased
        Passages that were erased since, were in the backup, and are erased again.
    whole
        How many of them took a whole answer, since nobody can say where in it the words were.
    journal
        Whether there was a journal from after the backup to go by.
    """

    made_at: str
    files: int
    database: bool
    erased: int
    whole: int
    journal: bool


def restore(archive: Path, data: Path, journals: Sequence[Path] = (), url: str = "") -> Restored:
    """Restore a backup, bring its tables up to date, and erase again what was erased since it was made.

    Parameters
    ----------
    archive
        What `backup` made.
    data
        Where to: a folder that is not there, or holds no more than a journal of erasures.
    journals
        Journals of erasures besides the one in that folder: of the folder that was lost.
    url
        Address of the PostgreSQL database, restored by its own tools before.

    Raises
    ------
    BadInput
        ``backup.not_empty``, ``backup.not_a_backup``, ``backup.changed``, ``backup.newer``, ``backup.other_store``.
    ServerError
        A server holds the folder.
    StoreError
        The database in it is damaged, or newer than this actionlearn.
    """
    if not archive.is_file():
        raise BadInput("backup.not_there", path=str(archive))
    for path in journals:
        if not path.is_file():
            raise BadInput("backup.not_there", path=str(path))
    _refuse_what_is_there(data)
    try:
        return _restore(archive, data, journals, url)
    except OSError as error:
        raise BadInput("backup.not_written", path=str(data), reason=error.strerror or str(error)) from error


def _restore(archive: Path, data: Path, journals: Sequence[Path], url: str) -> Restored:
    data.parent.mkdir(parents=True, exist_ok=True)
    with working_folder(data.absolute().parent, _UNFINISHED) as room:
        made = room / "data"
        made.mkdir(mode=0o700)
        manifest = _unpack(archive, made)
        newer = [path for path in (data / erasure_journal.JOURNAL, *journals) if path.is_file()]
        erasure_journal.merge(made / erasure_journal.JOURNAL, [made / erasure_journal.JOURNAL, *newer])
        done = _bring_up(made, manifest, url)
        _put(made, data)
    whole = sum(each.whole for each in done or ())
    return Restored(
        made_at=manifest["made_at"],
        files=len(manifest["files"]),
        database=done is not None,
        erased=sum(each.texts > 0 for each in done or ()),
        whole=whole,
        journal=bool(newer),
    )


def _refuse_what_is_there(data: Path) -> None:
    if not data.exists():
        return
    if not data.is_dir():
        raise BadInput("backup.not_empty", path=str(data))
    if (data / LOCK).exists():
        with only_server(data):
            """No server holds it."""
    if {path.name for path in data.iterdir()} - {LOCK, OWNER, erasure_journal.JOURNAL}:
        raise BadInput("backup.not_empty", path=str(data))


def _unpack(archive: Path, into: Path) -> dict[str, Any]:
    """Write the files of a backup, and make sure that each is what it was; return its manifest."""
    found: dict[str, dict[str, Any]] = {}
    manifest: Any = None
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                name = PurePosixPath(member.name)
                if not member.isreg() or name.is_absolute() or ".." in name.parts or member.name in found:
                    raise BadInput("backup.not_a_backup", path=str(archive))
                if member.name == MANIFEST:
                    manifest = json.load(_opened(tar, member))
                else:
                    found[member.name] = _write(tar, member, into / name)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, ValueError) as error:
        raise BadInput("backup.not_a_backup", path=str(archive)) from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
        raise BadInput("backup.not_a_backup", path=str(archive))
    if manifest["format"] > FORMAT:
        raise BadInput("backup.newer", path=str(archive), version=manifest.get("actionlearn", "?"))
    if manifest["files"] != found:
        raise BadInput("backup.changed", path=str(archive))
    return manifest


def _opened(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    file = tar.extractfile(member)
    assert file is not None
    return file


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> dict[str, Any]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("xb") as made, _opened(tar, member) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            made.write(piece)
    path.chmod(0o600)
    return {"size": path.stat().st_size, "sha256": digest.hexdigest()}


def _bring_up(made: Path, manifest: dict[str, Any], url: str) -> list[removal.Erased] | None:
    """Open the store, which brings its tables up to date, and do the erasures that it does not know.

    None where the database is elsewhere and was not named.
    """
    if manifest["database"] != "sqlite" and not url:
        return None
    if manifest["database"] == "sqlite":
        check_database(made / FILE)
        url = ""
    with open_store(made, url) as store:
        if store.id != manifest["store"]:
            raise BadInput("backup.other_store", where=store.where)
        done = replay.finish(store, made)
        people.finish_pending(store, made)
    if manifest["database"] == "sqlite":
        check_database(made / FILE)
    return done


def _put(made: Path, data: Path) -> None:
    """Put the restored folder in its place."""
    if data.is_dir():
        _refuse_what_is_there(data)
        shutil.rmtree(data)
    made.replace(data)
