"""Where earlier versions of a workbook's notebook are kept: beside the one of now, by the hash of their template."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from actionlearn.store.rows import Workbook

#: Folder beside a notebook with its earlier versions. No learner's folder can have this name.
BEFORE = "+before"


def kept_at(workbook: Workbook, template_hash: str) -> str:
    """Return where the notebook of a version of a template is kept, relative to the data folder."""
    folder, _, name = workbook.path.rpartition("/")
    return f"{folder}/{BEFORE}/{name.removesuffix('.ipynb')}.{template_hash[:16]}.ipynb"


def as_it_was(data: Path, workbook: Workbook, template_hash: str) -> Workbook:
    """Return a workbook with the notebook it had with a version of its template; as it is where none is kept."""
    old = kept_at(workbook, template_hash)
    if template_hash in ("", workbook.template_hash) or not (data / old).is_file():
        return workbook
    return replace(workbook, path=old, template_hash=template_hash)
