"""A small programme for the tests: what its author writes, and the cohort that is built from it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from actionlearn.cohort.enrolment.enrol import read_inputs

ANA = "ana,Ana,Lima,ana@x.org\n"
ROSTER = "username,firstname,lastname,email\n"


def programme(*workbooks: str, more: str = "", templates: bool = True) -> str:
    """Return the source of a programme with some workbooks, one a day, and more tables between."""
    suggested = "".join(
        f'\n[[workbooks]]\ntemplate = "{name}"\nopens = 2026-01-{day:02}\n' for day, name in enumerate(workbooks, 5)
    )
    own = 'templates = "templates"\n' if templates else ""
    head = '[programme]\nid = "orchard"\nname = "Orchard"\norganisation = "Pomar"\ntime_zone = "UTC"\n'
    return f'{head}{own}contact = {{name = "Teresa", phone = "1"}}\n{more}{suggested}'


def write(folder: Path, source: str, roster: str = ROSTER + ANA, templates: Mapping[str, str] | None = None) -> Path:
    """Write an author's folder: the programme, the roster and templates of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "programme.toml").write_text(source, "utf-8")
    (folder / "roster.csv").write_text(roster, "utf-8")
    for name, text in (templates or {}).items():
        path = folder / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def inputs(folder: Path) -> tuple[Any, Any]:
    """Read an author's folder, as building does."""
    return read_inputs(folder / "programme.toml", folder / "roster.csv")
