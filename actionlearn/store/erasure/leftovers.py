"""Files of what the store no longer has: an erasure removes them, and where it was killed, the next start does."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, select

from actionlearn.errors import StoreError
from actionlearn.store.engine.database import Store
from actionlearn.store.tables import schema

#: Folders of a cohort that are nobody's.
_COMMON = {"templates"}

#: Seconds in which a file of a review may be there, and its row not yet.
_NEW = 60.0


@dataclass(frozen=True)
class _Known:
    """What the store has, as folders and files are named by it."""

    cohorts: frozenset[str]
    owners: frozenset[str]
    paths: frozenset[str]
    workbooks: frozenset[str]
    submissions: frozenset[str]
    reviews: frozenset[str]


def remove_leftovers(store: Store, data: Path, *, files: bool = False) -> int:
    """Remove every folder that belongs to nothing in the store, and name it in no manifest; return how many.

    Parameters
    ----------
    files
        Whether single files of executed notebooks go, too: for when nothing is being executed.

    Raises
    ------
    StoreError
        ``store.leftovers``: a folder cannot be removed.
    """
    known = store.read(_known)
    gone = [*_folders(data, known), *(_files(data, known) if files else ())]
    for path in gone:
        try:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise StoreError("store.leftovers", where=str(path), reason=error.strerror or str(error)) from error
    for manifest in (data / "cohorts").glob("*/manifest.json"):
        _clean(manifest, known.workbooks)
    return len(gone)


def _known(c: Connection) -> _Known:
    person, notebook, review = schema.person, schema.notebook, schema.review
    names = {part for row in c.execute(select(person.c.id, person.c.username)) for part in row}
    sets = {f"+{id}" for id in c.execute(select(schema.learning_set.c.id)).scalars()}
    paths = {str(above) for path in c.execute(select(notebook.c.path)).scalars() for above in Path(path).parents}
    named = {path for row in c.execute(select(review.c.notebook_path, review.c.html_path)) for path in row}
    return _Known(
        cohorts=frozenset(c.execute(select(schema.cohort.c.id)).scalars()),
        owners=frozenset(names | sets | _COMMON),
        paths=frozenset(paths),
        workbooks=frozenset(c.execute(select(schema.workbook.c.id)).scalars()),
        submissions=frozenset(c.execute(select(schema.submission.c.id)).scalars()),
        reviews=frozenset(named),
    )


def _folders(data: Path, known: _Known) -> Iterator[Path]:
    for cohort in _below(data / "cohorts"):
        if cohort.name not in known.cohorts:
            yield cohort
            continue
        for owner in _below(cohort):
            if _nobodys(data, owner, known):
                yield owner
            elif owner.name not in _COMMON:
                yield from (about for about in _below(owner) if _nobodys(data, about, known))
    for cohort in _below(data / "reviews"):
        if cohort.name not in known.cohorts:
            yield cohort
        else:
            yield from (each for each in _below(cohort) if each.name not in known.submissions)
    yield from (each for each in _below(data / "evidence") if each.name not in known.workbooks)


def _nobodys(data: Path, folder: Path, known: _Known) -> bool:
    """Tell whether a folder is of nobody who is there, whatever they are called now."""
    return folder.name not in known.owners and folder.relative_to(data).as_posix() not in known.paths


def _below(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []


def _files(data: Path, known: _Known) -> Iterator[Path]:
    for path in (data / "reviews").glob("*/*/*"):
        old = time.time() - path.stat().st_mtime > _NEW
        if old and path.relative_to(data).as_posix() not in known.reviews:
            yield path


def _clean(manifest: Path, workbooks: frozenset[str]) -> None:
    """Leave out of a manifest what is no more; one that nobody can read is made anew by the next build."""
    try:
        read: dict[str, Any] = json.loads(manifest.read_bytes())
        left = [each for each in read["workbooks"] if each["workbook"] in workbooks]
    except (OSError, ValueError, TypeError, KeyError):
        return
    if len(left) < len(read["workbooks"]):
        part = manifest.with_name(f".{manifest.name}.{uuid4().hex[:8]}.part")
        part.write_text(json.dumps({**read, "workbooks": left}, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
        part.replace(manifest)
