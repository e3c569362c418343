"""Where earlier versions of a workbook's notebook are kept: beside the one of now, by the hash of their template."""

from __future__ import annotations

from dataclasses import replace
from glob import escape
from pathlib import Path

from actionlearn.store.records import Workbook

#: Folder beside a notebook with its earlier versions. No learner's folder can have this name.
BEFORE = "+before"


def version_path(workbook: Workbook, until: str) -> str:
    """Return where the notebook that a workbook has until an instant is kept, relative to the data folder."""
    folder, _, name = workbook.path.rpartition("/")
    return f"{folder}/{BEFORE}/{name.removesuffix('.ipynb')}.{workbook.template_hash[:16]}.{_stamp(until)}.ipynb"


def earlier_version(data: Path, workbook: Workbook, template_hash: str, at: str) -> Workbook:
    """Return a workbook with the notebook it had at an instant, of a version of its template; as it is where none is kept."""
    path, same = data / workbook.path, template_hash in ("", workbook.template_hash)
    begins = f"{path.stem}.{template_hash[:16]}"
    versions = {
        # One without an instant was kept by an earlier release of ours, which did so for other versions alone.
        old.name.removeprefix(begins).removesuffix(".ipynb").lstrip(".") or ("" if same else "9"): old
        for old in (path.parent / BEFORE).glob(f"{escape(begins)}*.ipynb")
    }
    until = min((each for each in versions if each >= _stamp(at)), default="" if same else max(versions, default=""))
    if not until or not template_hash:
        return workbook
    return replace(workbook, path=versions[until].relative_to(data).as_posix(), template_hash=template_hash)


def _stamp(instant: str) -> str:
    """Return an instant as part of a file's name on any system; their order is the order in time."""
    return instant.replace(":", "")
