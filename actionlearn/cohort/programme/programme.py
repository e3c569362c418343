"""Read a programme: what is suggested to a cohort, when, by whom, and with which words.

``programme.toml`` is for people to write, and so is the form of the office: both are the same tables, read
and checked here. Everything wrong with them is collected, with its line and field and what to write instead,
and raised once. `as_toml` writes a programme down again.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from actionlearn.cohort.programme.rules import check
from actionlearn.cohort.programme.schema import Programme, Staff, Suggested, parse_tables
from actionlearn.cohort.programme.toml_lines import Lines
from actionlearn.errors import Fault, ProgrammeError

__all__ = [
    "Programme",
    "Staff",
    "Suggested",
    "as_tables",
    "as_toml",
    "check_tables",
    "from_store",
    "load",
    "parse",
    "tables_in",
    "tables_of",
]

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
    return parse(_text(path), path, whole=whole)


def parse(text: str, path: Path, *, whole: bool = False) -> Programme:
    """Read the text of a programme, as `load` does; ``path`` is where it is, or would be."""
    return check_tables(tables_in(text, path), path, Lines(text), whole=whole)


def check_tables(tables: dict[str, Any], path: Path, lines: Lines | None = None, *, whole: bool = False) -> Programme:
    """Check the tables of a programme, as the form of the office gives them: as `load`, without the file.

    Parameters
    ----------
    tables
        What TOML would make of the file; dates may be text.
    path
        Where the file would be: its own templates stand beside it.
    """
    draft = parse_tables(path, tables, lines or Lines(""))
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
    return ProgrammeError("programme.faults", faults=[Fault(code=code, values=values, path=path, line=line)], count=1)


def tables_in(text: str, path: Path) -> dict[str, Any]:
    """Return the tables of a TOML text, not yet checked.

    Raises
    ------
    ProgrammeError
        It is none.
    """
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(found[1]) if found else len(text.splitlines()) or None
        raise _refused("programme.not_toml", path, line, reason=re.sub(r" \(at .*\)$", "", str(error))) from None


def from_store(tables: dict[str, Any]) -> Programme:
    """Return the programme the store keeps of a cohort.

    Raises
    ------
    ProgrammeError
        ``programme.not_whole``: the cohort was made without one.
    """
    try:
        return Programme.model_validate(tables, strict=False)
    except ValidationError:
        raise ProgrammeError("programme.not_whole") from None


def as_tables(programme: Programme) -> dict[str, Any]:
    """Return a programme as the tables of its file; what is empty is left out."""
    return tables_of(programme.model_dump())


def tables_of(stored: dict[str, Any]) -> dict[str, Any]:
    """Return what the store keeps of a programme as the tables of its file, whole or not."""
    head = _without_empty(stored)
    parts = {name: head.pop(name) for name in ("sets", "people", "workbooks") if name in head}
    return {"programme": head, **parts}


def as_toml(programme: Programme) -> str:
    """Return a programme as the text of a file that `load` reads."""
    return tomli_w.dumps(as_tables(programme))


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        cleaned = {key: _without_empty(each) for key, each in value.items()}
        return {key: each for key, each in cleaned.items() if each is not None and each not in ("", [], {})}
    if isinstance(value, list | tuple):
        return [_without_empty(each) for each in value]
    return value
