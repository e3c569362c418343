"""Read a programme: what is suggested to a cohort, when, by whom, and with which words.

``programme.toml`` is for people to write. Everything wrong with it is collected, with its line and
what to write instead, and raised once.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from actionlearn.cohort.checks import check
from actionlearn.cohort.lines import Lines
from actionlearn.cohort.shape import Programme, Staff, Suggested, shape
from actionlearn.errors import Fault, ProgrammeError

__all__ = ["Programme", "Staff", "Suggested", "from_store", "load"]

MAX_BYTES = 1024 * 1024


def load(path: Path, *, whole: bool = False) -> Programme:
    """Read a programme and check it against the templates it suggests.

    Parameters
    ----------
    path
        The TOML file.
    whole
        Whether the roster that it names has to be there too: a build may be given another.

    Returns
    -------
    Programme
        With everything checked.

    Raises
    ------
    ProgrammeError
        Something is wrong: all of it, with lines, in ``faults``.
    """
    text = _text(path)
    draft = shape(path, _tables(path, text), Lines(text))
    check(draft, whole=whole)
    if draft.faults or draft.head is None:
        faults = sorted(draft.faults, key=lambda fault: (fault.path != path, str(fault.path), fault.line or 0))
        raise ProgrammeError("programme.faults", faults=faults, count=len(faults))
    return Programme(
        **dict(draft.head),
        sets=tuple(draft.sets.values()),
        people=tuple(draft.people.values()),
        workbooks=tuple(draft.workbooks.values()),
        folder=draft.folder,
    )


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _refused("programme.too_big", path)
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _refused("programme.unreadable", path, reason=error.strerror or "") from None
    except UnicodeDecodeError:
        raise _refused("programme.not_utf8", path) from None


def _refused(code: str, path: Path, line: int | None = None, **values: Any) -> ProgrammeError:
    return ProgrammeError("programme.faults", faults=[Fault(code, values, path, line)], count=1)


def _tables(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(found[1]) if found else len(text.splitlines()) or None
        raise _refused("programme.not_toml", path, line, reason=re.sub(r" \(at .*\)$", "", str(error))) from None


def from_store(kept: dict[str, Any]) -> Programme:
    """Return the programme the store keeps of a cohort."""
    return Programme.model_validate(kept, strict=False)
